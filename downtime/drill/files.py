"""Scanned images as files, as scanners, faxes and phones write them: PDF in four ways, TIFF, JPEG, PNG."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from PIL import Image, TiffImagePlugin

from downtime.drill.paper import GreyImage
from downtime.errors import UsageError
from downtime.textyaml import nearest

# Low enough for small files, high enough that only the degradation harms the page.
_QUALITY = 80
# EXIF 2.32, table 4: 6 is turned clockwise by the reader, 3 upside down.
_ORIENTATION = 0x0112
_STORED = {6: cv2.ROTATE_90_COUNTERCLOCKWISE, 3: cv2.ROTATE_180}
# Signature and IHDR.
_PNG_HEADER = 33
_BACKGROUND_DPI, _BACKGROUND_QUALITY = 100.0, 25
# The tint of paper and of ink under a colour scanner, as shares of blue, green and red.
_PAPER_TINT = (0.965, 0.985, 1.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """One image of a file; `dpi` is what the file says, None where it says nothing."""

    image: GreyImage
    dpi: tuple[float, float] | None
    bilevel: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its name, its suffix, whether it holds several images, and what writes it."""

    name: str
    suffix: str
    several: bool
    words: str
    pack: Callable[[Sequence[Frame]], bytes]


def _pdf(frames: Sequence[Frame]) -> bytes:
    return _assembled([_jpeg_page(frame) for frame in frames])


def _pdf_bits(frames: Sequence[Frame]) -> bytes:
    return _assembled([_bits_page(frame) for frame in frames])


def _pdf_colour(frames: Sequence[Frame]) -> bytes:
    return _assembled([_jpeg_page(frame, colour=True) for frame in frames])


def _pdf_compact(frames: Sequence[Frame]) -> bytes:
    return _assembled([_layered_page(frame) for frame in frames])


@dataclass(frozen=True, slots=True)
class _Picture:
    """An image of a PDF page: its bytes as they are filtered, and the entries of its dictionary."""

    data: bytes
    filter: str
    width: int
    height: int
    bits: int
    colours: str = "/DeviceGray"
    mask: bool = False


@dataclass(frozen=True, slots=True)
class _Page:
    """A PDF page of pictures that all fill it; `size_pt` is its width and height."""

    size_pt: tuple[float, float]
    pictures: tuple[_Picture, ...]


def _size_pt(frame: Frame) -> tuple[float, float]:
    # What says no density is shown at 150 dots an inch, as programs that make PDFs of photographs do.
    dpi = frame.dpi or (150.0, 150.0)
    return frame.image.shape[1] * 72 / dpi[0], frame.image.shape[0] * 72 / dpi[1]


def _jpeg_page(frame: Frame, *, colour: bool = False) -> _Page:
    image = tinted(frame.image) if colour else frame.image
    data = _jpeg_bytes(image, _QUALITY)
    height, width = frame.image.shape
    picture = _Picture(data, "/DCTDecode", width, height, 8, "/DeviceRGB" if colour else "/DeviceGray")
    return _Page(_size_pt(frame), (picture,))


def _bits_page(frame: Frame) -> _Page:
    height, width = frame.image.shape
    picture = _Picture(_g4(frame.image), "/CCITTFaxDecode", width, height, 1)
    return _Page(_size_pt(frame), (picture,))


def _layered_page(frame: Frame) -> _Page:
    """A “compact” page: a coarse background, and the dark parts as a mask of one bit on top of it."""
    height, width = frame.image.shape
    dpi = frame.dpi or (300.0, 300.0)
    _, bits = cv2.threshold(cv2.GaussianBlur(frame.image, (3, 3), 0.6), 140, 255, cv2.THRESH_BINARY)
    # The background is the paper without what the mask shows.
    paper = cv2.dilate(frame.image, np.ones((9, 9), np.uint8))
    small = (max(8, round(width * _BACKGROUND_DPI / dpi[0])), max(8, round(height * _BACKGROUND_DPI / dpi[1])))
    paper = cv2.resize(paper, small, interpolation=cv2.INTER_AREA)
    under = _Picture(_jpeg_bytes(paper, _BACKGROUND_QUALITY), "/DCTDecode", small[0], small[1], 8)
    over = _Picture(_g4(bits), "/CCITTFaxDecode", width, height, 1, mask=True)
    return _Page(_size_pt(frame), (under, over))


