"""Readiness: a box is ready until something it was printed from changes, and the reason names what."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sample_site import site as sample

import downtime.paper.readiness as readiness_module
from downtime.errors import InputError, UsageError, WriteError
from downtime.library.shelf import Shelf
from downtime.paper.batch import read_site, write_packets
from downtime.paper.packet import Progress
from downtime.paper.placement import PLACED_FOLDER, Placement, file_name, place, placed_boxes
from downtime.paper.production import print_run
from downtime.paper.readiness import BoxStatus, State, readiness, status_page

PRINTED, PLACED, TODAY = "2026-11-20T0930", date(2026, 11, 21), date(2026, 11, 23)
FORMS = ("log-incident", "log-phone-runner")


def no_bar(label: str) -> Progress:
    return lambda done, total: None


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The small site, with its forms approved and packets that hold for 30 days."""
    made = sample(tmp_path)
    shelf = Shelf(made / "forms")
    lines = [
        f'  - {{form: {form}, revision: "{shelf.form(form).spec.revision}", content: "{shelf.form(form).digest[:12]}", '
        "by: A. B., role: owner, date: 2026-11-01}\n"
        for form in FORMS
    ]
    with (made / "approvals.yaml").open("a") as stream:
        stream.write("forms:\n" + "".join(lines))
    edit(made, "facility.yaml", "words:\n", "packet_valid_days: 30\nwords:\n")
    return made


def edit(root: Path, file: str, old: str, new: str) -> None:
    path = root / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def printed(root: Path, out: Path, *, made_at: str = PRINTED, drill: bool = False) -> Path:
    loaded, shelf = read_site(root)
    out.mkdir(exist_ok=True)
    (written,) = write_packets(loaded, shelf, ["ward"], print_run(loaded, made_at=made_at, drill=drill), out, no_bar)
    return written.path


def put(root: Path, pdf: Path, box: str = "W-1", on: date = PLACED) -> Placement:
    loaded, shelf = read_site(root)
    return place(loaded, shelf, pdf, box=box, by="A. Nurse", on=on)


def status(root: Path, today: date = TODAY) -> tuple[BoxStatus, ...]:
    loaded, shelf = read_site(root)
    return readiness(loaded, shelf, placed_boxes(root), today).boxes


@pytest.fixture
def filled(root: Path, tmp_path: Path) -> Path:
    put(root, printed(root, tmp_path / "out"))
    return root


def test_a_box_is_never_placed_then_ready(root: Path, tmp_path: Path) -> None:
    (before,) = status(root)
    assert (before.box, before.state, before.record) == ("W-1", State.NEVER, None)
    put(root, printed(root, tmp_path / "out"))
    (after,) = status(root)
    assert (after.state, after.reasons, after.notes) == (State.READY, (), ())
    assert after.use_until == "20 DEC 2026"


FORM = """\
form: log-incident
title: Incident log
revision: "2027-01"
owner: Nursing
source: [a test]
scope: unit
audience: RN
record: {targets: [ops_only], priority: NONE, fate: SCAN ONLY, by: RN, keep: R-OPS}
sections:
  - fields:
      - {id: note, type: lines, label: Note, lines: 3}
"""


@pytest.mark.parametrize(
    ("file", "old", "new", "reasons"),
    [
        ("contacts.yaml", "555-0101", "555-0102", ["phone numbers or contacts changed (contacts.yaml)"]),
        ("departments/ward.yaml", "staff: 4", "staff: 5", ["the department's settings changed"]),
        ("facility.yaml", "room A", "room B", ["the facility changed (facility.yaml)"]),
        ("approvals.yaml", "by: A. B.", "by: E. F.", ["approvals changed (approvals.yaml)"]),
        ("templates/procedures/own.md", "Go to", "Walk to", ["role card own changed"]),
        ("forms/log-incident.yaml", "", FORM, ["form log-incident revised: printed 2026-11, now 2027-01"]),
        (
            "departments/ward.yaml", "{form: log-incident", "{form: log-unit-census",
            [
                "the department's settings changed",
                "form log-unit-census is new, the box does not have it",
                "form log-incident is no longer part of the packet",
            ],
        ),
    ],
)  # fmt: skip
def test_whatever_changes_is_named(filled: Path, file: str, old: str, new: str, reasons: list[str]) -> None:
    if old:
        edit(filled, file, old, new)
    else:
        (filled / file).write_text(new, "utf-8")
    (box,) = status(filled)
    assert box.state is State.STALE
    assert sorted(box.reasons) == sorted(reasons)


def test_a_comment_or_the_order_of_keys_changes_nothing(filled: Path) -> None:
    edit(filled, "contacts.yaml", "    title: Charge nurse\n", "    # the day's\n    title: Charge nurse\n")
    edit(filled, "facility.yaml", "country: US\npaper: letter\n", "paper: letter\ncountry: US\n")
    (box,) = status(filled)
    assert box.state is State.READY


@pytest.mark.parametrize(
    ("today", "state", "says"),
    [
        (date(2026, 12, 5), State.READY, ""),
        (date(2026, 12, 6), State.READY, "expires within 14 days: 14 days left"),
        (date(2026, 12, 20), State.READY, "expires within 14 days: today is its last day"),
        (date(2026, 12, 21), State.STALE, "expired on 20 DEC 2026"),
    ],
)
def test_the_last_day_of_use(filled: Path, today: date, state: State, says: str) -> None:
    (box,) = status(filled, today)
    assert (box.state, box.why) == (state, says)


