"""Every rule of the form lint can fire, says where, and leaves a sound form alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from downtime.errors import ConfigError, Finding, Level
from downtime.library.shelf import Shelf, shipped_folder
from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox, FieldKind, box
from downtime.paper.compose import compose
from downtime.paper.header import Imprint
from downtime.paper.ink import Text
from downtime.paper.issuing import laid_out
from downtime.paper.lint import lint_library
from downtime.paper.lint_layout import neutral_settings
from downtime.paper.lint_page import page_flaws
from downtime.paper.lint_walk import FieldIndex
from downtime.paper.sheet import SheetPage

HEAD = """\
form: own-form
title: A form of our own
revision: "2026-11"
owner: Nursing
source: ["local convention"]
scope: patient
audience: RN
record: {targets: [observation], priority: SHIFT, fate: ENTER AND SCAN, by: RN, keep: R-MR}
sections:
"""
DRUGS = (
    HEAD.replace("own-form", "mar-own")
    .replace("[observation]", "[med_admin]")
    .replace("record:", "header: {allergies: true, weight: true}\nrecord:")
)
SOUND = """\
  - heading: Seen
    fields:
      - {id: seen_at, type: time, label: Seen at (24 h), width: 3, required: true}
      - {id: pulse, type: number, label: Heart rate, range: heart_rate, width: 3}
      - {id: pain, type: choice, label: Pain, options: [none, some, much], width: 6}
  - grid:
      id: log
      rows: {count: 6}
      columns:
        - {id: time, type: time, label: Time, width: 4}
        - {id: what, label: What, width: 20}
        - {id: by, type: initials, label: By, width: 5}
"""


def written(folder: Path, text: str, blocks: dict[str, str] | None = None) -> Path:
    """A form file under the name that it gives itself, in a site's folder of forms."""
    forms = folder / "forms"
    (forms / "blocks").mkdir(parents=True, exist_ok=True)
    path = forms / f"{text.split()[1]}.yaml"
    path.write_text(text, encoding="utf-8")
    for name, block in (blocks or {}).items():
        (forms / "blocks" / f"{name}.yaml").write_text(block, encoding="utf-8")
    return path


def line_of(text: str, part: str) -> int:
    """The line of a file on which a part of it stands."""
    return text[: text.index(part)].count("\n") + 1


def fields(*lines: str) -> str:
    return "  - fields:\n" + "".join(f"      - {line}\n" for line in lines)


def grid(*columns: str, rows: str = "{count: 3}", row_mm: str = "7") -> str:
    head = f"  - grid:\n      id: log\n      row_mm: {row_mm}\n      rows: {rows}\n      columns:\n"
    return head + "".join(f"        - {column}\n" for column in columns)


def test_a_sound_form_has_no_findings(tmp_path: Path) -> None:
    assert lint_library(None, [str(written(tmp_path, HEAD + SOUND))]) == []


