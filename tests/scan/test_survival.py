"""Killed at any step, full disks, vanished shares, two runs at once: nothing is lost, half, or there twice."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import killing
from pile_of_scans import Pile
from play import Inline

from downtime.errors import ExitCode, UsageError, WriteError
from downtime.page.states import PageReason
from downtime.scan.batch import open_batch, put_page
from downtime.scan.model import PageReading, PageSource
from downtime.scan.records import PageRecord, page_id
from downtime.scan.run import Request, start
from downtime.scan.watch import take_once

ROOT = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def scan(pile: Pile, out: Path, who: str = "nobody", at: int = 0) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, killing.WHO: who, killing.AT: str(at), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, killing.__file__, *pile.arguments(out, "--processes", "1")]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)


def read_here(pile: Pile, out: Path) -> bytes:
    """The result of a run that nothing disturbs, in this process."""
    request = Request((pile.manifest,), pile.manifest.facility.id, pile.key)
    with start(out, request) as run:
        run.crew = Inline(run)  # type: ignore[assignment]
        take_once(run, [pile.scans], 0, lambda done, total: None, lambda seconds: None)
        return run.result().to_json()


def contents(out: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


@posix
def test_killed_again_and_again_it_ends_with_what_an_undisturbed_run_ends_with(pile: Pile, tmp_path: Path) -> None:
    """In the middle of a page, between its files and its name, before the first page, before the result."""
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    for who, at in (("leader", 2), ("worker", 9), ("leader", 1)):
        assert scan(pile, killed, who, at).returncode == -signal.SIGKILL, (who, at)
    last = scan(pile, killed)
    assert last.returncode == ExitCode.FINDINGS, last.stderr
    expected = read_here(pile, undisturbed)
    after = contents(killed)
    assert after.pop("result.json") == expected
    assert after.pop("report.html")
    assert after == contents(undisturbed)
    result = json.loads(expected)
    assert len(result["pages"]) == len({page["id"] for page in result["pages"]}) == pile.pages
    states = result["states"]
    assert states.pop("read", 0) + states.pop("needs_review", 0) == 3
    assert states == {"already_seen": 4, "blank": 1, "rescan": 1, "unidentified": 1, "unreadable_file": 1}


def record(name: str = "a", index: int = 0) -> tuple[str, PageRecord]:
    sha = name * 64
    reading = PageReading(source=PageSource(file=name, sha256=sha, index=index), width_px=1, height_px=1,
                          failure=PageReason.NO_CODE)  # fmt: skip
    return page_id(sha, index), PageRecord(reading=reading, known="x")


PICTURES = {"page.jpg": b"picture", "fields/0001-a.png": b"cut"}


def test_a_page_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    page, made = record()
    with open_batch(tmp_path / "out") as batch:
        assert batch.page_record(page) is None
        put_page(batch.pages_folder, page, made, PICTURES)
        assert batch.page_record(page) == made.model_copy(update={"pictures": {"fields/0001-a.png": 3, "page.jpg": 7}})
        (batch.pages_folder / page / "page.jpg").write_bytes(b"half")
        assert batch.page_record(page) is None
        put_page(batch.pages_folder, page, made, {"page.jpg": b"new"})
        assert [path.name for path in sorted((batch.pages_folder / page).rglob("*"))] == ["page.jpg", "reading.json"]


@pytest.mark.parametrize("failing", ["write_bytes", "mkdir"])
def test_a_full_disk_is_told_and_leaves_nothing_half(
    failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, made = record()
    with open_batch(tmp_path / "out") as batch:
        with monkeypatch.context() as patch:

            def full(*_: object, **__: object) -> None:
                raise OSError(errno.ENOSPC, "No space left on device")

            patch.setattr(Path, failing, full)
            with pytest.raises(WriteError, match="No space left") as caught:
                put_page(batch.pages_folder, page, made, PICTURES)
        assert caught.value.exit_code is ExitCode.CANNOT_WRITE
        assert not list(batch.pages_folder.iterdir())
        put_page(batch.pages_folder, page, made, PICTURES)
        assert batch.page_record(page)


def test_a_share_that_went_away_is_told_and_not_made_anew(tmp_path: Path) -> None:
    """The empty folder that a disk was mounted on must not be filled instead of the disk."""
    page, made = record()
    with open_batch(tmp_path / "out") as batch:
        shutil.rmtree(batch.pages_folder)
        with pytest.raises(WriteError, match="went away"):
            put_page(batch.pages_folder, page, made, PICTURES)
        assert not batch.pages_folder.exists()


def test_two_runs_never_use_one_folder(tmp_path: Path) -> None:
    words = "another run is using this output folder"
    with open_batch(tmp_path / "out"), pytest.raises(WriteError, match=words), open_batch(tmp_path / "out"):
        pytest.fail("two runs at once")
    with open_batch(tmp_path / "out"):
        pass


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    with pytest.raises(UsageError, match="other things"), open_batch(tmp_path):
        pytest.fail("it was used")
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


@posix
def test_everything_in_it_is_its_owners_alone(tmp_path: Path) -> None:
    with open_batch(tmp_path / "new" / "out") as batch:
        assert batch.folder.stat().st_mode & 0o777 == 0o700


def test_what_a_killed_run_left_half_is_swept_away(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with open_batch(out):
        pass
    for name in (".part-x", "good"):
        (out / "pages" / name).mkdir()
    (out / ".result.json.part").write_bytes(b"half")
    (out / "files" / ".x.part").write_bytes(b"half")
    with open_batch(out):
        left = sorted(str(path.relative_to(out)) for path in out.rglob("*"))
    assert left == [".lock", "batch.json", "files", "pages", "pages/good"]
