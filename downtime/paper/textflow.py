"""Breaks text into lines by its drawn width: words first, then anywhere, so that nothing ever bleeds out of its box.

A word wider than the line is broken between characters (never between a letter and its accent); a no-break space keeps
two words together; a line feed is a line's end. Runs of white space count as one space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from downtime.page.geometry import PT_PER_MM
from downtime.paper.fonts import text_width_pt
from downtime.paper.ink import Align, Face, Ink, Text

Run = tuple[str, Face]
"""A piece of text in one face."""

LEADING = 1.25
"""Line height as a share of the type size."""

# Half the height of a capital in Atkinson Hyperlegible (668 of 1000 units): puts capitals in the middle of the line.
_HALF_CAPITAL = 0.334
_SPACES = re.compile("[ \t\r\f\v\u2009\u2028\u3000]+")
_ROUNDING_PT = 1e-6
_ZERO_WIDTH_JOINER = "\u200d"


def line_mm(size_pt: float, leading: float = LEADING) -> float:
    """The height of one line in millimetres."""
    return size_pt * leading / PT_PER_MM


def baseline_mm(size_pt: float, leading: float = LEADING) -> float:
    """How far the baseline lies under the top of its line, in millimetres."""
    return (size_pt * leading / 2 + size_pt * _HALF_CAPITAL) / PT_PER_MM


def width_mm(text: str, face: Face, size_pt: float) -> float:
    """The drawn width of one line of text in millimetres."""
    return text_width_pt(text, face, size_pt) / PT_PER_MM


def wrap(text: str, face: Face, size_pt: float, width_mm: float) -> list[str]:
    """Break text in one face into lines no wider than `width_mm`; empty text is one empty line."""
    return list(_wrapped(text, face, size_pt, width_mm))


@lru_cache(maxsize=16384)
def _wrapped(text: str, face: Face, size_pt: float, width_mm: float) -> tuple[str, ...]:
    # Each label is wrapped to be measured and again to be drawn, and most forms share most of their words.
    lines = wrap_runs([(text, face)], size_pt, width_mm)
    return tuple(line[0][0] if line else "" for line in lines)


def wrap_runs(runs: Iterable[Run], size_pt: float, width_mm: float) -> list[list[Run]]:
    """Break text in several faces into lines no wider than `width_mm`; each line is a list of runs."""
    room = width_mm * PT_PER_MM + _ROUNDING_PT
    lines: list[list[Run]] = [[]]
    used = 0.0
    for word in _words(runs):
        if word is None:
            lines.append([])
            used = 0.0
            continue
        space, pieces = word
        wide = sum(_width(text, face) for text, face in pieces) * size_pt
        gap = _width(" ", space) * size_pt if lines[-1] else 0.0
        if used + gap + wide <= room:
            _add(lines[-1], [(" ", space), *pieces] if lines[-1] else pieces)
            used += gap + wide
            continue
        if lines[-1]:
            lines.append([])
            used = 0.0
        for text, face in pieces:
            for head in _fitting(text, face, size_pt, room, used):
                if head is None:
                    lines.append([])
                    used = 0.0
                else:
                    _add(lines[-1], [(head, face)])
                    used += _width(head, face) * size_pt
    return lines


def paragraph(
    x: float,
    y: float,
    width_mm: float,
    runs: Sequence[Run] | str,
    size_pt: float,
    leading: float = LEADING,
    *,
    gray: float = 0.0,
    align: Align = "left",
) -> tuple[list[Ink], float]:
    """Set text into a column whose top-left corner is (x, y); gives the ink and the height it takes, in millimetres."""
    lines = wrap_runs([(runs, "regular")] if isinstance(runs, str) else runs, size_pt, width_mm)
    step = line_mm(size_pt, leading)
    inks: list[Ink] = []
    for number, line in enumerate(lines):
        inks += set_line(x, y + number * step + baseline_mm(size_pt, leading), width_mm, line, size_pt, gray, align)
    return inks, len(lines) * step


def set_line(
    x: float, baseline_y: float, width: float, line: Sequence[Run], size_pt: float, gray: float = 0.0,
    align: Align = "left",
) -> list[Ink]:  # fmt: skip
    """Set one line of runs, already broken, into the column from x that is `width` millimetres wide."""
    widths = [width_mm(text, face, size_pt) for text, face in line]
    spare = width - sum(widths)
    at = x + {"left": 0.0, "center": spare / 2, "right": spare}[align]
    inks: list[Ink] = []
    for (text, face), wide in zip(line, widths, strict=True):
        inks.append(Text(at, baseline_y, text, size_pt, face, gray=gray))
        at += wide
    return inks


def ellipsized(text: str, face: Face, size_pt: float, width: float) -> str:
    """The text on one line, its end replaced by “…” where it is wider than `width` millimetres."""
    text = " ".join(text.split())
    if width_mm(text, face, size_pt) <= width:
        return text
    parts = _clusters(text)
    low, high = 0, len(parts)
    while low < high:
        middle = (low + high + 1) // 2
        if width_mm("".join(parts[:middle]).rstrip() + "…", face, size_pt) <= width:
            low = middle
        else:
            high = middle - 1
    return "".join(parts[:low]).rstrip() + "…"


def fitted(
    text: str, face: Face, size_pt: float, width: float, *, least_pt: float = 8.0, most_lines: int = 1
) -> tuple[list[str], float]:
    """Lines and size for text in a box: shrunk in half points to `least_pt`, then wrapped, then cut with “…”."""
    size = size_pt
    while size > least_pt and width_mm(text, face, size) > width:
        size = max(least_pt, size - 0.5)
    lines = wrap(text, face, size, width)
    if len(lines) > most_lines:
        rest = " ".join(lines[most_lines - 1 :])
        lines = [*lines[: most_lines - 1], ellipsized(rest + "…", face, size, width)]
    return lines, size


@lru_cache(maxsize=16384)
def _width(text: str, face: Face) -> float:
    return text_width_pt(text, face, 1.0)


def _add(line: list[Run], pieces: Iterable[Run]) -> None:
    """Append runs to a line, joined to the last where the face is the same (so that it is drawn in one go)."""
    for text, face in pieces:
        if line and line[-1][1] == face:
            line[-1] = (line[-1][0] + text, face)
        else:
            line.append((text, face))


def _words(runs: Iterable[Run]) -> Iterator[tuple[Face, list[Run]] | None]:
    """Words with the face of the space before them; a word may change its face; None is a line feed."""
    word: list[Run] = []
    space: Face = "regular"
    for text, face in runs:
        for number, row in enumerate(text.split("\n")):
            if number:
                if word:
                    yield space, word
                yield None
                word, space = [], face
            for index, part in enumerate(_SPACES.split(row)):
                if index:
                    if word:
                        yield space, word
                    word, space = [], face
                if part:
                    word.append((part, face))
    if word:
        yield space, word


def _clusters(text: str) -> list[str]:
    """Characters with the accents and joiners that belong to them."""
    if text.isascii():
        return list(text)
    parts: list[str] = []
    for char in text:
        if parts and (
            unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf") or parts[-1].endswith(_ZERO_WIDTH_JOINER)
        ):  # fmt: skip
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def _fitting(text: str, face: Face, size_pt: float, room: float, used: float) -> Iterator[str | None]:
    """Cut a piece to what fits behind `used`, then to whole lines; None is a break between two of them."""
    parts = _clusters(text)
    start = 0
    while start < len(parts):
        low, high = start, len(parts)
        while low < high:
            middle = (low + high + 1) // 2
            if used + text_width_pt("".join(parts[start:middle]), face, size_pt) <= room:
                low = middle
            else:
                high = middle - 1
        if low == start and used == 0.0:
            low = start + 1  # narrower than one character: it must go somewhere, or this would never end
        if low > start:
            yield "".join(parts[start:low])
        start = low
        used = 0.0
        if start < len(parts):
            yield None
