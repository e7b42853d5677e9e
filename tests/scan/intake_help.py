"""Takes one page of a file in, as a worker does, and compares it with what it should show."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.page.states import PageReason
from downtime.scan.intake import open_file
from downtime.scan.intake_files import FoundFile, find_files
from downtime.scan.intake_pixels import DecodedPage
from downtime.scan.limits import Limits


def taken_in(folder: Path, content: bytes, index: int = 0, limits: Limits | None = None) -> DecodedPage | PageReason:
    """One page of a file with this content, whatever its name says."""
    path = folder / "scan.dat"
    path.write_bytes(content)
    [found] = find_files([path])
    assert isinstance(found, FoundFile)
    file = open_file(path, found.fingerprint, limits or Limits())
    if isinstance(file, PageReason):
        return file
    try:
        count = file.page_count()
        return count if isinstance(count, PageReason) else file.page(index)
    finally:
        file.close()


def assert_shows(page: DecodedPage, expected: NDArray[np.uint8], mean_off: float = 2.5) -> None:
    """The page shows the expected picture, however many pixels it has."""
    size = expected.shape[1], expected.shape[0]
    seen = cv2.resize(page.image, size, interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(seen - expected).mean() < mean_off
