"""Bindings: a name after `data:` that would print nothing, or a place that cannot take it, is told with its line."""

from __future__ import annotations

import pytest
from test_lint import HEAD, line_of, written

from downtime.errors import Finding, Level
from downtime.library.shelf import Shelf
from downtime.paper.lint_data import data_findings

FLOW = HEAD + "  - heading: Seen\n    fields:\n      - {id: seen, width: 6, %s}\n"
GRID = HEAD + (
    "  - grid:\n      id: log\n      rows: {%s}\n      columns:\n        - {id: what, label: What, width: 20, %s}\n"
)
HOURS = HEAD + (
    "  - grid:\n      id: doses\n      rows: {labels: [a, b], data: orders.scheduled}\n      columns:\n"
    "        - {id: drug, label: Medicine, width: 20, data: order.drug}\n"
    "        - id: h\n          width: 5\n          repeat: 24\n          %s\n          cell:\n            - [{%s}]\n"
)
STARTS = "hours_from: mar_starts"
UNIT = HEAD.replace("scope: patient", "scope: unit")


def found(tmp_path, text: str) -> list[Finding]:
    written(tmp_path, text)
    return list(data_findings(Shelf(tmp_path / "forms").form("own-form")))


@pytest.mark.parametrize(
    ("text", "part", "what"),
    [
        (FLOW % "label: Bed, data: patient.bet", "{id: seen", "“patient.bet” prints nothing here"),
        (FLOW % "label: Dose, data: order.dose", "{id: seen", "“order.dose” prints nothing here"),
        (FLOW % "label: Due, data: due", "{id: seen", "“due” prints nothing here"),
        (FLOW % "label: By, type: initials, data: patient.bed", "{id: seen", "of type initials takes no value"),
        (FLOW % "label: Done, type: checkbox, data: patient.bed", "{id: seen", "of type checkbox takes no value"),
        (FLOW % "label: Born, type: date, data: patient.birth_date", "{id: seen", "boxes for single characters"),
        (FLOW % "label: Creatinine, data: latest", "{id: seen", "`latest` needs `code"),
        (FLOW.replace(HEAD, UNIT) % "label: Bed, data: patient.bed", "{id: seen", "“patient.bed” prints nothing here"),
        (GRID % ("count: 3, data: allergy", "data: allergy.substance"), "rows:", "there are no rows “allergy”"),
        (GRID % ("count: 3, data: allergies", "data: order.drug"), "{id: what", "“order.drug” prints nothing here"),
        (GRID % ("count: 3, spill: true", "hint: x"), "rows:", "only rows with `data:` can spill"),
        (HOURS % ("group: Doses", "id: due, type: print, data: due"), "[{id: due", "needs a column with `hours_from`"),
        (HOURS % (f"{STARTS}\n          instead: order.words", "id: time, type: time"), "instead",
         "stands in a column without `data: due`"),
        (HOURS % (f"{STARTS}\n          instead: order.word", "id: due, type: print, data: due"), "instead",
         "“order.word” prints nothing here"),
    ],
)  # fmt: skip
def test_a_binding_that_prints_nothing_or_has_no_place(tmp_path, text, part, what):
    told = found(tmp_path, text)
    assert len(told) == 1, told
    assert what in told[0].what and told[0].level is Level.ERROR and told[0].do
    assert told[0].line == line_of(text, part)


@pytest.mark.parametrize(
    "text",
    [
        FLOW % "label: Bed, data: patient.bed",
        FLOW % "label: Creatinine, data: latest, code: {loinc: 2160-0}",
        GRID % ("count: 3, data: allergies, spill: true", "data: allergy.substance"),
        HOURS % (f"{STARTS}\n          instead: order.words", "id: due, type: print, data: due"),
    ],
)
def test_a_binding_that_prints_is_left_alone(tmp_path, text):
    assert found(tmp_path, text) == []


def test_a_name_that_is_almost_right_is_suggested(tmp_path):
    (told,) = found(tmp_path, FLOW % "label: Bed, data: patient.bet")
    assert "patient.bed" in told.do


def test_every_shipped_form_has_bindings_that_print():
    shelf = Shelf(None)
    forms = [shelf.form(name) for name in shelf.ids]
    assert len(forms) > 20 and [finding for form in forms for finding in data_findings(form)] == []
