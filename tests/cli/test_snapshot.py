"""The command `snapshot`: events as lines, exit codes, passphrases, and its end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from downtime.cli.app import run
from downtime.keep.store import opened_store
from downtime.page.passphrase import VARIABLE

sys.path.insert(0, str(Path(__file__).parents[1] / "keep"))
from watch_help import census, site_copy

ROOT = Path(__file__).resolve().parents[2]
Capture = pytest.CaptureFixture[str]
GOOD = "quiet lamp over seven stairs"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return site_copy(tmp_path)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "icu.csv").write_text(census("2026-11-17T06:30", 8), "utf-8")
    return folder


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(GOOD)
    path.chmod(0o600)
    return path


def once(site: Path, inbox: Path, *more: str) -> int:
    return run([*more, "snapshot", str(site), "--from", str(inbox), "--once", "--settle", "0s"])


def test_once(site: Path, inbox: Path, secret: Path, capsys: Capture) -> None:
    arguments = [
        "snapshot",
        str(site),
        "--from",
        str(inbox),
        "--once",
        "--settle",
        "0s",
        "--passphrase-file",
        str(secret),
    ]
    assert run(["--json", *arguments]) == 0
    out, err = capsys.readouterr()
    (line,) = out.splitlines()
    event = json.loads(line)
    assert (event["event"], event["patients"], event["last_good"]) == (
        "kept",
        8,
        "2026-11-17T12:30:00+00:00",
    ) and not err
    assert (site / ".downtime" / "snapshots" / event["file"]).is_file()
    assert run(arguments) == 0
    assert "unchanged: the files say the same" in capsys.readouterr().out
    (inbox / "icu.csv").write_text('x,"')
    assert run(arguments) == 4
    assert "refused: " in capsys.readouterr().out
    (inbox / "icu.csv").write_text(census("2026-11-17T06:40", 2), "utf-8")
    assert run(arguments) == 4
    assert run([*arguments, "--accept-fewer"]) == 0


def test_without_a_passphrase_it_says_how(site: Path, inbox: Path, capsys: Capture) -> None:
    assert once(site, inbox) == 3
    err = capsys.readouterr().err
    assert "--passphrase-file" in err and VARIABLE in err and "protected: no" in err
    assert not (site / ".downtime").exists()


def test_where_the_disk_is_encrypted_the_site_may_say_so(tmp_path: Path, inbox: Path) -> None:
    site = site_copy(tmp_path, "snapshots: {protected: no}\n")
    assert once(site, inbox) == 0
    (kept,) = (site / ".downtime" / "snapshots").glob("*.snapshot")
    assert b"Abara" in kept.read_bytes()


def test_the_environment_and_the_site_name_a_passphrase(
    site: Path, inbox: Path, secret: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv(VARIABLE, "short one")
    assert once(site, inbox) == 0
    assert "the passphrase is short" in capsys.readouterr().err
    monkeypatch.delenv(VARIABLE)
    facility = site / "facility.yaml"
    text = facility.read_text("utf-8").replace(
        "  # passphrase_file: riverside.passphrase", f"  passphrase_file: {secret}"
    )
    facility.write_text(text, "utf-8")
    (inbox / "icu.csv").write_text(census("2026-11-17T06:40", 8), "utf-8")
    assert once(site, inbox) == 0
    assert capsys.readouterr().err == ""


def test_an_inbox_that_is_not_there(site: Path, inbox: Path, secret: Path, capsys: Capture) -> None:
    arguments = ["--passphrase-file", str(secret)]
    assert run(["snapshot", str(site), "--from", str(inbox / "no"), "--once", "--settle", "0s", *arguments]) == 4
    assert "inbox lost: the inbox cannot be looked into – No such file or directory" in capsys.readouterr().out


def test_a_second_one_is_refused(site: Path, inbox: Path, secret: Path, capsys: Capture) -> None:
    with opened_store(site / ".downtime" / "snapshots"):
        code = run(["snapshot", str(site), "--from", str(inbox), "--once", "--passphrase-file", str(secret)])
    assert code == 5
    assert "another run is using this folder of snapshots" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value"), [("--every", "15"), ("--every", "1s"), ("--every", "2d"), ("--settle", "1h")]
)
def test_spans_that_cannot_be(site: Path, inbox: Path, option: str, value: str, capsys: Capture) -> None:
    assert run(["snapshot", str(site), "--from", str(inbox), option, value]) == 2
    assert value in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_watches_until_it_is_ended(site: Path, inbox: Path, secret: Path, end: int) -> None:
    command = [sys.executable, "-m", "downtime", "--json", "snapshot", str(site), "--from", str(inbox), "--every", "5s"]
    command += ["--settle", "0s", "--passphrase-file", str(secret)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as watch:
        assert watch.stdout is not None
        assert json.loads(watch.stdout.readline())["event"] == "kept"
        watch.send_signal(end)
        out, err = watch.communicate()
    assert watch.returncode == 130 and out == "" and "interrupted" in err
    assert not list((site / ".downtime" / "snapshots").glob(".downtime-*"))
