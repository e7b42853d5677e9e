"""Reconciliation's pages: all kits, one kit with what is missing, its report, sign-off and purge."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from downtime.desk.audit.chain import record_alone
from downtime.desk.keying.queue import departments
from downtime.desk.reconciliation.acts import (
    CannotSignError,
    StillOpen,
    account_for,
    purge,
    purge_due,
    sign_off,
    still_open,
)
from downtime.desk.reconciliation.chart import chart
from downtime.desk.reconciliation.counts import A_PAGE, counts, missing, reasons
from downtime.desk.reconciliation.models import SignOff
from downtime.desk.reconciliation.report import closing_report, report_pdf
from downtime.desk.store.models import Kit, Sheet, SheetStatus
from downtime.desk.store.pictures import pictures
from downtime.desk.store.sheets import CannotMoveError
from downtime.desk.verification.views import whole_number
from downtime.desk.web.keeping import keep_pictures_days
from downtime.desk.web.people import person
from downtime.errors import InputError

_ANSWERS = {"not_used": SheetStatus.NOT_USED, "lost": SheetStatus.LOST}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every kit with its counts, newest first; `unit` shows one department, with its chart."""
    unit, after = request.GET.get("unit", "")[:80], whole_number(request.GET.get("after", ""))
    kits = Kit.objects.order_by("-made_at", "-pk")
    if unit:
        kits = kits.filter(department=unit)
    found = counts(kits[after : after + A_PAGE + 1])
    context = {
        "rows": found[:A_PAGE], "unit": unit, "units": departments(),
        "chart": chart(Sheet.objects.filter(kit__department=unit)) if unit else None,
        "next_after": after + A_PAGE if len(found) > A_PAGE else None,
    }  # fmt: skip
    return render(request, "reconciliation/list.html", context)


@require_safe
def kit(request: HttpRequest, number: int) -> HttpResponse:
    """One kit: counts, chart, missing pages, reasons, and what keeps it from being signed off."""
    return _kit_page(request, get_object_or_404(Kit, pk=number))


@require_POST
def account(request: HttpRequest, number: int) -> HttpResponse:
    """Say that sheets were not used, or are lost."""
    found = get_object_or_404(Kit, pk=number)
    to = _ANSWERS.get(request.POST.get("answer", ""), SheetStatus.ISSUED)
    chosen = {whole_number(text, most=2**62) for text in request.POST.getlist("sheet")}
    try:
        told = {"reason": request.POST.get("reason", "")[:300], "name": request.POST.get("name", "")[:120]}
        done = account_for(found, chosen, to, person(request), **told)
    except CannotMoveError as error:
        messages.warning(request, f"Nothing was noted: {error}.")
    else:
        messages.success(request, f"Noted for {done} {'sheet' if done == 1 else 'sheets'}: {to.label}.")
    return redirect("reconciliation:kit", number=number)


@require_safe
def report(request: HttpRequest, number: int) -> HttpResponse:
    """The closing report as PDF: as it was signed, or a draft while it is not."""
    found = get_object_or_404(Kit, pk=number)
    signed = SignOff.objects.filter(kit=found).order_by("pk").last()
    try:
        content = pictures().get(signed.report) if signed else report_pdf(closing_report(found), "", timezone.now())
    except InputError as error:
        messages.warning(request, f"{error}")
        return redirect("reconciliation:kit", number=number)
    record_alone(person(request), "report.read", f"kit:{found.kit}")
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="closing-report-{found.kit}.pdf"'
    return answer


@require_POST
def sign(request: HttpRequest, number: int) -> HttpResponse:
    """Sign the kit off by name."""
    found = get_object_or_404(Kit, pk=number)
    try:
        result = sign_off(found, person(request), request.POST.get("name", ""))
    except CannotSignError as error:
        messages.warning(request, str(error))
        return redirect("reconciliation:kit", number=number)
    if isinstance(result, StillOpen):
        return _kit_page(request, found, status=409)
    messages.success(request, f"Kit {found.kit} is signed off; its sheets are closed.")
    return redirect("reconciliation:kit", number=number)


@require_POST
def remove_pictures(request: HttpRequest, number: int) -> HttpResponse:
    """Remove the pictures of a kit whose time is over; entries stay."""
    found = get_object_or_404(Kit, pk=number)
    try:
        removed = purge(found, person(request), keep_pictures_days())
        messages.success(request, f"{removed} files were removed. What was keyed stays.")
    except CannotSignError as error:
        messages.warning(request, str(error))
    return redirect("reconciliation:kit", number=number)


def _kit_page(request: HttpRequest, found: Kit, status: int = 200) -> HttpResponse:
    after = whole_number(request.GET.get("after", ""))
    [row] = counts(Kit.objects.filter(pk=found.pk))
    gone = missing(found, after)
    due = purge_due(found, keep_pictures_days())
    context = {
        "row": row, "kit": found, "chart": chart(Sheet.objects.filter(kit=found)), "missing": gone[:A_PAGE],
        "next_after": after + A_PAGE if len(gone) > A_PAGE else None, "reasons": reasons(found),
        "still": still_open(found), "refused": status == 409, "due": due,
        "is_due": due is not None and due <= timezone.now(),
        "signoffs": SignOff.objects.filter(kit=found).order_by("pk"),
    }  # fmt: skip
    return render(request, "reconciliation/kit.html", context, status=status)
