"""The command `kit` and passphrases: where they come from, what they close, and that paper never waits for one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from downtime.cli.app import run
from downtime.page.opening import manifest_of
from downtime.page.passphrase import VARIABLE, Passphrase, PassphraseMissingError

sys.path.insert(0, str(Path(__file__).parents[1] / "keep"))
from watch_help import census, site_copy

Capture = pytest.CaptureFixture[str]
GOOD, OTHER = "quiet lamp over seven stairs", "quiet lamp over eight stairs"
TAKEN, MADE = "2026-11-17T06:30", "2026-11-17T0700"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return site_copy(tmp_path)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "icu.csv"
    path.write_text(census(TAKEN, 1), "utf-8")
    return path


def secret(folder: Path, text: str = GOOD) -> Path:
    path = folder / f"{len(text)}{text[17]}.passphrase"
    path.write_text(text)
    path.chmod(0o600)
    return path


def kit(site: Path, source: Path, *more: str) -> int:
    out = site.parent / "kits"
    return run(["kit", str(site), "-d", "icu", "--census", str(source), "-o", str(out), "--made-at", MADE, *more])


def made(site: Path) -> list[str]:
    return sorted(path.suffix for path in (site.parent / "kits").iterdir())


def test_a_passphrase_from_a_file_the_environment_or_the_site_closes_the_kit(
    site: Path, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = secret(site.parent)
    assert kit(site, table, "--passphrase-file", str(path)) == 0
    monkeypatch.setenv(VARIABLE, GOOD)
    assert kit(site, table) == 0
    monkeypatch.delenv(VARIABLE)
    facility = site / "facility.yaml"
    text = facility.read_text("utf-8")
    facility.write_text(text.replace("  # passphrase_file: riverside", f"  passphrase_file: {path} # "), "utf-8")
    assert kit(site, table) == 0
    assert made(site) == [".pdf"] * 3 + [".sealed"] * 3
    for pdf in (site.parent / "kits").glob("*.pdf"):
        assert manifest_of(pdf, Passphrase.of(GOOD)).department.id == "icu"
        with pytest.raises(PassphraseMissingError):
            manifest_of(pdf)
    # a kit in the open all the same, where the passphrase stands in the way
    path.unlink()
    assert kit(site, table) == 3
    assert kit(site, table, "--unprotected") == 0
    assert made(site) == [".json"] + [".pdf"] * 4 + [".sealed"] * 3


def test_without_one_the_kit_is_plain_and_private(site: Path, table: Path) -> None:
    assert kit(site, table) == 0
    assert made(site) == [".json", ".pdf"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (site.parent / "kits").iterdir())


def test_whoever_asks_for_protection_is_asked_twice(
    site: Path, table: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert kit(site, table, "--protect") == 4
    assert "nobody is at the keyboard" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for typed, code in ((["", ""], 4), ([GOOD, OTHER], 4), ([GOOD, GOOD], 0)):
        answers = iter(typed)
        monkeypatch.setattr("getpass.getpass", lambda _, answers=answers: next(answers))
        assert kit(site, table, "--protect") == code
    assert made(site) == [".pdf", ".sealed"]


@pytest.mark.parametrize("more", [["--protect"], ["--passphrase-file", "x"]])
def test_options_that_contradict(site: Path, table: Path, more: list[str], capsys: Capture) -> None:
    assert kit(site, table, "--unprotected", *more) == 2
    assert "--unprotected" in capsys.readouterr().err


def test_a_kit_from_kept_snapshots(site: Path, table: Path, capsys: Capture) -> None:
    right, wrong = secret(site.parent), secret(site.parent, OTHER)
    inbox = site.parent / "inbox"
    inbox.mkdir()
    table.rename(inbox / "icu.csv")
    arguments = [
        "snapshot",
        str(site),
        "--from",
        str(inbox),
        "--once",
        "--settle",
        "0s",
        "--passphrase-file",
        str(right),
    ]
    assert run(arguments) == 0
    kept = site / ".downtime" / "snapshots"
    capsys.readouterr()
    for path, more, code, says in (
        (kept, [], 4, "nobody is at the keyboard"),
        (kept, ["--passphrase-file", str(wrong)], 4, "does not open"),
        (kept, ["--passphrase-file", str(right)], 0, ""),
        (next(kept.glob("*.snapshot")), ["--passphrase-file", str(right)], 0, ""),
    ):
        assert kit(site, path, *more) == code
        assert says in capsys.readouterr().err
