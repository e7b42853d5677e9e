"""A slice of the degraded set, read: no wrong page, no wrong box; and the comparison sees what is wrong."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache

import pytest
from drill_help import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(ROOT / "tests" / "bench"))
from accuracy import FIRST_SEED, OTHER, OURS, PENS, SEEDS, jobs, part, read
from accuracy_page import Results, interval, page_text
from compare import TAKEN_BACK, Answer, Counts, FieldClass, box_ink, total
from degraded import ALL_KINDS, Scanned, kind_name, known, make
from other_damage import OTHER_KINDS

from downtime.drill.truth import BoxState, BoxTruth, MarkKind, Writing
from downtime.page.typed_code import parse_kit
from downtime.scan.known import IssuedPage, KnownPages

SEED = 3
# One page on each paper.
PAGES = 2


@cache
def harmed(kinds: tuple[str, ...], number: int) -> tuple[Scanned, KnownPages]:
    scanned, packet = make(SEED, kinds, number, "careful")
    return scanned, known()[packet]


@pytest.mark.parametrize("kinds", ALL_KINDS, ids=kind_name)
def test_no_wrong_page_and_no_wrong_box_whatever_harmed_it(kinds: tuple[str, ...]) -> None:
    counts = Counts()
    for number in range(PAGES):
        counts.add(read(*harmed(kinds, number)))
    assert counts.wrong_page == 0
    # A box blacked out to take its mark back looks as one that was filled in; tests/ACCURACY.md counts how often.
    taken_back = total(counts.boxes, Answer.WRONG, [TAKEN_BACK])
    assert total(counts.boxes, Answer.WRONG) == taken_back <= 1, counts.findings
    assert total(counts.fields, Answer.WRONG, [FieldClass.PRINTED]) == 0, counts.findings
    # What was not read has a name.
    assert counts.pages == PAGES == counts.read + sum(counts.outcomes.values())


@cache
def whole_page() -> tuple[Scanned, KnownPages]:
    """A clean page that has boxes and writing."""
    for number in range(40):
        scanned, pages = harmed(("clean",), number)
        boxes, writings = scanned.page.boxes, scanned.page.writings
        if len(boxes) >= 8 and any(box.state is BoxState.MARKED for box in boxes) and len(writings) >= 8:
            return scanned, pages
    raise AssertionError("no page has boxes and writing")


def told_otherwise(scanned: Scanned, boxes: tuple[BoxTruth, ...], writings: tuple[Writing, ...]) -> Scanned:
    return replace(scanned, page=scanned.page.model_copy(update={"boxes": boxes, "writings": writings}))


def flipped(box: BoxTruth) -> BoxTruth:
    """The truth of a box as it is not."""
    if box.state is BoxState.MARKED:
        return box.model_copy(update={"state": BoxState.BLANK, "kinds": ()})
    return box.model_copy(update={"state": BoxState.MARKED, "kinds": (MarkKind.TICK,)})


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_each_box_that_the_truth_turns_round_is_counted_as_wrong(data: st.DataObject) -> None:
    scanned, pages = whole_page()
    boxes = scanned.page.boxes
    turned = data.draw(st.sets(st.integers(0, len(boxes) - 1), max_size=6))
    sure = {place for place in turned if box_is_sure(boxes[place].field)}
    told = tuple(flipped(box) if place in turned else box for place, box in enumerate(boxes))
    counts = read(told_otherwise(scanned, told, scanned.page.writings), pages)
    assert total(counts.boxes, Answer.WRONG) == len(sure)
    assert total(counts.boxes) == len(boxes)


@cache
def box_is_sure(field: str) -> bool:
    """Whether the reader gives an answer for a box, and asks no person."""
    scanned, pages = whole_page()
    box = next(box for box in scanned.page.boxes if box.field == field)
    return total(read(told_otherwise(scanned, (box,), ()), pages).boxes, Answer.PERSON) == 0


def test_writing_that_the_truth_does_not_know_is_false_and_writing_that_is_not_there_is_missed() -> None:
    scanned, pages = whole_page()
    right = read(scanned, pages)
    assert total(right.fields, Answer.WRONG) == 0, right.findings
    unknown = read(told_otherwise(scanned, scanned.page.boxes, ()), pages)
    written = len(scanned.page.writings)
    assert total(unknown.fields, Answer.WRONG, [FieldClass.EMPTY]) >= written / 2
    invented = [
        Writing(field=name, text="12", at=(0.0, 0.0, 0.1, 0.1))
        for name in field_names(scanned, pages) - {one.field for one in scanned.page.writings}
    ]
    more = read(told_otherwise(scanned, scanned.page.boxes, (*scanned.page.writings, *invented)), pages)
    assert total(more.fields, Answer.WRONG) == total(right.fields, Answer.RIGHT, [FieldClass.EMPTY]) > 0


def field_names(scanned: Scanned, pages: KnownPages) -> set[str]:
    kit = parse_kit(scanned.page.kit)
    page = pages.issued(kit, scanned.page.page) if isinstance(kit, int) else kit
    assert isinstance(page, IssuedPage)
    return {field.id for field in page.page_layout.fields if field.kind not in ("option", "checkbox")}


def test_the_picture_of_another_page_is_a_wrong_page() -> None:
    scanned, pages = whole_page()
    other = scanned.page.model_copy(update={"page": scanned.page.page + 1})
    counts = read(replace(scanned, page=other), pages)
    assert counts.wrong_page == 1 and counts.identified == 0 and counts.findings


def test_what_is_hard_to_see_in_a_box_has_a_name_of_its_own() -> None:
    tick = BoxTruth(field="a", state=BoxState.MARKED, kinds=(MarkKind.TICK,), inside=0.2)
    others = [tick.model_copy(update={what: True}) for what in ("beside", "faint", "printed")]
    others += [tick.model_copy(update={"state": state}) for state in BoxState if state is not BoxState.MARKED]
    assert len({box_ink(tick), *map(box_ink, others)}) == 7


def test_the_whole_run_has_enough_pages_of_every_kind_and_seeds_that_nothing_was_set_on() -> None:
    wanted = jobs(FIRST_SEED, SEEDS, (OURS, OTHER))
    assert len({job.seed for job in wanted}) >= 100 and min(job.seed for job in wanted) > 1000
    for kinds in (*ALL_KINDS, *((name,) for name in OTHER_KINDS)):
        mine = [job for job in wanted if job.kinds == kinds]
        assert len(mine) >= 30
        assert {job.profile for job in mine} == set(PENS)
        assert {job.number % PAGES for job in mine} == set(range(PAGES))
    assert len({job.name for job in wanted}) == len(wanted)


@given(st.integers(1, 9))
def test_slices_are_parts_of_the_whole(of: int) -> None:
    wanted = jobs(FIRST_SEED, 5, (OURS, OTHER))
    parts = [job for number in range(1, of + 1) for job in part(wanted, f"{number}/{of}")]
    assert len(parts) == len(wanted) and set(parts) == set(wanted)


@given(st.integers(0, 400), st.integers(1, 400))
def test_the_range_of_a_share_holds_the_share_and_gets_narrower_with_more_of_the_same(count: int, more: int) -> None:
    of = count + more
    low, high = interval(count, of)
    assert 0 <= low <= count / of <= high <= 1 and low < high
    wider = interval(count * 4, of * 4)
    assert wider[1] - wider[0] < high - low


def test_the_page_says_what_was_counted_and_each_wrong_box() -> None:
    results = Results(FIRST_SEED, 2, "01 Jan 2026")
    for name, count in (("clean", read(*whole_page())), ("skew", wrong_counts())):
        results.take(True, name, "tired", count)
    text = page_text(results)
    rows = {line.split(" | ")[0].strip("| `*"): line for line in text.splitlines() if line.startswith("| ")}
    assert {"clean", "skew", "all", "tired"} <= rows.keys()
    assert "| 2 | 2 | 0 | 2 | 0 |" in rows["all"]
    assert "| pages identified | ≥ 99.5 % | 100.0 % (2 of 2) |" in text
    assert "- skew, seed 20001: form page 3 box a: a tick, 2% of it inked, read as blank" in text


def wrong_counts() -> Counts:
    counts = Counts(pages=1, identified=1, read=1)
    counts.boxes["a tick", Answer.WRONG] += 1
    counts.findings.append("skew, seed 20001: form page 3 box a: a tick, 2% of it inked, read as blank")
    return counts
