"""Form files: a wrong one is named with file and line, an approved one is known by its digest, the site goes first."""

from __future__ import annotations

import random
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from downtime.clinical.legend import LegendTable
from downtime.clinical.vocabulary import Priority, Retention, Target
from downtime.errors import ConfigError, ExitCode
from downtime.library import data_names, schema
from downtime.library.means import MEANS
from downtime.library.schema import FieldType, FormSpec
from downtime.library.shelf import Shelf, shipped_folder
from downtime.site.approvals import FormApproval

HEAD = """\
form: trial
title: A form on trial
revision: "2026-11"
owner: Nursing
source: ["a test"]
scope: patient
audience: RN
record: {targets: [note_scan_only], priority: SCAN, fate: SCAN ONLY, keep: R-MR}
"""
GOOD = (
    HEAD
    + """\
sections:
  - heading: Findings
    fields:
      - {id: pain, type: choice, label: Pain, options: [none, some, much], required: true}
      - {id: note, type: lines, label: Note, lines: 3}
  - grid:
      id: doses
      rows: {count: 4}
      columns:
        - {id: time, type: time, label: Time}
        - {id: drug, label: Medicine, critical: true}
"""
)
HERE = "#!"
"""Marks the line that a bad form's error must name."""


def put(folder: Path, text: str, name: str = "trial") -> Path:
    """Write a form into a site's `forms` folder; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def section(body: str) -> str:
    """A form whose only section is `body`."""
    rows = body.strip("\n").split("\n")
    return (
        HEAD + "sections:\n" + "\n".join(("  - " if number == 0 else "    ") + row for number, row in enumerate(rows))
    )


def grid(body: str) -> str:
    """A form with one grid of three rows whose columns are `body`."""
    rows = body.strip("\n").split("\n")
    return section("grid:\n  id: table\n  rows: {count: 3}\n  columns:\n" + "\n".join("    " + row for row in rows))


BAD_FORMS = {
    "unknown field type": (
        section("fields:\n  - {id: ok}\n  - {id: tick, type: chekbox} #!"),
        ["“chekbox”", "did you mean “checkbox”?"],
    ),
    "choice without options": (
        section("fields:\n  - {id: pain, type: choice} #!"),
        ["the choice “pain” has no options", "`options:`"],
    ),
    "options without choice": (
        section("fields:\n  - {id: pain, options: [a, b]} #!"),
        ["only a choice has options", "“pain” is a text"],
    ),
    "two options the same": (
        section("fields:\n  - {id: pain, type: choice, options: [some, some]} #!"),
        ["two options of “pain” are the same"],
    ),
    "comb without boxes": (section("fields:\n  - {id: mrn, type: comb} #!"), ["the comb “mrn” needs `boxes:`"]),
    "print without words": (section("fields:\n  - {id: rule, type: print} #!"), ["needs `print:` or `data:`"]),
    "id with capitals": (section("fields:\n  - {id: Heart Rate} #!"), ["“Heart Rate”", "pattern"]),
    "width of nothing": (section("fields:\n  - {id: a, width: 0} #!"), ["width", "“0”", "greater than 0"]),
    "lines that are words": (
        section("fields:\n  - {id: a, type: lines, lines: many} #!"),
        ["lines", "“many”", "integer"],
    ),
    "required is neither": (section("fields:\n  - {id: a, required: perhaps} #!"), ["required", "“perhaps”"]),
    "key without value": (section("fields:\n  - id: a\n    label: #!"), ["label is empty", "fill it in"]),
    "unknown key": (section("fields:\n  - {id: a, requird: true} #!"), ["unknown key", "did you mean “required”?"]),
    "unknown key of a column": (grid("- {id: a, repeet: 3} #!"), ["unknown key", "did you mean “repeat”?"]),
    "unknown key of a section": (section("heading: One\nfeilds: #!\n  - {id: a}"), ["unknown key", "“fields”"]),
    "unknown key of the form": (HEAD + "sectoins: #!\n  - {page_break: true}\n", ["did you mean “sections”?"]),
    "two columns the same": (
        grid("- {id: time}\n- {id: time}").replace("grid:", "grid: #!"),
        ["two columns", "“table”"],
    ),
    "two fields of a cell the same": (
        grid("- id: order #!\n  cell: [[{id: drug}], [{id: drug}]]"),
        ["two fields in the cell “order” have the same id"],
    ),
    "labels of a repeat": (
        grid("- {id: h, repeat: 3, repeat_labels: [one, two]} #!"),
        ["“h” repeats 3 times but has 2 labels"],
    ),
    "grid without columns": (
        section("grid:\n  id: table\n  rows: {count: 3}\n  columns: [] #!"),
        ["columns", "at least 1"],
    ),
    "rows of no number": (
        section("grid:\n  id: table\n  rows: {heading: Bed} #!\n  columns: [{id: a}]"),
        ["rows need `count:`, `labels:` or `data:`"],
    ),
    "details that do not match": (
        section("grid:\n  id: table\n  rows: {labels: [One, Two], details: [only one]} #!\n  columns: [{id: a}]"),
        ["2 labels but 1 details"],
    ),
    "too many rows": (
        section("grid:\n  id: table\n  rows: {count: 5000} #!\n  columns: [{id: a}]"),
        ["“5000”", "less than or equal to 200"],
    ),
    "section of two kinds": (
        section("fields: [{id: a}] #!\ntext: Both at once"),
        ["one of fields", "has fields and text"],
    ),
    "section of no kind": (section("heading: Nothing below #!"), ["one of fields", "has none of them"]),
    "section of two kinds, side by side": (
        section("beside:\n  - fields: [{id: a}]\n  - fields: [{id: b}] #!\n    page_break: true"),
        ["has fields and page_break"],
    ),
    "no sections": (HEAD.replace("form: trial", "form: trial #!"), ["sections"]),
    "no revision": (
        GOOD.replace('revision: "2026-11"\n', "").replace("trial\n", "trial #!\n", 1),
        ["revision is missing"],
    ),
    "revision that is none": (GOOD.replace('"2026-11"', "November #!"), ["“November”", "pattern"]),
    "no source": (GOOD.replace('["a test"]', "[] #!"), ["source", "at least 1"]),
    "no retention": (
        GOOD.replace("record:", "record: #!\n ").replace(", keep: R-MR", ""),
        ["record.keep is missing", "add `keep:`"],
    ),
    "unknown priority": (GOOD.replace("priority: SCAN", "priority: SCANN").replace("R-MR}", "R-MR} #!"), ["“SCAN”?"]),
    "unknown fate": (
        GOOD.replace("fate: SCAN ONLY", "fate: BURN").replace("R-MR}", "R-MR} #!"),
        ["“BURN”", "ENTER AND SCAN"],
    ),
    "unknown target": (
        GOOD.replace("[note_scan_only]", "[note_scan]").replace("R-MR}", "R-MR} #!"),
        ["“note_scan”", "did you mean “note_scan_only”?"],
    ),
    "unknown scope": (GOOD.replace("scope: patient", "scope: pateint #!"), ["did you mean “patient”?"]),
    "unknown block": (section("use: legned #!"), ["there is no block “legned”", "did you mean “legend”?"]),
    "another id than the file": (
        GOOD.replace("form: trial", "form: trail #!"),
        ["the form calls itself “trail”", "the file is trial.yaml", "the same id"],
    ),
    "key twice": (
        GOOD.replace("owner: Nursing", "owner: Nursing\nowner: Pharmacy #!"),
        ["“owner” stands twice", "line 4"],
    ),
    "alias": (
        section("fields:\n  - &field {id: a} #!\n  - *field"),
        ["an alias (*name) repeats a part", "write the part out again"],
    ),
    "merge key": (section("fields:\n  - {<<: {id: a}, type: text} #!"), ["a merge key (<<) is not read"]),
    "tag that runs code": (GOOD.replace("Nursing", "!!python/object/apply:os.getcwd [] #!"), ["tag", "never program"]),
    "indented by a tab": (section("fields:\n  - id: a\n\t  label: A #!"), ["a tab stands at the start of the line"]),
    "bracket left open": (GOOD + "  - fields: [{id: a}\n  - text: More #!\n", ["this is not YAML"]),
    "list, not a form": ("- form: trial #!\n", ["the file is not a form", "begin with `form:`"]),
}


@pytest.mark.parametrize("text, words", BAD_FORMS.values(), ids=BAD_FORMS)
def test_a_bad_form_is_refused_with_file_line_and_help(tmp_path: Path, text: str, words: list[str]) -> None:
    folder = put(tmp_path / "forms", text)
    line = next(number for number, row in enumerate(text.split("\n"), start=1) if row.endswith(HERE))
    with pytest.raises(ConfigError) as caught:
        Shelf(folder).form("trial")
    message = str(caught.value)
    assert f"trial.yaml:{line}: error: " in message
    for word in words:
        assert word in message
    assert caught.value.exit_code is ExitCode.CONFIG
    assert caught.value.findings


def test_every_error_of_a_form_shows_at_once(tmp_path: Path) -> None:
    text = section("fields:\n  - {id: a, type: txt}\n  - {id: B}\n  - {id: c, labl: C}")
    with pytest.raises(ConfigError) as caught:
        Shelf(put(tmp_path, text)).form("trial")
    first = HEAD.count("\n") + 3
    assert [finding.line for finding in caught.value.findings] == [first, first + 1, first + 2]


def test_an_alias_bomb_is_refused_before_it_grows(tmp_path: Path) -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30))
    with pytest.raises(ConfigError, match="aliases are not read"):
        Shelf(put(tmp_path, "a0: &a0 [x, x, x]\n" + levels + GOOD)).form("trial")


def test_a_form_nested_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nested too deeply"):
        Shelf(put(tmp_path, HEAD + "sections: " + "[" * 100 + "]" * 100)).form("trial")


@pytest.mark.parametrize(
    "raw, words",
    [
        (b"", "the file is empty"),
        (b"# only a remark\n", "holds only comments"),
        (b"form: trial\ntitle: caf\xe9\n", "not UTF-8"),
        (b"form: trial\x00\n", "not YAML"),
        (b"x" * 2_000_000, "bytes"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, raw: bytes, words: str) -> None:
    (tmp_path / "trial.yaml").write_bytes(raw)
    with pytest.raises(ConfigError, match=words) as caught:
        Shelf(tmp_path).form("trial")
    assert "trial.yaml" in str(caught.value)


def test_a_good_form_is_read_as_text(tmp_path: Path) -> None:
    text = GOOD.replace("[none, some, much]", "[no, 0555, 21:00]")
    spec = Shelf(put(tmp_path, text)).form("trial").spec
    assert spec.sections[0].fields[0].options == ("no", "0555", "21:00")


def test_a_form_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no form “trail”.*did you mean “trial”"):
        Shelf(put(tmp_path, GOOD)).form("trail")


BLOCK = """\
block: pulse
revision: "2026-11"
sections:
  - fields:
      - {id: rate, type: number, label: Pulse, unit: "/min"}
