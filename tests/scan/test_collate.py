"""Collation: every page in one state, every sheet with its pages, whatever comes in whichever order."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from collate_help import SITE, files_of, judged, lost, manifest, record, states

from downtime.page.manifest import Manifest, ManifestKind
from downtime.page.states import PageReason, PageState
from downtime.scan.collate import collate
from downtime.scan.intake_files import RefusedFile
from downtime.scan.judge import JudgedPage, Trust
from downtime.scan.model import HowRead
from downtime.scan.records import FileRecord, PageRecord
from downtime.scan.result import ScanResult, SheetStatus

DRILL, KIT = ManifestKind.DRILL, ManifestKind.KIT


def pixels_say(one: JudgedPage, other: JudgedPage) -> bool:
    """Pictures show the same ink where their files' names begin alike: a0 and a1, but not b0."""
    return one.reading.source.file[0] == other.reading.source.file[0]


def together(
    records: Sequence[PageRecord], manifests: Sequence[Manifest], *, drill: bool = False, trust: Trust = SITE,
    again: Mapping[str, Sequence[str]] | None = None, refused: Sequence[RefusedFile] = (),
    files: Mapping[str, FileRecord] | None = None,
) -> ScanResult:  # fmt: skip
    return collate(
        judged(records, manifests, drill=drill, trust=trust), {**files_of(records, again), **(files or {})}, refused,
        manifests, pixels_say, drill=drill, checked=trust.site_given,
    )  # fmt: skip


def test_sheets_are_complete_partial_or_not_waited_for() -> None:
    """Of blank copies only those are listed of which a page came; all of them are counted."""
    packet = manifest(sheets=5)
    result = together([record(packet, page, file="a", index=page) for page in (1, 2, 5)], [packet])
    assert [(sheet.sheet, sheet.status, sheet.missing) for sheet in result.sheets] == [
        (1, SheetStatus.COMPLETE, ()), (3, SheetStatus.PARTIAL, (6,))
    ]  # fmt: skip
    [kit] = result.kits
    assert (kit.issued, kit.complete, kit.partial, kit.missing, kit.unused) == (5, 1, 1, 0, 3)
    assert not result.is_settled


def test_every_sheet_of_a_kit_for_patients_is_waited_for() -> None:
    kit = manifest(kind=KIT, patients=["m1", "m1", "m2"], names=True)
    result = together([record(kit, 1)], [kit])
    assert [(sheet.sheet, sheet.status, sheet.bed) for sheet in result.sheets] == [
        (1, SheetStatus.PARTIAL, "1"), (2, SheetStatus.MISSING, "2"), (3, SheetStatus.MISSING, "3")
    ]  # fmt: skip


def test_a_downtime_number_that_came_claims_its_other_sheets() -> None:
    packet = manifest(patients=["D1", "D2", "D1"])
    result = together([record(packet, 1, index=0), record(packet, 2, index=1)], [packet])
    assert [(sheet.sheet, sheet.status) for sheet in result.sheets] == [
        (1, SheetStatus.COMPLETE), (3, SheetStatus.MISSING)
    ]  # fmt: skip


def test_a_page_without_fields_is_not_waited_for() -> None:
    card = manifest(kit=2, fields=False, kind=KIT, names=True)
    result = together([record(card, 1)], [card])
    assert [(sheet.sheet, sheet.status) for sheet in result.sheets] == [(1, SheetStatus.COMPLETE)]


def test_the_same_ink_twice_is_a_rescan_and_the_better_picture_leads() -> None:
    packet = manifest()
    pages = [record(packet, 1, file="a0", ink=0.3, marks=3), record(packet, 1, file="a1", ink=0.3, marks=4)]
    result = together(pages, [packet])
    assert states(result) == {"a00": "rescan", "a10": "read"}
    [worse, better] = result.pages
    assert worse.same_as == better.id
    assert (result.sheets[0].pages[0].entry, result.sheets[0].pages[0].others) == (better.id, (worse.id,))


def test_other_ink_on_the_same_page_is_a_conflict_and_both_are_kept() -> None:
    packet = manifest()
    pages = [record(packet, 1, file=name) for name in ("a0", "a1", "b0")]
    result = together(pages, [packet])
    assert Counter(states(result).values()) == {"conflict": 2, "rescan": 1}
    leaders = [page for page in result.pages if page.state is PageState.CONFLICT]
    assert {leaders[0].id} == set(leaders[1].conflicts_with)
    assert len(result.sheets[0].pages[0].others) == 2


@pytest.mark.parametrize(("ink", "expected"), [(0.0, {"conflict"}), (0.07, {"needs_review", "rescan"})])
def test_a_mark_that_only_one_picture_has_is_a_conflict_whatever_the_pictures_say(ink: float, expected: set) -> None:
    """A box in doubt on one of them is none: it may be the same mark."""
    packet = manifest()
    pages = [record(packet, 1, file="a0", ink=0.3), record(packet, 1, file="a1", ink=ink)]
    found = set(states(together(pages, [packet])).values())
    assert found == expected if ink == 0.0 else found <= {"read", "rescan", "needs_review"}


