"""The command `carry`: what it writes, what it refuses, and how it checks."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from downtime.cli.app import run
from downtime.page.passphrase import Passphrase

sys.path.insert(0, str(Path(__file__).parents[1] / "keep"))
sys.path.insert(0, str(Path(__file__).parents[1] / "paper"))
from kit_help import small_kit
from sample_site import site as sample_site

Capture = pytest.CaptureFixture[str]
GOOD = "quiet lamp over seven stairs"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return sample_site(tmp_path)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(GOOD)
    path.chmod(0o600)
    return path


def kit(folder: Path, passphrase: str | None, minutes: int = 20) -> Path:
    made_at = datetime.now(UTC) - timedelta(minutes=minutes)
    closed = Passphrase.of(passphrase) if passphrase else None
    return small_kit(folder, "a", made_at, closed, facility="mill-hill", department="ward")


def test_carry_and_verify(site: Path, secret: Path, tmp_path: Path, capsys: Capture) -> None:
    out, kits = tmp_path / "stick", tmp_path / "kits"
    kit(kits, None)
    arguments = ["carry", str(site), "-o", str(out), "--kits", str(kits)]
    assert run(arguments) == 3
    assert "--passphrase-file" in capsys.readouterr().err and not out.exists()
    assert run([*arguments, "--passphrase-file", str(secret)]) == 0
    said, err = capsys.readouterr()
    assert said.startswith(f"{out / 'index.html'}  1 packets, 1 kits\n") and err == ""
    assert run(["carry", "--verify", str(out)]) == 0
    assert "files are whole" in capsys.readouterr().out
    (out / "index.html").write_bytes((out / "index.html").read_bytes() + b" ")
    assert run(["--json", "carry", "--verify", str(out)]) == 1
    said, err = capsys.readouterr()
    assert json.loads(said)["changed"] == ["index.html"] and "not whole" in err
    assert run(["--json", "carry", str(site), "-o", str(out), "--no-kits"]) == 0
    assert json.loads(capsys.readouterr().out)["kits"] == []
    assert run(["carry", "--verify", str(out)]) == 0


def test_kits_made_ahead_are_found_and_damaged_ones_told(site: Path, tmp_path: Path, capsys: Capture) -> None:
    kit(site / ".downtime" / "kits" / "kits-1", GOOD)
    (site / ".downtime" / "kits" / "kits-1" / "b.manifest.sealed").write_bytes(b"x")
    assert run(["carry", str(site), "-o", str(tmp_path / "stick")]) == 1
    out, err = capsys.readouterr()
    assert "1 kits" in out and "b.manifest.sealed: it is not carried" in err


def test_a_passphrase_that_cannot_be_had_keeps_no_encrypted_kit_back(
    site: Path, tmp_path: Path, capsys: Capture
) -> None:
    facility = site / "facility.yaml"
    facility.write_text(facility.read_text("utf-8") + "protection: {passphrase_file: nowhere}\n", "utf-8")
    folder = site / ".downtime" / "kits"
    kit(folder, GOOD)
    assert run(["carry", str(site), "-o", str(tmp_path / "stick")]) == 0
    out, err = capsys.readouterr()
    assert "1 kits" in out and "carried as they are" in err and "nowhere" in err
    kit(folder, None)
    assert run(["carry", str(site), "-o", str(tmp_path / "stick")]) == 3


def test_a_drill_carries_no_kits(site: Path, tmp_path: Path, capsys: Capture) -> None:
    kit(site / ".downtime" / "kits", None)
    assert run(["carry", str(site), "-o", str(tmp_path / "stick"), "--drill"]) == 0
    assert "DRILL" in (tmp_path / "stick" / "index.html").read_text("utf-8")
    assert "0 kits" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [[], ["SITE"], ["SITE", "-o", "x", "--no-kits", "--kits", "y"], ["SITE", "--verify", "x"]]
)
def test_what_cannot_be_asked(site: Path, arguments: list[str], capsys: Capture) -> None:
    assert run(["carry", *(str(site) if part == "SITE" else part for part in arguments)]) == 2
    assert capsys.readouterr().err


def test_a_folder_that_was_never_carried(tmp_path: Path, capsys: Capture) -> None:
    assert run(["carry", "--verify", str(tmp_path)]) == 4
    assert "checksums" in capsys.readouterr().err
