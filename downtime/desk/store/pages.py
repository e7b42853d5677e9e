"""Scanned pages come in: each becomes a row in one state, finds its sheet, and is compared with what came before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction

from downtime.desk.store.models import ScannedPage, Sheet, SheetStatus
from downtime.desk.store.pictures import pictures
from downtime.desk.store.sheets import move
from downtime.page.states import PageReason, PageState
from downtime.scan.model import PageReading, PageVerdict

PLACED = frozenset({PageState.READ, PageState.NEEDS_REVIEW, PageState.UNREGISTERED})

# What a person must see before a page may be keyed from: whose it is, or whether it counts at all, is in doubt. The
# other reasons are about single fields, which whoever keys the page looks at anyway.
INBOX_REASONS = frozenset(
    {
        PageReason.UNSIGNED, PageReason.COPY, PageReason.CODES_DISAGREE, PageReason.VOIDED, PageReason.CODE_REFUSED,
        PageReason.LIVE_PAGE,
    }
)  # fmt: skip

# Nothing is left to do about a page in these states, unless a person opens it again.
SETTLED_STATES = frozenset({PageState.READ, PageState.BLANK, PageState.ALREADY_SEEN, PageState.RESCAN})

# A page that comes back late opens its sheet again, however far that has gone.
_OPENS = {
    SheetStatus.ISSUED: SheetStatus.RETURNED,
    SheetStatus.NOT_USED: SheetStatus.RETURNED,
    SheetStatus.LOST: SheetStatus.RETURNED,
    SheetStatus.FILED: SheetStatus.RETURNED,
    SheetStatus.CLOSED: SheetStatus.RETURNED,
    SheetStatus.KEYED: SheetStatus.KEYING,
    SheetStatus.DISPUTED: SheetStatus.KEYING,
    SheetStatus.VERIFIED: SheetStatus.KEYING,
    SheetStatus.ASKED: SheetStatus.KEYING,
}

SameInk = Callable[[bytes, bytes], bool]


@dataclass(frozen=True, slots=True)
class NewPage:
    """One page as it was read. `straight` is the page upright in the size of its layout, `picture` as it came in.

    `entered` is what was typed into the fields of a filled PDF, None for a page of ink.
    """

    file_id: int
    index: int
    reading: PageReading
    verdict: PageVerdict
    straight: bytes = b""
    picture: bytes = b""
    thumbnail: bytes = b""
    entered: dict[str, str] | None = field(default=None)


def add_page(new: NewPage, same_ink: SameInk) -> ScannedPage:
    """Store a page; the same page of the same file again is the row that is there."""
    names = _kept(new)
    with transaction.atomic():
        known = ScannedPage.objects.select_for_update().filter(file_id=new.file_id, index=new.index).first()
        if known is not None:
            return known
        page = ScannedPage(file_id=new.file_id, index=new.index)
        _fill(page, new, names)
        page.save()
        if page.state in PLACED:
            place(page, same_ink)
    return page


def _kept(new: NewPage) -> dict[str, str]:
    """Keep the pictures of a page and return their names."""
    keep = pictures()
    contents = {"straight": new.straight, "picture": new.picture, "thumbnail": new.thumbnail}
    return {name: keep.put(content) if content else "" for name, content in contents.items()}


def _fill(page: ScannedPage, new: NewPage, names: dict[str, str]) -> None:
    """Put what was read into a page's row."""
    identity = new.reading.identity
    page.state, page.reasons = new.verdict.state, list(new.verdict.reasons)
    page.reading = new.reading.model_dump_json(exclude_defaults=True)
    page.verdict = new.verdict.model_dump_json(exclude_defaults=True)
    page.entered = new.entered
    page.kit, page.page = (identity.kit, identity.page) if identity else ("", None)
    page.straight, page.picture, page.thumbnail = names["straight"], names["picture"], names["thumbnail"]
    page.settled = page.state in SETTLED_STATES


def place(page: ScannedPage, same_ink: SameInk) -> None:
    """Put a page to its sheet and compare it with what came of the same printed page; inside a transaction."""
    sheet = sheet_of(page.kit, page.page)
    if sheet is None:
        # A cover or a card: nothing is written on it.
        page.settled = page.settled or not INBOX_REASONS.intersection(page.reasons)
        page.save(update_fields=["settled"])
        return
    page.sheet = sheet
    used = ScannedPage.objects.select_for_update().filter(sheet=sheet, page=page.page, in_use=True).first()
    if used is not None:
        _compare(page, used, same_ink)
    elif page.state != PageState.UNREGISTERED and not INBOX_REASONS.intersection(page.reasons):
        use(page)
        page.settled = True
    page.save(update_fields=["sheet", "state", "settled", "in_use"])


def sheet_of(kit: str, page: int | None) -> Sheet | None:
    """The sheet as it was printed that a page of a kit belongs to; None for a card, or a kit that is not here."""
    if not kit or page is None:
        return None
    found = (
        Sheet.objects.select_for_update()
        .filter(kit__kit=kit, instance=0, first_page__lte=page, last_page__gte=page)
        .first()
    )
    return found if found is not None and page in found.pages else None


def use(page: ScannedPage) -> None:
    """Key the page's sheet from this picture; the sheet comes back, or is opened again. The caller saves the page."""
    if page.sheet is None:
        raise ValueError("only a page of a sheet can be keyed from")
    page.in_use = True
    status = SheetStatus(page.sheet.status)
    if status in _OPENS:
        late = _OPENS[status] is SheetStatus.KEYING
        move(page.sheet.pk, _OPENS[status], None, why=f"page {page.page} of the kit came back" if late else "")


def _compare(page: ScannedPage, used: ScannedPage, same_ink: SameInk) -> None:
    """The same ink again is a rescan; other ink is a conflict, and a person compares the two pictures."""
    comparable = page.straight and used.straight
    store = pictures()
    if comparable and same_ink(store.get(page.straight), store.get(used.straight)):
        page.state, page.settled = PageState.RESCAN, True
        if len(page.reasons) < len(used.reasons) and page.sheet and page.sheet.status == SheetStatus.RETURNED:
            # The better picture is keyed from, as long as nobody has begun.
            used.in_use, page.in_use = False, True
            used.save(update_fields=["in_use"])
        return
    page.state, page.settled = PageState.CONFLICT, False


def wake_pages_of(kit: str) -> int:
    """Have the pages of a kit read that came in before its manifest; returns how many."""
    waiting = (PageState.UNKNOWN_LAYOUT, PageState.UNIDENTIFIED)
    return ScannedPage.objects.filter(kit=kit, state__in=waiting, sheet=None, settled=False).update(reread=True)


def read_again(page: ScannedPage, new: NewPage, same_ink: SameInk) -> None:
    """Replace what was read on a page by a later reading; a page that is keyed from is left as it is."""
    names = _kept(new)
    with transaction.atomic():
        page = ScannedPage.objects.select_for_update().get(pk=page.pk)
        page.reread = False
        if not page.in_use:
            _fill(page, new, names)
        page.save()
        if not page.in_use and page.state in PLACED:
            place(page, same_ink)