def test_copies_of_a_copy_master_are_told_apart() -> None:
    packet = manifest()
    pages = [record(packet, 1, file=name, copy_master=True) for name in ("a0", "b0", "c0", "a1")]
    result = together(pages, [packet])
    assert Counter(states(result).values()) == {"needs_review": 3, "rescan": 1}
    assert [sheet.instance for sheet in result.sheets] == [1, 2, 3]
    assert all(PageReason.COPY in page.reasons for page in result.waiting)


def test_a_page_that_cannot_be_straightened_waits_whatever_else_came() -> None:
    packet = manifest()
    bad = record(packet, 1, file="b", failure=PageReason.TOO_FEW_MARKS)
    alone = together([bad], [packet])
    assert states(alone) == {"b0": "unregistered"}
    assert alone.sheets[0].pages[0].entry == alone.pages[0].id
    both = together([bad, record(packet, 1, file="a")], [packet])
    assert states(both) == {"a0": "read", "b0": "unregistered"}
    assert both.sheets[0].pages[0].entry == both.pages[0].id


def test_drill_pages_are_never_among_live_ones_nor_live_ones_among_those_of_a_drill() -> None:
    live, drill = manifest(1), manifest(2, kind=DRILL)
    pages = [record(live, 1, file="a"), record(drill, 1, file="b")]
    result = together(pages, [live, drill])
    assert states(result) == {"a0": "read", "b0": "drill_page"}
    assert {sheet.kit for sheet in result.sheets} == {live.kit} == {kit.kit for kit in result.kits}
    rehearsed = together(pages, [live, drill], drill=True)
    assert states(rehearsed) == {"a0": "needs_review", "b0": "read"}
    assert rehearsed.pages[0].reasons == (PageReason.LIVE_PAGE,)
    assert {sheet.kit for sheet in rehearsed.sheets} == {drill.kit} == {kit.kit for kit in rehearsed.kits}


def test_an_older_layout_is_read_and_told() -> None:
    old, new = manifest(1, revision="2025-01"), manifest(2, revision="2026-11", days=30)
    result = together([record(old, 1, file="a"), record(new, 1, file="b")], [new, old])
    assert states(result) == {"a0": "read", "b0": "read"}
    assert {sheet.kit: sheet.older for sheet in result.sheets} == {old.kit: True, new.kit: False}


@pytest.mark.parametrize(
    ("trust", "manifest_signed", "page_signed", "state"),
    [
        (Trust(True, True), True, True, "read"),
        (Trust(True, True), True, False, "needs_review"),  # the site signs, so this is not its page
        (Trust(True, True), False, False, "needs_review"),
        (Trust(True, False), False, False, "read"),  # the site never had a key: its manifest vouches
        (Trust(True, False), True, False, "needs_review"),  # it was signed when it was printed
        (Trust(False, False), False, False, "needs_review"),  # nobody can tell
    ],
)
def test_unsigned_pages_are_believed_only_where_a_site_has_no_key(
    trust: Trust, manifest_signed: bool, page_signed: bool, state: str
) -> None:
    packet = manifest(signed=manifest_signed)
    result = together([record(packet, 1, signed=page_signed)], [packet], trust=trust)
    assert states(result) == {"a0": state}
    assert (PageReason.UNSIGNED in result.pages[0].reasons) == (state == "needs_review")


def test_a_typed_code_does_not_lift_what_was_refused() -> None:
    from downtime.page.code_failure import CodeReason

    packet = manifest()
    typed = record(packet, 1, how=HowRead.TYPED)
    assert states(together([typed], [packet])) == {"a0": "read"}
    forged = typed.reading.model_copy(update={"code_failure": CodeReason.FORGED_OR_OTHER_KEY})
    refused = typed.model_copy(update={"reading": forged})
    result = together([refused], [packet])
    assert result.pages[0].state is PageState.NEEDS_REVIEW
    assert result.pages[0].reasons == (PageReason.CODE_REFUSED,)


def test_the_same_bytes_count_once_and_every_file_is_listed() -> None:
    packet = manifest()
    pages = [record(packet, 1, file="a", index=0), record(packet, 2, file="a", index=1)]
    gone = FileRecord(sha256="e" * 64, size=9, names=("z.pdf",), failure=PageReason.ENCRYPTED)
    pipes = [RefusedFile(Path(folder, "pipe"), "pipe", PageReason.NOT_A_FILE) for folder in ("x", "y")]
    result = together(pages, [packet], again={"a": ["b", "c"]}, refused=pipes, files={gone.sha256: gone})
    assert states(result) == {
        "a0": "read", "a1": "read", "b0": "already_seen", "b1": "already_seen", "c0": "already_seen",
        "c1": "already_seen", "pipe0": "unreadable_file", "z.pdf0": "unreadable_file",
    }  # fmt: skip
    assert result.files == 6
    assert len({page.id for page in result.pages}) == len(result.pages) == 9
    assert [sheet.status for sheet in result.sheets] == [SheetStatus.COMPLETE]


