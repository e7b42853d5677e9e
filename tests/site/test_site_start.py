"""A new site folder is sound from the first minute; the examples and the schema are, too."""

from __future__ import annotations

import os
import re
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from downtime.errors import Level, UsageError, WriteError
from downtime.page.key import read_key
from downtime.site import check_site, load_site, packet_quantities
from downtime.site.contacts import is_made_up
from downtime.site.initialise import init_site
from downtime.site.schema import site_schema

TODAY = date(2026, 11, 23)
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("country", ["US", "UK", "CA", "DE"])
def test_a_new_site_has_no_errors_and_says_what_to_change(tmp_path: Path, country: str) -> None:
    folder = tmp_path / "new" / "site"
    name = 'St. Mary\'s: "the $name" #1 {x} \\ 医院'
    files = init_site(folder, id="st-marys", name=name, country=country)
    assert all(path.is_file() for path in files)
    site, findings = check_site(folder, today=TODAY)
    assert site is not None, findings
    assert site.facility.name == name
    text = "\n".join(map(str, findings))
    assert "made-up number" in text and "was never changed" in text and "STALE" in text
    assert "nobody has approved this department's packet" in text


def test_the_new_key_is_fresh_private_and_left_out_of_version_control(tmp_path: Path) -> None:
    keys = set()
    for name in ("a", "b"):
        init_site(tmp_path / name, id="x", name="X", country="US")
        site = load_site(tmp_path / name)
        assert site.key_path is not None
        keys.add(read_key(site.key_path))
        if os.name == "posix":
            assert stat.S_IMODE(site.key_path.stat().st_mode) == 0o600
        assert "facility.key" in (tmp_path / name / ".gitignore").read_text().splitlines()
    assert len(keys) == 2


def test_an_empty_folder_is_filled_and_any_other_left_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    init_site(tmp_path / "empty", id="x", name="X", country="US")
    before = {path: path.read_bytes() for path in (tmp_path / "empty").rglob("*") if path.is_file()}
    with pytest.raises(WriteError, match="there is something already"):
        init_site(tmp_path / "empty", id="y", name="Y", country="UK")
    assert before == {path: path.read_bytes() for path in (tmp_path / "empty").rglob("*") if path.is_file()}
    (tmp_path / "file").write_text("x")
    with pytest.raises(WriteError):
        init_site(tmp_path / "file", id="y", name="Y", country="UK")
    with pytest.raises(WriteError, match="cannot be made"):
        init_site(tmp_path / "file" / "below", id="y", name="Y", country="UK")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file"]  # nothing half-made is left


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"id": "St Mary"}, "is not an id"), ({"name": " "}, "is empty"), ({"country": "usa"}, "two letters")],
)
def test_bad_beginnings_are_refused(tmp_path: Path, wrong: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        init_site(tmp_path / "x", **({"id": "x", "name": "X", "country": "US"} | wrong))
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(("name", "departments"), [("riverside", 9), ("hillview-gp", 2)])
def test_the_examples_are_sound(name: str, departments: int) -> None:
    site, findings = check_site(EXAMPLES / name, today=TODAY)
    assert site is not None, findings
    assert len(site.departments) == departments
    assert site.facility.fiction and "fictional" in site.facility.fiction
    for department in site.departments.values():
        assert packet_quantities(site.facility, department)
        assert department.packet.uses_source == "example setting, not a published value"
        tree = site.phone_tree(department, TODAY)
        assert tree is not None and 5 <= len(tree.nodes) <= 12


@pytest.mark.parametrize("name", ["riverside", "hillview-gp"])
def test_the_examples_have_nothing_unwise_and_only_made_up_numbers(name: str) -> None:
    # Only the forms that the examples use are known, as if the library held no more.
    forms = {form for department in load_site(EXAMPLES / name).departments.values() for form in department.form_ids}
    site, findings = check_site(EXAMPLES / name, today=TODAY, known_forms=forms)
    assert site is not None
    assert [str(finding) for finding in findings if finding.level is Level.WARNING] == []
    for contact in site.contacts.values():
        for way in contact.ways:
            number = getattr(way, "number", None)
            # 7-0142 is an extension of the house, nothing that can be dialled from outside.
            assert number is None or number.startswith("7-0") or is_made_up(number), number


def matches(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    """Just enough of JSON Schema to see that keys, kinds and required parts agree."""
    if "$ref" in schema:
        return matches(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], value, root)
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return any(matches(option, value, root) for option in schema[union])
    if "enum" in schema or "const" in schema:
        return value in schema.get("enum", [schema.get("const")])
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, dict):
        properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        for pattern, inner in schema.get("patternProperties", {}).items():
            properties = properties | {key: inner for key in value if re.search(pattern, key)}
        return (
            "object" in kinds
            and set(schema.get("required", [])) <= set(value)
            and all(
                matches(properties[key], item, root)
                if key in properties
                else (isinstance(others, dict) and matches(others, item, root))
                for key, item in value.items()
            )
        )
    if isinstance(value, list):
        return "array" in kinds and all(matches(schema["items"], item, root) for item in value)
    kind = {bool: "boolean", int: "integer", float: "number", str: "string", date: "string"}[type(value)]
    return kind in kinds or (kind == "integer" and "number" in kinds)


SCHEMAS = site_schema()


@pytest.mark.parametrize("path", sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*/**/*.yaml")))
def test_the_schema_for_editors_accepts_the_examples(path: str) -> None:
    schema = SCHEMAS["departments/*.yaml" if "/departments/" in path else path.split("/")[1]]
    # An editor reads YAML with its types, so an unquoted 0700 is a number there.
    data = yaml.safe_load((EXAMPLES / path).read_text(encoding="utf-8"))
    assert matches(schema, data, schema)
    assert not matches(schema, data | {"unknown": 1}, schema)
    for key in schema.get("required", []):
        assert not matches(schema, {other: data[other] for other in data if other != key}, schema)


def test_the_schema_explains_itself() -> None:
    for schema in SCHEMAS.values():
        assert schema["$schema"].startswith("https://json-schema.org/")
        assert schema["additionalProperties"] is False
