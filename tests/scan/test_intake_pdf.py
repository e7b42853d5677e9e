"""Scanned PDFs: the page comes out as a viewer shows it, whichever way its picture is stored."""

from __future__ import annotations

import io
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Rectangle

sys.path.insert(0, str(Path(__file__).parent))
from intake_help import assert_shows, taken_in
from scanned_files import (
    Pdf,
    PdfPage,
    PdfStream,
    bits,
    covering,
    deflated,
    g4,
    image_stream,
    jbig2,
    jpeg,
    jpeg_pdf,
    picture,
    saved,
    scan_pdf,
)

from downtime.page.states import PageReason
from downtime.scan.intake_pixels import DecodedPage
from downtime.scan.limits import Limits

PAGE, BITS = picture(), bits(picture())
JPEG = image_stream(PAGE, jpeg(PAGE), "/DCTDecode")
PACKED = zlib.compress(np.packbits(BITS > 0, axis=1).tobytes())
NEGATIVE = zlib.compress(np.packbits(BITS == 0, axis=1).tobytes())
FAX = "/DecodeParms<</K -1/Columns 850/Rows 1100{}>>"


def colour_jpeg(mode: str) -> bytes:
    return saved(Image.fromarray(PAGE).convert(mode), "JPEG", quality=90)


PICTURE_IS_PAGE = {
    "jpeg": (scan_pdf(JPEG), PAGE),
    "colour jpeg": (scan_pdf(image_stream(PAGE, colour_jpeg("RGB"), "/DCTDecode", colours="/DeviceRGB")), PAGE),
    "jpeg 2000": (scan_pdf(image_stream(PAGE, saved(Image.fromarray(PAGE), "JPEG2000"), "/JPXDecode")), PAGE),
    "turned right": (scan_pdf(JPEG, extra="/Rotate 90"), np.rot90(PAGE, -1)),
    "upside down": (scan_pdf(JPEG, extra="/Rotate 180"), np.rot90(PAGE, 2)),
    "turned left": (scan_pdf(JPEG, extra="/Rotate 270"), np.rot90(PAGE)),
    "cropped": (scan_pdf(JPEG, extra="/CropBox[72 144 540 720]"), PAGE[100:900, 100:750]),
    "size on the page tree": (Pdf([PdfPage(covering(), {"Im": JPEG})], media_on_tree=True).write(), PAGE),
    "deflated": (scan_pdf(image_stream(PAGE, deflated(PAGE), "/FlateDecode")), PAGE),
    "one bit": (scan_pdf(image_stream(PAGE, PACKED, "/FlateDecode", bits=1)), BITS),
    "one bit, exchanged": (scan_pdf(image_stream(PAGE, NEGATIVE, "/FlateDecode", "/Decode[1 0]", bits=1)), BITS),
    "palette": (scan_pdf(image_stream(PAGE, NEGATIVE, "/FlateDecode", bits=1,
                                      colours="[/Indexed /DeviceRGB 1 <FFFFFF000000>]")), BITS),
    "G4": (scan_pdf(image_stream(PAGE, g4(PAGE), "/CCITTFaxDecode", FAX.format(""), bits=1)), BITS),
    "G4, exchanged": (scan_pdf(image_stream(PAGE, g4(PAGE), "/CCITTFaxDecode", "/Decode[1 0]"
                                            + FAX.format("/BlackIs1 true"), bits=1)), BITS),
    "exact jbig2": (scan_pdf(image_stream(PAGE, jbig2(PAGE, shapes=False), "/JBIG2Decode", bits=1)), BITS),
    "with text to be searched": (
        scan_pdf(JPEG, content=covering() + " BT 3 Tr /F 12 Tf 72 700 Td (hello) Tj ET"), PAGE),
}  # fmt: skip

HALF = np.full_like(PAGE, 255)
HALF[600:] = 0
SHOWN_HALF = np.where(HALF == 0, 255, PAGE).astype(np.uint8)
SOFT = PdfStream(
    "/Type/XObject/Subtype/Image/Width 850/Height 1100/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode",
    deflated(HALF),
)
STENCIL = "/Type/XObject/Subtype/Image/Width 850/Height 1100/ImageMask true/BitsPerComponent 1/Filter/FlateDecode"
HARD = PdfStream(STENCIL, zlib.compress(np.packbits(HALF == 0, axis=1).tobytes()))
INK = PdfStream(STENCIL, PACKED)
PAPER = PdfStream(
    "/Type/XObject/Subtype/Image/Width 85/Height 110/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode",
    jpeg(np.full((110, 85), 250, np.uint8)),
)
LAYERS = PdfPage("q 612 0 0 792 0 0 cm /Paper Do Q 0 g q 612 0 0 792 0 0 cm /Ink Do Q", {"Paper": PAPER, "Ink": INK})

