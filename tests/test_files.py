"""Writing files: whole or not at all, with words that say what to do."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from downtime.errors import ExitCode, WriteError
from downtime.files import make_folder, write_together, write_whole

needs_ordinary_user = pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_written_is_there_whole(tmp_path: Path) -> None:
    content = os.urandom(1 << 20)
    write_whole(tmp_path / "packet.pdf", content)
    assert (tmp_path / "packet.pdf").read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["packet.pdf"]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_modes(tmp_path: Path) -> None:
    """A packet may be read by all who use the computer, what holds patient data by its owner alone."""
    write_whole(tmp_path / "packet.pdf", b"x")
    write_whole(tmp_path / "kit.pdf", b"x", private=True)
    assert (mode(tmp_path / "packet.pdf"), mode(tmp_path / "kit.pdf")) == (0o644, 0o600)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_private_file_is_private_from_its_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = os.fsync

    def look(handle: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(handle).st_mode))
        real(handle)

    monkeypatch.setattr(os, "fsync", look)
    old = os.umask(0)
    try:
        write_whole(tmp_path / "kit.pdf", b"x", private=True)
    finally:
        os.umask(old)
    assert seen == [0o600]


def test_a_stick_that_knows_no_modes_can_be_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "chmod", refuse)
    for private in (False, True):
        write_whole(tmp_path / "a", b"x", private=private)
        assert (tmp_path / "a").read_bytes() == b"x" and mode(tmp_path / "a") == 0o600


def test_writing_again_replaces(tmp_path: Path) -> None:
    for content in (b"first, and longer", b"second"):
        write_whole(tmp_path / "a", content)
    assert (tmp_path / "a").read_bytes() == b"second"


@pytest.mark.parametrize("step", ["replace", "fsync", "chmod"])
@pytest.mark.parametrize("before", [None, b"the last good packet"])
def test_a_failure_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, before: bytes | None
) -> None:
    """The disk fills up at any step: no half file, no temporary file, and an old packet stays as it was."""
    target = tmp_path / "packet.pdf"
    if before is not None:
        target.write_bytes(before)

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(WriteError) as caught:
        write_whole(target, b"half of it")
    assert caught.value.exit_code == ExitCode.CANNOT_WRITE
    assert str(target) in str(caught.value) and "No space left" in str(caught.value) and "-o" in str(caught.value)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == (
        {} if before is None else {"packet.pdf": before}
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_in_earnest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing itself fails, not a step after it."""
    import tempfile

    made: list[Path] = []

    def on_a_full_disk(prefix: str, suffix: str, dir: Path) -> tuple[int, str]:
        path = dir / f"{prefix}full{suffix}"
        path.touch()
        made.append(path)
        return os.open("/dev/full", os.O_WRONLY), str(path)

    monkeypatch.setattr(tempfile, "mkstemp", on_a_full_disk)
    with pytest.raises(WriteError, match="No space left"):
        write_whole(tmp_path / "packet.pdf", b"x" * 100_000)
    assert made and list(tmp_path.iterdir()) == []


def test_what_is_no_error_of_the_disk_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interruption is passed on, and leaves no temporary file either."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "packet.pdf", b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="No such file or directory"):
        write_whole(tmp_path / "missing" / "packet.pdf", b"x")


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "packet.pdf").mkdir()
    with pytest.raises(WriteError, match="a folder has this name – name a file"):
        write_whole(tmp_path / "packet.pdf", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["packet.pdf"]


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="too long"):
        write_whole(tmp_path / ("x" * 300), b"x")
    assert list(tmp_path.iterdir()) == []


@needs_ordinary_user
def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(WriteError, match="Permission denied"):
            write_whole(tmp_path / "packet.pdf", b"x")
    finally:
        tmp_path.chmod(0o700)


def test_no_permission_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same without an ordinary user."""
    import tempfile

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.raises(WriteError, match="Permission denied") as caught:
        write_whole(tmp_path / "packet.pdf", b"x")
    assert "another folder" in str(caught.value) and "free some space" not in str(caught.value)


def test_output_folders_are_made_and_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    assert make_folder(tmp_path / "a" / "b").is_dir()
    assert make_folder(tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WriteError, match="cannot be made"):
        make_folder(tmp_path / "file")
    with pytest.raises(WriteError, match="Not a directory"):
        make_folder(tmp_path / "file" / "below")


def test_files_that_belong_together_appear_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk has room for the manifest and none for its PDF: the pair that stood there before still fits."""
    manifest, pdf = tmp_path / "a.manifest.json", tmp_path / "a.pdf"
    write_together(((manifest, b"old manifest"), (pdf, b"old pdf")))
    real, calls = os.fsync, []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError) as caught:
        write_together(((manifest, b"new manifest"), (pdf, b"new pdf")))
    assert "a.pdf" in str(caught.value) and "No space left" in str(caught.value)
    assert (manifest.read_bytes(), pdf.read_bytes()) == (b"old manifest", b"old pdf")
    assert {path.name for path in tmp_path.iterdir()} == {"a.manifest.json", "a.pdf"}
