"""From a page's record to its verdict: intake's refusals, filled forms, drills and unsigned pages; the rest by decide.

No page is compared with another here; `collate` does that.
"""

from __future__ import annotations

from dataclasses import dataclass

from downtime.page.layout import PageLayout
from downtime.page.states import PageReason, PageState
from downtime.page.typed_code import parse_kit
from downtime.scan.decide import decide
from downtime.scan.filled_pdf import TICKED
from downtime.scan.known import IssuedPage, KnownPages
from downtime.scan.model import HowRead, Identity, Mark, PageReading, PageVerdict
from downtime.scan.records import PageRecord, page_id
from downtime.scan.thresholds import Thresholds

UNREADABLE = frozenset(
    {
        PageReason.EMPTY_FILE, PageReason.NOT_A_SCAN, PageReason.NOT_A_FILE, PageReason.ENCRYPTED, PageReason.DAMAGED,
        PageReason.TOO_LARGE, PageReason.TOO_MANY_PIXELS, PageReason.TOO_MANY_PAGES, PageReason.PAPER_SIZE,
        PageReason.NO_PERMISSION, PageReason.VANISHED, PageReason.READER_CRASHED, PageReason.READER_HUNG,
        PageReason.NOTHING_FILLED,
    }
)  # fmt: skip
"""The reasons of a file or picture that never became a page."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known for checking codes: whether the site was given, and whether it has a key.

    A site that never had a key prints unsigned pages; their manifest vouches for them, as no stranger knows its kit's
    48 random bits. A site that has a key signs: an unsigned page is not its own. Without a site nobody can tell.
    """

    site_given: bool
    has_key: bool

    def doubts(self, identity: Identity, issued: IssuedPage | None) -> bool:
        """Whether an unsigned page must be looked at."""
        return not (self.site_given and not self.has_key and issued is not None and not issued.manifest.signed)


@dataclass(frozen=True, slots=True)
class JudgedPage:
    """One page with its verdict, without its scores: what collation needs, for ten thousand pages at a time."""

    id: str
    reading: PageReading
    verdict: PageVerdict
    issued: IssuedPage | None
    entered: dict[str, str] | None
    dpi: float | None
    pictures: tuple[str, ...]


def judge(record: PageRecord, known: KnownPages, thresholds: Thresholds, trust: Trust, *, drill: bool) -> JudgedPage:
    """Say what a page's scores mean; in a drill, live pages are what is set apart."""
    reading = record.reading
    issued = issued_page(reading.identity, known)
    page = issued.page_layout if issued else None
    verdict = _verdict(record, page, thresholds, drill=drill)
    reasons = set(verdict.reasons)
    identity = reading.identity
    if identity is not None and PageReason.UNSIGNED in reasons and not trust.doubts(identity, issued):
        reasons.remove(PageReason.UNSIGNED)
    if identity is not None and identity.how is HowRead.TYPED and reading.code_failure is not None:
        # A person read the code beside a square code that was refused: the refusal stands until it is cleared up.
        reasons.add(PageReason.CODE_REFUSED)
    if page is not None and not page.fields:
        # A cover or card: nothing is read from it, so nothing on it is out of place.
        reasons.discard(PageReason.INK_OUTSIDE_FIELDS)
    state = verdict.state
    if drill and identity is not None and not identity.drill and state is not PageState.FOREIGN:
        reasons, state = reasons | {PageReason.LIVE_PAGE}, PageState.NEEDS_REVIEW
    elif state in (PageState.READ, PageState.NEEDS_REVIEW):
        state = PageState.NEEDS_REVIEW if reasons else PageState.READ
    verdict = verdict.model_copy(update={"state": state, "reasons": tuple(sorted(reasons))})
    return JudgedPage(
        id=page_id(reading.source.sha256, reading.source.index),
        reading=reading.model_copy(update={"boxes": (), "areas": ()}),
        verdict=verdict,
        issued=issued,
        entered=record.entered,
        dpi=record.dpi,
        pictures=tuple(record.pictures),
    )


def issued_page(identity: Identity | None, known: KnownPages) -> IssuedPage | None:
    """The page of a manifest here that an identity names, if there is one with that very layout."""
    kit = parse_kit(identity.kit) if identity else None
    if identity is None or not isinstance(kit, int):
        return None
    issued = known.issued(kit, identity.page)
    return issued if isinstance(issued, IssuedPage) and issued.layout48 == identity.layout48 else None


def _verdict(record: PageRecord, page: PageLayout | None, thresholds: Thresholds, *, drill: bool) -> PageVerdict:
    reading = record.reading
    if reading.failure in UNREADABLE and reading.failure is not None:
        return PageVerdict(state=PageState.UNREADABLE_FILE, reasons=tuple(sorted({reading.failure, *reading.notes})))
    if record.entered is None or page is None or reading.failure is not None:
        return decide(reading, page, thresholds, rehearsal=drill)
    # Typed, not written: the picture told which page it is, and nothing else is taken from it.
    bare = reading.model_copy(update={"boxes": (), "areas": (), "loose_ink_mm2": 0.0, "notes": ()})
    found = decide(bare, None, thresholds, rehearsal=drill)
    if found.state is PageState.DRILL_PAGE:
        return found
    if not record.entered:
        return PageVerdict(state=PageState.BLANK)
    return _entered(record, record.entered, page, found)


def _entered(record: PageRecord, entered: dict[str, str], page: PageLayout, found: PageVerdict) -> PageVerdict:
    """The verdict on a page that was filled on a screen: every value is exact."""
    kinds = {field.id: field.kind for field in page.fields}
    boxes = [name for name, kind in kinds.items() if kind in ("checkbox", "option")]
    kept = {PageReason.UNSIGNED, PageReason.COPY}
    reasons = kept & set(found.reasons)
    if entered.keys() - kinds.keys():
        reasons.add(PageReason.UNKNOWN_FIELD)
    if record.drawn:
        reasons.add(PageReason.INK_OUTSIDE_FIELDS)
    return PageVerdict(
        state=PageState.READ,
        reasons=tuple(sorted(reasons)),
        marks={name: Mark.MARKED if entered.get(name) == TICKED else Mark.BLANK for name in boxes},
        written=tuple(name for name in entered if name in kinds and name not in boxes),
    )
