"""Sticky patient labels: printed elsewhere in the hospital, stuck on by hand, never quite straight."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import Any, Literal

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from downtime.drill.ink import Surface
from downtime.drill.paper import GreyImage
from downtime.drill.people import Patient, date_words
from downtime.drill.profiles import Profile
from downtime.drill.truth import StuckLabel
from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox, box

Symbology = Literal["code128", "datamatrix"]

# Common stock of hospital label printers, in mm.
LABEL_SIZES_MM = ((66.7, 25.4), (63.5, 25.4), (57.0, 24.0))
_PAPER_GREY = 250
_EDGE_GREY = 205
_FACE = "AtkinsonHyperlegible-Bold.ttf"
_FORMATS: dict[Symbology, Any] = {
    "code128": zxingcpp.BarcodeFormat.Code128, "datamatrix": zxingcpp.BarcodeFormat.DataMatrix,
}  # fmt: skip


def stick_label(
    surface: Surface, field: FieldBox, patient: Patient, drill: bool, profile: Profile, stream: random.Random
) -> StuckLabel:
    """Stick a label with the patient's barcode into a label area; returns what it says and where it is."""
    area = field.rect
    width, height = stream.choice(LABEL_SIZES_MM)
    width, height = min(width, area.w - 1), min(height, area.h - 0.5)
    symbology: Symbology = stream.choice(("code128", "code128", "datamatrix"))
    number = ("DRILL" if drill else "") + patient.number.replace("-", "")
    lines = (
        f"{patient.surname.upper()}, {patient.given}",
        f"MRN {patient.number}   {patient.sex}   {date_words(patient.birth_date)}",
        f"ENC {patient.encounter}" + ("   DRILL, NO PATIENT" if drill else ""),
    )
    printed = _printed(width, height, surface.px_mm_y, symbology, number, lines)
    astray = 0.4 + profile.sloppy * 6
    x = area.x + (area.w - width) / 2 + stream.gauss(0, astray)
    y = area.y + (area.h - height) / 2 + stream.gauss(0, astray)
    turned = stream.gauss(0, 0.6 + profile.sloppy * 9)
    _lay(surface, printed, x, y, width, height, turned)
    return StuckLabel(
        field=field.id,
        at=box(Rect(x, y, width, height)),
        turned_deg=round(turned, 2),
        symbology=symbology,
        barcode=number,
        lines=lines,
    )


def _lay(surface: Surface, printed: GreyImage, x: float, y: float, width: float, height: float, turned: float) -> None:
    """Lay the printed label on the page, its middle at the middle of the rectangle, turned clockwise in degrees."""
    rows, columns = printed.shape
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), -turned, 1.0)
    turn = np.abs(matrix[:, :2])
    wide, high = int(np.ceil(turn[0] @ (columns, rows))) + 4, int(np.ceil(turn[1] @ (columns, rows))) + 4
    matrix[:, 2] += ((wide - columns) / 2, (high - rows) / 2)
    colour = cv2.warpAffine(printed, matrix, (wide, high), flags=cv2.INTER_LINEAR, borderValue=_EDGE_GREY)
    mask = cv2.warpAffine(np.full_like(printed, 255), matrix, (wide, high), flags=cv2.INTER_LINEAR)
    left = round((x + width / 2) * surface.px_mm_x - wide / 2)
    top = round((y + height / 2) * surface.px_mm_y - high / 2)
    surface.cover(mask, colour, left, top)


def _printed(
    width: float, height: float, px_mm: float, symbology: Symbology, number: str, lines: tuple[str, ...]
) -> GreyImage:
    """The label as its printer made it."""
    rows, columns = round(height * px_mm), round(width * px_mm)
    label = np.full((rows, columns), _PAPER_GREY, np.uint8)
    label[[0, -1], :] = _EDGE_GREY
    label[:, [0, -1]] = _EDGE_GREY
    pad = round(1.6 * px_mm)
    if symbology == "code128":
        code = _barcode(symbology, number, 1)
        # Modules of a whole number of pixels, as a label printer's dots: 0.25 mm or so.
        module = max(1, min(round(0.27 * px_mm), (columns - 2 * pad) // code.shape[1]))
        bars = np.repeat(np.repeat(code[:1], module, axis=1), round(height * 0.36 * px_mm), axis=0)
        top, left = rows - pad - bars.shape[0], (columns - bars.shape[1]) // 2
        words_left = pad
    else:
        code = _barcode(symbology, number, 0)
        module = max(1, min(round(0.55 * px_mm), (rows - 2 * pad) // code.shape[0]))
        bars = np.repeat(np.repeat(code, module, axis=1), module, axis=0)
        top, left = (rows - bars.shape[0]) // 2, pad
        words_left = left + bars.shape[1] + pad
    label[top : top + bars.shape[0], left : left + bars.shape[1]] = np.minimum(bars, _PAPER_GREY)
    size = max(
        8, min(round(3.0 * px_mm), round((columns - words_left - pad) / max(len(line) for line in lines) * 1.75))
    )
    image = Image.fromarray(label)
    draw = ImageDraw.Draw(image)
    for number_of_line, line in enumerate(lines):
        draw.text((words_left, pad + number_of_line * size * 1.2), line, 15, font=_font(size))
    return np.array(image)


@lru_cache(maxsize=256)
def _barcode(symbology: Symbology, text: str, quiet: int) -> GreyImage:
    """The modules of a barcode, one pixel each, without quiet zone."""
    made = zxingcpp.create_barcode(text, _FORMATS[symbology])
    image = np.array(zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=False))
    return image.reshape(image.shape[:2])


@lru_cache(maxsize=16)
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    from downtime.paper.font_files import open_text_font

    return ImageFont.truetype(str(open_text_font("bold").path), size_px)
