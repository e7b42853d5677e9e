"""The second look: the queue, the blind screen, the look at the rest, and finishing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from downtime.desk.audit.chain import record_alone
from downtime.desk.fields.moments import Unclear
from downtime.desk.keying.queue import departments
from downtime.desk.keying.saving import Typed, save
from downtime.desk.store.entries import LookedBeforeError, NotInYourHandsError
from downtime.desk.store.leases import Theirs, give_back, take
from downtime.desk.store.models import EntryKind, EntryRound, LeasePurpose, Sheet, SheetStatus
from downtime.desk.store.sheet_forms import form_is_known
from downtime.desk.store.sheets import CannotMoveError
from downtime.desk.verification import queue
from downtime.desk.verification.acts import StillOpen, finish_look
from downtime.desk.verification.screen import second_look
from downtime.desk.web.people import person

LEFT = {
    SheetStatus.VERIFIED: "verified",
    SheetStatus.DISPUTED: "passed to a third person, because two values differ",
    SheetStatus.ASKED: "set aside until the ward answers",
}


@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    """The sheets that wait for the second look; `unit` shows one department."""
    return queue_page(request, SheetStatus.KEYED)


def queue_page(request: HttpRequest, status: SheetStatus) -> HttpResponse:
    """The page of a queue of verification: sheets to verify, or to decide."""
    unit = request.GET.get("unit", "")[:80]
    after = whole_number(request.GET.get("after", ""))
    found, more = queue.lines(person(request), status, unit, after)
    context = {
        "lines": found, "next_after": after + len(found) if more else None, "unit": unit, "units": departments(),
        "deciding": status == SheetStatus.DISPUTED, "to_verify": queue.to_verify(), "to_decide": queue.to_decide(),
    }  # fmt: skip
    return render(request, "verification/queue.html", context)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Open the first sheet that the user may look at and nobody has in hand."""
    found = queue.next_free(person(request), SheetStatus.KEYED, request.POST.get("unit", "")[:80])
    if found is None:
        messages.info(request, "Nothing waits that is in nobody's hands and that somebody else keyed.")
        return redirect("verification:queue")
    return redirect("verification:sheet", number=found)


@require_safe
def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """The second person's screen; opening it takes the sheet into one's hands where it is free."""
    found = sheet_row(number)
    user = person(request)
    if (refusal := refused(request, found, SheetStatus.KEYED)) is not None:
        return refusal
    taken = take(found.pk, user, LeasePurpose.VERIFYING)
    if isinstance(taken, Theirs):
        return held(request, found, taken)
    record_alone(user, "sheet.opened", f"sheet:{found.pk}")
    return _shown(request, found)


@require_POST
def save_field(request: HttpRequest, number: int) -> JsonResponse:
    """Store one field of the second look; answers as the keying screen's address does."""
    found = sheet_row(number)
    typed = Typed(
        field=request.POST.get("field", ""),
        kind=request.POST.get("kind", ""),
        value=request.POST.get("value", ""),
        token=request.POST.get("token", ""),
        confirmed=request.POST.get("confirmed") == "yes",
    )
    # A question goes to the ward as if the first person had put it.
    round_ = EntryRound.FIRST if typed.kind == EntryKind.ASK else EntryRound.SECOND
    try:
        result = save(found, typed, person(request), round_)
    except NotInYourHandsError as taken:
        do = f"It is in the hands of {taken.holder or 'nobody'} now. What you saved before is kept."
        return JsonResponse({"why": "This sheet is no longer yours.", "do": do}, status=409)
    if isinstance(result, Unclear):
        return JsonResponse({"why": result.why, "do": result.do}, status=422)
    entry, at = result.entry, timezone.localtime(result.entry.at).strftime("%H:%M:%S")
    return JsonResponse({"kind": entry.kind, "value": entry.value, "ask": result.ask, "at": at})


@require_POST
def take_over(request: HttpRequest, number: int) -> HttpResponse:
    """Take a sheet from whoever has it; they see it at their next save."""
    found = sheet_row(number)
    if (refusal := refused(request, found, SheetStatus.KEYED)) is not None:
        return refusal
    take(found.pk, person(request), LeasePurpose.VERIFYING, over=True)
    return redirect("verification:sheet", number=found.pk)


@require_POST
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """Give a sheet back unfinished; what was keyed blind stays."""
    give_back(number, person(request))
    return redirect("verification:queue")


@require_POST
def done(request: HttpRequest, number: int) -> HttpResponse:
    """Finish: go on to the look at the rest, or move the sheet on and take the next."""
    found = sheet_row(number)
    user = person(request)
    if "up_to" not in request.POST:
        return redirect("verification:sheet", number=found.pk)
    try:
        result = finish_look(found.pk, user, up_to=whole_number(request.POST["up_to"], most=2**62))
    except (CannotMoveError, NotInYourHandsError):
        messages.warning(request, "This sheet is not in your hands any more, or was moved on. What you saved is kept.")
        return redirect("verification:queue")
    except LookedBeforeError:
        messages.warning(request, "You keyed a part of this sheet. The second look at it is somebody else's.")
        return redirect("verification:queue")
    if isinstance(result, StillOpen):
        return _shown(request, found, result)
    messages.success(request, f"{found.title} is {LEFT.get(result, result.label)}.")
    following = queue.next_free(user, SheetStatus.KEYED, skip=found.pk)
    return redirect("verification:sheet", number=following) if following else redirect("verification:queue")


def sheet_row(number: int) -> Sheet:
    """A sheet with what the screens show of it."""
    return get_object_or_404(Sheet.objects.select_related("kit", "patient"), pk=number)


def refused(request: HttpRequest, found: Sheet, status: SheetStatus) -> HttpResponse | None:
    """Why this person does not look at this sheet now: it stands elsewhere, or they looked at it before."""
    own = found.status == status and queue.is_own(found, person(request))
    if found.status == status and not own:
        return None
    context = {
        "sheet": found, "status": SheetStatus(found.status), "own": own, "deciding": status == SheetStatus.DISPUTED,
    }  # fmt: skip
    return render(request, "verification/not_yours.html", context, status=409)


def held(request: HttpRequest, found: Sheet, taken: Theirs) -> HttpResponse:
    """Somebody else has the sheet."""
    return render(request, "verification/held.html", {"sheet": found, "lease": taken.lease}, status=409)


def whole_number(text: str, most: int = 1_000_000) -> int:
    """A number from a form or an address; 0 for anything else."""
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _shown(request: HttpRequest, found: Sheet, still: StillOpen | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "look": second_look(found), "sheet": found, "still": still, "known": form_is_known(found),
        "save_address": reverse("verification:save", kwargs={"number": found.pk}),
    }  # fmt: skip
    return render(request, "verification/sheet.html", context, status=409 if still else 200)
