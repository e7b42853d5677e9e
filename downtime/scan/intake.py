"""Taking files in: what a file is by its content, how many pages it has, and each page as grey pixels.

A file's name says nothing: scanners call a JPEG `.pdf`, and mail programs call everything `.dat`. Whatever is wrong
with a file or a page is a value with a reason; the others go on. Everything here runs in worker processes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from downtime.page.states import PageReason
from downtime.scan.intake_files import Fingerprint, is_unchanged
from downtime.scan.intake_images import open_image
from downtime.scan.intake_pixels import DecodedPage
from downtime.scan.limits import Limits
from downtime.scan.model import IncomingPage, PageSource

_HEAD_BYTES, _TAIL_BYTES = 1024, 4096
_PDF, _PDF_END = b"%PDF-", b"%%EOF"
_FORMATS: tuple[tuple[bytes, tuple[str, ...]], ...] = (
    (b"\xff\xd8\xff", ("JPEG", "MPO")),
    (b"\x89PNG\r\n\x1a\n", ("PNG",)),
    (b"II*\x00", ("TIFF",)),
    (b"MM\x00*", ("TIFF",)),
    (b"II+\x00", ("TIFF",)),
    (b"MM\x00+", ("TIFF",)),
)
"""How files begin, and what Pillow calls them: ISO/IEC 10918-1, 15948; TIFF 6.0 and BigTIFF."""


class OpenFile(Protocol):
    """A file that pages can be taken from."""

    @property
    def has_form(self) -> bool:
        """Whether it has fields to be filled on a screen."""
        ...

    @property
    def is_issued(self) -> bool:
        """Whether it is a packet or kit as it was made, with its manifest inside."""
        ...

    def is_drawn_on(self, index: int | None = None) -> bool:
        """Whether something was drawn or stamped onto a page, or onto any page where none is named."""
        ...

    def page_count(self) -> int | PageReason:
        """How many pages there are, or why none can be had."""
        ...

    def page(self, index: int) -> DecodedPage | PageReason:
        """One page, from 0, or why it cannot be had."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


def open_file(path: Path, fingerprint: Fingerprint, limits: Limits) -> OpenFile | PageReason:
    """Open a file that was found and hashed, by its content; a reason where it is no scan, damaged or encrypted."""
    if not is_unchanged(path, fingerprint):
        return PageReason.VANISHED
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            file.seek(max(0, fingerprint.size - _TAIL_BYTES))
            tail = file.read(_TAIL_BYTES)
    except PermissionError:
        return PageReason.NO_PERMISSION
    except OSError:
        return PageReason.VANISHED
    if _PDF in head:
        # A copy that was broken off still opens, with the pages that had arrived: the others would be lost unseen.
        if _PDF_END not in tail:
            return PageReason.DAMAGED
        from downtime.scan.intake_pdf import open_pdf

        return open_pdf(path, limits)
    for start, formats in _FORMATS:
        if head.startswith(start):
            return open_image(path, limits, formats)
    return PageReason.NOT_A_SCAN


def incoming_page(file: OpenFile, source: PageSource) -> IncomingPage | PageReason:
    """Take one page of an open file in."""
    decoded = file.page(source.index)
    if isinstance(decoded, PageReason):
        return decoded
    return IncomingPage(source=source, image=decoded.image, dpi=decoded.dpi, notes=decoded.notes)


def is_pdf(path: Path) -> bool:
    """Whether a file is a PDF by its content."""
    try:
        with path.open("rb") as file:
            return _PDF in file.read(_HEAD_BYTES)
    except OSError:
        return False
