"""The envelope: what holds patient data and is no PDF stands in one – manifests beside kits, kept snapshots.

A file of four parts: a line with the format and its version; a line of JSON that says what it is (``About``: never
whose), so that it can be listed and removed without the passphrase; the content; and a line with the SHA-256 of all of
it, so that damage is told from a wrong passphrase. With a passphrase the content is encrypted and authenticated by
AES-256-GCM, the lines before it with it; the key comes from scrypt. Without one it stands as it is.
"""

from __future__ import annotations

import base64
import hashlib
import os
import zlib
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, Base64Bytes, BaseModel, ConfigDict, Field, ValidationError

from downtime.errors import InputError
from downtime.page.layout import canonical_json
from downtime.page.manifest import Name, Sha256
from downtime.page.passphrase import Passphrase, PassphraseMissingError, PassphraseWrongError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT_VERSION = 1
MAGIC = b"DOWNTIME-ENVELOPE "
MOST_BYTES = 400_000_000
"""The most that comes out of an envelope: a snapshot of 2,000 patients has about 20 MB."""

# scrypt with 32 MiB and p = 3: of OWASP's least settings (Password Storage Cheat Sheet) the one that leaves memory for
# the kit. A PDF's own AES-256 asks less of whoever guesses; the passphrase itself must be long.
SCRYPT_N, SCRYPT_R, SCRYPT_P = 1 << 15, 8, 3
_MOST_N, _MOST_R, _MOST_P = 1 << 17, 8, 4  # 128 MiB: a hostile file must not take the computer's memory
_SALT_BYTES, _NONCE_BYTES, _KEY_BYTES, _TAG_BYTES = 16, 12, 32, 16
_MOST_HEADER_BYTES = 65_536
_FOOT_BYTES = 66  # a line end, 64 hexadecimal digits, a line end


class Holds(StrEnum):
    """What stands in an envelope."""

    MANIFEST = "manifest"
    SNAPSHOT = "snapshot"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class About(_Record):
    """What may be known of an envelope without opening it. It names no patient, and must not."""

    holds: Holds
    facility: Name
    made_at: AwareDatetime
    data_as_of: AwareDatetime | None = None
    department: Name | None = None
    kind: Name | None = None
    kit: Name | None = None
    patients: Annotated[int, Field(ge=0)] | None = None
    pdf: Sha256 | None = Field(default=None, description="the SHA-256 of the PDF that stands beside it")
    software_version: str = ""


class _Seal(_Record):
    cipher: Literal["AES-256-GCM"] = "AES-256-GCM"
    kdf: Literal["scrypt"] = "scrypt"
    n: Annotated[int, Field(ge=2, le=_MOST_N)] = SCRYPT_N
    r: Annotated[int, Field(ge=1, le=_MOST_R)] = SCRYPT_R
    p: Annotated[int, Field(ge=1, le=_MOST_P)] = SCRYPT_P
    salt: Annotated[Base64Bytes, Field(min_length=_SALT_BYTES, max_length=64)]
    nonce: Annotated[Base64Bytes, Field(min_length=_NONCE_BYTES, max_length=_NONCE_BYTES)]


class _Header(_Record):
    about: About
    length: Annotated[int, Field(ge=0, le=MOST_BYTES)]
    compression: Literal["none", "zlib"]
    seal: _Seal | None


def wrapped(content: bytes, about: About, passphrase: Passphrase | None) -> bytes:
    """Put content in an envelope; closed with the passphrase, or open (and readable as text) without one."""
    if passphrase is None:
        head = _head(about, len(content), "none", None)
        return _footed(head + content)
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    seal = {
        "cipher": "AES-256-GCM", "kdf": "scrypt", "n": SCRYPT_N, "r": SCRYPT_R, "p": SCRYPT_P,
        "salt": base64.b64encode(salt).decode(), "nonce": base64.b64encode(nonce).decode(),
    }  # fmt: skip
    head = _head(about, len(content), "zlib", seal)
    cipher = _cipher(passphrase, salt, SCRYPT_N, SCRYPT_R, SCRYPT_P)
    return _footed(head + cipher.encrypt(nonce, zlib.compress(content, 6), head))


def is_envelope(raw: bytes) -> bool:
    """Whether the bytes begin as an envelope does."""
    return raw.startswith(MAGIC)


def is_sealed(raw: bytes, where: str) -> bool:
    """Whether an envelope needs a passphrase; raises InputError for a damaged one."""
    return _taken_apart(raw, where)[0].seal is not None


