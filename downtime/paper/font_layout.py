"""From text to glyphs on a line: order, fonts, forms and places, measured in shares of the font size.

With HarfBuzz (uharfbuzz, optional and native) every script is shaped as its font says. Without it, Arabic is joined by
presentation forms, Hebrew and Thai marks sit where the font draws them, and text in scripts that cannot do without
shaping is drawn letter by letter and marked ``unshaped``, so that the page can ask for a check.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any

from downtime.paper import shaping
from downtime.paper.font_files import OpenFont, font_for, open_text_font, plain_advances

_GLYPH_PLANE = 0xF0000
"""Glyphs that no character stands for are given a private character: this plus the glyph's number in the font."""


_BEARING = 0.06
"""How far ordinary letters (j, f, italics) may stand out, as a share of the font size."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one glyph stands: its shift from the pen, and how far the pen moves on."""

    advance: float
    dx: float = 0.0
    dy: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs in drawing order (left to right) from one font, each named by a character.

    ``places`` is empty where every glyph simply follows the one before. ``texts`` is empty where every glyph stands for
    its own character; else it has the text of each, empty for the further glyphs of one letter. ``missing`` runs are
    drawn as boxes.
    """

    font: OpenFont
    glyphs: str
    width: float
    places: tuple[Place, ...] = ()
    texts: tuple[str, ...] = ()
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, laid out: its runs from left to right, and what a reader of the page must be told.

    ``width`` holds all ink: some signs stand out behind the last letter, or before the first one if they have none;
    the runs then begin ``indent`` to the right.
    """

    text: str
    runs: tuple[Run, ...]
    width: float
    indent: float
    missing: frozenset[str]
    removed: frozenset[str]
    unshaped: bool


@lru_cache(maxsize=1)
def shaping_engine() -> ModuleType | None:
    """Import HarfBuzz where it is installed."""
    try:
        return import_module("uharfbuzz")
    except ImportError:
        return None


@lru_cache(maxsize=8192)
def lay(text: str, face: str, direction: str = "") -> Line:
    """Lay out one line; ``direction`` is ``"ltr"``, ``"rtl"`` or empty for that of the first letter."""
    plain = plain_advances(face)
    if all(char in plain for char in text) and direction != "rtl":
        run = Run(open_text_font(face), text, sum(map(plain.__getitem__, text)))
        return Line(text, (run,), run.width, 0.0, frozenset(), frozenset(), unshaped=False)
    cleaned, removed = shaping.clean(text)
    runs: list[Run] = []
    run_levels: list[int] = []
    unshaped = False
    for piece, level, font in _itemise(cleaned, face, direction):
        run, shaped = _shape(piece, level, font, face)
        runs.append(run)
        run_levels.append(level)
        unshaped = unshaped or not shaped
    missing = frozenset(char for run in runs if run.missing for char in run.glyphs if char != shaping.BOX)
    drawn = tuple(runs[index] for index in shaping.visual_order(run_levels))
    before, behind = _overhang(drawn, face)
    width = before + sum(run.width for run in drawn) + behind
    return Line(cleaned, drawn, width, before, missing, removed, unshaped)


def _overhang(runs: tuple[Run, ...], face: str) -> tuple[float, float]:
    """Measure how far signs stand out left and right of the advances; the bearings of ordinary letters are let be."""
    pen = left = right = 0.0
    for run in runs:
        start = pen
        if not run.missing and (run.places or run.font is not open_text_font(face)):
            places = run.places or [Place(run.font.advance[glyph]) for glyph in run.glyphs]
            for glyph, place in zip(run.glyphs, places, strict=True):
                ink = run.font.ink_span(glyph)
                left, right = min(left, pen + place.dx + ink[0]), max(right, pen + place.dx + ink[1])
                pen += place.advance
        pen = start + run.width
    return (-left if -left > _BEARING else 0.0), (right - pen if right - pen > _BEARING else 0.0)


def _itemise(text: str, face: str, direction: str) -> list[tuple[str, int, OpenFont | None]]:
    """Cut text, in reading order, where the font or the direction changes; no font means boxes."""
    hint = _language_hint(text)
    char_levels = shaping.levels(text, direction or shaping.base_direction(text))
    items: list[tuple[str, int, OpenFont | None]] = []
    index = 0
    for cluster in shaping.clusters(text):
        level = char_levels[index]
        index += len(cluster)
        for part, font in _fonts(cluster, face, hint):
            if items and items[-1][1] == level and items[-1][2] is font:
                items[-1] = (items[-1][0] + part, level, font)
            else:
                items.append((part, level, font))
    return items


