"""Envelopes: what goes in comes out, or a plain word says why not; nothing about a patient on the outside."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from downtime.errors import InputError
from downtime.page import envelope
from downtime.page.envelope import About, Holds, about_envelope, is_envelope, is_sealed, unwrapped, wrapped
from downtime.page.passphrase import Passphrase, PassphraseMissingError, PassphraseWrongError

SECRET = Passphrase.of("quiet lamp over seven stairs")
OTHER = Passphrase.of("quiet lamp over eight stairs")
ABOUT = About(
    holds=Holds.SNAPSHOT, facility="riverside", made_at=datetime(2026, 11, 17, 6, 30, tzinfo=UTC), department="icu"
)
CONTENT = b"00042871 Abara, Ngozi\n" * 40


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return wrapped(CONTENT, ABOUT, SECRET)


@pytest.fixture(scope="module")
def plain() -> bytes:
    return wrapped(CONTENT, ABOUT, None)


def footed(content: bytes) -> bytes:
    return content + f"\n{hashlib.sha256(content).hexdigest()}\n".encode()


def test_what_goes_in_comes_out(sealed: bytes, plain: bytes) -> None:
    assert unwrapped(sealed, "x", SECRET) == unwrapped(plain, "x", None) == unwrapped(plain, "x", SECRET) == CONTENT
    assert is_envelope(sealed) and is_sealed(sealed, "x") and not is_sealed(plain, "x")
    assert about_envelope(sealed, "x") == about_envelope(plain, "x") == ABOUT


def test_nothing_of_the_content_shows(sealed: bytes, plain: bytes) -> None:
    assert b"Abara" in plain and b"Abara" not in sealed and b"00042871" not in sealed
    assert wrapped(CONTENT, ABOUT, SECRET) != sealed, "salt and nonce are new each time"


def test_a_missing_and_a_wrong_passphrase_are_told_apart_from_damage(sealed: bytes) -> None:
    with pytest.raises(PassphraseMissingError, match=r"kept\.sealed.*--passphrase-file"):
        unwrapped(sealed, "kept.sealed", None)
    with pytest.raises(PassphraseWrongError, match="does not open"):
        unwrapped(sealed, "x", OTHER)
    with pytest.raises(InputError, match="cut short or changed") as caught:
        unwrapped(sealed[:-200] + sealed[-199:], "x", SECRET)
    assert not isinstance(caught.value, PassphraseWrongError)


@settings(max_examples=300)
@given(data=st.data(), closed=st.booleans())
def test_any_damage_is_told(data: st.DataObject, closed: bool, sealed: bytes, plain: bytes) -> None:
    """Cut at any place, or any byte changed: never other content, never a traceback."""
    raw = bytearray(sealed if closed else plain)
    if data.draw(st.booleans()):
        raw = raw[: data.draw(st.integers(0, len(raw) - 1))]
    else:
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InputError):
        unwrapped(bytes(raw), "x", SECRET)


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_words(noise: bytes) -> None:
    for raw in (noise, envelope.MAGIC + b"1\n" + noise, footed(envelope.MAGIC + b"1\n{}\n" + noise)):
        with pytest.raises(InputError):
            unwrapped(raw, "x", SECRET)


def test_the_outside_cannot_be_changed_unseen_where_it_is_sealed(sealed: bytes) -> None:
    """Somebody writes another department on the outside, and a new checksum: the passphrase's check finds it."""
    forged = footed(sealed[:-66].replace(b'"department":"icu"', b'"department":"ed"'))
    assert about_envelope(forged, "x").department == "ed"
    with pytest.raises(PassphraseWrongError):
        unwrapped(forged, "x", SECRET)


@pytest.mark.parametrize(
    ("key", "value"), [("n", 1 << 30), ("r", 4096), ("p", 100), ("n", 3), ("salt", "!"), ("kdf", "none")]
)
def test_settings_that_would_take_the_computer_down_are_refused(sealed: bytes, key: str, value: object) -> None:
    magic, header, rest = sealed[:-66].split(b"\n", 2)
    changed = json.loads(header)
    changed["seal"][key] = value
    raw = footed(b"\n".join((magic, json.dumps(changed).encode(), rest)))
    with pytest.raises(InputError, match="cannot be used"):
        unwrapped(raw, "x", SECRET)


def test_a_bomb_is_unpacked_no_further_than_it_says() -> None:
    bomb = wrapped(b"\0" * 5_000_000, ABOUT, SECRET)
    magic, header, rest = bomb[:-66].split(b"\n", 2)
    assert len(rest) < 10_000
    head = magic + b"\n" + header.replace(b'"length":5000000', b'"length":10') + b"\n"
    seal = json.loads(header)["seal"]
    import base64

    salt, nonce = base64.b64decode(seal["salt"]), base64.b64decode(seal["nonce"])
    cipher = envelope._cipher(SECRET, salt, seal["n"], seal["r"], seal["p"])
    content = cipher.decrypt(nonce, rest, magic + b"\n" + header + b"\n")
    raw = footed(head + cipher.encrypt(nonce, content, head))
    with pytest.raises(InputError, match="another length"):
        unwrapped(raw, "x", SECRET)


def test_a_newer_format_is_told(plain: bytes) -> None:
    raw = footed(plain[:-66].replace(b"ENVELOPE 1\n", b"ENVELOPE 2\n"))
    with pytest.raises(InputError, match="update Downtime"):
        about_envelope(raw, "x")


def test_an_empty_content_is_a_content() -> None:
    assert unwrapped(wrapped(b"", ABOUT, None), "x", None) == b""
