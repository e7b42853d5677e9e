"""The page code: who a printed page is, as 50 characters for two QR codes; `typed_code` has the one for people.

QR payload: ``DT1:`` and 46 Crockford base-32 characters, 230 bits, most significant first::

    flags 8 | facility 24 | kit 48 | page 16 | pages 16 | first bits of the layout id 48 | seal 64 | zero 6

Flags, from the lowest bit: corner (1 = bottom-left), drill, copy master, signed; the upper four are zero. The seal is
HMAC-SHA-256 under the facility's key over everything before it (the prefix as well), cut to 64 bits; without a key it
is plain SHA-256, which finds damage but proves nothing, and the signed flag is 0. No patient data.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol, Self

from downtime.errors import UsageError
from downtime.page import base32
from downtime.page.code_failure import CodeFailure, CodeReason
from downtime.page.typed_code import (
    KIT_BITS,
    MAX_PAGES,
    ShortCode,
    kit_text,
    new_kit_id,
    parse_kit,
    parse_short,
    short_text,
)

PREFIX = "DT1:"
PAYLOAD_CHARACTERS = 50
LAYOUT_BITS = 48

_PAD_BITS = 6
_SEAL_BITS = 64
_HEAD_BYTES = 10  # flags, facility, kit: the same on every page of a kit
_TAIL_BYTES = 10  # page, pages, layout
_DRILL, _COPY_MASTER, _SIGNED, _KNOWN_FLAGS = 2, 4, 8, 15
_VERSIONED = re.compile(r"DT([1-9][0-9]{0,2}):")
_MANGLED = re.compile(r"DT1[^A-Z0-9]")


class Corner(IntEnum):
    """Which of the two codes of a page this is; the reader learns from it which way up the page lies."""

    TOP_RIGHT = 0
    BOTTOM_LEFT = 1


@dataclass(frozen=True, slots=True)
class PageCode:
    """The identity of one printed page, as one of its two QR codes carries it.

    ``layout`` is the first 48 bits of the layout id. ``signed`` says that the seal is a signature; a decoded code is
    signed only if the signature was checked.
    """

    kit: int
    page: int
    pages: int
    layout: int
    facility: int
    corner: Corner = Corner.TOP_RIGHT
    drill: bool = False
    copy_master: bool = False
    signed: bool = False


def facility_number(facility_id: str) -> int:
    """Return the 24 bits that stand for a facility in page codes: the first of the SHA-256 of its id."""
    return int.from_bytes(hashlib.sha256(facility_id.encode()).digest()[:3])


def layout_number(layout_id: str) -> int:
    """Return the 48 bits that stand for a layout in page codes: the first of its id in hexadecimal."""
    return int(layout_id[: LAYOUT_BITS // 4], 16)


class PageCoder:
    """Makes the codes of one kit, a few microseconds a page.

    Fields were ordered so that they fill whole pairs of characters: the head is written once a kit, page and layout
    once a page, and only the seal twice a page.
    """

    def __init__(
        self,
        facility: int,
        kit: int,
        pages: int,
        *,
        drill: bool = False,
        copy_master: bool = False,
        key: bytes | None = None,
    ) -> None:
        """Prepare a kit; raises UsageError when it has more pages than a page code can count."""
        if pages > MAX_PAGES:
            raise UsageError(
                f"the kit has {pages} pages, a page code counts to {MAX_PAGES}",
                do="print fewer departments or fewer copies at a time",
            )
        for name, value, bits in (("facility", facility, 24), ("kit", kit, KIT_BITS), ("pages", pages, 16)):
            if value < 0 or value >> bits:
                raise ValueError(f"{name} does not fit in {bits} bits")
        self._pages = pages
        flags = drill * _DRILL | copy_master * _COPY_MASTER | (key is not None) * _SIGNED
        heads = [((flags | corner) << 24 | facility) << KIT_BITS | kit for corner in Corner]
        self._head_texts = [PREFIX + base32.from_int(head, 16) for head in heads]
        # Hashing is begun once and copied for each page.
        self._seals = [_begin_seal(head.to_bytes(_HEAD_BYTES), key) for head in heads]

    def codes(self, page: int, layout48: int) -> tuple[str, str]:
        """Return the payloads of the page's top-right and bottom-left codes."""
        if not 1 <= page <= self._pages:
            raise ValueError(f"page {page} is not one of {self._pages}")
        if layout48 < 0 or layout48 >> LAYOUT_BITS:
            raise ValueError(f"the layout does not fit in {LAYOUT_BITS} bits")
        tail = (page << 16 | self._pages) << LAYOUT_BITS | layout48
        tail_bytes = tail.to_bytes(_TAIL_BYTES)
        tail_text = base32.from_int(tail, 16)
        first, second = self._seals
        return (
            self._head_texts[0] + tail_text + _seal_text(first, tail_bytes),
            self._head_texts[1] + tail_text + _seal_text(second, tail_bytes),
        )


def encode(code: PageCode, key: bytes | None) -> str:
    """Write one page code; ``key`` must be given exactly when the code says that it is signed."""
    if code.signed != (key is not None):
        raise ValueError("a signed page code needs the key, an unsigned one must not have it")
    coder = PageCoder(code.facility, code.kit, code.pages, drill=code.drill, copy_master=code.copy_master, key=key)
    return coder.codes(code.page, code.layout)[code.corner]


