"""What people read and type of a page: the kit id, and the code of 14 characters that is printed beside the QR code.

Both are Crockford base 32, so that look-alikes are forgiven; the short code ends in a check character. Neither is
signed: they find a page in a manifest, and prove nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from downtime.page import base32
from downtime.page.code_failure import CodeFailure, CodeReason

MAX_PAGES = (1 << 16) - 1
KIT_BITS = 48

_KIT_CHARACTERS = 10
_SHORT_CHARACTERS = 14


@dataclass(frozen=True, slots=True)
class ShortCode:
    """What the code printed for people says: it finds the page in a manifest, and carries no signature."""

    kit: int
    page: int
    drill: bool


def new_kit_id(seed: bytes | None = None) -> int:
    """Return a kit id of 48 bits: random, or from the seed so that the same input prints the same bytes."""
    if seed is None:
        return secrets.randbits(KIT_BITS)
    return int.from_bytes(hashlib.sha256(b"downtime kit\0" + seed).digest()[: KIT_BITS // 8])


def kit_text(kit: int) -> str:
    """Write a kit id as people see it: ``XXXXX-XXXXX``."""
    text = base32.from_int(kit, _KIT_CHARACTERS)
    return f"{text[:5]}-{text[5:]}"


def parse_kit(text: str) -> int | CodeFailure:
    """Read a typed kit id: small letters, look-alikes (I, L, O), spaces and hyphens are forgiven."""
    typed = _typed(text, _KIT_CHARACTERS)
    if isinstance(typed, CodeFailure):
        return typed
    kit = base32.to_int(typed)
    if kit >> KIT_BITS:
        return CodeFailure(CodeReason.UNUSED_BITS, "a kit id starts with a digit from 0 to 7")
    return kit


def short_text(kit: int, page: int, drill: bool) -> str:
    """Write the code printed for people beside the QR code: ``XXXX XXXX XXXX XX``, the last a check character."""
    if kit < 0 or kit >> KIT_BITS or not 1 <= page <= MAX_PAGES:
        raise ValueError("the kit or page does not fit in the short code")
    text = base32.from_int((int(drill) << KIT_BITS | kit) << 16 | page, _SHORT_CHARACTERS - 1)
    text += base32.check_character(text)
    return f"{text[:4]} {text[4:8]} {text[8:12]} {text[12:]}"


def parse_short(text: str) -> ShortCode | CodeFailure:
    """Read a typed short code, as tolerant as ``parse_kit``; every single wrong character is found."""
    typed = _typed(text, _SHORT_CHARACTERS)
    if isinstance(typed, CodeFailure):
        return typed
    if not base32.check_passes(typed):
        return CodeFailure(CodeReason.CORRUPTED, "the last character does not fit the others")
    bits = base32.to_int(typed[:-1])
    code = ShortCode(kit=bits >> 16 & ((1 << KIT_BITS) - 1), page=bits & 0xFFFF, drill=bool(bits >> (16 + KIT_BITS)))
    return code if code.page else CodeFailure(CodeReason.IMPOSSIBLE_PAGE, "page 0")


def _typed(text: str, characters: int) -> str | CodeFailure:
    typed = base32.clean_typed(text)
    # A wrong character is named before a wrong length: it is the more useful thing to say of text that is neither.
    bad = base32.first_bad(typed)
    if bad >= 0:
        return CodeFailure(CodeReason.BAD_CHARACTER, f"character {bad + 1}, not counting spaces and hyphens")
    if len(typed) != characters:
        return CodeFailure(CodeReason.WRONG_LENGTH, f"{len(typed)} characters instead of {characters}")
    return typed
