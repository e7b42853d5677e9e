"""The plan and its pull list: counted by hand, by the printed packet, and by what must always hold."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from downtime.errors import UsageError
from downtime.library.shelf import Shelf
from downtime.page.geometry import PaperSize
from downtime.paper.amounts import Amount
from downtime.paper.packet import make_packet
from downtime.paper.plan import DepartmentPlan, Plan
from downtime.paper.production import print_run
from downtime.paper.pull_list import pull_list_pdf
from downtime.paper.stock import make_plan
from downtime.site import Site, load_site

EXAMPLES = Path(__file__).parents[2] / "examples"
MADE_AT = "2026-11-23T0930"


@pytest.fixture(scope="module")
def riverside() -> Site:
    return load_site(EXAMPLES / "riverside")


@pytest.fixture(scope="module")
def hillview() -> Site:
    return load_site(EXAMPLES / "hillview-gp")


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture(scope="module")
def plan(riverside: Site, shelf: Shelf) -> Plan:
    return make_plan(riverside, shelf)


def unit_of(plan: Plan, department: str) -> DepartmentPlan:
    return next(unit for unit in plan.departments if unit.id == department)


# 4 West: 26 patients, 0.3 arrivals an hour, 8 h in the box (28.4 people), 28 days in the store (each 26 + 7.2 = 33.2
# people), 1.25 surge × 1.15 spoilage = 1.4375. In brackets: before rounding up.
BY_HAND = {
    ("Orders", "ord-general"): (17, 1604),  # 28.4 × 1.2 × 8 ÷ 24 × 1.4375 [16.33]; 33.2 × 1.2 × 28 × 1.4375 [1,603.56]
    ("Orders", "ord-medication"): (14, 1337),  # 28.4 × 1 [13.61], [1,336.3]
    ("Orders", "ord-lab-req"): (21, 2005),  # 28.4 × 1.5 [20.41], [2,004.45]
    ("Orders", "ord-verbal-readback"): (7, 669),  # 28.4 × 0.5 [6.8], [668.15]
    ("Medication", "mar-scheduled"): (41, 1337),  # a sheet lasts a day: 28.4 × 1 × 24 ÷ 24 [40.825], [1,336.3]
    ("Medication", "mar-prn"): (21, 669),  # 28.4 × 0.5, whole days [20.41], [668.15]
    ("Medication", "mar-infusion"): (9, 268),  # 28.4 × 0.2, whole days [8.165], [267.26]
    ("Flowsheets and notes", "flow-vitals-ews"): (41, 1337),
    ("Flowsheets and notes", "flow-io"): (21, 669),
    ("Flowsheets and notes", "note-nursing"): (14, 1337),
    ("Arrivals", "reg-face-sheet"): (4, 290),  # 0.3 × 8 × 1.4375 [3.45], 0.3 × 672 [289.8]
    ("Arrivals", "reg-patient-label-sheet"): (4, 290),
    ("Arrivals", "reg-downtime-number-log"): (1, 1),  # fixed
    ("Back to the computer", "rec-patient-cover"): (14, 1337),
}


def test_a_medical_surgical_unit_counted_by_hand(plan: Plan) -> None:
    unit = unit_of(plan, "medsurg")
    counted = {(line.section, line.form): (line.copies, line.stock_copies) for line in unit.lines}
    assert {key: counted[key] for key in BY_HAND} == BY_HAND
    assert (unit.hours, unit.days, unit.surge, unit.surge_factor) == (8, 28, "normal", 1.25)
    sums = {line.form: line for line in unit.lines if line.section == "Orders"}
    line = sums["ord-lab-req"]
    people = "(26 patients + 0.3 arrivals an hour × 8 h)"
    assert line.formula == f"{people} × 1.5 a day × 8 h ÷ 24 × 1.25 surge × 1.15 spoilage = 20.41, so 21"
    assert line.setting == "example setting, not a published value"


def test_labels_for_those_who_are_there_counted_by_hand(plan: Plan) -> None:
    labels = unit_of(plan, "medsurg").labels
    assert labels is not None
    # 26 × 30 × 8 ÷ 24 × 1.4375 = 373.75; Avery 5160 holds 30, two of which carry the page code. 31,395 ÷ 28 = 1,121.25.
    assert (labels.stock, labels.sheets, labels.stock_sheets) == ("Avery 5160", 14, 1122)
    assert labels.formula.endswith("= 374 labels, 28 a sheet, so 14")
    assert unit_of(plan, "laboratory").labels is None  # nobody lies there


def test_every_line_counts_sheets_by_the_sides_of_its_form(plan: Plan, shelf: Shelf) -> None:
    lines = [line for unit in plan.departments for line in unit.lines]
    assert {shelf.form(line.form).spec.paper.sides for line in lines} == {"simplex", "duplex"}
    for line in lines:
        duplex = shelf.form(line.form).spec.paper.sides == "duplex"
        assert line.sheets_each == (-(-line.pages_each // 2) if duplex else line.pages_each), line.form
        assert line.box.pages == line.copies * line.pages_each
        assert line.is_labels == bool(shelf.form(line.form).spec.labels)
        paper = line.box.label_sheets if line.is_labels else line.box.sheets
        assert paper == line.copies * line.sheets_each


@pytest.mark.parametrize("single_sided", [False, True])
@pytest.mark.parametrize(("example", "department"), [("riverside", "laboratory"), ("hillview-gp", "reception")])
def test_the_plan_takes_as_much_paper_as_the_packet(
    shelf: Shelf, example: str, department: str, single_sided: bool
) -> None:
    site = load_site(EXAMPLES / example)
    run = print_run(site, made_at=MADE_AT, single_sided=single_sided)
    unit = unit_of(make_plan(site, shelf, only=[department], run=run), department)
    packet = make_packet(site, site.department(department), shelf, run)
    labels_printed = sum(line.box.label_sheets for line in unit.lines)
    assert unit.box.sheets + labels_printed == packet.sheets_of_paper
    printed = [sheet.form for sheet in packet.manifest.sheets]
    for form in {line.form for line in unit.lines}:
        assert printed.count(form) == sum(line.copies for line in unit.lines if line.form == form)


def test_hours_days_surge_and_departments_may_be_chosen(riverside: Site, shelf: Shelf) -> None:
    plan = make_plan(riverside, shelf, hours=24, days=2, surge="winter", only=["or", "medsurg", "or"])
    assert [unit.id for unit in plan.departments] == ["or", "medsurg"]
    unit = unit_of(plan, "medsurg")
    assert (unit.hours, unit.days, unit.surge, unit.surge_factor) == (24, 2, "winter", 1.4)
    orders = next(line for line in unit.lines if (line.section, line.form) == ("Orders", "ord-general"))
    # (26 + 0.3 × 24) × 1.2 × 1.4 × 1.15 = 64.14 a day
    assert (orders.copies, orders.stock_copies) == (65, 129)


def test_what_does_not_exist_is_named_with_the_nearest(riverside: Site, shelf: Shelf) -> None:
    with pytest.raises(UsageError, match="no department “medsrug” – did you mean “medsurg”"):
        make_plan(riverside, shelf, only=["medsrug"])
    with pytest.raises(UsageError, match="no surge factor “wintr” – did you mean “winter”"):
        make_plan(riverside, shelf, surge="wintr")


@settings(max_examples=8, deadline=None)
@given(hours=st.integers(1, 96), more=st.integers(1, 96), days=st.integers(1, 60))
def test_a_longer_downtime_never_takes_less(riverside: Site, shelf: Shelf, hours: int, more: int, days: int) -> None:
    short = make_plan(riverside, shelf, hours=hours, days=days, only=["registration"])
    long = make_plan(riverside, shelf, hours=hours + more, days=days + 1, only=["registration"])
    for less, greater in zip(short.departments[0].lines, long.departments[0].lines, strict=True):
        assert less.copies <= greater.copies
        assert less.stock_copies <= greater.stock_copies
    assert short.box.sheets <= long.box.sheets
    assert short.store.sheets <= long.store.sheets


def test_a_greater_surge_never_takes_less(riverside: Site, shelf: Shelf) -> None:
    factors = sorted(riverside.facility.surge, key=lambda name: riverside.facility.surge[name])
    assert len(factors) >= 3
    plans = [make_plan(riverside, shelf, surge=name, only=["medsurg"]) for name in factors]
    for less, greater in pairwise(plans):
        pairs = zip(less.departments[0].lines, greater.departments[0].lines, strict=True)
        assert all(a.copies <= b.copies and a.stock_copies <= b.stock_copies for a, b in pairs)
        assert less.store.sheets < greater.store.sheets
        assert less.store.label_sheets < greater.store.label_sheets


def test_totals_add_up_and_reams_are_whole(plan: Plan) -> None:
    for unit in plan.departments:
        forms = sum(line.box.sheets for line in unit.lines)
        assert unit.box.sheets == forms + sum(part.sheets for part in unit.beside)
        assert unit.store.sheets == sum(line.store.sheets for line in unit.lines)
    assert plan.box.sheets == sum(unit.box.sheets for unit in plan.departments)
    assert [Amount(sheets=sheets).reams for sheets in (0, 1, 500, 501)] == [0, 1, 1, 2]
    assert Amount(3, 1240, 1).words == "1,240 sheets of paper (3 reams), 1 label sheet"
    assert Amount(1, 1).words == "1 sheet of paper"


def test_the_plan_as_data_is_json_and_says_the_same(plan: Plan) -> None:
    data = json.loads(json.dumps(plan.as_data()))
    assert list(data) == ["facility", "paper", "single_sided", "sheets_a_ream", "departments", "totals", "findings"]
    assert (data["paper"], data["sheets_a_ream"]) == ("letter", 500)
    unit = next(unit for unit in data["departments"] if unit["department"] == "medsurg")
    line = next(line for line in unit["lines"] if (line["section"], line["form"]) == ("Orders", "ord-lab-req"))
    assert line["box"]["copies"] == 21
    assert line["box"]["pages"] == 21 * line["pages_each"]
    assert line["store"]["copies"] == 2005
    assert "672 h" in line["store"]["formula"]
    assert {"item": "Clipboards", "quantity": 20} in unit["supplies"]  # 5 + 0.5 × 30 beds
    assert unit["labels"]["box"]["label_sheets"] == 14
    for place in ("box", "store"):
        assert data["totals"][place]["sheets"] == sum(unit["totals"][place]["sheets"] for unit in data["departments"])


def changed(tmp_path: Path, file: str, old: str, new: str) -> Site:
    """A copy of the example hospital in which one text is another."""
    root = tmp_path / "site"
    shutil.copytree(EXAMPLES / "riverside", root)
    path = root / file
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} does not stand in {file}"
    path.write_text(text.replace(old, new), "utf-8")
    return load_site(root)


def test_an_inpatient_unit_holds_eight_hours_of_what_the_safer_guide_asks(riverside: Site, shelf: Shelf) -> None:
    assert make_plan(riverside, shelf, hours=8, only=["medsurg", "registration"]).findings == ()
    short = make_plan(riverside, shelf, hours=4, only=["medsurg", "registration"])
    text = (EXAMPLES / "riverside/departments/medsurg.yaml").read_text("utf-8").splitlines()
    (finding,) = [found for found in short.findings if "the packet lasts 4 h" in found.what]
    assert Path(finding.file).name == "medsurg.yaml"
    assert text[finding.line - 1].strip().startswith("hours: 8")
    assert "SAFER" in finding.why


def test_too_few_of_one_kind_is_found_though_the_hours_suffice(tmp_path: Path, shelf: Shelf) -> None:
    uses = "{form: ord-lab-req, per: patient-day, uses: 1.5}"
    site = changed(tmp_path, "departments/medsurg.yaml", uses, "{form: ord-lab-req, copies: 1}")
    plan = make_plan(site, shelf, only=["medsurg"])
    # 4 in front and 1 here for 26 patients, one a patient a day
    assert [found.what for found in plan.findings] == ["laboratory requests for 5 h are in the packet"]
    assert plan.findings[0].line > 1


def text_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_the_pull_list_names_every_form_on_the_sites_paper(riverside: Site, shelf: Shelf, paper: str) -> None:
    run = print_run(riverside, made_at=MADE_AT, paper=paper)
    plan = make_plan(riverside, shelf, only=["icu", "medsurg"], run=run)
    pdf = pull_list_pdf(riverside, plan, run)
    pages = text_of(pdf)
    box = [text for text in pages if "Pull list: box 4W-BOX-1" in text]
    store = [text for text in pages if "Pull list: central store" in text]
    for line in unit_of(plan, "medsurg").lines:
        assert any(line.form in text for text in box), line.form
        assert any(line.form in text for text in store), line.form
    assert any(unit_of(plan, "medsurg").box.words in text for text in box)
    assert any(plan.store.words in text for text in store)
    assert any("Clipboards" in text for text in box)
    size = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    width_mm = float(size.width) / 72 * 25.4
    assert width_mm == pytest.approx(215.9 if PaperSize(paper) is PaperSize.LETTER else 210.0, abs=0.1)


def test_the_same_plan_at_the_same_time_gives_the_same_pull_list(hillview: Site, shelf: Shelf) -> None:
    run = print_run(hillview, made_at=MADE_AT)
    plan = make_plan(hillview, shelf, run=run)
    assert pull_list_pdf(hillview, plan, run) == pull_list_pdf(hillview, plan, run)
    later = print_run(hillview, made_at="2026-11-24T0930")
    assert pull_list_pdf(hillview, plan, run) != pull_list_pdf(hillview, plan, later)


def test_a_long_plan_goes_on_over_pages_with_its_heads(hillview: Site, shelf: Shelf) -> None:
    plan = make_plan(hillview, shelf, only=["reception"])
    unit = plan.departments[0]
    long_name = "<b>Ward</b> {{ 7 * 7 }} " + "سعيد 李 " * 20
    line = replace(unit.lines[0], title=long_name, note=long_name)
    grown = replace(unit, name=long_name, location=long_name * 3, lines=(line,) * 200)
    pages = text_of(pull_list_pdf(hillview, replace(plan, departments=(grown,))))
    box = [text for text in pages if "Pull list: box" in text]
    assert len(box) >= 7
    assert all("from shelf" in text for text in box[:6])
    assert "<b>Ward</b> {{ 7 * 7 }}" in box[0]
