"""Whether two upright pictures of one printed page show the same ink."""

from __future__ import annotations

import cv2
import numpy as np

from downtime.desk.inbox.reading_jobs import STRAIGHT_DPI
from downtime.scan.crop import STRAIGHT_DPI as COMPARED_DPI
from downtime.scan.model import GreyImage
from downtime.scan.same_ink import same_ink


def same_page(one: bytes, other: bytes) -> bool:
    """Compare two pictures as the store keeps them; what cannot be decoded is never the same."""
    first, second = _as_compared(one), _as_compared(other)
    return first is not None and second is not None and same_ink(first, second)


def _as_compared(jpeg: bytes) -> GreyImage | None:
    """A kept picture at the density that the scan room compares at."""
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE) if jpeg else None
    if image is None:
        return None
    share = COMPARED_DPI / STRAIGHT_DPI
    size = round(image.shape[1] * share), round(image.shape[0] * share)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