"""


def test_a_block_stands_in_the_form_under_its_own_ids(tmp_path: Path) -> None:
    put(tmp_path / "blocks", BLOCK, "pulse")
    spec = Shelf(put(tmp_path, section("use: pulse\nheading: Before the dose"))).form("trial").spec
    assert [(part.heading, part.use, [f.id for f in part.fields]) for part in spec.sections] == [
        ("Before the dose", None, ["pulse.rate"])
    ]


def test_a_block_twice_in_a_form_takes_the_ids_that_the_form_gives(tmp_path: Path) -> None:
    put(tmp_path / "blocks", BLOCK, "pulse")
    text = HEAD + "sections:\n  - {use: pulse, as_id: before}\n  - {use: pulse, as_id: after}\n"
    spec = Shelf(put(tmp_path, text)).form("trial").spec
    assert [part.fields[0].id for part in spec.sections] == ["before.rate", "after.rate"]


def test_a_block_inside_a_block_is_refused_at_the_block(tmp_path: Path) -> None:
    put(tmp_path / "blocks", BLOCK + "  - use: legend\n", "pulse")
    with pytest.raises(ConfigError) as caught:
        Shelf(put(tmp_path, section("use: pulse"))).form("trial")
    assert "pulse.yaml:6: error: " in str(caught.value)


def test_a_wrong_block_is_named_by_its_own_file(tmp_path: Path) -> None:
    put(tmp_path / "blocks", BLOCK.replace("type: number", "type: nummer"), "pulse")
    with pytest.raises(ConfigError) as caught:
        Shelf(put(tmp_path, section("use: pulse"))).form("trial")
    assert "pulse.yaml:5: error: " in str(caught.value)
    assert "did you mean “number”?" in str(caught.value)


def digest(folder: Path, text: str) -> str:
    """The content digest of a form whose file says `text`."""
    return Shelf(put(folder, text)).form("trial").digest


@pytest.mark.parametrize(
    "before, after",
    [
        ("form: trial", "# approved by nobody yet\nform: trial   # a remark"),
        ("scope: patient\naudience: RN\n", "audience: RN\nscope: patient\n"),
        ("{id: time, type: time, label: Time}", "{label: Time, type: time, id: time}"),
        ("owner: Nursing", 'owner: "Nursing"'),
        ("{id: drug, label: Medicine, critical: true}", "{id: drug, type: text, label: Medicine, critical: yes}"),
        ("rows: {count: 4}", "rows:\n        count: 4"),
    ],
)
def test_the_digest_stays_while_the_content_does(tmp_path: Path, before: str, after: str) -> None:
    assert before in GOOD
    assert digest(tmp_path, GOOD) == digest(tmp_path, GOOD.replace(before, after, 1))


@pytest.mark.parametrize(
    "before, after",
    [
        ("title: A form on trial", "title: A form in use"),
        ('revision: "2026-11"', 'revision: "2026-12"'),
        ("owner: Nursing", "owner: Pharmacy"),
        ("priority: SCAN", "priority: NOW"),
        ("[none, some, much]", "[some, none, much]"),
        ("[none, some, much]", "[none, some]"),
        ("label: Medicine", "label: Drug"),
        (", required: true", ""),
        (", critical: true", ""),
        ("lines: 3", "lines: 4"),
        ("rows: {count: 4}", "rows: {count: 5}"),
        ("heading: Findings", "heading: What was found"),
    ],
)
def test_the_digest_changes_with_the_content(tmp_path: Path, before: str, after: str) -> None:
    assert before in GOOD
    assert digest(tmp_path, GOOD) != digest(tmp_path, GOOD.replace(before, after, 1))


def test_the_digest_changes_when_a_block_does(tmp_path: Path) -> None:
    put(tmp_path / "blocks", BLOCK, "pulse")
    first = digest(tmp_path, section("use: pulse"))
    put(tmp_path / "blocks", "# a remark\n" + BLOCK, "pulse")
    assert digest(tmp_path, section("use: pulse")) == first
    put(tmp_path / "blocks", BLOCK.replace("label: Pulse", "label: Heart rate"), "pulse")
    assert digest(tmp_path, section("use: pulse")) != first


def shuffled(value: Any, source: random.Random) -> Any:
    """The same content with the keys of every mapping in another order."""
    if isinstance(value, dict):
        keys = list(value)
        source.shuffle(keys)
        return {key: shuffled(value[key], source) for key in keys}
    return [shuffled(item, source) for item in value] if isinstance(value, list) else value


@settings(max_examples=25, deadline=None)
@given(seed=st.integers())
def test_no_order_of_keys_changes_the_digest(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("forms")
    content = shuffled(yaml.load(GOOD, yaml.BaseLoader), random.Random(seed))
    assert digest(folder, yaml.safe_dump(content, sort_keys=False)) == digest(folder, GOOD)


def test_the_sites_own_form_stands_before_the_shipped_one(tmp_path: Path) -> None:
    shipped = (shipped_folder() / "forms" / "log-incident.yaml").read_text("utf-8")
    title = next(row for row in shipped.split("\n") if row.startswith("title:"))
    put(tmp_path, shipped.replace(title, "title: What went wrong here"), "log-incident")
    own, library = Shelf(tmp_path), Shelf()
    assert own.ids == library.ids
    assert own.form("log-incident").spec.title == "What went wrong here"
    assert library.form("log-incident").spec.title != "What went wrong here"
    assert (own.form("log-incident").own, library.form("log-incident").own) == (True, False)
    assert own.form("log-incident").digest != library.form("log-incident").digest
    assert own.form("note-nursing").digest == library.form("note-nursing").digest
    assert not own.form("note-nursing").own


def test_the_sites_own_block_changes_the_shipped_forms_that_use_it(tmp_path: Path) -> None:
    own = (
        (shipped_folder() / "forms" / "blocks" / "legend.yaml")
        .read_text("utf-8")
        .replace("Printed name", "Name in print")
    )
    put(tmp_path / "blocks", own, "legend")
    assert Shelf(tmp_path).form("mar-scheduled").digest != Shelf().form("mar-scheduled").digest


def test_a_form_of_the_sites_own_joins_the_shipped_ones(tmp_path: Path) -> None:
    shelf = Shelf(put(tmp_path, GOOD))
    assert set(shelf.ids) == {*Shelf().ids, "trial"}
    assert shelf.form("trial").own


def test_a_site_without_forms_has_the_shipped_ones(tmp_path: Path) -> None:
    assert Shelf(tmp_path / "forms").ids == Shelf().ids


DATA_NAMES = {
    name for names in (data_names.PATIENT, data_names.SHEET, data_names.NUMBERS, data_names.ROWS) for name in names
} | {name for _, names in data_names.ROWS.values() for name in names}
README = (shipped_folder() / "forms" / "README.md").read_text("utf-8")
MODELS: list[type[BaseModel]] = [
    model
    for model in vars(schema).values()
    if isinstance(model, type) and issubclass(model, BaseModel) and model.__module__.startswith("downtime.library.")
]


def test_the_models_of_the_schema_are_found() -> None:
    assert FormSpec in MODELS


def explained() -> set[str]:
    """What stands at the head of a row in one of the README's tables."""
    return {word for row in README.split("\n") if row.startswith("| `") for word in row.split("|")[1].split("`")[1::2]}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_readme_explains_every_key(model: type[BaseModel]) -> None:
    assert set(model.model_fields) - explained() == set()


def test_the_readme_explains_nothing_that_is_not_there() -> None:
    models: list[type[BaseModel]] = [*MODELS, FormApproval]
    keys = {name for model in models for name in model.model_fields}
    values = {word.value for words in (FieldType, LegendTable, Priority, Retention, Target) for word in words}
    assert explained() - keys - values - DATA_NAMES - set(MEANS) == set()


def test_the_readme_explains_every_value_that_a_form_may_ask_for() -> None:
    assert DATA_NAMES - explained() == set()


@pytest.mark.parametrize("words", [LegendTable, Priority, Retention, Target], ids=lambda words: words.__name__)
def test_the_readme_explains_every_word_with_a_meaning(words: type[StrEnum]) -> None:
    assert {word.value for word in words} - explained() == set()


def test_the_readmes_small_form_is_a_form(tmp_path: Path) -> None:
    text = README.split("```yaml\n")[1].split("```")[0]
    assert Shelf(put(tmp_path, text, "note-wound")).form("note-wound").spec.title == "Wound check"


@pytest.mark.parametrize("kind", FieldType)
def test_the_readme_explains_every_field_type(kind: FieldType) -> None:
    assert f"| `{kind.value}` |" in README