def decode(text: str, key: bytes | None, *, facility: int | None = None) -> PageCode | CodeFailure:
    """Read a QR payload, or say by name why it is not a page of ours.

    ``key`` is the facility's; ``facility`` its number, if pages of other facilities are to be told apart from forged
    ones. A signed code without a key to check it is a failure, never an unchecked value. An unsigned code is returned
    with ``signed`` false even where a key is given: whoever has no key can print one, so treat it with suspicion.
    Space around the code and small letters are forgiven, as handheld scanners send both.
    """
    canonical = text.strip()
    canonical = canonical.upper() if canonical.isascii() else canonical
    body = _body(canonical)
    if isinstance(body, CodeFailure):
        return body
    bits = base32.to_int(body)
    sealed = bits >> (_SEAL_BITS + _PAD_BITS)
    seal = (bits >> _PAD_BITS & ((1 << _SEAL_BITS) - 1)).to_bytes(_SEAL_BITS // 8)
    head = sealed >> (_TAIL_BYTES * 8)
    flags = head >> (24 + KIT_BITS)
    code = PageCode(
        kit=head & ((1 << KIT_BITS) - 1),
        page=sealed >> (16 + LAYOUT_BITS) & 0xFFFF,
        pages=sealed >> LAYOUT_BITS & 0xFFFF,
        layout=sealed & ((1 << LAYOUT_BITS) - 1),
        facility=head >> KIT_BITS & 0xFFFFFF,
        corner=Corner(flags & 1),
        drill=bool(flags & _DRILL),
        copy_master=bool(flags & _COPY_MASTER),
        signed=bool(flags & _SIGNED),
    )
    if not code.signed and not _seal_fits(sealed, seal, None):
        return CodeFailure(CodeReason.CORRUPTED)
    if facility is not None and code.facility != facility:
        return CodeFailure(CodeReason.OTHER_FACILITY, f"facility number {code.facility}, ours is {facility}")
    if code.signed and key is None:
        return CodeFailure(CodeReason.NO_KEY)
    if code.signed and not _seal_fits(sealed, seal, key):
        return CodeFailure(CodeReason.FORGED_OR_OTHER_KEY)
    if flags > _KNOWN_FLAGS or bits & ((1 << _PAD_BITS) - 1):
        return CodeFailure(CodeReason.UNUSED_BITS)
    if not 1 <= code.page <= code.pages:
        return CodeFailure(CodeReason.IMPOSSIBLE_PAGE, f"page {code.page} of {code.pages}")
    return code


def _body(text: str) -> str | CodeFailure:
    """Return the 46 characters after the prefix, once length and alphabet are right."""
    if not text.startswith(PREFIX):
        version = _VERSIONED.match(text)
        if version:
            return CodeFailure(CodeReason.NEWER_FORMAT, f"format {version[1]}, this version reads 1")
        # A handheld scanner set to another keyboard language types another sign for the colon.
        if len(text) == PAYLOAD_CHARACTERS and _MANGLED.match(text):
            return CodeFailure(CodeReason.BAD_CHARACTER, "character 4 is not a colon")
        return CodeFailure(CodeReason.NOT_OURS)
    if len(text) != PAYLOAD_CHARACTERS:
        return CodeFailure(CodeReason.WRONG_LENGTH, f"{len(text)} characters instead of {PAYLOAD_CHARACTERS}")
    body = text[len(PREFIX) :]
    bad = base32.first_bad(body)
    if bad >= 0:
        return CodeFailure(CodeReason.BAD_CHARACTER, f"character {bad + len(PREFIX) + 1}")
    return body


class _Seal(Protocol):
    """What a signature and a checksum have in common."""

    def copy(self) -> Self: ...
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


def _begin_seal(head: bytes, key: bytes | None) -> _Seal:
    begun = PREFIX.encode() + head
    return hashlib.sha256(begun) if key is None else hmac.new(key, begun, "sha256")


def _finish_seal(begun: _Seal, tail: bytes) -> bytes:
    seal = begun.copy()
    seal.update(tail)
    return seal.digest()[: _SEAL_BITS // 8]


def _seal_fits(sealed: int, seal: bytes, key: bytes | None) -> bool:
    data = sealed.to_bytes(_HEAD_BYTES + _TAIL_BYTES)
    return hmac.compare_digest(_finish_seal(_begin_seal(data[:_HEAD_BYTES], key), data[_HEAD_BYTES:]), seal)


def _seal_text(begun: _Seal, tail: bytes) -> str:
    """Write the seal and the six zero bits: 14 characters."""
    bits = int.from_bytes(_finish_seal(begun, tail)) << _PAD_BITS
    pairs = base32.PAIRS
    return (
        pairs[bits >> 60]
        + pairs[bits >> 50 & 1023]
        + pairs[bits >> 40 & 1023]
        + pairs[bits >> 30 & 1023]
        + pairs[bits >> 20 & 1023]
        + pairs[bits >> 10 & 1023]
        + pairs[bits & 1023]
    )


__all__ = [
    "KIT_BITS", "LAYOUT_BITS", "MAX_PAGES", "PAYLOAD_CHARACTERS", "PREFIX", "Corner", "PageCode", "PageCoder",
    "ShortCode", "decode", "encode", "facility_number", "kit_text", "layout_number", "new_kit_id", "parse_kit",
    "parse_short", "short_text",
]  # fmt: skip
