"""What the inbox shows: the newest pages, what waits for a person, and the files that are being read."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from downtime.desk.store.models import FileState, IncomingFile, Kit, PageDecision, ScannedPage, Sheet
from downtime.page.states import REASON_REMEDIES, STATE_REMEDIES, PageReason, PageState, Remedy

PAGES_A_SCREEN = 48
MOST_COUNTED = 10_000
MOST_SHEETS = 40
_BUSY = (FileState.WAITING, FileState.READING)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """One screen of the inbox."""

    pages: tuple[ScannedPage, ...]
    older: int | None
    busy: tuple[IncomingFile, ...]
    failed: tuple[IncomingFile, ...]
    stamp: str


def waiting() -> int:
    """How many pages wait for a person."""
    return ScannedPage.objects.filter(settled=False)[:MOST_COUNTED].count()


def stamp() -> str:
    """A text that changes when anything in the inbox does: asked every few seconds, so three indexed look-ups."""
    pages = ScannedPage.objects.aggregate(last=Max("id"))["last"] or 0
    decisions = PageDecision.objects.aggregate(last=Max("id"))["last"] or 0
    files = IncomingFile.objects.aggregate(last=Max("id"))["last"] or 0
    busy = IncomingFile.objects.filter(state__in=_BUSY).count()
    again = ScannedPage.objects.filter(reread=True)[:MOST_COUNTED].count()
    return f"{pages}.{decisions}.{files}.{busy}.{again}"


def arrivals(show: str, before: int | None = None) -> Arrivals:
    """The newest pages: `show` is ``waiting``, ``all``, or a state; `before` goes back."""
    found = ScannedPage.objects.select_related("file", "sheet__kit", "sheet__patient").defer("reading", "verdict")
    if show == "waiting":
        found = found.filter(settled=False)
    elif show in set(PageState):
        found = found.filter(state=show)
    if before is not None:
        found = found.filter(id__lt=before)
    shown = list(found.order_by("-id")[: PAGES_A_SCREEN + 1])
    older = shown[PAGES_A_SCREEN - 1].pk if len(shown) > PAGES_A_SCREEN else None
    busy = IncomingFile.objects.filter(state__in=_BUSY).order_by("id")[:20]
    failed = IncomingFile.objects.filter(state=FileState.FAILED).order_by("-id")[:8]
    return Arrivals(tuple(shown[:PAGES_A_SCREEN]), older, tuple(busy), tuple(failed), stamp())


def remedy_of_state(state: str) -> Remedy:
    """What a state means, and what to do."""
    return STATE_REMEDIES[PageState(state)]


def remedy_of_reason(reason: str) -> Remedy:
    """What a reason means, and what to do; one from another version of Downtime is said to be so."""
    known = reason in set(PageReason)
    return REASON_REMEDIES[PageReason(reason)] if known else Remedy(f"It was noted “{reason}”.", "Look at the page.")


def rivals(page: ScannedPage) -> list[ScannedPage]:
    """Other pictures of the same printed page, the one in use first."""
    if not page.kit or page.page is None:
        return []
    same = ScannedPage.objects.filter(kit=page.kit, page=page.page).exclude(pk=page.pk)
    return list(same.select_related("file", "sheet__kit").defer("reading", "verdict").order_by("-in_use", "id")[:6])


def sheets_like(form: str, department: str, words: str) -> list[Sheet]:
    """Issued sheets to choose from, by form, department, patient's name or number; those not back come first."""
    found: QuerySet[Sheet] = Sheet.objects.select_related("kit", "patient").filter(instance=0)
    if form:
        found = found.filter(form=form)
    if department:
        found = found.filter(kit__department=department)
    for word in words.split()[:4]:
        found = found.filter(
            Q(patient__name__icontains=word) | Q(patient__reference__icontains=word) | Q(kit__kit__istartswith=word)
        )
    return list(found.order_by("first_returned_at", "-kit__made_at", "number")[:MOST_SHEETS])


def forms() -> list[tuple[str, str]]:
    """The forms that kits here have: id and title."""
    return list(Sheet.objects.order_by("title").values_list("form", "title").distinct())


def departments() -> list[tuple[str, str]]:
    """The departments whose kits are here: id and name."""
    return list(Kit.objects.order_by("department_name").values_list("department", "department_name").distinct())