def _fonts(cluster: str, face: str, hint: str) -> list[tuple[str, OpenFont | None]]:
    if cluster == shaping.BOX:
        return [(cluster, None)]
    inked = "".join(char for char in cluster if char not in (shaping.ZWNJ, shaping.ZWJ)) or cluster
    font = font_for(inked, face, hint)
    if font or len(cluster) == 1:
        return [(cluster, font)]
    # No font has the letter with all of its marks: each goes where it can, and what is left shows as boxes.
    return [(char, font_for(char, face, hint)) for char in inked]


def _language_hint(text: str) -> str:
    if any("\u3040" <= char <= "\u30ff" for char in text):
        return "japanese"
    return "korean" if any("\uac00" <= char <= "\ud7a3" or "\u1100" <= char <= "\u11ff" for char in text) else ""


def _shape(text: str, level: int, font: OpenFont | None, face: str) -> tuple[Run, bool]:
    """Turn a piece of one font and direction into glyphs; tells whether they have their right forms."""
    if font is None:
        box = float(open_text_font(face).ttf.face.defaultWidth) / 1000
        return Run(open_text_font(face), text, box * len(text), missing=True), True
    shaped = not shaping.needs_engine(text)
    joined = shaping.joined_arabic(text, font.advance) if shaped and shaping.is_arabic(text) else (text, True)
    engine = shaping_engine()
    if engine is not None and (not shaped or not joined[1] or shaping.has_marks(text)):
        return _shape_by_engine(engine, text, level, font), True
    text = joined[0].replace(shaping.ZWNJ, "").replace(shaping.ZWJ, "")
    if level % 2:
        text = shaping.mirrored(text)
    # Mirroring may name a bracket that the font lacks; then the unmirrored one is as good as it gets.
    text = "".join(char if char in font.advance else shaping.mirrored(char) for char in text)
    return Run(font, text, sum(map(font.advance.__getitem__, text))), shaped and joined[1]


def _shape_by_engine(engine: Any, text: str, level: int, font: OpenFont) -> Run:
    buffer = engine.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if level % 2 else "ltr"
    buffer.language = "und"  # or it is the language of the computer, and the page differs from place to place
    engine.shape(_engine_font(font), buffer, {})
    scale = font.ttf.face.unitsPerEm
    glyphs: list[str] = []
    places: list[Place] = []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        glyphs.append(_char_of_glyph(font, info.codepoint))
        places.append(Place(position.x_advance / scale, position.x_offset / scale, position.y_offset / scale))
    texts = _glyph_texts(text, glyphs, [info.cluster for info in buffer.glyph_infos])
    return Run(font, "".join(glyphs), sum(place.advance for place in places), tuple(places), texts)


def _glyph_texts(text: str, glyphs: list[str], starts: list[int]) -> tuple[str, ...]:
    """Give each glyph its text: a letter and its marks one each where they match, else all to the first glyph."""
    bounds = sorted({*starts, len(text)})
    texts: list[str] = []
    while len(texts) < len(starts):
        first = len(texts)
        start = starts[first]
        count = starts.count(start)
        letters = text[start : bounds[bounds.index(start) + 1]]
        match = count == len(letters) and glyphs[first] == letters[0]
        texts.extend(letters if match else [letters] + [""] * (count - 1))
    return tuple(texts)


@cache
def _engine_font(font: OpenFont) -> Any:
    return font.ttf.hbFont()


def _char_of_glyph(font: OpenFont, glyph: int) -> str:
    """Name a glyph by the character that reportlab embeds it for: its own, or a private one made for it."""
    face = font.ttf.face
    known: list[int] | None = face.glyphToChar.get(glyph)
    if known:
        return chr(min(known))
    code = _GLYPH_PLANE + glyph
    if code not in face.charToGlyph:
        face.charToGlyph[code] = glyph
        face.charWidths[code] = face._pdfScale(face.hmetrics[glyph][0])
        font.advance[chr(code)] = face.charWidths[code] / 1000
    return chr(code)
