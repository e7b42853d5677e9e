"""Reading order and letter forms of text before it meets a font: pure functions from text to text.

Names come from other systems and hold anything: control characters, overrides of the reading direction, marks piled
on marks. Whatever could change how a name reads is replaced by a visible box; what has no ink is taken out.
Right-to-left text is ordered by the Unicode bidirectional algorithm (python-bidi) and, without HarfBuzz, Arabic
letters are joined by their presentation forms (arabic-reshaper). Both libraries are imported when first needed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

BOX = "\ufffd"
"""Stands in cleaned text for a character that must not be drawn; drawn as a box."""

MAX_MARKS = 3
"""Marks drawn on one letter. Pointed Hebrew uses three; more is a pile that runs into the neighbouring lines."""

ZWNJ, ZWJ = "\u200c", "\u200d"
_INKLESS = frozenset("\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff")
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
_JOINING_BLOCKS = ((0x600, 0x8FF), (0x900, 0xDFF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF))
# Scripts whose letters change place or form with their neighbours: unreadable or misleading unless shaped.
_COMPLEX_BLOCKS = (
    (0x700, 0x74F), (0x780, 0x7FF), (0x840, 0x85F), (0x900, 0xDFF), (0xF00, 0x109F), (0x1780, 0x18AF),
    (0x1900, 0x1CFF), (0xA800, 0xA8FF), (0xA930, 0xABFF), (0x10A00, 0x11FFF),
)  # fmt: skip
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
# Of the ligatures only lam with alef is obligatory.
_LIGATURES = frozenset(
    "arabic ligature lam with alef" + more
    for more in ("", " with hamza above", " with hamza below", " with madda above")
)
_SELF_PLACING_BLOCKS = ((0x300, 0x36F), (0x591, 0x6FF), (0xE00, 0xE7F), (0x200C, 0x200D))
_ARABIC_BLOCKS = ((0x600, 0x6FF), (0x750, 0x77F), (0x870, 0x8FF))


def _within(char: str, blocks: Iterable[tuple[int, int]]) -> bool:
    return any(first <= ord(char) <= last for first, last in blocks)


def is_mark(char: str) -> bool:
    """Tell whether a character belongs to the letter before it: a mark or a joiner."""
    return unicodedata.category(char)[0] == "M" or char in (ZWNJ, ZWJ)


def has_marks(text: str) -> bool:
    """Tell whether any letter carries a mark that is a character of its own."""
    return any(unicodedata.category(char)[0] == "M" for char in text)


def needs_engine(text: str) -> bool:
    """Tell whether only a shaping engine sets text right.

    That is: scripts like Devanagari, Tamil or Khmer; two marks on one letter; and marks other than accents, Hebrew,
    Arabic and Thai ones, whose fonts draw a single mark in a fair place without being told.
    """
    return any(
        any(_within(char, _COMPLEX_BLOCKS) for char in cluster)
        or sum(map(is_mark, cluster)) > 1
        or (is_mark(cluster[-1]) and not _within(cluster[-1], _SELF_PLACING_BLOCKS))
        for cluster in clusters(text)
    )


def is_arabic(text: str) -> bool:
    """Tell whether text holds letters of the Arabic script."""
    return any(_within(char, _ARABIC_BLOCKS) for char in text)


def clean(text: str) -> tuple[str, frozenset[str]]:
    """Normalise text for drawing (NFC) and neutralise what does not belong on paper.

    Returns the text and the set of characters that were taken out or replaced. White space of any kind becomes a space.
    Inkless characters (soft hyphen, zero-width space, direction marks) go; joiners stay in scripts that use them.
    Overrides of the reading direction, controls, lone surrogates and private characters become boxes.
    """
    drawn: list[str] = []
    removed: set[str] = set()
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if char.isspace():
            shown = " "
        elif char in (ZWNJ, ZWJ):
            shown = char if drawn and _within(drawn[-1], _JOINING_BLOCKS) else ""
        elif char in _INKLESS or 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF:
            shown = ""
        elif char in _BLANK_LETTERS or (category[0] == "C" and not _within(char, _ARABIC_BLOCKS)):
            shown = BOX
        elif category[0] == "M" and category != "Mc" and marks >= MAX_MARKS:
            shown = "" if drawn[-1] == BOX else BOX
        else:
            shown = char
        marks = marks + 1 if category[0] == "M" else 0 if shown not in ("", BOX) else marks
        if shown != char and not char.isspace():
            removed.add(char)
        if shown:
            drawn.append(shown)
    return "".join(drawn), frozenset(removed)


def clusters(text: str) -> list[str]:
    """Split text into letters with their marks: the pieces that no line break and no font change may part."""
    pieces: list[str] = []
    for char in text:
        if pieces and is_mark(char) and pieces[-1] not in (" ", BOX):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def is_rtl_char(char: str) -> bool:
    """Tell whether a character is written from right to left."""
    return unicodedata.bidirectional(char) in ("R", "AL", "AN")


def base_direction(text: str) -> str:
    """Give the direction of the first letter that has one: ``"ltr"`` or ``"rtl"``."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def levels(text: str, direction: str) -> list[int]:
    """Give the embedding level of each character (odd: right to left), after Unicode Standard Annex 9."""
    base = 1 if direction == "rtl" else 0
    if base == 0 and not any(map(is_rtl_char, text)):
        return [0] * len(text)
    from bidi import algorithm

    storage: dict[str, Any] = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, "LR"[base]
    # Joiners are "boundary neutral", which the algorithm takes out; they follow the letter before them instead.
    algorithm.get_embedding_levels("".join(char for char in text if char not in (ZWNJ, ZWJ)), storage)
    for step in (algorithm.explicit_embed_and_overrides, algorithm.resolve_weak_types):
        step(storage)
    _pair_brackets(storage["chars"], "LR"[base])
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    resolved = iter([char["level"] for char in storage["chars"]])
    found: list[int] = []
    for char in text:
        # Rule W1 gives a mark the level of its letter; a box has no level of its own in odd places, so default it.
        found.append((found[-1] if found else base) if char in (ZWNJ, ZWJ) else next(resolved, base))
    for index in range(len(text) - 1, -1, -1):  # rule L1: spaces at the end of the line follow the paragraph
        if text[index] != " ":
            break
        found[index] = base
    return found


