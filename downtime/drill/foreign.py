"""Pages that are none of ours, and white ones: what else lies in the pile."""

from __future__ import annotations

import random
from functools import lru_cache

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from downtime.drill import words
from downtime.drill.paper import DPI, GreyImage
from downtime.page.geometry import PAPER_MM, PaperSize

_CODES = ("https://example.org/parking", "MECARD:N:Front desk;TEL:5550142;;", "DT9:NOT ONE OF THIS PROGRAM")


def letter(paper: PaperSize, stream: random.Random) -> GreyImage:
    """A letter from somewhere else, often with a square code of its own."""
    width, height = (round(side * DPI / 25.4) for side in PAPER_MM[paper])
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    y = 300
    draw.text((300, y), "Visitor parking and cafeteria hours", 0, font=_font(70))
    for _ in range(stream.randint(8, 22)):
        y += 75
        draw.text((300, y), stream.choice(words.LONG)[: stream.randint(40, 80)], 30, font=_font(42))
    sheet: GreyImage = np.array(image)
    if stream.random() < 0.6:
        code = _code(stream.choice(_CODES))
        x, low = stream.randint(300, width - 700), height - 700
        sheet[low : low + code.shape[0], x : x + code.shape[1]] = code
    return sheet


def white(paper: PaperSize) -> GreyImage:
    """An empty side."""
    width, height = (round(side * DPI / 25.4) for side in PAPER_MM[paper])
    return np.full((height, width), 255, np.uint8)


@lru_cache(maxsize=8)
def _code(text: str) -> GreyImage:
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    modules = np.array(zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=True))
    modules = modules.reshape(modules.shape[:2])
    return cv2.resize(modules, None, fx=9, fy=9, interpolation=cv2.INTER_NEAREST)


@lru_cache(maxsize=4)
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    from downtime.paper.font_files import open_text_font

    return ImageFont.truetype(str(open_text_font("regular").path), size_px)
