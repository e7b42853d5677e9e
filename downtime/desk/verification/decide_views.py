"""The third person's pages: where two people differ, the page and both values, without names."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from downtime.desk.audit.chain import record_alone
from downtime.desk.fields.moments import Unclear
from downtime.desk.fields.values import read_value
from downtime.desk.keying.screen import CONFIRMED
from downtime.desk.store.entries import LookedBeforeError, NotInYourHandsError
from downtime.desk.store.leases import Theirs, take
from downtime.desk.store.models import EntryKind, LeasePurpose, Sheet, SheetStatus
from downtime.desk.store.scans import scans_of
from downtime.desk.store.sheets import CannotMoveError
from downtime.desk.verification.acts import Decision, StillOpen, decide
from downtime.desk.verification.screen import Difference, differences, pictures_of
from downtime.desk.verification.views import LEFT, held, queue_page, refused, sheet_row
from downtime.desk.web.people import person

OTHER = "other"


@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    """The sheets that wait for a third person."""
    return queue_page(request, SheetStatus.DISPUTED)


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """The differences of one sheet; a POST decides all of them at once."""
    found = sheet_row(number)
    user = person(request)
    if (refusal := refused(request, found, SheetStatus.DISPUTED)) is not None:
        return refusal
    taken = take(found.pk, user, LeasePurpose.DECIDING)
    if isinstance(taken, Theirs):
        return held(request, found, taken)
    open_ones = differences(found)
    if request.method != "POST":
        record_alone(user, "sheet.opened", f"sheet:{found.pk}")
        return _shown(request, found, open_ones, {})
    decisions, wrong = read_decisions(open_ones, request.POST, found)
    if wrong:
        return _shown(request, found, open_ones, wrong)
    try:
        result = decide(found.pk, user, decisions)
    except LookedBeforeError:
        messages.warning(request, "You are one of the two who differ. A third person decides.")
        return redirect("verification:differences")
    except (CannotMoveError, NotInYourHandsError):
        messages.warning(request, "This sheet was moved on by somebody else meanwhile. Nothing was stored.")
        return redirect("verification:differences")
    if isinstance(result, StillOpen):
        wrong = {item.field.id: "Choose what stands on the page." for item in result.fields}
        return _shown(request, found, differences(found), wrong)
    messages.success(request, f"{found.title} is {LEFT.get(result, result.label)}.")
    return redirect("verification:differences")


def read_decisions(
    open_ones: tuple[Difference, ...], posted: Mapping[str, str], sheet: Sheet
) -> tuple[dict[str, Decision], dict[str, str]]:
    """What was chosen for each difference, and what is wrong with it by field; `posted` has a number for each."""
    near = (sheet.first_returned_at or sheet.kit.made_at).date()
    decisions: dict[str, Decision] = {}
    wrong: dict[str, str] = {}
    for number, item in enumerate(open_ones):
        choice, other = posted.get(f"choice{number}", ""), posted.get(f"other{number}", "")
        if posted.get(f"field{number}") != item.field.id:
            wrong[item.field.id] = "The sheet changed while you looked at it. Look at this field again."
        elif choice.isdigit() and choice.isascii() and int(choice) < len(item.values):
            kind, value, _ = item.values[int(choice)]
            decisions[item.field.id] = Decision(EntryKind(kind), value)
        elif choice in (EntryKind.BLANK, EntryKind.ILLEGIBLE, EntryKind.ASK):
            note = " ".join(other.split()) if choice == EntryKind.ASK else ""
            decisions[item.field.id] = Decision(EntryKind(choice), note=note)
        elif choice == OTHER:
            read = read_value(item.field, other, near)
            if isinstance(read, Unclear):
                wrong[item.field.id] = f"{read.why[:1].upper()}{read.why[1:]}: {read.do}."
            else:
                decisions[item.field.id] = Decision(EntryKind.VALUE, read.text, CONFIRMED if read.ask else "")
        else:
            wrong[item.field.id] = "Choose what stands on the page."
    return decisions, wrong


def _shown(
    request: HttpRequest, sheet: Sheet, open_ones: tuple[Difference, ...], wrong: Mapping[str, str]
) -> HttpResponse:
    posted = request.POST
    chosen = {n: (posted.get(f"choice{n}", ""), posted.get(f"other{n}", "")) for n in range(len(open_ones))}
    context = {
        "sheet": sheet, "differences": open_ones, "wrong": wrong, "chosen": chosen,
        "pages": pictures_of(sheet, scans_of(sheet)),
    }  # fmt: skip
    return render(request, "verification/decide.html", context, status=422 if wrong else 200)
