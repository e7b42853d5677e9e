"""Whether a JBIG2 picture may have exchanged letters: told from its segment headers, without decoding it.

JBIG2 can store each shape once and print it wherever something similar stood; a 6 then comes out as an 8, sharp and
wrong. Only the segments of ITU-T T.88 that hold such shapes can do that; a picture stored dot by dot is exact.
"""

from __future__ import annotations

# ITU-T T.88, table 2: symbol dictionary, text regions, and the same with halftone patterns left out on purpose.
_SHAPES = frozenset({0, 4, 6, 7})
_UNKNOWN_LENGTH = 0xFFFF_FFFF
_MOST_SEGMENTS = 100_000


def may_exchange_shapes(data: bytes) -> bool:
    """Whether an embedded JBIG2 stream places shapes from a dictionary; true as well where it cannot be told."""
    at = 0
    for _ in range(_MOST_SEGMENTS):
        if at >= len(data):
            return False
        header = _segment(data, at)
        if header is None:
            return True
        kind, start, length = header
        if kind in _SHAPES:
            return True
        if length == _UNKNOWN_LENGTH:
            # Allowed for a dot-by-dot region only, which is then the last thing on the page (7.2.7).
            return False
        at = start + length
    return True


def _segment(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Kind, start and length of the data of the segment whose header begins here (7.2); None for a broken header."""
    if at + 6 > len(data):
        return None
    number = int.from_bytes(data[at : at + 4])
    flags = data[at + 4]
    referred = data[at + 5] >> 5
    place = at + 6
    if referred == 7:
        referred = int.from_bytes(data[at + 5 : at + 9]) & 0x1FFF_FFFF
        place = at + 9 + (referred + 8) // 8
    elif referred > 4:
        return None
    bytes_a_number = 1 if number <= 256 else 2 if number <= 65536 else 4
    place += referred * bytes_a_number + (4 if flags & 0x40 else 1)
    if place + 4 > len(data):
        return None
    return flags & 0x3F, place + 4, int.from_bytes(data[place : place + 4])