def test_numbers_that_nobody_tried_for_long(filled: Path) -> None:
    (box,) = status(filled, date(2027, 1, 31))
    assert "numbers not tried for over 90 days: Charge nurse (last on 01 NOV 2026)" in box.reasons


def test_an_unapproved_form_is_not_ready(root: Path, tmp_path: Path) -> None:
    edit(root, "approvals.yaml", "form: log-incident", "form: log-unit-census")
    put(root, printed(root, tmp_path / "out"))
    (box,) = status(root)
    assert box.reasons == ("NOT APPROVED FOR PATIENT CARE stands on log-incident",)


def test_another_version_of_the_program(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (record,) = placed_boxes(filled)
    monkeypatch.setattr(readiness_module, "__version__", "99.0")
    (box,) = status(filled)
    assert box.reasons == (f"printed by version {record.software_version} of Downtime, this is 99.0",)


def test_a_packet_put_in_the_place_of_another(filled: Path, tmp_path: Path) -> None:
    (old,) = placed_boxes(filled)
    done = put(filled, printed(filled, tmp_path / "later", made_at="2026-11-22T0930"), box="w-1", on=TODAY)
    assert done.replaced == old
    assert placed_boxes(filled) == (done.record,)
    assert done.record.kit != old.kit


def test_every_box_of_a_department_is_told(root: Path, tmp_path: Path) -> None:
    put(root, printed(root, tmp_path / "out"), box="../Spare 2")
    assert [(box.box, box.state) for box in status(root)] == [("W-1", State.NEVER), ("../Spare 2", State.READY)]
    assert [path.parent for path in (root / ".downtime").rglob("*.json")] == [root / PLACED_FOLDER]


def test_no_two_boxes_share_a_file() -> None:
    assert file_name("icu", "west-1") != file_name("icu-west", "1")
    assert file_name("icu", "a/b") != file_name("icu", "a%2Fb")


def test_a_department_that_is_gone_still_has_paper_lying_about(filled: Path) -> None:
    edit(filled, "departments/ward.yaml", "id: ward", "id: ward-2")
    edit(filled, "approvals.yaml", "department: ward", "department: ward-2")
    boxes = status(filled)
    assert [(box.department, box.state) for box in boxes] == [("ward-2", State.NEVER), ("ward", State.STALE)]
    assert "no longer has this department" in boxes[1].why


def test_drills_and_packets_from_elsewhere_fill_no_box(root: Path, tmp_path: Path) -> None:
    drill = printed(root, tmp_path / "out", drill=True)
    with pytest.raises(InputError, match="it is a drill"):
        put(root, drill)
    pdf = printed(root, tmp_path / "out")
    edit(root, "facility.yaml", "id: mill-hill", "id: other-hill")
    with pytest.raises(InputError, match="from another facility, Mill Hill Hospital"):
        put(root, pdf)
    edit(root, "facility.yaml", "id: other-hill", "id: mill-hill")
    edit(root, "departments/ward.yaml", "id: ward", "id: ward-2")
    edit(root, "approvals.yaml", "department: ward", "department: ward-2")
    with pytest.raises(InputError, match="no department “ward”"):
        put(root, pdf)
    assert not (root / ".downtime").exists()


def test_a_day_before_the_packet_was_made(root: Path, tmp_path: Path) -> None:
    pdf = printed(root, tmp_path / "out")
    with pytest.raises(UsageError, match="cannot have been placed on 19 NOV 2026"):
        put(root, pdf, on=date(2026, 11, 19))


def test_nothing_half_written_is_left(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = printed(root, tmp_path / "out")
    (root / ".downtime").write_text("in the way")
    with pytest.raises(WriteError, match="the record of the box cannot be kept"):
        put(root, pdf)
    (root / ".downtime").unlink()
    before = put(root, pdf).record

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(WriteError, match="No space left on device"):
        put(root, pdf, on=TODAY)
    assert placed_boxes(root) == (before,)
    assert [path.name for path in (root / PLACED_FOLDER).iterdir()] == [file_name("ward", "W-1")]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format_version": 2}', b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_record_is_named(filled: Path, content: bytes) -> None:
    (path,) = (filled / PLACED_FOLDER).iterdir()
    path.write_bytes(content)
    with pytest.raises(InputError, match="this record of a box cannot be used") as caught:
        status(filled)
    assert caught.value.where == str(path)


def test_the_page_escapes_names_and_says_the_state_in_words(filled: Path) -> None:
    edit(filled, "departments/ward.yaml", "name: Ward", "name: Ward <b>&</b> {{ 7 * 7 }}")
    loaded, shelf = read_site(filled)
    page = status_page(readiness(loaded, shelf, placed_boxes(filled), TODAY))
    assert "Ward &lt;b&gt;&amp;&lt;/b&gt; {{ 7 * 7 }}" in page
    assert ">stale</span>" in page and "the department&#39;s settings changed" in page
    assert "http" not in page and "src=" not in page and "<script" not in page


def test_a_record_holds_neither_layouts_nor_numbers(filled: Path) -> None:
    (path,) = (filled / PLACED_FOLDER).iterdir()
    data = json.loads(path.read_bytes())
    assert not {"layouts", "sheets", "downtime_numbers"} & set(data)
    assert (data["by"], data["on"], data["box"]) == ("A. Nurse", "2026-11-21", "W-1")