MUST_BE_RENDERED = {
    "exchanged jpeg": (scan_pdf(image_stream(PAGE, jpeg(255 - PAGE), "/DCTDecode", "/Decode[1 0]")), PAGE),
    "inks of a press": (scan_pdf(image_stream(PAGE, colour_jpeg("CMYK"), "/DCTDecode", "/Decode[1 0 1 0 1 0 1 0]",
                                              "/DeviceCMYK")), PAGE),
    "soft mask": (scan_pdf(image_stream(PAGE, jpeg(PAGE), "/DCTDecode", "/SMask {mask}", mask=SOFT)), SHOWN_HALF),
    "mask": (scan_pdf(image_stream(PAGE, jpeg(PAGE), "/DCTDecode", "/Mask {mask}", mask=HARD)), SHOWN_HALF),
    "stencil": (scan_pdf(INK), BITS),
    "clipped": (scan_pdf(JPEG, content="0 360 612 432 re W n " + covering()), SHOWN_HALF),
    "half transparent": (scan_pdf(JPEG, content="/Half gs " + covering()), ((PAGE.astype(int) + 255) // 2)),
    "mirrored": (scan_pdf(JPEG, content="q -612 0 0 792 612 0 cm /Im Do Q"), PAGE[:, ::-1]),
    "layers of a compact PDF": (Pdf([LAYERS]).write(), np.where(BITS == 0, 0, 250)),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURE_IS_PAGE)
def test_the_scanners_own_picture_is_taken_out_as_it_is_seen(name: str, tmp_path: Path) -> None:
    """Its own pixels, and not 300 dpi as rendered: nothing is resampled and time is saved."""
    content, expected = PICTURE_IS_PAGE[name]
    page = taken_in(tmp_path, content)
    assert isinstance(page, DecodedPage)
    assert page.image.shape == expected.shape and page.dpi == pytest.approx(100)
    assert_shows(page, expected)
    assert page.notes == ()


@pytest.mark.parametrize("name", MUST_BE_RENDERED)
def test_a_page_that_is_more_than_its_picture_is_rendered(name: str, tmp_path: Path) -> None:
    content, expected = MUST_BE_RENDERED[name]
    page = taken_in(tmp_path, content)
    assert isinstance(page, DecodedPage)
    assert page.dpi == pytest.approx(300)
    assert_shows(page, np.asarray(expected, dtype=np.uint8))


def test_a_hidden_layer_is_not_seen(tmp_path: Path) -> None:
    """A layer that is switched off is not the page, whatever picture is in it."""
    writer = PdfWriter(io.BytesIO(scan_pdf(JPEG, content="/OC /Off BDC " + covering() + " EMC")))
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject

    group = writer.pages[0]["/Resources"]["/Properties"].raw_get("/Off")
    group = writer._add_object(group.get_object())
    writer.pages[0]["/Resources"]["/Properties"][NameObject("/Off")] = group
    writer._root_object[NameObject("/OCProperties")] = DictionaryObject(
        {
            NameObject("/OCGs"): ArrayObject([group]),
            NameObject("/D"): DictionaryObject({NameObject("/OFF"): ArrayObject([group])}),
        }
    )
    out = io.BytesIO()
    writer.write(out)
    page = taken_in(tmp_path, out.getvalue())
    assert isinstance(page, DecodedPage) and page.image.min() == 255


def test_what_was_written_onto_a_scan_on_a_tablet_is_seen(tmp_path: Path) -> None:
    writer = PdfWriter(io.BytesIO(jpeg_pdf(PAGE)))
    writer.add_annotation(0, Rectangle(rect=(108, 72, 216, 108), interior_color="000000"))
    out = io.BytesIO()
    writer.write(out)
    expected = PAGE.copy()
    expected[950:1000, 150:300] = 0
    page = taken_in(tmp_path, out.getvalue())
    assert isinstance(page, DecodedPage)
    assert_shows(page, expected, mean_off=0.8)


def test_lossy_jbig2_is_told(tmp_path: Path) -> None:
    """Shapes from a dictionary may be exchanged; a picture dot by dot is exact and gives no warning (see above)."""
    page = taken_in(tmp_path, scan_pdf(image_stream(PAGE, jbig2(PAGE, shapes=True), "/JBIG2Decode", bits=1)))
    assert isinstance(page, DecodedPage)
    assert page.notes == (PageReason.LOSSY_COMPRESSION,)
    assert_shows(page, BITS)


def test_non_square_dots_of_a_fax_become_square(tmp_path: Path) -> None:
    import cv2

    fax = cv2.resize(PAGE, (1734, 1078))
    page = taken_in(tmp_path, scan_pdf(image_stream(fax, jpeg(fax), "/DCTDecode")))
    assert isinstance(page, DecodedPage)
    assert page.image.shape == (2244, 1734) and page.dpi == pytest.approx(204)
    assert_shows(page, PAGE)


def damaged(content: bytes) -> dict[str, tuple[bytes, PageReason]]:
    short = jpeg(PAGE)[:9000]
    return {
        "jpeg cut short": (scan_pdf(image_stream(PAGE, short, "/DCTDecode")), PageReason.DAMAGED),
        "pixels cut short": (
            scan_pdf(image_stream(PAGE, zlib.compress(PAGE.tobytes()[:400_000]), "/FlateDecode")), PageReason.DAMAGED),
        "file cut short": (content[: len(content) // 2], PageReason.DAMAGED),
        "last saving cut short": (content + b"9 0 obj\n<</Typed (12 mg)>>stream\n" + bytes(6000), PageReason.DAMAGED),
        "no pages": (Pdf([]).write(), PageReason.DAMAGED),
        "only a head": (b"%PDF-1.7\n%%EOF\n", PageReason.DAMAGED),
        "encrypted": (encrypted(content, "secret"), PageReason.ENCRYPTED),
        "larger than A0": (Pdf([PdfPage("1 w 0 0 m 9 9 l S", size=(4000, 5000))]).write(), PageReason.PAPER_SIZE),
        "a till receipt": (Pdf([PdfPage("1 w 0 0 m 9 9 l S", size=(160, 700))]).write(), PageReason.PAPER_SIZE),
        "a picture bomb": (
            scan_pdf(image_stream(np.broadcast_to(np.uint8(0), (60_000, 60_000)), b"", "/FlateDecode")),
            PageReason.TOO_MANY_PIXELS),
    }  # fmt: skip


def encrypted(content: bytes, password: str) -> bytes:
    writer = PdfWriter(io.BytesIO(content))
    writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("name", damaged(jpeg_pdf(PAGE)))
def test_what_cannot_be_read_has_a_named_reason(name: str, tmp_path: Path) -> None:
    content, reason = damaged(jpeg_pdf(PAGE))[name]
    assert taken_in(tmp_path, content) is reason


def test_what_was_wrong_with_the_last_file_is_not_said_of_the_next(tmp_path: Path) -> None:
    assert taken_in(tmp_path, encrypted(jpeg_pdf(PAGE), "secret")) is PageReason.ENCRYPTED
    assert taken_in(tmp_path, Pdf([]).write()) is PageReason.DAMAGED


def test_a_pdf_of_too_many_pages_is_not_begun(tmp_path: Path) -> None:
    content = jpeg_pdf(PAGE, pages=12)
    assert taken_in(tmp_path, content, limits=Limits(pages=11)) is PageReason.TOO_MANY_PAGES
    assert isinstance(taken_in(tmp_path, content, 11, Limits(pages=12)), DecodedPage)


def test_a_file_protected_against_changes_only_is_read(tmp_path: Path) -> None:
    """Some scanners lock a file so that nobody changes it; it opens without a password."""
    writer = PdfWriter(io.BytesIO(jpeg_pdf(PAGE)))
    writer.encrypt(user_password="", owner_password="scanner", algorithm="AES-128")
    out = io.BytesIO()
    writer.write(out)
    assert PdfReader(io.BytesIO(out.getvalue())).is_encrypted
    page = taken_in(tmp_path, out.getvalue())
    assert isinstance(page, DecodedPage) and page.image.shape == PAGE.shape
    assert_shows(page, PAGE)
