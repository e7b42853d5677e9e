"""What the reader's worker processes do, a call each: see what a file is, read one page of it.

They decode what strangers send, so they may crash or hang; they know no database. What they return is plain data.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import cv2
import numpy as np

from downtime.errors import InputError
from downtime.page.manifest import Manifest
from downtime.page.opening import manifest_of
from downtime.page.passphrase import PassphraseMissingError, PassphraseWrongError, passphrase_variable
from downtime.page.states import PageReason, PageState
from downtime.scan.crop import straightened
from downtime.scan.intake_files import HashedFile
from downtime.scan.judge import Trust, judge
from downtime.scan.model import GreyImage, PageReading, PageSource, PageVerdict
from downtime.scan.page_work import Desk, count_pages, record_of, taken_out

# Enough to make out a single digit when the page is zoomed to its field.
STRAIGHT_DPI = 200.0
_LONG_SIDE_PX, _THUMB_PX = 2200, 320
_QUALITY, _THUMB_QUALITY = 80, 60
_MAYBE_A_KIT = frozenset({PageReason.NOTHING_FILLED, PageReason.NOT_A_SCAN, PageReason.ENCRYPTED})


@dataclass(frozen=True, slots=True)
class ReadOne:
    """One page as it was read: its reading, the verdict on it, and its pictures as JPEG."""

    reading: PageReading
    verdict: PageVerdict
    entered: dict[str, str] | None
    straight: bytes
    picture: bytes
    thumbnail: bytes


def look(desk: Desk, file: HashedFile) -> int | Manifest | PageReason:
    """What a file is: so many pages, a kit that was issued and not written on, or nothing that can be read."""
    pages = count_pages(desk, file)
    if not isinstance(pages, PageReason) or pages not in _MAYBE_A_KIT:
        return pages
    try:
        return manifest_of(file.path, passphrase_variable(os.environ))
    except (PassphraseMissingError, PassphraseWrongError):
        return PageReason.ENCRYPTED
    except InputError:
        return pages


def read_one(desk: Desk, file: HashedFile, index: int, typed: str, trust: Trust, drill: bool) -> ReadOne:
    """Read one page of a file."""
    source = PageSource(file="", sha256=file.sha256, index=index)
    taken = taken_out(desk, file, source)
    if isinstance(taken, PageReason):
        return unread(source, taken)
    record, issued = record_of(desk, taken, typed)
    judged = judge(record, desk.setting.known, desk.setting.thresholds, trust, drill=drill)
    reading, image = record.reading, taken.incoming.image
    place = reading.registration
    if issued is not None and place is not None:
        upright = straightened(image, place, issued.layout, STRAIGHT_DPI)
        return ReadOne(reading, judged.verdict, record.entered, _jpeg(upright), b"", _thumbnail(upright))
    whole = _at_most(image, _LONG_SIDE_PX)
    return ReadOne(reading, judged.verdict, record.entered, b"", _jpeg(whole), _thumbnail(whole))


def unread(source: PageSource, reason: PageReason) -> ReadOne:
    """A page of which there is nothing but the reason why."""
    reading = PageReading(source=source, width_px=0, height_px=0, failure=reason)
    return ReadOne(reading, PageVerdict(state=PageState.UNREADABLE_FILE, reasons=(reason,)), None, b"", b"", b"")


def _thumbnail(image: GreyImage) -> bytes:
    return _jpeg(_at_most(image, _THUMB_PX), _THUMB_QUALITY)


def _at_most(image: GreyImage, long_side_px: int) -> GreyImage:
    share = long_side_px / max(image.shape)
    if share >= 1:
        return image
    size = max(1, round(image.shape[1] * share)), max(1, round(image.shape[0] * share))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _jpeg(image: GreyImage, quality: int = _QUALITY) -> bytes:
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes() if done else b""
