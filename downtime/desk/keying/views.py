"""The queue, and opening, taking over, leaving and finishing a sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from downtime.desk.access import may
from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record
from downtime.desk.keying import queue
from downtime.desk.keying.finishing import StillOpen, finish
from downtime.desk.keying.screen import keying_screen
from downtime.desk.store.leases import Theirs, give_back, take
from downtime.desk.store.models import LeasePurpose, Sheet, SheetStatus
from downtime.desk.store.sheet_forms import form_is_known
from downtime.desk.store.sheets import CannotMoveError, move
from downtime.desk.web.people import person

OPEN = (SheetStatus.RETURNED, SheetStatus.KEYING, SheetStatus.ASKED)


@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    """The queue; `unit` shows one department, `asked` those that wait for an answer."""
    unit, asked = request.GET.get("unit", "")[:80], "asked" in request.GET
    after = _number(request.GET.get("after", ""))
    statuses = (SheetStatus.ASKED,) if asked else queue.TO_KEY
    found, more = queue.lines(person(request), statuses, unit, after)
    context = {
        "lines": found, "next_after": after + len(found) if more else None, "unit": unit, "asked": asked,
        "units": queue.departments(), "asked_count": queue.asked(),
    }  # fmt: skip
    return render(request, "keying/queue.html", context)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Open the first sheet that nobody has in hand."""
    found = queue.next_free(person(request), request.POST.get("unit", "")[:80])
    if found is None:
        messages.info(request, "Nothing waits to be keyed that somebody else does not have in hand.")
        return redirect("keying:queue")
    return redirect("keying:sheet", number=found)


@require_safe
def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """The keying screen of one sheet; opening it takes it into one's hands where it is free."""
    found = _sheet(number)
    user = person(request)
    if found.status not in OPEN:
        return render(
            request, "keying/not_open.html", {"sheet": found, "status": SheetStatus(found.status)}, status=409
        )
    if not may(user.roles, "keying:sheet", act=True):
        return _shown(request, found, mine=False)
    taken = take(found.pk, user, LeasePurpose.KEYING)
    if isinstance(taken, Theirs):
        return render(request, "keying/held.html", {"sheet": found, "lease": taken.lease}, status=409)
    _opened(found, user)
    return _shown(request, found, mine=True)


@require_POST
def take_over(request: HttpRequest, number: int) -> HttpResponse:
    """Take a sheet from whoever has it; they see it at their next save."""
    found = _sheet(number)
    take(found.pk, person(request), LeasePurpose.KEYING, over=True)
    return redirect("keying:sheet", number=found.pk)


@require_POST
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """Give a sheet back unfinished; what was keyed stays."""
    give_back(number, person(request))
    return redirect("keying:queue")


@require_POST
def done(request: HttpRequest, number: int) -> HttpResponse:
    """Finish a sheet and go on with the next."""
    found = _sheet(number)
    user = person(request)
    try:
        result = finish(found, user, without_pages=request.POST.get("without", ""))
    except CannotMoveError:
        messages.warning(request, "This sheet was moved on by somebody else meanwhile. Nothing is lost.")
        return redirect("keying:queue")
    if isinstance(result, StillOpen):
        return _shown(request, found, mine=True, still=result)
    said = "keyed" if result == SheetStatus.KEYED else "set aside until the ward answers"
    messages.success(request, f"{found.title} is {said}.")
    following = queue.next_free(user, skip=found.pk)
    return redirect("keying:sheet", number=following) if following else redirect("keying:queue")


def _sheet(number: int) -> Sheet:
    return get_object_or_404(Sheet.objects.select_related("kit", "patient"), pk=number)


def _opened(sheet: Sheet, user: User) -> None:
    with transaction.atomic():
        if sheet.status == SheetStatus.RETURNED:
            move(sheet.pk, SheetStatus.KEYING, user)
        record(user, "sheet.opened", f"sheet:{sheet.pk}")


def _shown(request: HttpRequest, sheet: Sheet, *, mine: bool, still: StillOpen | None = None) -> HttpResponse:
    screen = keying_screen(sheet)
    context: dict[str, Any] = {
        "screen": screen, "sheet": sheet, "mine": mine, "still": still, "known": form_is_known(sheet),
        "save_address": reverse("keying:save", kwargs={"number": sheet.pk}),
    }  # fmt: skip
    return render(request, "keying/sheet.html", context, status=409 if still else 200)


def _number(text: str) -> int:
    return min(int(text), 1_000_000) if text.isascii() and text.isdigit() and len(text) < 9 else 0
