"""A result in words for people: where a page stands, why it waits, what to do. Nothing of a patient is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from downtime.page.code_failure import CODE_REMEDIES
from downtime.page.states import REASON_REMEDIES, STATE_REMEDIES, PageReason, PageState
from downtime.scan.result import PageEntry, ScanResult, SheetEntry
from downtime.scan.typed_codes import short_page_ids


@dataclass(frozen=True, slots=True)
class Why:
    """One reason why a page waits: its name, what it means, what to do."""

    name: str
    meaning: str
    do: str

    def __str__(self) -> str:
        return f"{self.name}: {self.meaning} {self.do}"


def label(value: StrEnum) -> str:
    """A state or reason as people read it: ``needs review``."""
    return value.value.replace("_", " ")


def reasons_of(entry: PageEntry) -> tuple[Why, ...]:
    """Why a page is in its state; the state's own meaning where it has no reason of its own."""
    found = []
    for reason in entry.reasons:
        meaning, do = REASON_REMEDIES[reason]
        if reason is PageReason.CODE_REFUSED and entry.code_failure is not None:
            meaning, do = CODE_REMEDIES[entry.code_failure]
        found.append(Why(label(reason), meaning, do))
    if not found or entry.state in (PageState.CONFLICT, PageState.DRILL_PAGE):
        meaning, do = STATE_REMEDIES[entry.state]
        found.insert(0, Why(label(entry.state), meaning, do))
    return tuple(found)


def page_names(result: ScanResult) -> Mapping[str, str]:
    """A short name for every page, as people may type it."""
    real = [entry.id for entry in result.pages if entry.sha256 and "." not in entry.id]
    names = dict(short_page_ids(real))
    for entry in result.pages:
        first, _, copy = entry.id.partition(".")
        names.setdefault(entry.id, f"{names[first]} again" if copy and first in names else "")
    return names


def place(entry: PageEntry) -> str:
    """Where a page stands: its file, and its place in it counted from 1."""
    whole = entry.state is PageState.UNREADABLE_FILE and not entry.index
    return entry.file if whole else f"{entry.file}, page {entry.index + 1}"


def sheet_name(sheet: SheetEntry) -> str:
    """A sheet without its patient: department, bed, form, number."""
    bed = f" bed {sheet.bed}" if sheet.bed else ""
    instance = f", copy {sheet.instance}" if sheet.instance else ""
    return f"{sheet.department}{bed}: {sheet.form}, sheet {sheet.sheet}{instance}"


def pages_came(sheet: SheetEntry) -> str:
    """How many of the pages that are waited for came: ``1 of 2``."""
    expected = [page for page in sheet.pages if page.expected or page.entry]
    return f"{sum(bool(page.entry) for page in expected)} of {len(expected)}"


def counts(result: ScanResult) -> str:
    """How many pages are in each state, in one line."""
    states = [f"{count} {label(state)}" for state, count in result.states.items()]
    return ", ".join(states) if states else "nothing"


def remarks(result: ScanResult) -> Iterator[str]:
    """What holds for the batch as a whole."""
    if not result.checked:
        yield (
            "No site was given: signed page codes could not be checked, so their pages wait, and every unsigned page "
            "is in doubt. Run again with --site."
        )
    elif any(not kit.signed for kit in result.kits if kit.complete or kit.partial):
        yield "Some kits are unsigned: only their manifests vouch for their pages. A key is made by downtime site init."
    if result.drill:
        yield "This is a drill: only pages marked DRILL were read."
    if any(sheet.older for sheet in result.sheets):
        yield "Some sheets are of an older revision than was issued last: their own layout was used."
    scaled = [page.measured.scale_x for page in result.pages if page.measured and PageReason.SCALED in page.reasons]
    if len(scaled) > 1:
        share = sorted(scaled)[len(scaled) // 2]
        yield f"{len(scaled)} pages are not of their printed size (about {share:.0%}): print and scan at 100 %."
