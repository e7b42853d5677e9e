"""`downtime check`: a sound site passes, and whatever is wrong in any part of it is told, at once, with its place."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sample_site import TODAY, site

from downtime.cli.app import run
from downtime.errors import Finding, Level
from downtime.library.shelf import Shelf
from downtime.page.key import make_key_file
from downtime.paper.checking import check_everything
from downtime.paper.packet import Run, make_packet
from downtime.site import load_site

EXAMPLES = Path(__file__).parents[2] / "examples"


def checked(root: Path) -> list[Finding]:
    return check_everything(root, TODAY)


def serious(findings: list[Finding]) -> list[str]:
    return [str(finding) for finding in findings if finding.level is Level.ERROR]


def test_a_sound_site_has_no_errors_and_is_told_what_still_needs_approval(tmp_path: Path) -> None:
    findings = checked(site(tmp_path))
    assert serious(findings) == []
    for form_id in ("log-incident", "log-phone-runner"):
        (told,) = (finding for finding in findings if finding.what.startswith(f"{form_id} revision"))
        assert told.level is Level.WARNING and Shelf().form(form_id).digest[:12] in told.do


@pytest.mark.parametrize(
    ("file", "old", "new", "said", "at"),
    [
        ("departments/ward.yaml", "log-incident", "log-inciden", "no form “log-inciden”", "log-inciden"),
        ("departments/ward.yaml", "[own]", "[owm]", "no procedure card “owm”", "procedures"),
        ("departments/ward.yaml", "start: charge", "start: chareg", "chareg", "phone_tree"),
        ("departments/ward.yaml", "blood count", "5 µg", "µg", "lists"),
        ("departments/ward.yaml", "copies: 2}", "copies: 10000}\n        - {form: flow-icu, copies: 10000}",
         "pages", "packet:"),
        ("facility.yaml", "room A", "room A since 1/2/26", "1/2/26", "command_center"),
        ("facility.yaml", "DT900", "DTÄ900", "cannot be a barcode", "kind: code128"),
        ("facility.yaml", "DT900", "document type nine hundred and ninety", "does not fit", "kind: code128"),
        ("templates/procedures/own.md", "words.ward_word", "words.wrad_word", "wrad_word", "Go to"),
        ("templates/procedures/own.md", "- [ ] Go", "- [ ] Give 5 µg, go", "µg", "Give"),
        ("templates/procedures/own.md", "- [ ] Go", "> Go", "quotation", "> Go"),
        ("templates/procedures/own.md", "  ward_word: what", "  other_word: what", "“other_word” is not given", ""),
        ("templates/procedures/own.md", "owner: Nursing\n", "", "owner is missing", ""),
        ("templates/cover.md", "- [ ] Count", "- [ ] {{ nobody }}", "“nobody”", "nobody"),
        ("templates/cover.md", "owner: Nursing\n", "", "owner is missing", ""),
        ("forms/own-form.yaml", "department.name", "department.nmae", "“nmae”", "nmae"),
        ("forms/own-form.yaml", "Note for", "5 cc for", "5 cc", "5 cc"),
        ("forms/own-form.yaml", "form: own-form", "form: other", "calls itself", "form: other"),
        ("approvals.yaml", "department: ward", "department: wrad", "no department “wrad”", "wrad"),
    ],
)  # fmt: skip
def test_everything_wrong_is_found_at_its_place(
    tmp_path: Path, file: str, old: str, new: str, said: str, at: str
) -> None:
    root = site(tmp_path, file, old, new)
    hits = [finding for finding in checked(root) if said in finding.what + finding.why]
    assert hits, [str(finding) for finding in checked(root)]
    assert Path(hits[0].file).name == Path(file).name
    if at:
        text = (root / file).read_text("utf-8")
        assert text[: text.index(at)].count("\n") + 1 in [hit.line for hit in hits], [str(hit) for hit in hits]


def test_all_errors_of_several_files_show_at_once_in_order(tmp_path: Path) -> None:
    root = site(tmp_path)
    for name, old, new in (
        ("forms/own-form.yaml", "Note for", "5 cc for"), ("templates/procedures/own.md", "ward_word }}", "wrd }}"),
        ("templates/cover.md", "Count", "{{ nobody }}"), ("facility.yaml", "DT900", "Ä"),
    ):  # fmt: skip
        path = root / name
        path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")
    findings = checked(root)
    wrong = {Path(finding.file).name for finding in findings if finding.level is Level.ERROR}
    assert wrong == {"own-form.yaml", "own.md", "cover.md", "facility.yaml"}
    assert findings == sorted(findings)


def test_the_own_form_is_told_of_even_where_the_site_has_errors(tmp_path: Path) -> None:
    root = site(tmp_path, "facility.yaml", "country: US", "country: nowhere")
    (root / "forms" / "own-form.yaml").write_text("form: [", encoding="utf-8")
    assert {Path(finding.file).name for finding in checked(root)} >= {"facility.yaml", "own-form.yaml"}


def test_a_key_that_cannot_sign_is_told_of(tmp_path: Path) -> None:
    root = site(tmp_path, "facility.yaml", "paper: letter", "paper: letter\nkey: facility.key")
    assert any("facility.key" in text for text in serious(checked(root)))
    make_key_file(root / "facility.key")
    assert serious(checked(root)) == []
    (root / "facility.key").write_text("DTKEY1:damaged\n")
    assert any("facility.key" in text for text in serious(checked(root)))


def test_what_is_checked_without_error_prints(tmp_path: Path) -> None:
    root = site(tmp_path)
    assert serious(checked(root)) == []
    loaded = load_site(root)
    shelf, printing = Shelf(root / "forms"), Run(datetime(2026, 11, 23, tzinfo=UTC), fixed=True)
    packet = make_packet(loaded, loaded.department("ward"), shelf, printing)
    assert packet.pages > 4


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (finding,) = checked(tmp_path / "none")
    assert "no such folder" in finding.what and finding.level is Level.ERROR
    file = tmp_path / "file"
    file.write_text("x")
    assert serious(checked(file)) and serious(checked(tmp_path))


@pytest.mark.parametrize("name", ["riverside", "hillview-gp"])
def test_the_examples_pass_on_the_command_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["check", os.path.relpath(EXAMPLES / name)])
    said = capsys.readouterr()
    assert said.err == "" and ": error: " not in said.out
    assert code in (0, 1)
    for line in said.out.splitlines()[:-1]:
        assert re.match(r"\S+:\d+: (warning|note): .+ – .+", line), line


def test_the_command_tells_errors_with_the_code_for_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = site(tmp_path, "facility.yaml", "country: US", "country: nowhere")
    assert run(["check", str(root)]) == 3
    assert re.search(r"facility\.yaml:5: error: .*nowhere", capsys.readouterr().out)
    assert run(["--json", "check", str(root)]) == 3
    assert '"level": "error"' in capsys.readouterr().out