# name, text of the form, what is said of it, the part of the file that the line must point at, error or warning
WORDING = [
    ("unit sign", HEAD + fields("{id: a, label: Dose in µg}"), "µg", "Dose in", Level.ERROR),
    ("unit", HEAD + fields("{id: a, type: number, label: Given, unit: cc}"), "cc", "unit: cc", Level.ERROR),
    ("small l", HEAD + fields("{id: a, type: number, label: Given, unit: ml}"), "ml", "unit: ml", Level.WARNING),
    ("trailing zero", HEAD + "  - text: Give 1.0 mg once\n", "1.0", "text:", Level.ERROR),
    ("naked decimal", HEAD + "  - {note: give .5 mg, fields: [{id: a, label: At}]}\n", ".5", "note:", Level.ERROR),
    ("date", HEAD + fields('{id: a, label: Date, hint: "as 02/03/26"}'), "02/03/26", "hint:", Level.ERROR),
    ("heading", HEAD + "  - {heading: 5 lb and more, fields: [{id: a, label: At}]}\n", "5 lb", "heading:", Level.ERROR),
    ("row label", HEAD + grid("{id: a, label: At}", rows="{labels: [one, above >5]}"), ">", "rows:", Level.ERROR),
    ("option", HEAD + fields("{id: a, type: choice, label: Go, options: [home, D/C]}"), "D/C", "options:", Level.ERROR),
    (
        "route", DRUGS + fields("{id: route, type: choice, label: Route, critical: true, options: [PO, SC]}"),
        "SC", "options:", Level.ERROR,
    ),
    (
        "frequency", DRUGS + fields("{id: frequency, type: choice, label: How often, options: [daily, QOD]}"),
        "QOD", "options:", Level.ERROR,
    ),
    ("directions", DRUGS + "  - text: Give q.d. with food\n", "q.d.", "text:", Level.ERROR),
    ("tall man", HEAD + fields("{id: a, label: Hydroxyzine given}"), "Hydroxyzine", "label:", Level.WARNING),
    ("safety", HEAD.replace("sections:", "safety: over 10 lbs\nsections:") + SOUND, "10 lbs", "safety:", Level.ERROR),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said", "at", "level"), [case[1:] for case in WORDING], ids=[c[0] for c in WORDING])
def test_wording(tmp_path: Path, text: str, said: str, at: str, level: Level) -> None:
    assert_found(lint_library(None, [str(written(tmp_path, text))]), text, said, at, level)


def test_plain_words_are_left_alone(tmp_path: Path) -> None:
    text = HEAD + fields(
        '{id: a, label: "Seen by the MS team, as of today; is the arm os swollen?"}',
        '{id: b, type: number, label: Rate, unit: mL/h}', "{id: c, label: mg or mcg, hint: 0.5 mg is half of 1 mg}",
    )  # fmt: skip
    assert lint_library(None, [str(written(tmp_path, text))]) == []


DEFINITION = [
    ("twice in flows", HEAD + fields("{id: a, label: A}") + fields("{id: a, label: B}"), "“a” stands twice",
     "{id: a, label: B}", Level.ERROR),
    ("twice in a card", HEAD + "  - repeat: {id: r, count: 2, fields: [{id: a, label: A}, {id: a, label: B}]}\n",
     "in one card", "repeat:", Level.ERROR),
    ("block twice", HEAD + "  - use: legend\n  - {use: legend, rows: 2}\n", "“legend.signers” stands twice",
     "{use: legend", Level.ERROR),
    ("repeated column", HEAD + grid("{id: h, label: H, repeat: 2}", "{id: h1, label: X}"), "two places have the id",
     "{id: h1", Level.ERROR),
    ("too wide", HEAD + fields("{id: a, label: A, width: 13}"), "a width of 13", "width: 13", Level.ERROR),
    ("no such range", HEAD + fields("{id: a, type: number, label: A, range: hart_rate}"), "no range “hart_rate”",
     "range:", Level.ERROR),
    ("empty range", HEAD + fields('{id: a, type: number, label: A, range: ["9", "3"]}'), "holds nothing", "range:",
     Level.ERROR),
    ("bare number", HEAD + fields("{id: a, type: number, label: A}"), "neither unit nor range", "{id: a",
     Level.WARNING),
    ("loinc", HEAD + fields('{id: a, label: A, code: {loinc: "9279-2"}}'), "fails its check digit", "loinc",
     Level.ERROR),
    ("slugs", HEAD + fields('{id: a, type: choice, label: A, options: ["yes", "Yes!"]}'), "have one id, “yes”",
     "options:", Level.ERROR),
    ("no label", HEAD + fields("{id: a}"), "nothing says what belongs here", "{id: a}", Level.WARNING),
    ("header", DRUGS.replace("header: {allergies: true, weight: true}", "header: {allergies: true}") + SOUND,
     "weight is missing", "header:", Level.ERROR),
    ("critical", DRUGS + fields("{id: dose, label: Dose}"), "dose is not marked as critical", "{id: dose",
     Level.WARNING),
    ("template", HEAD + fields('{id: a, label: "For {{ facility.nmae }}"}'), "“nmae” is not known", "{id: a",
     Level.ERROR),
    ("condition", HEAD + fields("{id: a, label: A, when: facility.nmae}"), "“nmae” is not known", "{id: a",
     Level.ERROR),
    ("syntax", HEAD + '  - text: "{% if x"\n', "the template cannot be read", "text:", Level.ERROR),
    ("no such block", HEAD + "  - use: legnd\n", "there is no block “legnd”", "use:", Level.ERROR),
    ("unknown key", HEAD + fields("{id: a, lable: A}"), "unknown key", "lable", Level.ERROR),
    ("no owner", (HEAD + SOUND).replace("owner: Nursing\n", ""), "owner is missing", "", Level.ERROR),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said", "at", "level"), [case[1:] for case in DEFINITION], ids=[case[0] for case in DEFINITION]
)
def test_definition(tmp_path: Path, text: str, said: str, at: str, level: Level) -> None:
    assert_found(lint_library(None, [str(written(tmp_path, text))]), text, said, at, level)


LONG = "quantity of the substance in the container"
LAYOUT = [
    ("low row", HEAD + grid("{id: a, label: A}", row_mm="5.5"), "of 5.5 mm height", "{id: a", Level.ERROR),
    ("low line in a cell", HEAD + grid("{id: c, cell: [[{id: a, label: A}], [{id: b, label: B}]]}", row_mm="9"),
     "of 4.5 mm height", "{id: c", Level.ERROR),
    ("low lines", HEAD + fields("{id: a, type: lines, label: A, lines: 4, height_mm: 20}"), "of 5.0 mm height",
     "{id: a", Level.ERROR),
    ("narrow", HEAD + grid("{id: a, label: A, width: 2}", "{id: b, label: B, width: 98}"), "a place to write of",
     "{id: a", Level.ERROR),
    ("initials", HEAD + grid("{id: a, type: initials, label: A, width: 8}", "{id: b, label: B, width: 192}"),
     "for initials", "{id: a", Level.ERROR),
    ("tick boxes", HEAD + grid("{id: a, type: checkbox, label: A}", row_mm="5.5"), "1.3 mm apart", "{id: a",
     Level.ERROR),
    ("options", HEAD + grid("{id: a, type: choice, label: A, options: [one, two, three], width: 1}",
                            "{id: b, label: B, width: 8}"), "mm of height", "{id: a", Level.ERROR),
    ("heading", HEAD + f"  - {{heading: {LONG * 3}, fields: [{{id: a, label: A}}]}}\n", "is wider than its section",
     "heading:", Level.ERROR),
    ("column heading", HEAD + grid("{id: a, label: " + "incomprehensibilities " * 8 + ", width: 4}",
                                   "{id: b, label: B, width: 40}"), "does not fit", "{id: a", Level.ERROR),
    ("unit over the next", HEAD + grid(
        f'{{id: c, cell: [[{{id: a, label: A, unit: "{LONG}", width: 1}}, {{id: b, label: B, width: 9}}]]}}'),
     "is printed over", "{id: c", Level.ERROR),
    ("too tall", HEAD + fields("{id: a, type: diagram, label: A, height_mm: 200}"), "mm high", "", Level.ERROR),
    ("empty page", HEAD + SOUND + "  - page_break: true\n" + fields("{id: z, label: Z}"), "the last, is filled to",
     "", Level.WARNING),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said", "at", "level"), [case[1:] for case in LAYOUT], ids=[c[0] for c in LAYOUT])
def test_layout(tmp_path: Path, text: str, said: str, at: str, level: Level) -> None:
    assert_found(lint_library(None, [str(written(tmp_path, text))]), text, said, at, level)


def assert_found(findings: list[Finding], text: str, said: str, at: str, level: Level) -> None:
    hits = [finding for finding in findings if said in finding.what and finding.level is level]
    assert hits, f"{said!r} not in {[str(finding) for finding in findings]}"
    assert hits[0].what and hits[0].do
    if at:
        assert line_of(text, at) in [hit.line for hit in hits], [str(hit) for hit in hits]


def test_every_text_that_cannot_be_filled_in_is_told_at_once(tmp_path: Path) -> None:
    text = HEAD + fields('{id: a, label: "{{ nobody }}"}', '{id: b, label: "{{ nothing }}", range: no_range}')
    said = " ".join(finding.what for finding in lint_library(None, [str(written(tmp_path, text))]))
    assert "“nobody”" in said and "“nothing”" in said and "“no_range”" in said


def test_a_flaw_in_a_block_is_told_at_the_block(tmp_path: Path) -> None:
    block = 'block: own\nrevision: "2026-11"\nsections:\n  - page_break: true\n' + fields("{id: a, label: 5 cc of it}")
    form = written(tmp_path, HEAD + "  - use: own\n" + SOUND, {"own": block})
    (finding,) = lint_library(tmp_path, ["own-form"])
    assert Path(finding.file).name == "own.yaml" and finding.line == line_of(block, "label:")
    assert form.exists()


def test_what_follows_a_block_keeps_its_line(tmp_path: Path) -> None:
    text = HEAD + "  - use: readback\n  - use: legend\n" + fields("{id: late, label: 5 cc of it}")
    assert_found(lint_library(None, [str(written(tmp_path, text))]), text, "5 cc", "late", Level.ERROR)


def test_a_form_that_replaces_a_shipped_one_and_loses_ids_is_warned_of(tmp_path: Path) -> None:
    shipped = (shipped_folder() / "forms" / "log-phone-runner.yaml").read_text("utf-8")
    written(tmp_path, shipped)
    assert not [finding for finding in lint_library(tmp_path, ["log-phone-runner"]) if "lacks" in finding.what]
    written(tmp_path, shipped.replace("id: message,", "id: words,"))
    (finding,) = (found for found in lint_library(tmp_path, ["log-phone-runner"]) if "lacks" in found.what)
    assert "messages.message" in finding.what and finding.level is Level.WARNING


def test_lists_of_a_department_are_not_missing_in_a_form_by_itself(tmp_path: Path) -> None:
    text = HEAD + fields("{id: a, type: choice, label: Test, options_from: tests}")
    assert lint_library(None, [str(written(tmp_path, text))]) == []


def test_what_is_named_and_not_there(tmp_path: Path) -> None:
    (finding,) = lint_library(None, ["mar-shceduled"])
    assert "mar-scheduled" in finding.do and finding.level is Level.ERROR
    (finding,) = lint_library(None, [str(tmp_path / "none.yaml")])
    assert finding.file == str(tmp_path / "none.yaml") and "no such file" in finding.what
    with pytest.raises(ConfigError, match="no such folder"):
        lint_library(tmp_path / "none", [])


def test_the_shipped_library_has_no_errors() -> None:
    assert [str(finding) for finding in lint_library(None, []) if finding.level is Level.ERROR] == []


# --- rules that no definition can break, because drawing sees to it: tried on pages that were tampered with -----------


def sound_page(tmp_path: Path) -> tuple[SheetPage, FieldIndex]:
    form = Shelf().read_form(written(tmp_path, HEAD + SOUND))
    setting = neutral_settings(form.spec)[0]
    imprint = Imprint("F", "D", "", "", "", "", "", approved=True, signed=True)
    printed = laid_out(compose(form, setting.around), setting.facility, setting.department, imprint, setting.paper)
    return printed.pages[0], FieldIndex(form.spec)


def with_field(page: SheetPage, name: str, rect: Rect, kind: FieldKind = "text") -> SheetPage:
    return replace(page, fields=(*page.fields, FieldBox(id=name, kind=kind, at=box(rect))))


def rules_of(page: SheetPage, index: FieldIndex) -> set[str]:
    return {flaw.rule for flaw in page_flaws(page, index)}


def test_a_sound_page_has_no_flaws(tmp_path: Path) -> None:
    assert rules_of(*sound_page(tmp_path)) == set()


def test_places_over_one_another(tmp_path: Path) -> None:
    page, index = sound_page(tmp_path)
    first = next(place for place in page.fields if place.id == "log.1.what")
    assert "overlap" in rules_of(with_field(page, "log.9.what", first.rect), index)


def test_places_off_the_body(tmp_path: Path) -> None:
    page, index = sound_page(tmp_path)
    body = page.frame.body
    assert rules_of(with_field(page, "log.9.what", Rect(body.right - 5, body.bottom - 20, 12, 7)), index) == {"outside"}


@pytest.mark.parametrize("zone", ["marks", "codes", "references"])
def test_places_and_print_in_the_white_around_marks(tmp_path: Path, zone: str) -> None:
    page, index = sound_page(tmp_path)
    target: Rect = getattr(page.frame, zone)[1]
    assert "clear" in rules_of(with_field(page, "note", Rect(target.right + 0.2, target.y, 6, 6)), index)
    words = Text(target.x - 3, target.y + 3, "words")
    assert "clear" in rules_of(replace(page, inks=(*page.inks, words)), index)


def test_a_small_tick_box(tmp_path: Path) -> None:
    page, index = sound_page(tmp_path)
    body = page.frame.body
    low = with_field(page, "pain#x", Rect(body.x + 50, body.bottom - 10, 3.5, 3.5), "option")
    assert rules_of(low, index) == {"tick-size"}


def test_print_where_handwriting_goes(tmp_path: Path) -> None:
    page, index = sound_page(tmp_path)
    place = next(place for place in page.fields if place.id == "log.2.what").rect
    inks = (*page.inks, Text(place.x + 2, place.y + 5, "printed into it"))
    assert rules_of(replace(page, inks=inks), index) == {"ink"}


def test_print_over_print_and_beyond_the_margin(tmp_path: Path) -> None:
    page, index = sound_page(tmp_path)
    body = page.frame.body
    one = Text(body.x, body.bottom - 8, "some words that stand here")
    over = replace(page, inks=(*page.inks, one, Text(body.x + 9, body.bottom - 8, "others")))
    assert rules_of(over, index) == {"over"}
    wide = replace(page, inks=(*page.inks, Text(body.right - 5, body.bottom - 8, "wider than its place")))
    assert rules_of(wide, index) == {"wide"}