def about_envelope(raw: bytes, where: str) -> About:
    """What an envelope holds, without opening it; raises InputError for one that is damaged or of a newer format.

    Without the passphrase this is protected against damage only, not against whoever can write the file.
    """
    return _taken_apart(raw, where)[0].about


def unwrapped(raw: bytes, where: str, passphrase: Passphrase | None) -> bytes:
    """Take the content out of an envelope.

    Raises PassphraseMissingError, PassphraseWrongError, or InputError for one that is damaged or of a newer format.
    """
    header, head, body = _taken_apart(raw, where)
    if header.seal is None:
        content = body
    else:
        if passphrase is None:
            raise passphrase_missing(where)
        content = _inflated(_decrypted(header.seal, head, body, passphrase, where), header, where)
    if len(content) != header.length:
        raise _damaged(where, "it has another length than it says")
    return content


def passphrase_missing(where: str) -> PassphraseMissingError:
    """The error for something that is encrypted where nobody gave a passphrase."""
    return PassphraseMissingError(
        "this is encrypted, and no passphrase was given", why="it holds patient data",
        do="name the file with the passphrase: --passphrase-file", where=where,
    )  # fmt: skip


def passphrase_wrong(where: str) -> PassphraseWrongError:
    """The error for something that the passphrase does not open."""
    return PassphraseWrongError(
        "the passphrase does not open this", why="it was encrypted with another one, or is mistyped",
        do="try the passphrase that stood in the site's settings when it was made", where=where,
    )  # fmt: skip


def _head(about: About, length: int, compression: str, seal: dict[str, object] | None) -> bytes:
    shown = about.model_dump(mode="json", exclude_none=True)
    header = {"about": shown, "compression": compression, "length": length, "seal": seal}
    return MAGIC + f"{FORMAT_VERSION}\n{canonical_json(header)}\n".encode()


def _footed(content: bytes) -> bytes:
    return content + f"\n{hashlib.sha256(content).hexdigest()}\n".encode()


def _taken_apart(raw: bytes, where: str) -> tuple[_Header, bytes, bytes]:
    """Header, the bytes before the content, and the content as it stands; nothing is decrypted yet."""
    first = raw.find(b"\n", 0, 64)
    second = raw.find(b"\n", first + 1, first + _MOST_HEADER_BYTES)
    version = raw[len(MAGIC) : first]
    if not is_envelope(raw) or first < 0 or not version.isdigit():
        raise _damaged(where, "it does not begin as an envelope of Downtime does")
    if int(version) > FORMAT_VERSION:
        raise InputError(
            "this was written by a newer version of Downtime", where=where,
            why=f"it has format {int(version)}, this version reads up to {FORMAT_VERSION}",
            do="update Downtime on this computer",
        )  # fmt: skip
    content, foot = raw[:-_FOOT_BYTES], raw[-_FOOT_BYTES:]
    if second < 0 or foot != _footed(content)[-_FOOT_BYTES:] or len(content) <= second:
        raise _damaged(where, "its checksum does not fit: it was cut short or changed")
    try:
        header = _Header.model_validate_json(raw[first + 1 : second])
    except ValidationError as error:
        place = error.errors(include_url=False, include_input=False)[0]["loc"]
        raise _damaged(where, f"{'.'.join(str(part) for part in place) or 'header'} is not as it must be") from None
    return header, raw[: second + 1], content[second + 1 :]


def _decrypted(seal: _Seal, head: bytes, body: bytes, passphrase: Passphrase, where: str) -> bytes:
    from cryptography.exceptions import InvalidTag

    if len(body) < _TAG_BYTES:
        raise _damaged(where, "its content is missing")
    try:
        return _cipher(passphrase, seal.salt, seal.n, seal.r, seal.p).decrypt(seal.nonce, body, head)
    except InvalidTag:
        # The checksum fits, so this is no damage of a disk.
        raise passphrase_wrong(where) from None
    except (ValueError, MemoryError):
        raise _damaged(where, "its settings of scrypt are not as they must be") from None


def _inflated(packed: bytes, header: _Header, where: str) -> bytes:
    if header.compression == "none":
        return packed
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(packed, header.length + 1)
    except zlib.error:
        raise _damaged(where, "its content cannot be unpacked") from None
    return content


def _cipher(passphrase: Passphrase, salt: bytes, n: int, r: int, p: int) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(_key(passphrase.text, salt, n, r, p))


@lru_cache(maxsize=4)
def _key(text: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    """The key; remembered, because what is written in one go is often read again at once."""
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=_KEY_BYTES, n=n, r=r, p=p).derive(text.encode())


def _damaged(where: str, why: str) -> InputError:
    return InputError("this envelope cannot be used", why=why, do="use another copy of it", where=where)