def _pair_brackets(chars: list[dict[str, Any]], base: str) -> None:
    """Give both brackets of a pair the same direction (rule N0, which python-bidi lacks).

    Without it a ward in brackets behind an Arabic name comes out with both brackets on the same side.
    """
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    for index, char in enumerate(chars):
        if char["type"] == "ON" and char["ch"] in _BRACKETS:
            opened.append(index)
        elif char["type"] == "ON" and char["ch"] in _BRACKETS.values():
            for depth in range(len(opened) - 1, -1, -1):
                if _BRACKETS[chars[opened[depth]]["ch"]] == char["ch"]:
                    pairs.append((opened[depth], index))
                    del opened[depth:]
                    break
    strong = {"L": "L", "R": "R", "EN": "R", "AN": "R"}
    for first, last in sorted(pairs):
        inside = {strong.get(char["type"]) for char in chars[first + 1 : last]} - {None}
        if not inside:
            continue
        before = (strong[char["type"]] for char in reversed(chars[:first]) if char["type"] in strong)
        side = base if base in inside else next(before, base)
        chars[first]["type"] = chars[last]["type"] = side


def visual_order(run_levels: list[int]) -> list[int]:
    """Give the order in which runs of these levels stand on the line, left to right (rule L2)."""
    order = list(range(len(run_levels)))
    for level in range(max(run_levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and run_levels[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = max(end, start + 1)
    return order


def mirrored(text: str) -> str:
    """Turn text of one right-to-left run into drawing order, brackets mirrored.

    A mark comes before its letter then: fonts of right-to-left scripts draw it to the right of the pen.
    """
    from bidi.mirror import MIRRORED

    return "".join(MIRRORED.get(char, char) for char in reversed(text))


@lru_cache(maxsize=1)
def _reshaper() -> Any:
    from arabic_reshaper import ArabicReshaper

    # Vowel signs matter in names and stay. Every option is set here: the library reads an environment variable too.
    reshaper = ArabicReshaper(configuration={})
    options = {"language": "Arabic", "support_zwj": "yes", "support_ligatures": "yes"}
    for option in reshaper.configuration:
        reshaper.configuration[option] = options.get(option, "yes" if option in _LIGATURES else "no")
    return ArabicReshaper(configuration=dict(reshaper.configuration))


def joined_arabic(text: str, available: Iterable[str]) -> tuple[str, bool]:
    """Replace Arabic letters by the joined forms a font has.

    Returns the text, still in reading order, and whether every letter got its joined form. A form the font lacks is
    replaced by the plain letter, which is readable but stands alone.
    """
    glyphs = set(available)
    shaped = [
        form if form in glyphs or form == " " else unicodedata.normalize("NFKC", form)
        for form in _reshaper().reshape(text)
        if form not in (ZWNJ, ZWJ)
    ]
    loose = any(unicodedata.category(char) == "Lo" and _within(char, _ARABIC_BLOCKS) for char in "".join(shaped))
    return "".join(shaped), not loose
