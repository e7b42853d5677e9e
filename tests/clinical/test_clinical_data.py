"""The reference tables as files: sourced everywhere, read as text, refused when faulty, not read by importing."""

import re
import subprocess
import sys
from importlib import resources
from typing import Any

import pytest

from downtime.clinical._data import CONVENTION, LazyTable, Row, by_name, load
from downtime.clinical.codes import NOT_GIVEN, ROUTES, SITES
from downtime.clinical.frequencies import FREQUENCIES, SCHEDULE_PROFILES
from downtime.clinical.highalert import HIGH_ALERTS
from downtime.clinical.ranges import RANGES
from downtime.clinical.scores import SCORES
from downtime.clinical.textrules import text_rules
from downtime.errors import ConfigError
from downtime.textyaml import parse_yaml

FILES = sorted(
    entry.name for entry in (resources.files("downtime.clinical") / "data").iterdir() if entry.name.endswith(".yaml")
)
# An entry is a mapping under a list; these smaller parts take the source of the entry they stand in.
PARTS = {"bands", "values"}
WITHOUT_SOURCE = {"tallman.yaml": {"schemes"}}


def entries(data: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    found = []
    if isinstance(data, dict):
        for key, value in data.items():
            found += entries(value, (*path, key))
    elif isinstance(data, list):
        for item in data:
            if isinstance(item, dict):
                found.append((path, item))
            found += entries(item, path)
    return found


def raw(name: str) -> bytes:
    return (resources.files("downtime.clinical") / "data" / name).read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_every_entry_names_its_source(name: str) -> None:
    checked = 0
    for path, entry in entries(parse_yaml(raw(name), name).data):
        # a part has the source of its entry; an example of a text rule has the source of that rule
        part = path[-1] in PARTS and ("score" in entry or "value" in entry)
        if part or entry.get("rule") in text_rules() or path[0] in WITHOUT_SOURCE.get(name, set()):
            continue
        checked += 1
        assert entry.get("source"), (name, path, entry)
        assert len(entry["source"]) > 8
        # tags such as [S14] or BK mean nothing to a reader of the project
        assert not re.search(r"\bS[0-9]{1,2}[a-d]?\b|\bBK\b|\bDER\b", entry["source"]), entry["source"]
    assert checked


@pytest.mark.parametrize("name", FILES)
def test_convention_is_marked_in_the_same_words_everywhere(name: str) -> None:
    text = raw(name).decode()
    assert len(re.findall(r"\bconvention\b", text)) == text.count(CONVENTION)


def test_the_tables_are_as_long_as_they_should_be() -> None:
    sizes = {
        "rules": (text_rules(), 56), "routes": (ROUTES, 30), "sites": (SITES, 26), "not given": (NOT_GIVEN, 19),
        "ranges": (RANGES, 70), "frequencies": (FREQUENCIES, 31), "profiles": (SCHEDULE_PROFILES, 6),
        "high alert": (HIGH_ALERTS, 34), "scores": (SCORES, 4),
    }  # fmt: skip
    assert {name: len(table) for name, (table, least) in sizes.items() if len(table) < least} == {}


def test_a_fault_in_a_table_names_file_and_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    class Entry(Row):
        id: str
        number: int

    class Table(Row):
        rows: tuple[Entry, ...]

    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.yaml").write_text("rows:\n  - id: a\n    number: 1\n  - id: b\n    number: two\n")
    monkeypatch.setattr(resources, "files", lambda _: tmp_path)
    with pytest.raises(ConfigError, match=r"x\.yaml:5"):
        load("x.yaml", Table)


def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(ConfigError, match="twice"):
        by_name(["a", "b", "a"], lambda text: text, "x.yaml")


def test_a_lazy_table_loads_when_it_is_looked_at() -> None:
    calls = []

    def loader() -> dict[str, int]:
        calls.append(1)
        return {"a": 1}

    table = LazyTable(loader)
    assert calls == []
    assert table["a"] == 1 and list(table) == ["a"] and len(table) == 1 and "b" not in table
    assert calls


def test_importing_reads_no_table() -> None:
    modules = "textrules tallman highalert frequencies codes ranges scores doses vocabulary quantities clock"
    code = (
        "import downtime.textyaml as t\n"
        "t.parse_yaml = lambda *a: (_ for _ in ()).throw(SystemExit('a table was read'))\n"
        f"import importlib\nfor m in '{modules}'.split(): importlib.import_module('downtime.clinical.' + m)\n"
        "import sys\nassert not {'django', 'numpy', 'cv2', 'reportlab'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
