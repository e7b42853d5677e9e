"""Subsets of the text faces that were made once: most documents need no others, and making one takes 2 ms a face.

``font_subsets`` has for each text face a TrueType program with the characters of ``characters.txt``, without hinting
(printers and viewers of today do without, and it is half of the bytes), compressed as PDF wants it. It serves only as
long as the installed font is the very file that it was made from; otherwise reportlab makes a subset for each document
as it does for all other characters. ``python tests/renew_fonts.py`` makes the folder again, and a test compares every
outline and width with the installed fonts.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("font_subsets")
CODES = 256


@dataclass(frozen=True, slots=True)
class PreparedSubset:
    """A compressed TrueType program, its size when unpacked, and the character of each code (0: none)."""

    packed: bytes
    length: int
    characters: tuple[int, ...]


@cache
def characters_of_codes() -> tuple[int, ...]:
    """The Unicode character of each of the 256 codes: ASCII at its own place, others round it, 0 for none."""
    others = iter((FOLDER / "characters.txt").read_text("utf-8").split())
    return tuple(
        code if 32 <= code < 127 else 0 if code == 0 else ord(next(others, "\0")) for code in range(CODES)
    )  # fmt: skip


@cache
def _index() -> dict[str, dict[str, str | int]]:
    found: dict[str, dict[str, str | int]] = json.loads((FOLDER / "index.json").read_text("utf-8"))
    return found


@cache
def prepared_subset(font: Path) -> PreparedSubset | None:
    """The subset that was made from this very font file, or None where there is none."""
    known = _index().get(font.name)
    if known is None or hashlib.sha256(font.read_bytes()).hexdigest() != known["sha256"]:
        return None
    return PreparedSubset((FOLDER / f"{font.stem}.bin").read_bytes(), int(known["length"]), characters_of_codes())
