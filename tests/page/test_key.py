"""The facility key file: read back as written, never overwritten, never shown, refused by name when wrong."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from downtime.errors import ConfigError, WriteError
from downtime.page.base32 import ALPHABET
from downtime.page.key import KEY_BYTES, make_key_file, read_key

posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "facility.key"
    make_key_file(path)
    return path


def rewrite(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


def test_round_trip(path: Path, tmp_path: Path) -> None:
    key = read_key(path)
    assert len(key) == KEY_BYTES and read_key(path) == key
    make_key_file(tmp_path / "other.key")
    assert read_key(tmp_path / "other.key") != key
    # A known file, so that keys made today can be read by every later version.
    rewrite(path, b"DTKEY1:" + b"0" * 53 + b"\r\n")
    assert read_key(path) == bytes(32)


def test_one_line_of_text_and_nothing_else_left(path: Path, tmp_path: Path) -> None:
    text = path.read_text("ascii")
    assert text.startswith("DTKEY1:") and text.count("\n") == 1 and text.endswith("\n")
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_key_file(tmp_path / "k")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600


def test_an_existing_file_is_kept(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(WriteError, match="already"):
        make_key_file(path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "facility.key"
    make_key_file(path)
    key = read_key(path)
    with pytest.raises(WriteError, match="already"):
        make_key_file(path)
    assert read_key(path) == key and list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match="No space left"):
        make_key_file(tmp_path / "facility.key")
    assert not list(tmp_path.iterdir())


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="folder"):
        make_key_file(tmp_path / "absent" / "facility.key")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no key file"):
        read_key(tmp_path / "facility.key")
    with pytest.raises(ConfigError, match="cannot read"):
        read_key(tmp_path)


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_open_to_others(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        read_key(path)
    path.chmod(0o400)
    assert len(read_key(path)) == KEY_BYTES


def test_malformed_files_are_refused_and_not_shown(path: Path) -> None:
    good = path.read_bytes().strip()
    changed = ALPHABET[(ALPHABET.index(chr(good[20])) + 1) % 32].encode()
    for content, why in (
        (b"", "does not start"),
        (good[7:], "does not start"),
        (b"\xff\xfe" + good, "does not start"),
        (b"DTKEY2:" + good[7:], "another version"),
        (good[:-1], "52 characters"),
        (good + b"\n" + good, "characters after"),
        (good[:20] + changed + good[21:], "check character"),
        (good[:20] + b"\xff" + good[21:], "check character"),
        (good.lower().replace(b"dtkey1", b"DTKEY1"), "check character"),
        (b"DTKEY1:" + b"0" * 51 + b"1" + b"0", "check character"),
    ):
        rewrite(path, content)
        with pytest.raises(ConfigError, match=why) as caught:
            read_key(path)
        assert good[7:30].decode() not in str(caught.value)
        assert caught.value.__cause__ is None and caught.value.__context__ is None
