"""Reading the two page codes: beside their marks, repaired, anywhere on the page, by a second decoder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

from downtime.page.qr import MODULES
from downtime.scan.find_marks import MARK_MM, FoundMark
from downtime.scan.model import GreyImage, HowRead
from downtime.scan.picture import Picture
from downtime.scan.repair import LEAST_AGREEMENT, PATCH_MODULE_PX, PATCH_PX, PATCH_QUIET, agreement, repaired
from downtime.scan.transform import Array, apply, corners, inverse

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

_EDGE = PATCH_QUIET * PATCH_MODULE_PX - 0.5
_PATCH = corners(_EDGE, _EDGE, MODULES * PATCH_MODULE_PX, MODULES * PATCH_MODULE_PX).astype(np.float32)


@dataclass(frozen=True, slots=True)
class CodePlace:
    """Where a code stands beside its mark: the mark's id, and the code's square in mm from the mark's top-left."""

    mark: int
    x: float
    y: float
    size: float


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
    picture: Picture, marks: Sequence[FoundMark], places: Iterable[CodePlace], wanted: Callable[[str], bool]
) -> CodesSeen:
    """Read the page's codes; stops at the first step that gives a code that is `wanted`.

    First the squares beside the marks, both of them, so that two codes can be held against each other; then the same
    squares repaired; then the whole page; last OpenCV's decoder.
    """
    squares = list(_squares(marks, places))
    patches = [_patch(picture.full, square) for square in squares]
    found = [code for patch, square in zip(patches, squares, strict=True) for code in _in_patch(patch, square)]
    if any(wanted(code.text) for code in found):
        return CodesSeen(tuple(found), False)
    fits = 0.0
    for patch, square in zip(patches, squares, strict=True):
        redrawn, fit = repaired(patch)
        fits = max(fits, fit)
        if fit >= LEAST_AGREEMENT:
            found += [FoundCode(code.text, square, HowRead.REPAIRED) for code in _zxing(redrawn)]
    for search in (_whole_page, _second_decoder):
        if any(wanted(code.text) for code in found):
            break
        found += search(picture, patches, squares)
    return CodesSeen(tuple(found), fits >= LEAST_AGREEMENT or _broken_code(picture))


def _squares(marks: Sequence[FoundMark], places: Iterable[CodePlace]) -> Iterator[Array]:
    """The corners of the codes in pixels, as far as the mark beside each was found."""
    by_id = {mark.id: mark for mark in marks}
    for place in places:
        mark = by_id.get(place.mark)
        if mark is not None:
            yield apply(_upright(mark), corners(place.x, place.y, place.size, place.size))


def _upright(mark: FoundMark) -> Array:
    """Millimetres from a mark's top-left to pixels: affine, as so small a mark tells little of perspective."""
    across = (mark.corners[1] - mark.corners[0] + mark.corners[2] - mark.corners[3]) / (2 * MARK_MM)
    down = (mark.corners[3] - mark.corners[0] + mark.corners[2] - mark.corners[1]) / (2 * MARK_MM)
    start = mark.middle - (across + down) * MARK_MM / 2
    return np.array([[across[0], down[0], start[0]], [across[1], down[1], start[1]], [0.0, 0.0, 1.0]])


def _to_square(square: Array) -> Array:
    """The pixels of a patch to those of the image."""
    return np.asarray(cv2.getPerspectiveTransform(_PATCH, square.astype(np.float32)), np.float64)


def _patch(image: GreyImage, square: Array) -> GreyImage:
    """The code upright with its quiet zone, `PATCH_PX` square."""
    to_px = _to_square(square)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cut = cv2.warpPerspective(image, to_px, (PATCH_PX, PATCH_PX), flags=flags, borderValue=255.0)
    return np.asarray(cut, np.uint8)


def _zxing(image: GreyImage) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(image, formats=_QR, try_invert=False))


def _in_patch(patch: GreyImage, square: Array) -> list[FoundCode]:
    back = _to_square(square)
    return [FoundCode(code.text, apply(back, _corners_of(code)), HowRead.CODE) for code in _zxing(patch)]


def _corners_of(code: zxingcpp.Barcode) -> Array:
    place = code.position
    points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return np.array([[point.x, point.y] for point in points], dtype=np.float64)


def _whole_page(picture: Picture, patches: list[GreyImage], squares: list[Array]) -> list[FoundCode]:
    found = [FoundCode(code.text, _corners_of(code), HowRead.CODE) for code in _zxing(picture.full)]
    if not found and picture.factor > 1:
        back = inverse(picture.to_small)
        found = [FoundCode(code.text, apply(back, _corners_of(code)), HowRead.CODE) for code in _zxing(picture.small)]
    return found


def _second_decoder(picture: Picture, patches: list[GreyImage], squares: list[Array]) -> list[FoundCode]:
    """OpenCV's decoder on the squares, or on the working copy where no mark told where the codes stand."""
    detector = cv2.QRCodeDetectorAruco()
    views = [(patch, _to_square(square)) for patch, square in zip(patches, squares, strict=True)] or [
        (picture.small, inverse(picture.to_small))
    ]
    found = []
    for view, back in views:
        done, texts, places, _ = detector.detectAndDecodeMulti(view)
        for text, place in zip(texts if done else (), places if done else (), strict=True):
            if text:
                found.append(FoundCode(text, apply(back, place.astype(np.float64)), HowRead.SECOND_DECODER))
    return found


def _broken_code(picture: Picture) -> bool:
    """Whether a code is seen on the page that cannot be read."""
    return bool(zxingcpp.read_barcodes(picture.small, formats=_QR, try_invert=False, return_errors=True))


__all__ = ["CodePlace", "CodesSeen", "FoundCode", "agreement", "read_codes"]
