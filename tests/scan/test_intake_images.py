"""Picture files: every kind of pixel becomes upright grey; what is declared is looked at before it is decoded."""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent))
from intake_help import assert_shows, taken_in
from scanned_files import bits, jpeg, picture, saved, tiff

from downtime.page.states import PageReason
from downtime.scan.intake_pixels import DecodedPage
from downtime.scan.limits import Limits

PAGE, BITS = picture(), bits(picture())
IMAGE = Image.fromarray(PAGE)
A4 = picture(1654, 2339)


def exif(orientation: int) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


def see_through() -> Image.Image:
    """Black ink of which the paper shows through, as drawing programs export it."""
    ink = Image.new("LA", IMAGE.size)
    ink.putalpha(Image.fromarray(255 - PAGE))
    return ink


def transparent_palette() -> bytes:
    image = Image.fromarray(np.where(BITS == 0, 1, 0).astype(np.uint8)).convert("P")
    image.putpalette([0, 0, 0, 0, 0, 0])
    return saved(image, "PNG", transparency=0)


def stored_turned(orientation: int) -> np.ndarray:
    """The pixels that this value of the orientation tag makes upright: EXIF 2.32, table 4."""
    stored = {
        2: PAGE[:, ::-1], 3: PAGE[::-1, ::-1], 4: PAGE[::-1], 5: PAGE.T,
        6: np.rot90(PAGE), 7: PAGE[::-1, ::-1].T, 8: np.rot90(PAGE, -1),
    }  # fmt: skip
    return np.ascontiguousarray(stored[orientation])


DEEP = PAGE.astype(np.uint16) * 257
KINDS = {
    "jpeg": (jpeg(PAGE), PAGE),
    "progressive jpeg": (jpeg(PAGE, progressive=True), PAGE),
    "colour jpeg": (saved(IMAGE.convert("RGB"), "JPEG", quality=90), PAGE),
    "jpeg of press inks": (saved(IMAGE.convert("CMYK"), "JPEG", quality=90), PAGE),
    "png": (saved(IMAGE, "PNG"), PAGE),
    "colour png": (saved(IMAGE.convert("RGB"), "PNG"), PAGE),
    "see-through png": (saved(see_through(), "PNG"), PAGE),
    "palette png": (saved(IMAGE.convert("P"), "PNG"), PAGE),
    "see-through palette": (transparent_palette(), BITS),
    "one bit png": (saved(Image.fromarray(BITS).convert("1"), "PNG"), BITS),
    "16 bit png": (saved(Image.fromarray(DEEP), "PNG"), PAGE),
    "16 bit tiff": (saved(Image.fromarray(DEEP), "TIFF"), PAGE),
    "tiff of press inks": (saved(IMAGE.convert("CMYK"), "TIFF"), PAGE),
    "tiff in strips": (saved(IMAGE, "TIFF", compression="tiff_lzw", tiffinfo={278: 8}), PAGE),
    "jpeg in a tiff": (saved(IMAGE.convert("RGB"), "TIFF", compression="jpeg"), PAGE),
    "G4": (saved(Image.fromarray(BITS).convert("1"), "TIFF", compression="group4"), BITS),
    "G3": (saved(Image.fromarray(BITS).convert("1"), "TIFF", compression="group3"), BITS),
    "G4, white is zero": (saved(Image.fromarray(BITS).convert("1"), "TIFF", compression="group4",
                                tiffinfo={262: 0}), BITS),
    "turned tiff": (saved(Image.fromarray(stored_turned(6)), "TIFF", tiffinfo={274: 6}), PAGE),
} | {
    f"jpeg, orientation {value}": (saved(Image.fromarray(stored_turned(value)), "JPEG", exif=exif(value)), PAGE)
    for value in range(2, 9)
} | {"png, orientation 6": (saved(Image.fromarray(stored_turned(6)), "PNG", exif=exif(6)), PAGE)}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_pixel_becomes_upright_grey(name: str, tmp_path: Path) -> None:
    content, expected = KINDS[name]
    page = taken_in(tmp_path, content)
    assert isinstance(page, DecodedPage)
    assert page.image.shape == expected.shape and page.image.dtype == np.uint8
    assert_shows(page, expected)


@pytest.mark.parametrize(("dpi", "height"), [((204, 98), 1078), ((204, 196), 2156)])
def test_a_fax_of_non_square_dots_comes_out_square(dpi: tuple[int, int], height: int, tmp_path: Path) -> None:
    fax = Image.fromarray(bits(cv2.resize(PAGE, (1734, height)))).convert("1")
    page = taken_in(tmp_path, saved(fax, "TIFF", compression="group3", dpi=dpi))
    assert isinstance(page, DecodedPage)
    assert page.image.shape == (2244, 1734) and page.dpi == pytest.approx(204)
    assert_shows(page, BITS, mean_off=4)


