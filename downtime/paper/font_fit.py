"""Fitting text into a box: wrap, then shrink, then cut with an ellipsis and say so."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from downtime.paper import shaping
from downtime.paper.font_layout import lay

ELLIPSIS = "…"
_STEP_PT = 0.5


@dataclass(frozen=True, slots=True)
class FittedText:
    """Lines that fit a box at one size; ``truncated`` means that the page must say that the text goes on.

    ``direction`` belongs to the whole text and is to be given on when a line is drawn: a line of an Arabic name that
    begins with a Latin word is still read from the right.
    """

    lines: tuple[str, ...]
    size_pt: float
    truncated: bool
    direction: str


def fit_text(
    text: str, face: str, size_pt: float, max_width_pt: float, min_size_pt: float | None = None, max_lines: int = 1
) -> FittedText:
    """Fit text into a width: at full size on few lines if it can be, else smaller, else cut at the end.

    Wraps at spaces and after hyphens; only a word that is longer than a line breaks within, at the smallest size: the
    halves of a number are read as two. No line is ever wider than ``max_width_pt``: a box too narrow for the ellipsis
    itself gets no text, and is truncated.
    """
    smallest_pt = min(size_pt, size_pt if min_size_pt is None else min_size_pt)
    text = unicodedata.normalize("NFC", text)
    direction = shaping.base_direction(text)
    if lay(text, face, direction).width * size_pt <= max_width_pt and " ".join(text.split()) == text:
        return FittedText((text,) if text else (), size_pt, False, direction)
    words = list(_words(text))
    room = _Room(face, direction, max_width_pt)
    for tried_pt in _sizes(size_pt, smallest_pt):
        lines = room.wrap(words, tried_pt, max_lines)
        if lines is not None:
            return FittedText(tuple(lines), tried_pt, False, direction)
    pieces: list[str] = []
    for word in words:
        pieces += [word] if room.holds(word.rstrip(" "), smallest_pt) else shaping.clusters(word)
    whole = room.wrap(pieces, smallest_pt, max_lines)
    if whole is not None:
        return FittedText(tuple(whole), smallest_pt, False, direction)
    return FittedText(tuple(room.cut(words, smallest_pt, max_lines)), smallest_pt, True, direction)


def _sizes(size_pt: float, smallest_pt: float) -> Iterator[float]:
    tried_pt = size_pt
    while tried_pt > smallest_pt:
        yield round(tried_pt, 2)
        tried_pt -= _STEP_PT
    yield smallest_pt


def _words(text: str) -> Iterator[str]:
    """Split text behind spaces and hyphens; every piece keeps what it ends with, and runs of space become one."""
    word = ""
    for cluster in shaping.clusters(text):
        if cluster.isspace():
            if word and not word.endswith(" "):
                word += " "
            continue
        if word.endswith(" ") or (len(word) > 1 and word[-1] in "-‐–"):
            yield word
            word = ""
        word += cluster
    if word.strip():
        yield word.rstrip(" ")


@dataclass(frozen=True, slots=True)
class _Room:
    face: str
    direction: str
    max_width_pt: float

    def holds(self, text: str, size_pt: float) -> bool:
        return lay(text, self.face, self.direction).width * size_pt <= self.max_width_pt

    def longest(self, pieces: list[str], start: int, size_pt: float, end: str = "") -> int:
        """Find how many pieces from ``start`` fit on one line with ``end`` behind them, by bisection."""
        low, high = start, len(pieces)
        while low < high:
            middle = (low + high + 1) // 2
            if self.holds("".join(pieces[start:middle]).rstrip(" ") + end, size_pt):
                low = middle
            else:
                high = middle - 1
        return low

    def wrap(self, pieces: list[str], size_pt: float, max_lines: int) -> list[str] | None:
        """Fill lines with pieces, or give None where they do not all fit."""
        lines: list[str] = []
        start = 0
        while start < len(pieces):
            stop = self.longest(pieces, start, size_pt)
            if stop == start or len(lines) == max_lines:
                return None
            lines.append("".join(pieces[start:stop]).rstrip(" "))
            start = stop
        return lines

    def cut(self, words: list[str], size_pt: float, max_lines: int) -> list[str]:
        """Fill as many lines as there are; the last one ends in an ellipsis."""
        lines: list[str] = []
        start = 0
        while len(lines) < max_lines - 1:
            stop = self.longest(words, start, size_pt)
            if stop == start:
                break
            lines.append("".join(words[start:stop]).rstrip(" "))
            start = stop
        letters = shaping.clusters("".join(words[start:]))
        while len(lines) < max_lines - 1:
            stop = self.longest(letters, 0, size_pt)
            if stop == 0:
                break
            lines.append("".join(letters[:stop]).rstrip(" "))
            letters = letters[stop:]
        kept = _whole_numbers(letters, self.longest(letters, 0, size_pt, ELLIPSIS)) + ELLIPSIS
        return [*lines, kept] if self.holds(kept, size_pt) else lines


def _whole_numbers(letters: list[str], count: int) -> str:
    """The first `count` letters without a number that would be cut: “1.…” of 1.5 L is read as 1."""
    kept = "".join(letters[:count])
    word = kept[max(kept.rfind(" "), kept.rfind("\u00a0")) + 1 :]
    within = count < len(letters) and not letters[count].isspace()
    if within and any(letter.isdigit() for letter in word):
        kept = kept[: len(kept) - len(word)]
    return kept.rstrip(" ")
