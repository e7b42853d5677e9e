"""Every failure seen in the field is a folder with ten lines that say what is played and what must come of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from papers import Papers
from play import matches, play, read_scenario

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/scenario.yaml"))


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return Papers(tmp_path_factory.mktemp("papers"))


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_scenario(folder: Path, papers: Papers, tmp_path: Path) -> None:
    scenario = read_scenario(folder)
    played = play(scenario, papers, tmp_path)
    pages = {}
    for entry in played.result.pages:
        pages.setdefault(entry.file, []).append(entry)
        # The one thing that must never happen, whatever a scenario expects: another page's name on a page.
        assert entry.page in (0, played.shown.get((entry.file, entry.index), entry.page)), "a wrong page"
    assert pages.keys() == scenario.pages.keys(), played.states()
    for name, expected in scenario.pages.items():
        assert len(pages[name]) == len(expected), played.states()
        for one, entry in zip(expected, pages[name], strict=True):
            assert matches(one, entry), (
                f"{name} {entry.index + 1}: {one} is wanted, and this is {played.states()[name]}"
            )
    sheets = {}
    for sheet in played.result.sheets:
        [packet] = [name for name in scenario.manifests if papers.paper(name).manifest.kit == sheet.kit]
        sheets[f"{packet}/{sheet.form}/{sheet.copy_number}" + (f"#{sheet.instance}" if sheet.instance else "")] = sheet
    assert {name: sheet.status.value for name, sheet in sheets.items()} == scenario.sheets
