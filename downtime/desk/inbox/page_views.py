"""One page that came in: what the machine made of it, what else looks like it, and what a person decides."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from downtime.desk.accounts.models import User
from downtime.desk.inbox import queries
from downtime.desk.inbox.codes import NotNamed, page_named
from downtime.desk.store import decisions
from downtime.desk.store.decisions import CannotDecideError
from downtime.desk.store.models import ScannedPage, Sheet
from downtime.desk.store.sheets import CannotMoveError
from downtime.desk.web.facility import facility_key_or_none
from downtime.desk.web.people import person
from downtime.page.code_failure import CODE_REMEDIES
from downtime.page.states import PageReason
from downtime.scan.model import PageReading


@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """The page with its picture, its state in words, and the decisions that are open."""
    return _shown(request, _page(number))


@require_POST
def type_code(request: HttpRequest, number: int) -> HttpResponse:
    """Say which page it is by the code that is printed beside the square code."""
    found = _page(number)
    named = page_named(request.POST.get("code", ""), facility_key_or_none())
    if isinstance(named, NotNamed):
        messages.error(request, f"{named.why} {named.do}")
        return _shown(request, found, status=422)
    if named.sheet is None:
        messages.error(
            request,
            f"No kit here has page {named.page} of {named.kit}. Drop the kit's PDF, then type the code again.",
        )
        return _shown(request, found, status=422)
    return _decide(request, found, lambda by: decisions.identify(number, _sheet(named.sheet), named.page, by))


@require_POST
def choose(request: HttpRequest, number: int) -> HttpResponse:
    """Say which page it is by sheet and page number, after a search."""
    found = _page(number)
    sheet = get_object_or_404(Sheet.objects.select_related("kit"), pk=_whole(request.POST.get("sheet", "")))
    kit_page = _whole(request.POST.get("kit_page", ""))
    return _decide(request, found, lambda by: decisions.identify(number, sheet, kit_page, by))


@require_POST
def search(request: HttpRequest, number: int) -> HttpResponse:
    """The sheets that a page could belong to; search words travel in the body, as they may be a patient's name."""
    found = _page(number)
    form, unit = request.POST.get("form", "")[:80], request.POST.get("unit", "")[:80]
    words = request.POST.get("words", "")[:120]
    context = {"page": found, "sheets": queries.sheets_like(form, unit, words)}
    return render(request, "inbox/sheets_found.html", context)


@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Carry out what a person decided about a page."""
    found, why = _page(number), request.POST.get("why", "")
    acts: dict[str, Callable[[User], object]] = {
        "accept": lambda by: decisions.accept(number, by, why=why),
        "photocopy": lambda by: decisions.photocopy(number, by, why=why),
        "set_aside": lambda by: decisions.set_aside(number, by, why),
        "foreign": lambda by: decisions.set_aside(number, by, why, foreign=True),
        "reopen": lambda by: decisions.reopen(number, by, why),
    }
    act = acts.get(request.POST.get("decision", ""))
    if act is None:
        messages.error(request, "Choose what is to be done with the page.")
        return _shown(request, found, status=422)
    return _decide(request, found, act)


def _decide(request: HttpRequest, found: ScannedPage, act: Callable[[User], object]) -> HttpResponse:
    try:
        act(person(request))
    except CannotDecideError as cannot:
        messages.error(request, str(cannot))
        return _shown(request, found, status=422)
    except CannotMoveError as cannot:
        messages.error(request, f"{cannot}. Ask a supervisor to open the sheet again first.")
        return _shown(request, found, status=409)
    messages.success(request, "Done. The decision is kept with the page.")
    return redirect("inbox:page", number=found.pk)


def _shown(request: HttpRequest, found: ScannedPage, status: int = 200) -> HttpResponse:
    reading = PageReading.model_validate_json(found.reading)
    context = {
        "page": found,
        "state": queries.remedy_of_state(found.state),
        "reasons": [(reason, queries.remedy_of_reason(reason)) for reason in found.reasons],
        "code": CODE_REMEDIES[reading.code_failure] if reading.code_failure else None,
        "rivals": queries.rivals(found),
        "decisions": list(found.decisions.select_related("by", "sheet").order_by("pk")),
        "forms": queries.forms(),
        "units": queries.departments(),
        "has_doubt": PageReason.UNSIGNED in found.reasons,
    }
    return render(request, "inbox/page.html", context, status=status)


def _page(number: int) -> ScannedPage:
    related = ("file__by", "sheet__kit", "sheet__patient")
    return get_object_or_404(ScannedPage.objects.select_related(*related), pk=number)


def _sheet(sheet: Sheet | None) -> Sheet:
    if sheet is None:
        raise CannotDecideError("No kit here has that page.")
    return sheet


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
