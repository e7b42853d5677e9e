"""The documentation says what the program does: verbs, options, exit codes and configuration keys."""

import re
from pathlib import Path

import pytest
import scan_tables
import typer

from downtime.cli.app import app
from downtime.errors import EXIT_MEANINGS, ExitCode
from downtime.keep.events import Happening
from downtime.library.means import MEANS
from downtime.library.schema import FieldType, FormSpec
from downtime.page.code_failure import CODE_REMEDIES, CodeReason
from downtime.page.states import REASON_REMEDIES, STATE_REMEDIES, PageReason, PageState
from downtime.scan.result import KitEntry, Measured, PageEntry, ScanResult, SheetEntry, SheetPage
from downtime.site.census import CensusSettings
from downtime.site.contacts import Contact
from downtime.site.department import Department, DowntimeNumbers, Packet, PacketForm, PacketSection, PhoneTreeSpec
from downtime.site.facility import Facility
from downtime.site.keeping import KitsAhead, Protection, Snapshots
from downtime.site.recovery import Recovery, RecoveryRule
from downtime.site.sending import Sending

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_every_exit_code_stands_in_the_readme_with_its_meaning():
    rows = dict(re.findall(r"^\| (\d+) \| (.+?) \|$", README, flags=re.M))
    assert rows == {str(int(code)): EXIT_MEANINGS[code] for code in ExitCode}


def verbs() -> list[str]:
    command = typer.main.get_command(app)
    names = []
    for name, sub in command.commands.items():
        inner = getattr(sub, "commands", None)
        names += [f"{name} {part}" for part in inner] if inner else [name]
    return names


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_stands_in_the_readme(verb):
    group, _, part = verb.partition(" ")
    rows = [line for line in README.splitlines() if line.startswith(f"| `downtime {group}")]
    assert rows, f"`downtime {group}` is not in the table of commands"
    assert any(part in row for row in rows)


def test_the_readme_has_its_two_commands():
    blocks = re.findall(r"<!-- (\w+) -->\n```sh\n(.+?)\n```", README, flags=re.S)
    assert [name for name, _ in blocks] == ["first", "second"]
    assert "downtime packet examples/riverside -o packets" in blocks[0][1]
    assert blocks[1][1].endswith("pytest")


def test_every_link_and_picture_of_the_documentation_exists():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("*/README.md")]:
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("model", [Facility, Department, Packet, PacketSection, PacketForm, PhoneTreeSpec,
                                   DowntimeNumbers, Contact, CensusSettings, Protection, Snapshots,
                                   KitsAhead, Recovery, RecoveryRule, Sending])  # fmt: skip
def test_every_configuration_key_is_shown_or_explained(model):
    shown = "".join(path.read_text("utf-8") for path in ROOT.glob("examples/**/*.yaml"))
    shown += "".join(path.read_text("utf-8") for path in ROOT.glob("downtime/site/starter/*.yaml"))
    shown += (ROOT / "examples" / "README.md").read_text("utf-8")
    missing = [name for name in model.model_fields if not re.search(rf"\b{name}\b", shown)]
    assert not missing


def test_every_event_of_the_watch_is_explained():
    text = (ROOT / "examples" / "README.md").read_text("utf-8")
    assert not [event for event in Happening if f"`{event}`" not in text]


def test_every_field_type_and_form_key_is_explained_to_whoever_writes_a_form():
    text = (ROOT / "forms" / "README.md").read_text("utf-8")
    for word in [*FieldType, *FormSpec.model_fields]:
        assert f"`{word}`" in text, f"forms/README.md does not explain `{word}`"


def test_every_meaning_of_a_field_is_explained_in_its_own_words():
    text = (ROOT / "forms" / "README.md").read_text("utf-8")
    rows = text.partition("<!-- means -->")[2].partition("<!-- /means -->")[0]
    assert dict(re.findall(r"^\| `([a-z_.]+)` \| (.+?) \|$", rows, flags=re.M)) == dict(MEANS)


def test_every_way_a_page_code_fails_has_a_meaning_and_a_remedy():
    assert set(CODE_REMEDIES) == set(CodeReason)
    assert all(remedy.meaning and remedy.do for remedy in CODE_REMEDIES.values())


def test_every_state_and_reason_of_a_page_has_a_meaning_and_a_remedy():
    assert set(STATE_REMEDIES) == set(PageState)
    assert set(REASON_REMEDIES) == set(PageReason)
    assert all(remedy.meaning and remedy.do for remedy in [*STATE_REMEDIES.values(), *REASON_REMEDIES.values()])


def test_the_tables_of_states_reasons_and_settings_are_those_of_the_program():
    text = scan_tables.README.read_text("utf-8")
    assert text == scan_tables.with_tables(text), "run `python tests/scan_tables.py`"


@pytest.mark.parametrize("model", [ScanResult, PageEntry, Measured, SheetEntry, SheetPage, KitEntry])
def test_every_key_of_a_scans_result_is_explained(model):
    text = scan_tables.README.read_text("utf-8")
    assert not [name for name in model.model_fields if f"`{name}`" not in text]


def test_every_option_of_scan_is_explained():
    text = scan_tables.README.read_text("utf-8")
    options = typer.main.get_command(app).commands["scan"].params
    missing = [word for option in options for word in option.opts if word.startswith("--") and f"`{word}`" not in text]
    assert not missing
