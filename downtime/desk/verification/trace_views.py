"""Verified sheets: whose word each field is, and opening fields again where a verified value turns out wrong."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from downtime.desk.access import may
from downtime.desk.accounts.roles import Role
from downtime.desk.audit.chain import record_alone
from downtime.desk.keying.queue import LINES_A_PAGE, departments, in_order
from downtime.desk.store.models import SheetStatus
from downtime.desk.store.sheets import CannotMoveError
from downtime.desk.verification.acts import correct
from downtime.desk.verification.screen import said
from downtime.desk.verification.standing import FieldStanding, Standing, standings_of
from downtime.desk.verification.views import sheet_row, whole_number
from downtime.desk.web.people import person

_SHOWN = (SheetStatus.VERIFIED, SheetStatus.CLOSED)


@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    """The verified sheets, newest page of the list first by re-entry order; `unit` shows one department."""
    unit, after = request.GET.get("unit", "")[:80], whole_number(request.GET.get("after", ""))
    found = list(in_order(_SHOWN, unit).select_related("kit", "patient")[after : after + LINES_A_PAGE + 1])
    context = {
        "sheets": found[:LINES_A_PAGE], "unit": unit, "units": departments(),
        "next_after": after + LINES_A_PAGE if len(found) > LINES_A_PAGE else None,
    }  # fmt: skip
    return render(request, "verification/verified.html", context)


@require_safe
def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """One sheet field by field: what counts, who keyed, verified and decided it; and all that happened to it."""
    found = sheet_row(number)
    user = person(request)
    record_alone(user, "sheet.opened", f"sheet:{found.pk}")
    told = [_told(item) for item in standings_of(found) if item.standing is not Standing.ABSENT]
    closed = found.status == SheetStatus.CLOSED
    may_correct = may(user.roles, "verification:correct", act=True) and (
        found.status == SheetStatus.VERIFIED or (closed and Role.SUPERVISOR in user.roles)
    )
    context = {
        "sheet": found, "fields": told, "events": found.events.select_related("by", "patient").order_by("pk"),
        "status": SheetStatus(found.status), "may_correct": may_correct,
    }  # fmt: skip
    return render(request, "verification/trace.html", context)


@require_POST
def correction(request: HttpRequest, number: int) -> HttpResponse:
    """Open fields of a verified sheet again, with a reason; of a closed one only a supervisor may."""
    found = sheet_row(number)
    user = person(request)
    if found.status == SheetStatus.CLOSED and Role.SUPERVISOR not in user.roles:
        messages.warning(request, "This sheet is signed off. Ask a supervisor to open it again.")
        return redirect("verification:trace", number=found.pk)
    try:
        count = correct(found.pk, user, frozenset(request.POST.getlist("field")), request.POST.get("why", ""))
    except CannotMoveError as error:
        messages.warning(request, f"Nothing was changed: {error}.")
        return redirect("verification:trace", number=found.pk)
    words = "field is" if count == 1 else "fields are"
    messages.success(request, f"{count} {words} open again. The sheet waits to be keyed; what stood there is kept.")
    return redirect("verification:verified")


def _told(item: FieldStanding) -> dict[str, object]:
    entry = item.counts or item.second
    return {
        "field": item.field,
        "standing": item.standing,
        "words": said(item.field, entry.kind, entry.value) if entry else "–",
        "first": item.first,
        "second": item.second or item.look,
        "third": item.third if item.standing is Standing.DECIDED else None,
    }
