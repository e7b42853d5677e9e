"""Reading the two page codes: where the marks say, repaired, anywhere on the page, by a second decoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

from downtime.page.qr import MODULES
from downtime.scan.find_marks import FoundMark
from downtime.scan.fit import PageFrame, likely_fits
from downtime.scan.model import GreyImage, HowRead
from downtime.scan.picture import Picture
from downtime.scan.repair import LEAST_AGREEMENT, PATCH_MODULE_PX, PATCH_PX, PATCH_QUIET, repaired
from downtime.scan.transform import Array, apply, corners, inverse

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_EDGE = PATCH_QUIET * PATCH_MODULE_PX - 0.5
_PATCH = corners(_EDGE, _EDGE, MODULES * PATCH_MODULE_PX, MODULES * PATCH_MODULE_PX).astype(np.float32)


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A QR code that was read: its text, its corners in pixels clockwise from its own top-left, and how."""

    text: str
    corners: Array
    how: HowRead


@dataclass(frozen=True, slots=True)
class CodesSeen:
    """All QR codes read on a page, and whether a page code stands there that nobody could read."""

    codes: tuple[FoundCode, ...]
    unreadable: bool


def read_codes(
    picture: Picture, marks: Sequence[FoundMark], frames: Sequence[PageFrame], wanted: Callable[[str], bool]
) -> CodesSeen:
    """Read the page's codes; stops at the first step that gives a code that is `wanted`.

    First the squares where the marks say that codes are, both of them, so that two codes can be held against each
    other; then the same squares repaired; then the whole page; last OpenCV's decoder.
    """
    squares = [apply(fit.matrix, corners(*code)) for frame, fit in likely_fits(marks, frames) for code in frame.codes]
    found: list[FoundCode] = []
    fits = 0.0
    for repair in (False, True):
        for square in squares:
            codes, fit = read_square(picture.full, square, repair)
            found += codes
            fits = max(fits, fit)
        if any(wanted(code.text) for code in found):
            return CodesSeen(tuple(found), False)
    for search in (whole_page, second_decoder):
        found += search(picture)
        if any(wanted(code.text) for code in found):
            break
    return CodesSeen(tuple(found), fits >= LEAST_AGREEMENT or bool(_zxing(picture.small, broken=True)))


def read_square(image: GreyImage, square: Array, repair: bool) -> tuple[list[FoundCode], float]:
    """Read the code in a square (its corners in pixels), plain or repaired; and how well it agrees with our codes."""
    to_image = np.asarray(cv2.getPerspectiveTransform(_PATCH, square.astype(np.float32)), np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = np.asarray(
        cv2.warpPerspective(image, to_image, (PATCH_PX, PATCH_PX), flags=flags, borderValue=255.0), np.uint8
    )
    if not repair:
        return [FoundCode(code.text, apply(to_image, _corners(code)), HowRead.CODE) for code in _zxing(patch)], 0.0
    redrawn = repaired(patch)
    if redrawn.agreement < LEAST_AGREEMENT:
        return [], redrawn.agreement
    where = apply(to_image, _PATCH + np.array(redrawn.shift_px))
    codes = next((read for drawn in redrawn.images if (read := _zxing(drawn))), [])
    return [FoundCode(code.text, where, HowRead.REPAIRED) for code in codes], redrawn.agreement


def whole_page(picture: Picture) -> list[FoundCode]:
    """All QR codes of a page, wherever they stand."""
    found = [FoundCode(code.text, _corners(code), HowRead.CODE) for code in _zxing(picture.full)]
    if not found and picture.factor > 1:
        back = inverse(picture.to_small)
        found = [FoundCode(code.text, apply(back, _corners(code)), HowRead.CODE) for code in _zxing(picture.small)]
    return found


def second_decoder(picture: Picture) -> list[FoundCode]:
    """What OpenCV's decoder reads on the working copy."""
    back = inverse(picture.to_small)
    done, texts, places, _ = cv2.QRCodeDetectorAruco().detectAndDecodeMulti(picture.small)
    return [
        FoundCode(text, apply(back, place.astype(np.float64)), HowRead.SECOND_DECODER)
        for text, place in zip(texts if done else (), places if done else (), strict=True)
        if text
    ]


def _zxing(image: GreyImage, broken: bool = False) -> list[zxingcpp.Barcode]:
    """QR codes, or with `broken` also those that were seen and could not be read."""
    return list(zxingcpp.read_barcodes(image, formats=_QR, try_invert=False, return_errors=broken))


def _corners(code: zxingcpp.Barcode) -> Array:
    place = code.position
    points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return np.array([[point.x, point.y] for point in points], dtype=np.float64)