def _assembled(pages: Sequence[_Page]) -> bytes:
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    for page in pages:
        width, height = page.size_pt
        made = writer.add_blank_page(width, height)
        drawn, names = [], DictionaryObject()
        for number, picture in enumerate(page.pictures):
            name = f"/Im{number}"
            names[NameObject(name)] = writer._add_object(_picture_object(picture))
            drawn.append(f"q {'0 g ' if picture.mask else ''}{width:.2f} 0 0 {height:.2f} 0 0 cm {name} Do Q")
        content = DecodedStreamObject()
        content.set_data(" ".join(drawn).encode())
        made[NameObject("/Contents")] = writer._add_object(content)
        made[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): names})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _picture_object(picture: _Picture) -> Any:
    from pypdf.generic import BooleanObject, DictionaryObject, NameObject, NumberObject, StreamObject

    stream = StreamObject()
    stream.set_data(picture.data)
    entries: dict[str, Any] = {
        "/Type": NameObject("/XObject"), "/Subtype": NameObject("/Image"), "/Width": NumberObject(picture.width),
        "/Height": NumberObject(picture.height), "/BitsPerComponent": NumberObject(picture.bits),
        "/Filter": NameObject(picture.filter),
    }  # fmt: skip
    if picture.mask:
        entries["/ImageMask"] = BooleanObject(True)
    else:
        entries["/ColorSpace"] = NameObject(picture.colours)
    if picture.filter == "/CCITTFaxDecode":
        entries["/DecodeParms"] = DictionaryObject(
            {NameObject("/K"): NumberObject(-1), NameObject("/Columns"): NumberObject(picture.width),
             NameObject("/Rows"): NumberObject(picture.height), NameObject("/BlackIs1"): BooleanObject(True)}
        )  # fmt: skip
    for key, value in entries.items():
        stream[NameObject(key)] = value
    return stream


def _g4(image: GreyImage) -> bytes:
    """An image in black and white as ITU-T T.6 data, as TIFF writes it: a PDF must say /BlackIs1 with it."""
    out = io.BytesIO()
    bits = Image.fromarray(image).point(lambda grey: 255 if grey >= 128 else 0).convert("1", dither=Image.Dither.NONE)
    bits.save(out, "TIFF", compression="group4", tiffinfo={TiffImagePlugin.ROWSPERSTRIP: image.shape[0]})
    with Image.open(io.BytesIO(out.getvalue())) as written:
        tags = written.tag_v2  # type: ignore[attr-defined]
        (offset,), (count,) = tags[TiffImagePlugin.STRIPOFFSETS], tags[TiffImagePlugin.STRIPBYTECOUNTS]
    return out.getvalue()[offset : offset + count]


def _jpeg_bytes(image: GreyImage, quality: int) -> bytes:
    _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return packed.tobytes()


def tinted(image: GreyImage) -> GreyImage:
    """A grey image as a colour scanner sees it: warm paper, in the order blue, green, red."""
    return cv2.merge([cv2.convertScaleAbs(image, alpha=share) for share in _PAPER_TINT])


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
    Image.fromarray(frames[0].image).save(out, "JPEG", quality=_QUALITY, **settings)
    return out.getvalue()


def _photo(frames: Sequence[Frame]) -> bytes:
    """As phones write it: the pixels lie as the sensor does, and EXIF says how to turn them."""
    orientation = 6 if frames[0].image.shape[0] > frames[0].image.shape[1] else 3
    stored = cv2.rotate(frames[0].image, _STORED[orientation])
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    out = io.BytesIO()
    Image.fromarray(tinted(stored)[..., ::-1]).save(out, "JPEG", quality=_QUALITY, exif=exif)
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
        Format("pdf", ".pdf", True, "PDF with one grey JPEG a page", _pdf),
        Format("pdf-colour", ".pdf", True, "PDF with one colour JPEG a page", _pdf_colour),
        Format("pdf-bits", ".pdf", True, "PDF with one black and white image (G4) a page", _pdf_bits),
        Format("pdf-compact", ".pdf", True, "“compact” PDF: background and mask in layers", _pdf_compact),
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
