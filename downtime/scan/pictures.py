"""The pictures that are kept of a page: the page upright, a thumbnail, and a cut of every field that holds ink.

Pages are JPEG, because they are many and looked at whole; cuts are PNG, because a single digit must be made out.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from downtime.page.layout import FieldBox
from downtime.scan.crop import STRAIGHT_DPI, crop, straightened
from downtime.scan.known import IssuedPage
from downtime.scan.model import GreyImage, Mark, PageReading, PageVerdict, Registration
from downtime.scan.picture_names import PAGE_PICTURE, THUMBNAIL, field_picture_name, mark_picture_name

# Long enough to be read on a screen where it was not straightened: a letter page at 150 dpi.
_LONG_SIDE_PX = 1650
_THUMB_LONG_SIDE_PX = 320
_PAGE_QUALITY, _THUMB_QUALITY = 80, 60
_FIELD_MARGIN_MM, _MARK_MARGIN_MM = 2.0, 6.0
_FIELD_DPI, _MARK_DPI = 200.0, 150.0
MOST_MARK_CUTS = 60
"""Of a page with more boxes in doubt than this, the page itself is looked at."""
# A cut is kept of every field with this much ink, whatever the thresholds say now: they may be lowered later.
_CUT_FROM_BLOB_MM2, _CUT_FROM_SHARE = 0.3, 0.004


def page_pictures(
    image: GreyImage, reading: PageReading, issued: IssuedPage | None, verdict: PageVerdict, *, typed: bool
) -> dict[str, bytes]:
    """All pictures of a page by name; of one that was not registered the whole image as it came."""
    place = reading.registration
    if issued is None or place is None:
        whole = _at_most(image, _LONG_SIDE_PX)
        return _whole(whole)
    pictures = _whole(straightened(image, place, issued.layout, STRAIGHT_DPI))
    if not typed:
        pictures |= _cuts(image, place, reading, issued, verdict)
    return pictures


def _cuts(
    image: GreyImage, place: Registration, reading: PageReading, issued: IssuedPage, verdict: PageVerdict
) -> dict[str, bytes]:
    numbered: Mapping[str, tuple[int, FieldBox]] = {
        field.id: (number, field) for number, field in enumerate(issued.page_layout.fields)
    }
    said = {*verdict.written, *verdict.unsure_fields}
    cuts = {}
    for area in reading.areas:
        if area.id in said or area.blob_mm2 >= _CUT_FROM_BLOB_MM2 or area.ink >= _CUT_FROM_SHARE:
            number, field = numbered[area.id]
            cut = crop(image, place, field.at, _FIELD_MARGIN_MM, _FIELD_DPI)
            cuts[field_picture_name(number, field.id)] = _png(cut)
    unsure = [name for name, mark in verdict.marks.items() if mark is Mark.UNSURE]
    for name in unsure if len(unsure) <= MOST_MARK_CUTS else ():
        number, field = numbered[name]
        cuts[mark_picture_name(number, name)] = _png(crop(image, place, field.at, _MARK_MARGIN_MM, _MARK_DPI))
    return cuts


def _whole(page: GreyImage) -> dict[str, bytes]:
    return {
        PAGE_PICTURE: _jpeg(page, _PAGE_QUALITY),
        THUMBNAIL: _jpeg(_at_most(page, _THUMB_LONG_SIDE_PX), _THUMB_QUALITY),
    }


def _at_most(image: GreyImage, long_side_px: int) -> GreyImage:
    share = long_side_px / max(image.shape)
    if share >= 1:
        return image
    size = max(1, round(image.shape[1] * share)), max(1, round(image.shape[0] * share))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _jpeg(image: GreyImage, quality: int) -> bytes:
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes() if done else b""


def _png(image: GreyImage) -> bytes:
    done, data = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 6])
    return data.tobytes() if done else b""
