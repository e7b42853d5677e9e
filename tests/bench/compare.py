"""A reader's verdict on one image against the truth: what was right, what went to a person, and what was wrong.

Every box and every write-in field of a page is counted once, by the kind of ink that it holds. A box is wrong when it
is called marked and is not, or blank and is marked, and neither it nor its choice goes to a person. A field is missed
when it holds writing and is called empty, false when it is empty and called written; what is printed in a field, and
fields under a sticker, a stamp or a neighbour's letters, are counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from degraded import Scanned

from downtime.drill.truth import BoxState, BoxTruth, Writing, WritingKind, WritingState
from downtime.page.layout import PageLayout, choice_of
from downtime.page.states import PageReason
from downtime.scan.model import Mark, PageVerdict

# A sticker's or a stamp's edge is not sharper than this; a neighbour's letters must reach so far into a field to count.
NEAR_MM, INTO_MM = 1.0, 0.3


class Answer(StrEnum):
    """What the reader said: the right thing, that a person has to look, or the wrong thing."""

    RIGHT = "right"
    PERSON = "to a person"
    WRONG = "wrong"


class FieldClass(StrEnum):
    """What a write-in field holds in truth."""

    WRITTEN = "written"
    EMPTY = "empty"
    PRINTED = "printed"
    TOUCHED = "touched"


TAKEN_BACK = "a mark taken back"
Tallies = Counter[tuple[str, Answer]]


@dataclass(slots=True)
class Counts:
    """What came of some images.

    `boxes` and `fields` count answers by kind of ink; `outcomes` are the named reasons of pages that were not read;
    `again` are pages that were read and called too poor (“scan again”), whose empty boxes and fields count nowhere.
    """

    pages: int = 0
    identified: int = 0
    wrong_page: int = 0
    read: int = 0
    again: int = 0
    boxes: Tallies = field(default_factory=Counter)
    fields: Tallies = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    forms: set[str] = field(default_factory=set)
    findings: list[str] = field(default_factory=list)

    def add(self, other: Counts) -> None:
        """Add the counts of other images."""
        self.pages += other.pages
        self.identified += other.identified
        self.wrong_page += other.wrong_page
        self.read += other.read
        self.again += other.again
        self.boxes.update(other.boxes)
        self.fields.update(other.fields)
        self.outcomes.update(other.outcomes)
        self.forms |= other.forms
        self.findings += other.findings


def total(tallies: Tallies, answer: Answer | None = None, kinds: Iterable[str] | None = None) -> int:
    """How many were answered so (None: at all), of some kinds of ink (None: of all)."""
    wanted = None if kinds is None else set(kinds)
    return sum(
        count
        for (kind, said), count in tallies.items()
        if (answer is None or said is answer) and (wanted is None or kind in wanted)
    )


def compare_boxes(counts: Counts, scanned: Scanned, verdict: PageVerdict) -> None:
    """Count every tick box of a page."""
    conflicts = set(verdict.conflicts)
    for truth in scanned.page.boxes:
        mark = verdict.marks[truth.field]
        if mark is Mark.UNSURE and PageReason.LOW_QUALITY in verdict.reasons:
            continue
        answer = Answer.RIGHT if (mark is Mark.MARKED) == (truth.state is BoxState.MARKED) else Answer.WRONG
        if mark is Mark.UNSURE or choice_of(truth.field) in conflicts:
            answer = Answer.PERSON
        counts.boxes[box_ink(truth), answer] += 1
        if answer is Answer.WRONG:
            page = scanned.page
            counts.findings.append(
                f"{page.form} page {page.page} box {truth.field}: {box_ink(truth)}, {truth.inside:.0%} of it inked,"
                f" read as {mark.value}"
            )


def box_ink(truth: BoxTruth) -> str:
    """What kind of ink a box holds, in words: a mark by its kind, one that is hard to see by what is wrong with it."""
    if truth.state is BoxState.STRAY:
        return "a slip, a stamp or a line through it"
    if truth.state is BoxState.CORRECTED:
        return TAKEN_BACK
    if truth.state is BoxState.BLANK:
        return "no ink"
    if truth.printed:
        return "a cross in print"
    if truth.beside:
        return "a mark beside its box"
    if truth.faint:
        return "a mark of a pen that hardly writes"
    return f"a {truth.kinds[0].value}"


def compare_fields(counts: Counts, scanned: Scanned, verdict: PageVerdict, places: PageLayout) -> None:
    """Count every write-in field of a page, unless the page is to be scanned again."""
    if PageReason.LOW_QUALITY in verdict.reasons:
        return
    written, unsure = set(verdict.written), set(verdict.unsure_fields)
    for place in places.fields:
        if place.kind in ("option", "checkbox"):
            continue
        kind, ink = field_ink(scanned, place.id, place.at)
        seen = place.id in written
        answer = Answer.RIGHT if kind is FieldClass.TOUCHED or seen == (kind is FieldClass.WRITTEN) else Answer.WRONG
        if place.id in unsure:
            answer = Answer.PERSON
        counts.fields[ink, answer] += 1
        if answer is Answer.WRONG:
            page = scanned.page
            counts.findings.append(
                f"{page.form} page {page.page} field {place.id}: {ink}, read as {'written' if seen else 'empty'}"
            )


def field_ink(scanned: Scanned, name: str, at: tuple[float, ...]) -> tuple[FieldClass, str]:
    """What a write-in field holds in truth, and in words of what kind it is."""
    page = scanned.page
    if name in page.printed:
        return FieldClass.PRINTED, FieldClass.PRINTED.value
    stuck = [label.field for label in page.labels]
    over = [label.at for label in page.labels] + [extra.at for extra in page.extras]
    writing = next((one for one in page.writings if one.field == name), None)
    if writing is not None:
        return FieldClass.WRITTEN, writing_ink(writing)
    touched = name in stuck or any(_meet(at, place, NEAR_MM) for place in over)
    if touched or page.void or any(_meet(at, one.at, -INTO_MM) for one in page.writings):
        return FieldClass.TOUCHED, FieldClass.TOUCHED.value
    return FieldClass.EMPTY, FieldClass.EMPTY.value


def writing_ink(writing: Writing) -> str:
    """Which kind of handwriting this is, in words."""
    if writing.faint:
        return "writing of a pen that hardly writes"
    if writing.state is WritingState.STRUCK:
        return "words struck out"
    if writing.kind is not WritingKind.TEXT:
        return f"a {writing.kind.value}"
    return "one letter or figure" if len(writing.text) == 1 else "words and figures"


WRITING_INKS = (
    "words and figures", "one letter or figure", "a signature", "a drawing", "words struck out",
    "writing of a pen that hardly writes",
)  # fmt: skip


def _meet(one: tuple[float, ...], other: tuple[float, ...], room_mm: float) -> bool:
    """Whether two boxes (x, y, width, height) overlap, or come nearer to each other than `room_mm`."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return min(across, down) > -room_mm
