"""`downtime plan` as a manager types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from downtime.cli.app import run

RIVERSIDE = Path(__file__).parents[2] / "examples" / "riverside"
MEDSURG = ["plan", str(RIVERSIDE), "-d", "medsurg"]

Capture = pytest.CaptureFixture[str]


def test_the_numbers_and_the_sums_behind_them(capsys: Capture) -> None:
    assert run(MEDSURG) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith("Medical-Surgical Unit 4 West (medsurg): box 4W-BOX-1 for 8 h, store for 28 days, surge")
    assert any(line.split()[:2] == ["ord-lab-req", "21"] for line in lines)
    people = "(26 patients + 0.3 arrivals an hour × 8 h)"
    assert f"  ord-lab-req: {people} × 1.5 a day × 8 h ÷ 24 × 1.25 surge × 1.15 spoilage = 20.41, so 21" in lines
    assert "Copies in the box (example setting, not a published value):" in lines
    (kit,) = (line for line in lines if line.startswith("Kit for 30 patients, 12 h"))
    assert "sheets a patient with a chart of each kind" in kit
    assert lines[-1].startswith("1 department, one box each:")
    assert "reams" in lines[-1]
    assert "in the store:" not in out
    assert err == ""


def test_verbose_shows_the_sums_of_the_store_too(capsys: Capture) -> None:
    assert run(["--verbose", *MEDSURG]) == 0
    assert (
        "    in the store: (26 patients + 0.3 arrivals an hour × 24 h) × 1.5 a day × 672 h ÷ 24"
        in capsys.readouterr().out
    )


def test_json_is_the_whole_plan(capsys: Capture) -> None:
    assert run(["--json", *MEDSURG, "--days", "2", "--surge", "winter"]) == 0
    data = json.loads(capsys.readouterr().out)
    (unit,) = data["departments"]
    assert (unit["department"], unit["days"], unit["surge"]) == ("medsurg", 2, {"name": "winter", "factor": 1.4})


def test_quiet_says_nothing_when_all_is_well(capsys: Capture) -> None:
    assert run(["--quiet", *MEDSURG]) == 0
    assert capsys.readouterr() == ("", "")


def test_the_pull_list_is_written(tmp_path: Path, capsys: Capture) -> None:
    first, second = tmp_path / "new" / "pull.pdf", tmp_path / "again.pdf"
    for path in (first, second):
        assert run([*MEDSURG, "-o", str(path), "--made-at", "2026-11-23T0930"]) == 0
        assert f"Pull list: {path}" in capsys.readouterr().out
    assert len(PdfReader(first).pages) >= 2
    assert first.read_bytes() == second.read_bytes()


def test_printing_on_one_side_takes_more_sheets(capsys: Capture) -> None:
    sheets = []
    for more in ([], ["--single-sided"]):
        assert run(["--json", *MEDSURG, *more]) == 0
        sheets.append(json.loads(capsys.readouterr().out)["totals"]["box"]["sheets"])
    assert sheets[0] < sheets[1]


def test_under_eight_hours_is_told_with_file_and_line(capsys: Capture) -> None:
    assert run(["--quiet", *MEDSURG, "--hours", "4"]) == 1
    err = capsys.readouterr().err
    assert "medsurg.yaml:" in err
    assert "warning: the packet lasts 4 h – SAFER Guides" in err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["-d", "medsrug"], 2, "there is no department “medsrug” – did you mean “medsurg”?"),
        (["--surge", "wintr"], 2, "there is no surge factor “wintr” – did you mean “winter”?"),
        (["--hours", "0"], 2, "--hours"),
        (["--hours", "-1"], 2, "--hours"),
        (["--days", "1000000000"], 2, "--days"),
        (["--hours", "eight"], 2, "--hours"),
        (["--made-at", "yesterday"], 2, "“yesterday” is not a date and time"),
    ],
)
def test_what_cannot_be_is_told(arguments: list[str], code: int, says: str, capsys: Capture) -> None:
    assert run(["plan", str(RIVERSIDE), *arguments]) == code
    out, err = capsys.readouterr()
    assert says in err
    assert "Traceback" not in err
    assert out == ""


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: Capture) -> None:
    assert run(["plan", str(tmp_path / "nowhere")]) == 3
    assert "nowhere" in capsys.readouterr().err


def test_a_pull_list_that_cannot_be_written(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "file").write_text("in the way")
    assert run([*MEDSURG, "-o", str(tmp_path / "file" / "pull.pdf")]) == 5
    assert capsys.readouterr().out == ""
    assert run([*MEDSURG, "-o", str(tmp_path)]) == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]
