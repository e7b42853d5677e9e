"""Pictures as a scanner, a fax or a phone gives them: TIFF of many pages, JPEG, PNG, whatever their pixels are like.

Every page comes out as upright grey of square pixels. What a file declares is looked at before anything is decoded, so
that a small file which says that it is huge costs nothing.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from downtime.page.states import PageReason
from downtime.scan.intake_pixels import DecodedPage, Density, fit_density, too_large
from downtime.scan.limits import Limits
from downtime.scan.model import GreyImage

_ORIENTATION = 0x0112  # EXIF 2.32, table 4
# Turns and mirrors of the stored picture that make it upright, by the tag's value.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDES_EXCHANGED = frozenset({5, 6, 7, 8})
_HALF_FROM_DPI = 500.0
_BAD = (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, OverflowError, MemoryError)


class ImageFile:
    """An open TIFF, JPEG or PNG; only a TIFF has more than one page."""

    has_form = is_issued = False

    def __init__(self, file: BinaryIO, limits: Limits, formats: tuple[str, ...]) -> None:
        """Open it; raises UnidentifiedImageError or OSError for what is no such picture."""
        # The size is compared with the site's own limit, page by page, before anything is decoded.
        Image.MAX_IMAGE_PIXELS = None
        self._file = file
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # An open file and not its path: by its path a plain TIFF is mapped into memory, and a turned one garbled.
            self._image = Image.open(file, formats=formats)
        self._limits = limits

    def is_drawn_on(self, index: int | None = None) -> bool:
        """Nothing lies on top of a picture: what was drawn is in its pixels."""
        return False

    def close(self) -> None:
        """Let go of the file."""
        self._image.close()
        self._file.close()

    def page_count(self) -> int | PageReason:
        """How many pages there are; a reason where there are too many, or their chain is broken."""
        if self._image.format != "TIFF":
            return 1
        count = 0
        try:
            while count <= self._limits.pages:
                self._image.seek(count)
                count += 1
        except EOFError:
            return count
        except _BAD:
            # Pages behind a broken directory are lost to us: a person must know that there were more.
            return PageReason.DAMAGED
        return PageReason.TOO_MANY_PAGES

    def page(self, index: int) -> DecodedPage | PageReason:
        """Decode one page, or say why it cannot be."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if self._image.format == "TIFF":
                    self._image.seek(index)
                return decoded(self._image, self._limits)
        except _BAD:
            return PageReason.DAMAGED


def open_image(path: Path, limits: Limits, formats: tuple[str, ...]) -> ImageFile | PageReason:
    """Open a picture file, or say why it cannot be."""
    try:
        file = path.open("rb")
    except OSError:
        return PageReason.VANISHED
    try:
        return ImageFile(file, limits, formats)
    except _BAD:
        file.close()
        return PageReason.DAMAGED


def decoded(image: Image.Image, limits: Limits) -> DecodedPage | PageReason:
    """Decode the current frame of an opened picture; raises what Pillow raises for one that is damaged."""
    if refused := too_large(image.width, image.height, limits):
        return refused
    density = _density(image)
    orientation = image.getexif().get(_ORIENTATION, 1)
    if image.format in ("JPEG", "MPO"):
        half = density.known and min(density.x_dpi, density.y_dpi) >= _HALF_FROM_DPI
        before = image.width
        # The decoder leaves colour out, and makes half the size at once, for a quarter of the time.
        image.draft("L", (image.width // 2, image.height // 2) if half else None)
        density = density.scaled(image.width / before)
    else:
        image.load()
        if image.format == "TIFF":
            # Pillow turns a TIFF as it is decoded, and says its densities as they were.
            density = density.turned() if orientation in _SIDES_EXCHANGED else density
            orientation = 1
    grey = _grey(image)
    if orientation in _UPRIGHT:
        grey = np.asarray(Image.fromarray(grey).transpose(_UPRIGHT[orientation]))
        density = density.turned() if orientation in _SIDES_EXCHANGED else density
    return fit_density(grey, density, limits)


def decode_jpeg(data: bytes, density: Density, limits: Limits) -> DecodedPage | PageReason:
    """Decode the JPEG of a scanned PDF's page; its own notes on turning are not asked, as no PDF viewer asks them."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            if refused := too_large(image.width, image.height, limits):
                return refused
            before = image.width
            half = density.known and min(density.x_dpi, density.y_dpi) >= _HALF_FROM_DPI
            image.draft("L", (image.width // 2, image.height // 2) if half else None)
            return fit_density(_grey(image), density.scaled(image.width / before), limits)
    except _BAD:
        return PageReason.DAMAGED


def _density(image: Image.Image) -> Density:
    x_dpi, y_dpi = (float(value) for value in image.info.get("dpi", (0, 0)))
    return Density(x_dpi, y_dpi)


def _grey(image: Image.Image) -> GreyImage:
    """The picture as 8-bit grey on white paper."""
    if image.mode in ("L", "1"):
        return np.array(image.convert("L"))
    if image.mode.startswith("I"):
        # 16 bits: the upper eight are what an 8-bit scanner would have given.
        values = np.asarray(image).astype(np.int64)
        return (np.clip(values, 0, 65535) >> 8).astype(np.uint8)
    if image.mode == "F":
        raise ValueError("floating-point pixels are no scan")
    if "A" in image.mode or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    return np.array(image.convert("L"))
