"""A turned grid is the same grid in another picture: ids, kinds and codes stay, only the axes change."""

from __future__ import annotations

from pathlib import Path

import pytest

from downtime.library.schema import FormSpec, GridSpec
from downtime.library.shelf import Shelf
from downtime.page.geometry import PaperSize
from downtime.page.layout import FieldBox
from downtime.paper.compose import Surroundings, compose
from downtime.paper.header import Imprint
from downtime.paper.sheet import PrintedForm, build_form

IMPRINT = Imprint("Riverside", "ICU", "now", "later", "approved", "KIT", "0", approved=True, signed=True)
AROUND = Surroundings(
    variables={"facility": {"temperature_unit": "C", "glucose_unit": "mg/dL", "country": "US"}, "department": {}},
    mar_starts="0600",
    shift_starts="1900",
)
FORM = """\
form: trial
title: A flowsheet on trial
revision: "2026-11"
owner: Nursing
source: ["a test"]
scope: patient
audience: RN
paper: {orientation: landscape}
record: {targets: [observation], priority: SHIFT, fate: SCAN ONLY, keep: R-MR}
sections:
  - grid:
      id: obs
      turned: TURNED
      rows: {count: 6}
      columns:
        - {id: time, type: time, label: Time}
        - {id: hr, type: number, label: HR, range: heart_rate, group: Heart}
        - id: bp
          label: BP
          group: Heart
          cell: [[{id: sbp, type: number}, {id: dbp, type: number}], [{id: by, type: initials, label: By}]]
        - {id: ok, type: checkbox, label: Checked}
"""


def printed(tmp_path: Path, text: str, paper: PaperSize = PaperSize.LETTER) -> PrintedForm:
    (tmp_path / "trial.yaml").write_text(text, "utf-8")
    return build_form(compose(Shelf(tmp_path).form("trial"), AROUND), paper, IMPRINT)


def grid_fields(form: PrintedForm, grid: str = "obs") -> dict[str, FieldBox]:
    return {box.id: box for page in form.pages for box in page.fields if box.id.startswith(f"{grid}.")}


def test_turning_changes_no_id_and_no_kind(tmp_path: Path) -> None:
    straight = grid_fields(printed(tmp_path, FORM.replace("TURNED", "false")))
    turned = grid_fields(printed(tmp_path, FORM.replace("TURNED", "true")))
    assert {(box.id, box.kind) for box in straight.values()} == {(box.id, box.kind) for box in turned.values()}


def test_rows_run_from_left_to_right_and_columns_from_top_to_bottom(tmp_path: Path) -> None:
    fields = grid_fields(printed(tmp_path, FORM.replace("TURNED", "true")))
    assert fields["obs.1.hr"].at[0] < fields["obs.2.hr"].at[0] < fields["obs.6.hr"].at[0]
    assert fields["obs.1.hr"].at[1] == fields["obs.6.hr"].at[1]
    tops = [fields[f"obs.1.{name}"].at[1] for name in ("time", "hr", "bp.sbp", "bp.by", "ok")]
    assert tops == sorted(set(tops))


def test_hours_go_on_over_the_sides_and_only_numbers_are_added_up(tmp_path: Path) -> None:
    text = FORM.replace("turned: TURNED", "turned: true\n      per_page: 3").replace(
        "rows: {count: 6}", "rows: {count: 6, hours_from: shift_starts, total: Sum}"
    )
    form = printed(tmp_path, text)
    rows = [{box.id.split(".")[1] for box in page.fields if box.id.startswith("obs.")} for page in form.pages]
    assert rows == [{"1", "2", "3", "total1"}, {"4", "5", "6", "total2"}]
    assert [box.id for box in grid_fields(form).values() if ".total" in box.id] == ["obs.total1.hr", "obs.total2.hr"]
    words = {ink.text for ink in form.pages[1].inks if hasattr(ink, "text")}
    assert {"2200", "2300", "0000", "Sum"} <= words and "1900" not in words


def test_a_turned_grid_refuses_repeated_columns_and_a_straight_one_refuses_totals() -> None:
    columns = [{"id": "a", "label": "A"}]
    with pytest.raises(ValueError, match="only a turned grid"):
        GridSpec.model_validate({"id": "g", "rows": {"count": 2, "total": "Sum"}, "columns": columns})
    with pytest.raises(ValueError, match="cannot"):
        repeated = [{"id": "a", "repeat": 3}]
        GridSpec.model_validate({"id": "g", "turned": True, "rows": {"count": 2}, "columns": repeated})


HARD = Path(__file__).parents[1] / "library" / "hard_forms"
SIDES = {
    "flow-icu": 7, "flow-io": 3, "flow-labour": 4, "flow-vitals-ews": 2,
    "mar-infusion": 4, "mar-legend": 2, "mar-prn": 3, "mar-scheduled": 3,
}  # fmt: skip


@pytest.mark.parametrize("paper", PaperSize)
@pytest.mark.parametrize("name", SIDES)
def test_medication_records_and_flowsheets_fit_and_nothing_overlaps(name: str, paper: PaperSize) -> None:
    spec: FormSpec = compose(Shelf(HARD).form(name), AROUND)
    form = build_form(spec, paper, IMPRINT)
    assert form.notes == ()
    assert len(form.pages) == SIDES[name]
    ids = [box.id for page in form.pages for box in page.fields]
    assert len(ids) == len(set(ids))
    for page in form.pages:
        inside = [box.rect for box in page.fields]
        assert all(rect.x >= 0 and rect.right <= page.frame.width_mm for rect in inside)
        assert all(rect.y >= 0 and rect.bottom <= page.frame.height_mm for rect in inside)
        for number, one in enumerate(inside):
            for other in inside[number + 1 :]:
                apart = (
                    one.right <= other.x + 0.02 or other.right <= one.x + 0.02
                    or one.bottom <= other.y + 0.02 or other.bottom <= one.y + 0.02
                )  # fmt: skip
                assert apart, f"{name}: {one} and {other}"


def test_the_axes_of_a_graph_stand_outside_the_place_that_is_read() -> None:
    form = build_form(compose(Shelf(HARD).form("flow-labour"), AROUND), PaperSize.A4, IMPRINT)
    page = next(page for page in form.pages if any(box.kind == "diagram" for box in page.fields))
    plot = next(box.rect for box in page.fields if box.kind == "diagram")
    progress = {box.id: box.rect for box in page.fields if box.id.startswith("progress.")}
    assert abs(plot.x + plot.w / 24 * 12 - progress["progress.13.cervix"].x) < 0.6
    labels = [ink for ink in page.inks if getattr(ink, "text", "") in {"10", "12"}]
    assert labels and all(not (plot.x < ink.x < plot.right and plot.y < ink.y < plot.bottom) for ink in labels)
