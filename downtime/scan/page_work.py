"""What a worker process does: count the pages of a file, read one page. Each is a job of its own.

A worker keeps the last file open, as the pages of a file are handed out one after another.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import cv2

from downtime.page.states import PageReason
from downtime.page.typed_code import ShortCode, parse_short
from downtime.scan.bare_ink import bare_ink
from downtime.scan.batch import put_page
from downtime.scan.filled_pdf import typed_values, values_on_page
from downtime.scan.intake import OpenFile, incoming_page, open_file
from downtime.scan.intake_files import Fingerprint, HashedFile, is_unchanged
from downtime.scan.judge import issued_page
from downtime.scan.known import IssuedPage, KnownPages
from downtime.scan.limits import Limits
from downtime.scan.model import IncomingPage, PageReading, PageSource
from downtime.scan.pictures import page_pictures
from downtime.scan.reading import read_page
from downtime.scan.records import PageRecord, page_id
from downtime.scan.thresholds import Thresholds

Typed = dict[int, dict[str, str]]
"""What was typed into a filled PDF: sheet number, field, value."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a worker is prepared with: where pages go, what is known, and the site's settings."""

    pages_folder: Path
    known: KnownPages
    known_digest: str
    thresholds: Thresholds
    limits: Limits


@dataclass(slots=True)
class Desk:
    """A worker's own things: its setting, and the file that it has open."""

    setting: Setting
    path: Path | None = None
    fingerprint: Fingerprint | None = None
    file: OpenFile | PageReason = PageReason.VANISHED
    typed: Typed | None = field(default=None)

    def opened(self, path: Path, fingerprint: Fingerprint) -> OpenFile | PageReason:
        """The file, opened unless it still is."""
        if (self.path, self.fingerprint) != (path, fingerprint):
            self.close()
            self.file = open_file(path, fingerprint, self.setting.limits)
            self.path, self.fingerprint = path, fingerprint
            has_form = not isinstance(self.file, PageReason) and self.file.has_form
            self.typed = typed_values(path) if has_form else None
        return self.file

    def close(self) -> None:
        """Let go of the file."""
        if not isinstance(self.file, PageReason):
            self.file.close()
        self.path = self.fingerprint = None


def prepare(setting: Setting) -> Desk:
    """Make a worker ready: one thread, and files that are its owner's alone."""
    cv2.setNumThreads(1)
    os.umask(0o077)
    return Desk(setting)


def count_pages(desk: Desk, file: HashedFile) -> int | PageReason:
    """How many pages a file has, or why it has none."""
    opened = desk.opened(file.path, file.fingerprint)
    if isinstance(opened, PageReason):
        return opened
    if opened.is_issued and not desk.typed and not opened.is_drawn_on():
        return PageReason.NOTHING_FILLED
    return opened.page_count()


def take_page(desk: Desk, file: HashedFile, name: str, index: int, typed_code: str) -> None:
    """Read one page and put it, with its pictures, into the batch folder. Raises WriteError where that cannot be."""
    source = PageSource(file=name, sha256=file.sha256, index=index)
    taken = taken_out(desk, file, source)
    if isinstance(taken, PageReason):
        put_failure(desk.setting, source, taken, typed_code)
        return
    _put_read(desk, taken, typed_code)


@dataclass(frozen=True, slots=True)
class TakenPage:
    """A page as pixels; `drawn` says that a filled PDF was also written on with a stylus here."""

    incoming: IncomingPage
    drawn: bool


def taken_out(desk: Desk, file: HashedFile, source: PageSource) -> TakenPage | PageReason:
    """Take one page out of a file as pixels, or say why it cannot be had."""
    opened = desk.opened(file.path, file.fingerprint)
    incoming = opened if isinstance(opened, PageReason) else incoming_page(opened, source)
    if not is_unchanged(file.path, file.fingerprint):
        return PageReason.VANISHED
    if isinstance(incoming, PageReason):
        return incoming
    drawn = not isinstance(opened, PageReason) and desk.typed is not None and opened.is_drawn_on(source.index)
    return TakenPage(incoming, drawn)


def record_of(desk: Desk, taken: TakenPage, typed_code: str) -> tuple[PageRecord, IssuedPage | None]:
    """Read one page: its record, and the page of a kit that it is, if one here has it."""
    setting, incoming = desk.setting, taken.incoming
    code = parse_short(typed_code) if typed_code else None
    reading = read_page(incoming, setting.known, code if isinstance(code, ShortCode) else None)
    if reading.failure is PageReason.NO_CODE:
        reading = reading.model_copy(update={"ink": bare_ink(incoming.image, incoming.dpi)})
    issued = issued_page(reading.identity, setting.known)
    entered = None
    if desk.typed is not None:
        values = desk.typed.get(issued.sheet.number, {}) if issued else {}
        entered = values_on_page(values, issued.layout, issued.index) if issued else {}
        if taken.drawn and not entered:
            # Written on with a stylus and not typed in: ink like any other.
            entered = None
        else:
            reading = reading.model_copy(update={"boxes": (), "areas": (), "loose_ink_mm2": 0.0})
    record = PageRecord(
        reading=reading, known=setting.known_digest, typed=typed_code, entered=entered, drawn=taken.drawn,
        dpi=incoming.dpi,
    )  # fmt: skip
    return record, issued


def put_failure(setting: Setting, source: PageSource, reason: PageReason, typed_code: str = "") -> None:
    """Put a page into the batch of which there is nothing but the reason why."""
    reading = PageReading(source=source, width_px=0, height_px=0, failure=reason)
    record = PageRecord(reading=reading, known=setting.known_digest, typed=typed_code)
    put_page(setting.pages_folder, page_id(source.sha256, source.index), record, {})


def _put_read(desk: Desk, taken: TakenPage, typed_code: str) -> None:
    from downtime.scan.decide import decide

    setting = desk.setting
    record, issued = record_of(desk, taken, typed_code)
    reading = record.reading
    read = reading.failure is None and issued is not None
    # A drill's pages are cut like live ones: whether it is a drill is asked when pages are put together.
    verdict = decide(reading, issued.page_layout if issued and read else None, setting.thresholds, rehearsal=True)
    typed = record.entered is not None
    pictures = page_pictures(taken.incoming.image, reading, issued if read else None, verdict, typed=typed)
    put_page(setting.pages_folder, page_id(reading.source.sha256, reading.source.index), record, pictures)