def test_filled_files_of_one_form_are_sheets_of_their_own() -> None:
    """Same values twice are one; other values are another patient's, whom nobody knows but the writer."""
    packet = manifest()
    filled = [
        record(packet, page, file=name, index=page, entered={f"line{page - 1}": text})
        for name, text in (("a0", "x"), ("a1", "x"), ("b0", "y"))
        for page in (1, 2)
    ]
    result = together(filled, [packet])
    assert Counter(states(result).values()) == {"needs_review": 4, "rescan": 2}
    assert [(sheet.instance, sheet.electronic, sheet.status) for sheet in result.sheets] == [
        (1, True, SheetStatus.COMPLETE), (2, True, SheetStatus.COMPLETE)
    ]  # fmt: skip
    alone = together(filled[:2], [packet])
    assert set(states(alone).values()) == {"read"}
    assert alone.pages[0].entered == {"line0": "x"}


def test_what_was_typed_comes_out_exactly_and_unknown_fields_are_told() -> None:
    packet = manifest()
    entered = {"tick0": "X", "line0": "ä\n<b>", "other": "?"}
    result = together([record(packet, 1, entered=entered)], [packet])
    [page] = result.pages
    assert (page.entered, page.marks, page.fields) == (entered, {"tick0": "marked"}, {})
    assert page.reasons == (PageReason.UNKNOWN_FIELD,)
    nothing = together([record(packet, 1, entered={})], [packet])
    assert states(nothing) == {"a0": "blank"} and not nothing.sheets


KITS = [
    manifest(1, sheets=3),
    manifest(2, sheets=2, kind=KIT, patients=["m1", "m2"], names=True),
    manifest(3, sheets=2, kind=DRILL),
    manifest(4, sheets=2, revision="2024-01", days=-300),
]
FAILURES = [PageReason.NO_CODE, PageReason.NO_MANIFEST, PageReason.CODES_DISAGREE, PageReason.DAMAGED]


@st.composite
def batches(draw: st.DrawFn) -> list[PageRecord]:
    """Any pile: pages of several kits, some of them twice, with this ink or that, some unreadable."""
    pile = []
    for number in range(draw(st.integers(1, 12))):
        file = f"{draw(st.sampled_from('ab'))}{number}"
        kit = draw(st.sampled_from(KITS))
        kind = draw(st.sampled_from(["page", "page", "page", "crooked", "copy", "filled", "lost"]))
        page = draw(st.integers(1, 4))
        if kind == "lost":
            pile.append(lost(file, draw(st.sampled_from(FAILURES))))
        elif kind == "filled":
            pile.append(record(kit, page, file=file, entered={f"line{(page - 1) % 2}": draw(st.sampled_from("xy"))}))
        else:
            failure = PageReason.DOES_NOT_FIT if kind == "crooked" else None
            ink = draw(st.sampled_from([0.0, 0.08, 0.3]))
            marks = draw(st.integers(3, 4))
            pile.append(record(kit, page, file=file, ink=ink, marks=marks, failure=failure, copy_master=kind == "copy"))
    return pile


@given(batches(), st.booleans(), st.integers())
def test_the_result_does_not_depend_on_the_order_of_pages(pile: list[PageRecord], drill: bool, seed: int) -> None:
    shuffled, kits = list(pile), list(KITS)
    random.Random(seed).shuffle(shuffled)
    random.Random(seed + 1).shuffle(kits)
    assert together(shuffled, kits, drill=drill).to_json() == together(pile, KITS, drill=drill).to_json()


@given(batches(), st.booleans())
def test_every_page_is_in_one_state_and_on_one_sheet_at_most(pile: list[PageRecord], drill: bool) -> None:
    result = together(pile, KITS, drill=drill)
    entries = {entry.id: entry for entry in result.pages}
    assert len(entries) == len(result.pages) == len(pile) == sum(result.states.values())
    on_sheets = Counter(
        one for sheet in result.sheets for page in sheet.pages for one in (page.entry, *page.others) if one
    )
    assert all(count == 1 for count in on_sheets.values())
    for name in on_sheets:
        assert entries[name].state in (PageState.READ, PageState.NEEDS_REVIEW, PageState.CONFLICT, PageState.RESCAN,
                                       PageState.UNREGISTERED)  # fmt: skip
        assert entries[name].drill == drill
    for entry in result.pages:
        if entry.state is PageState.RESCAN:
            assert entries[entry.same_as].state is not PageState.RESCAN
        if entry.state is PageState.CONFLICT:
            assert entry.conflicts_with
            assert all(entry.id in entries[other].conflicts_with for other in entry.conflicts_with)
        if entry.state in (PageState.READ, PageState.CONFLICT) and entry.sheet and entry.entered is None:
            assert entry.id in on_sheets


@given(batches())
def test_one_more_page_never_makes_a_sheet_less_complete(pile: list[PageRecord]) -> None:
    before, after = together(pile[:-1], KITS), together(pile, KITS)
    came = {(sheet.kit, sheet.sheet, page.page) for sheet in before.sheets for page in sheet.pages if page.entry}
    now = {(sheet.kit, sheet.sheet, page.page) for sheet in after.sheets for page in sheet.pages if page.entry}
    assert came <= now
