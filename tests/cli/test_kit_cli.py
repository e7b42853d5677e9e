"""`downtime kit` as a command: what it writes, what it says, and that no patient is named outside the PDF."""

from __future__ import annotations

import json
import re
import shutil
import stat
from pathlib import Path

import pytest

from downtime.cli.app import run
from downtime.errors import ExitCode

ROOT = Path(__file__).resolve().parents[2]
CENSUS = ROOT / "examples/riverside/census/icu.csv"
ONE = ("--patient", "00104403")
NAMES = ("Okafor", "Smith", "Nguyễn", "00104401", "00104403", "Séamus", "meropenem")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the example hospital, because numbers leave a journal in it."""
    shutil.copytree(ROOT / "examples/riverside", tmp_path / "site", ignore=shutil.ignore_patterns(".downtime"))
    return tmp_path / "site"


def kit(site: Path, *more: str, out: str = "out", json_: bool = False) -> int:
    start = ["--json"] if json_ else []
    given = dict(zip(more[::2], more[1::2], strict=False)) if len(more) > 1 else {}
    defaults = {"--department": "icu", "--census": str(CENSUS), "--made-at": "2026-11-16T0730"}
    words = [word for name, value in defaults.items() if name not in given for word in (name, value)]
    return run([*start, "kit", str(site), *words, *more, "-o", str(site.parent / out)])


def files(site: Path, out: str = "out") -> list[str]:
    return sorted(path.name for path in (site.parent / out).iterdir())


def test_a_kit_and_its_manifest_are_written_for_their_owner_alone(site, capsys):
    assert kit(site, *ONE) == ExitCode.FINDINGS
    assert files(site) == ["riverside-icu-kit-20261116-0730.manifest.json", "riverside-icu-kit-20261116-0730.pdf"]
    for path in (site.parent / "out").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ": 1 patient\n" in capsys.readouterr().out


def test_nothing_of_a_patient_leaves_the_pdf(site, capsys):
    kit(site, "--hours", "8", json_=False)
    kit(site, *ONE, "--fillable", json_=False)
    kit(site, *ONE, json_=True)
    said = capsys.readouterr()
    for name in NAMES:
        assert name not in said.out + said.err
        assert not any(name in file for file in files(site))


def test_an_earlier_kit_of_the_same_minute_is_never_overwritten(site):
    kit(site, *ONE)
    first = (site.parent / "out/riverside-icu-kit-20261116-0730.pdf").read_bytes()
    kit(site, "--patient", "00104405")
    assert (site.parent / "out/riverside-icu-kit-20261116-0730.pdf").read_bytes() == first
    assert "riverside-icu-kit-20261116-0730-2.pdf" in files(site)


def test_the_counts_come_as_json(site, capsys):
    assert kit(site, "--patient", "00104410", json_=True) == ExitCode.FINDINGS
    told = json.loads(capsys.readouterr().out)
    assert (told["patients"], told["to_clarify"], told["left_out"]) == (1, 1, 0)
    assert told["data_age_minutes"] == 50 and told["old_data"] is False
    assert Path(told["file"]).is_file()


def test_only_changes_since_an_earlier_kit(site, capsys):
    kit(site)
    earlier = site.parent / "out/riverside-icu-kit-20261116-0730.pdf"
    capsys.readouterr()
    changed = site.parent / "changed.csv"
    listed = CENSUS.read_text("utf-8-sig").replace("Penicillin (anaphylaxis, severe) | Latex", "Codeine | Latex")
    changed.write_text(listed, "utf-8")
    code = kit(site, "--since", str(earlier), "--census", str(changed), "--made-at", "2026-11-16T0800", json_=True)
    told = json.loads(capsys.readouterr().out)
    assert code == ExitCode.FINDINGS
    assert (told["patients"], told["unchanged"]) == (1, 21)


def test_sets_for_arrivals_take_numbers_that_are_never_taken_again(site):
    kit(site, "--blank", "2", "--hours", "8")
    kit(site, "--blank", "1", "--hours", "8", out="again")
    first, second = (
        json.loads((site.parent / out / "riverside-icu-kit-20261116-0730.manifest.json").read_text("utf-8"))
        for out in ("out", "again")
    )
    assert len(first["downtime_numbers"]) == 2
    assert not {*first["downtime_numbers"]} & {*second["downtime_numbers"]}


def test_sets_for_arrivals_need_no_census(site, capsys):
    """Where there is no snapshot at all, whoever arrives gets paper with a number all the same."""
    where = ["kit", str(site), "--department", "icu", "--made-at", "2026-11-16T0730", "-o", str(site.parent / "out")]
    assert run([*where, "--blank", "2"]) == ExitCode.DONE
    assert ": 0 patients, 2 sets for arrivals" in capsys.readouterr().out
    manifest = json.loads((site.parent / "out" / files(site)[0]).read_text())
    numbers = {sheet["patient"] for sheet in manifest["sheets"] if sheet.get("patient")}
    assert len(numbers) == 2 and len(files(site)) == 2
    for more in ((), ("--blank", "1", *ONE), ("--blank", "1", "--since", "earlier.pdf")):
        assert run([*where, *more]) == ExitCode.USAGE
        assert "--census is missing" in capsys.readouterr().err
    assert len(files(site)) == 2


def test_a_kit_that_cannot_be_made_uses_no_number_up(site, capsys):
    assert kit(site, "--blank", "2", "--hours", "99") == ExitCode.USAGE
    assert not (site / ".downtime/numbers").exists()


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--department", "icuu"), ExitCode.USAGE, "did you mean “icu”"),
        (("--department", "ed"), ExitCode.INPUT, "the census has: ICU (24)"),
        (("--hours", "0"), ExitCode.USAGE, "ask for 1 to 48"),
        (("--patient", "12345678"), ExitCode.USAGE, "nobody with the number"),
        (("--census", "missing.csv"), ExitCode.INPUT, "no such file"),
        (("--blank", "-1"), ExitCode.USAGE, "ask for 1 to 200"),
        (("--since", "missing.pdf"), ExitCode.INPUT, "cannot be read"),
        (("--paper", "a5"), ExitCode.USAGE, "there is no paper"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_and_nothing_is_written(site, capsys, more, code, said):
    assert kit(site, *more) == code
    errors = capsys.readouterr().err.strip()
    assert said in errors and "Traceback" not in errors
    assert not list((site.parent / "out").glob("*.pdf"))


def test_a_kit_is_printed_on_a4_and_on_one_side(site, capsys):
    kit(site, *ONE, "--paper", "a4", json_=True)
    both = json.loads(capsys.readouterr().out)
    kit(site, *ONE, "--single-sided", out="single", json_=True)
    single = json.loads(capsys.readouterr().out)
    assert both["sheets"] * 2 >= both["pages"] > single["pages"] == single["sheets"]


def test_the_whole_unit_is_counted_on_the_screen_as_the_data_page_has_it(site, capsys):
    assert kit(site) == ExitCode.FINDINGS
    out = capsys.readouterr().out
    assert re.search(r"On its first page: 2 patients left out, 1 to be clarified, \d+ orders to check", out)


def test_a_census_can_be_tried_without_printing(site, capsys):
    tried = ["check", str(site), "--census", str(CENSUS), "--made-at", "2026-11-16T0730"]
    assert run(tried) == ExitCode.FINDINGS
    said = capsys.readouterr().out
    assert "patient 00104409" in said and "the birth date is not in the snapshot" in said
    assert not [name for name in ("Okafor", "Smith", "Séamus", "meropenem") if name in said]
    assert re.search(r"^icu +22 +2 +1 +9 +[0-9]+ +[0-9]+ +50 min old$", said, re.MULTILINE)
    assert run(["--json", *tried, "-d", "icu"]) == ExitCode.FINDINGS
    told = json.loads(capsys.readouterr().out)
    assert told["units"][0]["patients"] == 22 and len(told["findings"]) == 5
    assert not (site.parent / "out").exists() and not (site / ".downtime").exists()


def test_what_goes_with_a_census_alone_is_refused_without_one(site, capsys):
    assert run(["check", str(site), "-d", "icu"]) == ExitCode.USAGE
