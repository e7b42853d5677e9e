"""Handwriting: words in the faces of handwriting fonts, figures in strokes, on a line or one letter to a box."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from downtime.drill import digits
from downtime.drill.ink import Pen, Surface
from downtime.drill.paper import GreyImage
from downtime.errors import MissingPartError
from downtime.page.geometry import Rect

# The variable font comes at its regular weight. Measured on paper these faces look written, and differ in every letter.
FACES: dict[str, tuple[str, str]] = {
    "caveat": ("fontpkg_caveat", "Caveat[wght].ttf"),
    "kalam": ("fontpkg_kalam", "Kalam-Light.ttf"),
    "indie-flower": ("fontpkg_indie_flower", "IndieFlower-Regular.ttf"),
    "shadows-into-light": ("fontpkg_shadows_into_light", "ShadowsIntoLight.ttf"),
    "zeyada": ("fontpkg_zeyada", "Zeyada.ttf"),
}
_SAMPLE = "HE023"
_SAMPLE_PX = 200
_SPACE = 0.45
"""Between words, in parts of the height of a capital."""
_LEAST_SQUEEZE = 0.68
_THICKER = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
_DRAWN_PX = 40
"""Capitals of usual height are drawn once at this many pixels and made smaller where they are written."""


@dataclass(frozen=True, slots=True)
class Hand:
    """How one person writes: face, whether figures are strokes, pen, size, slant, and how unsteadily (0 is steady)."""

    name: str
    face: str
    stroke_figures: bool
    pen: Pen
    capital_mm: float
    slant: float
    jitter: float
    initials: str
    habits: int


def write(surface: Surface, text: str, rect: Rect, hand: Hand, stream: random.Random) -> tuple[str, Rect]:
    """Write on one line inside `rect`; returns what was written and where.

    Writing that is too long is made smaller, then narrower; then its last words are left out.
    """
    capital = min(hand.capital_mm, rect.h * 0.62)
    room = rect.w - 0.8
    words = text.split()
    while True:
        wide = _width_mm(words, capital, hand)
        squeeze = min(1.0, room / wide) if wide else 1.0
        if squeeze >= _LEAST_SQUEEZE or len(words) <= 1:
            break
        if capital > min(2.3, rect.h * 0.5):
            capital *= 0.9
        else:
            words = words[:-1]
    spare = max(room - wide * squeeze, 0)
    x = start = rect.x + 0.4 + stream.random() * min(spare, 2.0)
    base = rect.y + rect.h * 0.5 + capital * 0.5 + stream.gauss(0, 0.15 + hand.jitter * 0.3)
    tilt = stream.gauss(0, 0.01 + hand.jitter * 0.02)
    for word in words:
        y = base + tilt * (x - start) + stream.gauss(0, 0.08 + hand.jitter * 0.15)
        x += _word(surface, word, x, y, capital, squeeze, hand, stream) + _SPACE * capital * squeeze
    return " ".join(words), Rect(start, base - capital, x - start - _SPACE * capital * squeeze, capital)


def write_in_boxes(
    surface: Surface, letters: str, boxes: Sequence[Rect], hand: Hand, stream: random.Random
) -> tuple[str, Rect]:
    """Write one letter to a box; returns what was written and where. A space leaves its box empty."""
    astray = 0.06 + hand.jitter * 0.16
    used = list(zip(letters, boxes, strict=False))
    for letter, box in used:
        if letter == " ":
            continue
        capital = min(box.h * stream.uniform(0.5, 0.68), box.w * 0.95)
        wide = _width_mm([letter], capital, hand)
        squeeze = min(1.0, box.w * (0.85 + hand.jitter * 0.3) / wide) if wide else 1.0
        x = box.x + (box.w - wide * squeeze) / 2 + stream.gauss(0, astray) * box.w * 0.6
        y = box.y + (box.h + capital) / 2 + stream.gauss(0, astray) * box.h * 0.5
        _word(surface, letter, x, y, capital, squeeze, hand, stream)
    first, last = boxes[0], boxes[max(len(used) - 1, 0)]
    return "".join(letter for letter, _ in used), Rect(first.x, first.y, last.right - first.x, first.h)


def fainter(hand: Hand, faint_pen: tuple[str, int]) -> Hand:
    """The same hand with a pen that hardly writes."""
    return replace(hand, pen=replace(hand.pen, kind=faint_pen[0], grey=faint_pen[1]))


def _width_mm(words: Sequence[str], capital_mm: float, hand: Hand) -> float:
    gaps = _SPACE * capital_mm * max(len(words) - 1, 0)
    return sum(_word_width_mm(word, capital_mm, hand) for word in words) + gaps


def _word_width_mm(word: str, capital_mm: float, hand: Hand) -> float:
    if hand.stroke_figures and digits.is_figures(word):
        return sum(digits.advance(letter) for letter in word) * capital_mm
    return _face_width(hand.face, word) * capital_mm


def _word(
    surface: Surface,
    word: str,
    x: float,
    base: float,
    capital: float,
    squeeze: float,
    hand: Hand,
    stream: random.Random,
) -> float:
    """Write a word with its left end at `x`, `base` in mm; returns its width in mm."""
    if hand.stroke_figures and digits.is_figures(word):
        return _figures(surface, word, x, base, capital, squeeze, hand, stream)
    wanted_px = round(capital * surface.px_mm_y)
    drawn_px = _DRAWN_PX if _DRAWN_PX // 2 <= wanted_px <= _DRAWN_PX else wanted_px
    glyphs, capital_px, (left, over) = _drawn(hand.face, word, drawn_px, hand.pen.width_mm > 0.45)
    scale = capital * surface.px_mm_y / capital_px
    turn = stream.gauss(0, 0.012 + hand.jitter * 0.03)
    # From the drawn word to the page: squeezed, slanted, turned a little, its base line on `base`.
    sx, shear = scale * squeeze, scale * hand.slant
    x_px, y_px = x * surface.px_mm_x - 0.5, base * surface.px_mm_y - 0.5
    matrix = np.array(
        [[sx, -shear, x_px - sx * left + shear * over], [turn * sx, scale, y_px - scale * over - turn * sx * left]]
    )
    corners = np.array([(0, 0), (glyphs.shape[1], 0), (0, glyphs.shape[0]), (glyphs.shape[1], glyphs.shape[0])])
    placed = corners @ matrix[:, :2].T + matrix[:, 2]
    low, high = np.floor(placed.min(axis=0)).astype(int), np.ceil(placed.max(axis=0)).astype(int) + 1
    matrix[:, 2] -= low
    mask = cv2.warpAffine(glyphs, matrix, (int(high[0] - low[0]), int(high[1] - low[1])), flags=cv2.INTER_LINEAR)
    surface.press(mask, int(low[0]), int(low[1]), hand.pen, stream)
    return _face_width(hand.face, word) * capital * squeeze


def _figures(
    surface: Surface,
    word: str,
    x: float,
    base: float,
    capital: float,
    squeeze: float,
    hand: Hand,
    stream: random.Random,
) -> float:
    curves, start = [], x
    for place, letter in enumerate(word):
        habit = hand.habits >> (ord(letter) % 16)
        astray = stream.gauss(0, 0.04 + hand.jitter * 0.08) * capital
        top_left = (x, base - capital + astray)
        curves += [
            curve * (squeeze, 1) + top_left
            for curve in digits.figure(letter, capital, hand.slant, hand.jitter, habit, stream)
        ]
        last = place == len(word) - 1
        x += (digits.advance(letter) - (0.12 if last else 0)) * capital * squeeze
    # Small figures are written with less pressure, or they would close.
    pen = replace(hand.pen, width_mm=min(hand.pen.width_mm, capital * 0.12))
    surface.stroke(curves, pen, stream)
    return x - start


@cache
def _font_file(face: str) -> str:
    package, name = FACES[face]
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise MissingPartError(
            f"the handwriting font “{face}” is not installed",
            do='install the desk’s part: pip install "downtime[desk]"',
        )
    return str(Path(spec.submodule_search_locations[0]) / "files" / name)


@lru_cache(maxsize=128)
def _font(face: str, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_font_file(face), size_px)


@lru_cache(maxsize=16)
def _capital_ratio(face: str) -> float:
    """The height of a capital, in parts of the font's size."""
    _, top, _, bottom = _font(face, _SAMPLE_PX).getbbox(_SAMPLE, anchor="ls")
    return float(bottom - top) / _SAMPLE_PX


@lru_cache(maxsize=4096)
def _face_width(face: str, word: str) -> float:
    """The width of a word, in parts of the height of a capital."""
    return float(_font(face, _SAMPLE_PX).getlength(word)) / _SAMPLE_PX / _capital_ratio(face)


@lru_cache(maxsize=2048)
def _drawn(face: str, word: str, capital_px: int, thick: bool) -> tuple[GreyImage, float, tuple[int, int]]:
    """A word in white on black, the height of its capitals in pixels, and where its origin lies in the image."""
    size = max(round(capital_px / _capital_ratio(face)), 6)
    font = _font(face, size)
    left, top, right, bottom = (int(edge) for edge in font.getbbox(word, anchor="ls"))
    pad = 3
    image = Image.new("L", (right - left + 2 * pad, bottom - top + 2 * pad))
    origin = (pad - left, pad - top)
    ImageDraw.Draw(image).text(origin, word, 255, font=font, anchor="ls")
    glyphs: GreyImage = np.asarray(image)
    if thick:
        # A wide pen: one pixel more all round, which FreeType would take two milliseconds for.
        glyphs = cv2.dilate(glyphs, _THICKER)
    return glyphs, size * _capital_ratio(face), origin
