"""Passphrases: in one normal form, never shown, from a file that is the owner's alone."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from downtime.errors import ConfigError, InputError
from downtime.page.passphrase import VARIABLE, Passphrase, passphrase_file, passphrase_variable

GOOD = "quiet lamp over seven stairs"


def private(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_it_never_shows_itself() -> None:
    secret = Passphrase.of(GOOD)
    assert "lamp" not in f"{secret} {secret!r} {[secret]} {(secret,)}"
    assert pickle.loads(pickle.dumps(secret)) == secret


def test_the_same_letters_typed_on_two_computers_are_the_same_passphrase() -> None:
    assert Passphrase.of("caf\u00e9 \ufb01ve") == Passphrase.of("cafe\u0301 five")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "empty"), ("   ", "empty"), ("two\nlines", "character"), ("tab\there", "character"),
        ("zero\u200bwidth", "character"), ("x" * 128, "too long"), ("é" * 64, "too long"),
    ],
)  # fmt: skip
def test_what_is_no_passphrase_is_refused_without_showing_it(typed: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        Passphrase.of(typed)
    assert not typed.strip() or typed not in str(caught.value)


def test_weak_ones_are_told() -> None:
    assert Passphrase.of(GOOD).weaknesses == ()
    assert "short" in Passphrase.of("hospital1").weaknesses[0]
    assert "short" in Passphrase.of("ababababababababab").weaknesses[0]
    assert "keyboard" in Passphrase.of("ein längerer Satz für die Nacht").weaknesses[0]
    assert "blank" in Passphrase.of(GOOD + " ").weaknesses[0]


def test_a_file_holds_it_on_its_only_line(tmp_path: Path) -> None:
    for content in (GOOD, GOOD + "\n", GOOD + "\r\n", "\ufeff" + GOOD):
        assert passphrase_file(private(tmp_path / "p", content.encode())) == Passphrase.of(GOOD)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"a\nb\n", "one line"),
        (b"\xff\xfe\x00", "one line"),
        (b"x" * 5000, "one line"),
    ],
)
def test_files_that_are_none(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        passphrase_file(private(tmp_path / "p", content))
    assert str(tmp_path) in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_file_that_others_may_open_is_refused(tmp_path: Path) -> None:
    path = private(tmp_path / "p", GOOD.encode())
    path.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        passphrase_file(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(ConfigError, match="cannot be read"):
            passphrase_file(path)


def test_the_environment() -> None:
    assert passphrase_variable({}) is None
    assert passphrase_variable({VARIABLE: GOOD}) == Passphrase.of(GOOD)
    with pytest.raises(InputError, match=VARIABLE):
        passphrase_variable({VARIABLE: ""})