def test_a_sideways_fax_keeps_its_densities_apart(tmp_path: Path) -> None:
    """Turned by its tag, a fax has its fine dots down and its coarse ones across."""
    fax = np.rot90(cv2.resize(PAGE, (1734, 1078)))
    page = taken_in(tmp_path, saved(Image.fromarray(np.ascontiguousarray(fax)), "TIFF", tiffinfo={274: 6},
                                    dpi=(98, 204)))  # fmt: skip
    assert isinstance(page, DecodedPage)
    assert page.image.shape == (2244, 1734)
    assert_shows(page, PAGE, mean_off=4)


@pytest.mark.parametrize(("dpi", "kept", "shape"), [(300, 300, (2339, 1654)), (600, 300, (1169, 827)),
                                                    (72, None, (2339, 1654)), (0, None, (2339, 1654))])  # fmt: skip
@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG"])
def test_density_is_believed_where_it_can_be_true_and_fine_scans_are_halved(
    dpi: int, kept: int | None, shape: tuple[int, int], kind: str, tmp_path: Path
) -> None:
    """Half of 600 dpi says all there is; 72 and 96 are what programs write that know nothing."""
    page = taken_in(
        tmp_path,
        saved(Image.fromarray(A4), kind, **({"dpi": (dpi, dpi)} if dpi else {})),
        limits=Limits(smallest_mm=60),
    )
    assert isinstance(page, DecodedPage)
    assert page.image.shape == pytest.approx(shape, abs=1)
    assert page.dpi == (pytest.approx(kept, rel=0.01) if kept else None)
    assert_shows(page, A4)


def test_a_tiff_gives_every_page(tmp_path: Path) -> None:
    frames = [Image.fromarray(np.full((800, 600), 40 * number, np.uint8)) for number in range(4)]
    content = tiff(frames, compression="tiff_lzw")
    for number in (3, 0, 2):
        page = taken_in(tmp_path, content, number)
        assert isinstance(page, DecodedPage) and page.image.mean() == 40 * number
    assert taken_in(tmp_path, content, limits=Limits(pages=3)) is PageReason.TOO_MANY_PAGES


def test_a_phone_picture_with_a_preview_is_one_page(tmp_path: Path) -> None:
    content = saved(IMAGE, "MPO", save_all=True, append_images=[Image.fromarray(PAGE[:300, :300])])
    page = taken_in(tmp_path, content)
    assert isinstance(page, DecodedPage) and page.image.shape == PAGE.shape


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def looped_tiff() -> bytes:
    """A TIFF whose second page says that the first comes next."""
    content = bytearray(tiff([Image.fromarray(PAGE), Image.fromarray(PAGE)]))
    first = struct.unpack("<I", content[4:8])[0]
    entries = struct.unpack("<H", content[first : first + 2])[0]
    second = struct.unpack("<I", content[first + 2 + 12 * entries :][:4])[0]
    place = second + 2 + 12 * struct.unpack("<H", content[second : second + 2])[0]
    content[place : place + 4] = struct.pack("<I", first)
    return bytes(content)


REFUSED = {
    "text": (b"Dear colleague,\n", PageReason.NOT_A_SCAN),
    "phone format": (b"\0\0\0\x18ftypheic" + bytes(40), PageReason.NOT_A_SCAN),
    "archive": (b"PK\x03\x04" + bytes(60), PageReason.NOT_A_SCAN),
    "jpeg cut short": (jpeg(PAGE)[:-2000], PageReason.DAMAGED),
    "png cut short": (saved(IMAGE, "PNG")[:-900], PageReason.DAMAGED),
    "tiff cut short": (saved(IMAGE, "TIFF", compression="tiff_lzw")[:-400], PageReason.DAMAGED),
    "a head alone": (b"\xff\xd8\xff\xe0", PageReason.DAMAGED),
    "tiff of nothing": (b"II*\x00\x08\0\0\0" + bytes(8), PageReason.DAMAGED),
    "picture bomb": (png_bomb(60_000, 60_000), PageReason.TOO_MANY_PIXELS),
    "a till receipt": (jpeg(np.full((2400, 400), 255, np.uint8)), PageReason.PAPER_SIZE),
    "an icon": (saved(IMAGE.resize((64, 64)), "PNG"), PageReason.PAPER_SIZE),
    "a visiting card": (saved(IMAGE, "PNG", dpi=(400, 400)), PageReason.PAPER_SIZE),
    "a wall": (saved(IMAGE.resize((5000, 6000)), "PNG", dpi=(100, 100)), PageReason.PAPER_SIZE),
    "no grey at all": (saved(Image.fromarray(PAGE.astype(np.float32)), "TIFF"), PageReason.DAMAGED),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_page_has_a_named_reason(name: str, tmp_path: Path) -> None:
    content, reason = REFUSED[name]
    assert taken_in(tmp_path, content) is reason


def test_a_tiff_whose_pages_go_round_in_a_circle_ends(tmp_path: Path) -> None:
    assert isinstance(taken_in(tmp_path, looped_tiff(), 1), DecodedPage)
    assert taken_in(tmp_path, looped_tiff(), 2) is PageReason.DAMAGED
