"""Ink that belongs to no field: stamps, highlighter, notes in the margin, the diagonal VOID."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from downtime.drill import strokes
from downtime.drill.handwriting import Hand, write
from downtime.drill.ink import Pen, Surface
from downtime.drill.paper import GreyImage
from downtime.drill.profiles import Profile
from downtime.drill.truth import Extra
from downtime.page.geometry import Rect
from downtime.page.layout import Layout, box

_STAMP_WORDS = ("RECEIVED", "COPY", "FAXED", "PHARMACY", "STAT")
_NOTES = ("see back", "call daughter", "?", "ask pharmacy", "not mine")
_HIGHLIGHTER = Pen("felt", 200, 5.0)
_STAMP = Pen("dry", 95, 1.0)


def extras_of(
    surface: Surface, layout: Layout, profile: Profile, hand: Hand, stream: random.Random
) -> tuple[Extra, ...]:
    """What else gets on a page; where it lies is left to chance, so it may lie on fields."""
    if stream.random() >= profile.extra:
        return ()
    kinds = (_stamp, _highlight, _slip, _margin)
    return tuple(stream.choice(kinds)(surface, layout, hand, stream) for _ in range(stream.choice((1, 1, 2))))


def write_void(surface: Surface, layout: Layout, hand: Hand, stream: random.Random) -> Extra:
    """A line across the page and VOID in large letters: the sheet is not to be used."""
    wide, high = layout.width_mm, layout.height_mm
    ends = [(wide * 0.15, high * 0.8), (wide * 0.5, high * 0.5 + stream.gauss(0, 5)), (wide * 0.85, high * 0.22)]
    pen = replace(hand.pen, width_mm=max(hand.pen.width_mm, 0.6))
    surface.stroke([strokes.smooth(ends)], pen, stream)
    at = Rect(wide * 0.3, high * 0.4, 80, 24)
    _, written = write(surface, "VOID", at, replace(hand, capital_mm=14.0, stroke_figures=False, pen=pen), stream)
    return Extra(kind="void", at=box(written), text="VOID")


def _stamp(surface: Surface, layout: Layout, hand: Hand, stream: random.Random) -> Extra:
    text = stream.choice(_STAMP_WORDS)
    size_px = round(6.5 * surface.px_mm_y)
    drawn = _stamped(text, size_px)
    turned = stream.gauss(0, 8)
    rows, columns = drawn.shape
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), turned, 1.0)
    matrix[:, 2] += size_px
    mask = cv2.warpAffine(drawn, matrix, (columns + 2 * size_px, rows + 2 * size_px), flags=cv2.INTER_LINEAR)
    x, y = stream.uniform(25, layout.width_mm - 80), stream.uniform(40, layout.height_mm - 50)
    surface.press(mask, round(x * surface.px_mm_x), round(y * surface.px_mm_y), _STAMP, stream)
    return Extra(
        kind="stamp", at=box(Rect(x, y, mask.shape[1] / surface.px_mm_x, mask.shape[0] / surface.px_mm_y)), text=text
    )  # fmt: skip


@lru_cache(maxsize=8)
def _stamped(text: str, size_px: int) -> GreyImage:
    from downtime.paper.font_files import open_text_font

    font = ImageFont.truetype(str(open_text_font("bold").path), size_px)
    left, top, right, bottom = (int(edge) for edge in font.getbbox(text))
    pad = size_px // 3
    image = Image.new("L", (right - left + 2 * pad, bottom - top + 2 * pad))
    draw = ImageDraw.Draw(image)
    draw.text((pad - left, pad - top), text, 255, font=font)
    draw.rectangle((1, 1, image.width - 2, image.height - 2), outline=255, width=max(size_px // 12, 1))
    return np.asarray(image)


def _highlight(surface: Surface, layout: Layout, hand: Hand, stream: random.Random) -> Extra:
    x, y = stream.uniform(25, layout.width_mm * 0.5), stream.uniform(45, layout.height_mm - 45)
    long = stream.uniform(20, 70)
    curve = strokes.smooth([(x, y), (x + long / 2, y + stream.gauss(0, 0.6)), (x + long, y + stream.gauss(0, 0.8))])
    return Extra(kind="highlighter", at=box(surface.stroke([curve], _HIGHLIGHTER, stream)))


def _slip(surface: Surface, layout: Layout, hand: Hand, stream: random.Random) -> Extra:
    x, y = stream.uniform(20, layout.width_mm - 40), stream.uniform(40, layout.height_mm - 40)
    points = [(x, y)]
    for _ in range(stream.randint(2, 4)):
        points.append((points[-1][0] + stream.gauss(0, 8), points[-1][1] + stream.gauss(0, 5)))
    return Extra(kind="slip", at=box(surface.stroke([strokes.smooth(points)], hand.pen, stream)))


def _margin(surface: Surface, layout: Layout, hand: Hand, stream: random.Random) -> Extra:
    place = Rect(stream.uniform(24, layout.width_mm - 70), layout.height_mm - 9, 40, 7)
    text, at = write(surface, stream.choice(_NOTES), place, hand, stream)
    return Extra(kind="note", at=box(at), text=text)
