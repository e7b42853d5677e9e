"""Scanned images as files, as scanners, faxes and phones write them: PDF in four ways, TIFF, JPEG, PNG."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
from PIL import Image, TiffImagePlugin

from downtime.drill.pdf_files import QUALITY, Frame, pdf, pdf_bits, pdf_colour, pdf_compact, tinted
from downtime.errors import UsageError
from downtime.textyaml import nearest

# EXIF 2.32, table 4: 6 is turned clockwise by the reader, 3 upside down.
_ORIENTATION = 0x0112
_STORED = {6: cv2.ROTATE_90_COUNTERCLOCKWISE, 3: cv2.ROTATE_180}
# Signature and IHDR.
_PNG_HEADER = 33


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its name, its suffix, whether it holds several images, and what writes it."""

    name: str
    suffix: str
    several: bool
    words: str
    pack: Callable[[Sequence[Frame]], bytes]


def _tiff(frames: Sequence[Frame]) -> bytes:
    return _tiff_of(frames, "tiff_lzw", "group4")


def _fax(frames: Sequence[Frame]) -> bytes:
    return _tiff_of(frames, "group3", "group3")


def _tiff_of(frames: Sequence[Frame], greys: str, bits: str) -> bytes:
    out = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(out, True) as writer:
        for frame in frames:
            image = Image.fromarray(frame.image)
            two_levels = frame.bilevel or greys == "group3"
            if two_levels:
                image = image.point(lambda grey: 255 if grey >= 128 else 0).convert("1", dither=Image.Dither.NONE)
            settings: dict[str, Any] = {"dpi": frame.dpi} if frame.dpi else {}
            image.save(writer, format="TIFF", compression=bits if two_levels else greys, **settings)
            writer.newFrame()
    return out.getvalue()


def _jpeg(frames: Sequence[Frame]) -> bytes:
    out = io.BytesIO()
    settings: dict[str, Any] = {"dpi": tuple(round(value) for value in frames[0].dpi)} if frames[0].dpi else {}
    Image.fromarray(frames[0].image).save(out, "JPEG", quality=QUALITY, **settings)
    return out.getvalue()


def _photo(frames: Sequence[Frame]) -> bytes:
    """As phones write it: the pixels lie as the sensor does, and EXIF says how to turn them."""
    orientation = 6 if frames[0].image.shape[0] > frames[0].image.shape[1] else 3
    stored = cv2.rotate(frames[0].image, _STORED[orientation])
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    out = io.BytesIO()
    Image.fromarray(tinted(stored)[..., ::-1]).save(out, "JPEG", quality=QUALITY, exif=exif)
    return out.getvalue()


def _png(frames: Sequence[Frame]) -> bytes:
    frame = frames[0]
    settings = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_BILEVEL, int(frame.bilevel)]
    _, packed = cv2.imencode(".png", frame.image, settings)
    data = packed.tobytes()
    if frame.dpi is None:
        return data
    # OpenCV writes no density: the chunk pHYs, in pixels a metre, goes behind the header (PNG specification, 11.3.4.3).
    per_metre = (round(value / 0.0254) for value in frame.dpi)
    chunk = b"pHYs" + struct.pack(">IIB", *per_metre, 1)
    whole = struct.pack(">I", 9) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return data[:_PNG_HEADER] + whole + data[_PNG_HEADER:]


FORMATS: dict[str, Format] = {
    made.name: made
    for made in (
        Format("pdf", ".pdf", True, "PDF with one grey JPEG a page", pdf),
        Format("pdf-colour", ".pdf", True, "PDF with one colour JPEG a page", pdf_colour),
        Format("pdf-bits", ".pdf", True, "PDF with one black and white image (G4) a page", pdf_bits),
        Format("pdf-compact", ".pdf", True, "“compact” PDF: background and mask in layers", pdf_compact),
        Format("tiff", ".tif", True, "TIFF of several pages", _tiff),
        Format("fax", ".tif", True, "fax TIFF (G3), pixels that are not square", _fax),
        Format("jpeg", ".jpg", False, "JPEG", _jpeg),
        Format("photo", ".jpg", False, "JPEG of a phone, in colour, turned by EXIF", _photo),
        Format("png", ".png", False, "PNG", _png),
    )
}
"""Every kind of file by name."""


def format_named(name: str) -> Format:
    """The format of that name; raises UsageError for another."""
    if name not in FORMATS:
        raise UsageError(f"there is no format “{name}”", do=nearest(name, list(FORMATS)) or f"use {', '.join(FORMATS)}")
    return FORMATS[name]
