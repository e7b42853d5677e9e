"""Scanned images as pages of a PDF: one JPEG, one image of black and white, or a “compact” page in layers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from PIL import Image, TiffImagePlugin

from downtime.drill.paper import GreyImage

# Low enough for small files, high enough that only the degradation harms the page.
QUALITY = 80
_BACKGROUND_DPI, _BACKGROUND_QUALITY = 100.0, 25
# The tint of paper and of ink under a colour scanner, as shares of blue, green and red.
_PAPER_TINT = (0.965, 0.985, 1.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """One image of a file; `dpi` is what the file says, None where it says nothing."""

    image: GreyImage
    dpi: tuple[float, float] | None
    bilevel: bool = False


def pdf(frames: Sequence[Frame]) -> bytes:
    """A PDF with one grey JPEG a page."""
    return _assembled([_jpeg_page(frame) for frame in frames])


def pdf_bits(frames: Sequence[Frame]) -> bytes:
    """A PDF with one black and white image (ITU-T T.6) a page."""
    return _assembled([_bits_page(frame) for frame in frames])


def pdf_colour(frames: Sequence[Frame]) -> bytes:
    """A PDF with one colour JPEG a page."""
    return _assembled([_jpeg_page(frame, colour=True) for frame in frames])


def pdf_compact(frames: Sequence[Frame]) -> bytes:
    """A PDF of layers: a coarse background, and the dark parts as a mask over it."""
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
    data = _jpeg_bytes(image, QUALITY)
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
