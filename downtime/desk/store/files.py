"""Files come in: kept by their hash, put into the line for the reader, taken from it by one reader at a time."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from pathlib import Path

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record
from downtime.desk.store.models import FileSource, FileState, IncomingFile, ScannedPage
from downtime.desk.store.pictures import pictures
from downtime.page.states import PageReason

# A reader says that it is still at work at each page; one that has been silent for this long is dead.
CLAIM_LASTS = timedelta(minutes=5)
MOST_ATTEMPTS = 3
_LONGEST_NAME = 300


def receive(path: Path, name: str, source: FileSource, by: User | None) -> IncomingFile:
    """Keep a file and put it into the line; the same bytes a second time only say so. Raises WriteError, OSError."""
    sha256 = pictures().put_file(path)
    size = path.stat().st_size
    shown = shown_name(name)
    for _ in range(2):
        try:
            with transaction.atomic():
                return _row(sha256, shown, size, source, by)
        except IntegrityError:
            continue  # the same file came in twice at the same moment: now the first is there
    raise RuntimeError("a file could not be put into the line")


def _row(sha256: str, name: str, size: int, source: FileSource, by: User | None) -> IncomingFile:
    first = IncomingFile.objects.filter(sha256=sha256, first=None).first()
    if first is not None and source == FileSource.FOLDER and (first.name == name or _is_known(first, name)):
        return first  # the watched folder still holds what it held before the desk was started again
    file = IncomingFile.objects.create(
        sha256=sha256, name=name, size_bytes=size, source=source, by=by, first=first,
        state=FileState.SEEN if first is not None else FileState.WAITING,
    )  # fmt: skip
    record(by, "file.received", f"file:{file.pk}", source=str(source), bytes=size, seen=first is not None)
    return file


def _is_known(first: IncomingFile, name: str) -> bool:
    return IncomingFile.objects.filter(first=first, name=name, source=FileSource.FOLDER).exists()


def refuse(name: str, size: int, source: FileSource, reason: PageReason, by: User | None) -> IncomingFile:
    """Note a file that cannot be taken in at all (empty, a link, too large); it is told once by its name."""
    known = IncomingFile.objects.filter(name=shown_name(name), source=source, state=FileState.FAILED, sha256="")
    found = known.filter(reason=reason).first()
    if found is not None:
        return found
    with transaction.atomic():
        file = IncomingFile.objects.create(
            sha256="", name=shown_name(name), size_bytes=size, source=source, by=by, state=FileState.FAILED,
            reason=reason,
        )  # fmt: skip
        record(by, "file.refused", f"file:{file.pk}", reason=reason.value)
    return file


def claim() -> IncomingFile | None:
    """Take the next file from the line; one whose reader died is taken again, and given up after a few times."""
    now = timezone.now()
    free = Q(state=FileState.WAITING) | Q(state=FileState.READING, claimed_at__lt=now - CLAIM_LASTS)
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked  # SQLite has one writer, so nothing to skip
        file = IncomingFile.objects.select_for_update(skip_locked=skip).filter(free).order_by("id").first()
        if file is None:
            return None
        file.state, file.claimed_at = FileState.READING, now
        file.attempts = F("attempts") + 1
        file.save(update_fields=["state", "claimed_at", "attempts"])
        file.refresh_from_db()
    if file.attempts > MOST_ATTEMPTS:
        finish(file, FileState.FAILED, reason=PageReason.READER_CRASHED)
        return claim()
    return file


def still_at_work(file: IncomingFile) -> None:
    """Say that the file is still being read."""
    IncomingFile.objects.filter(pk=file.pk).update(claimed_at=timezone.now())


def finish(
    file: IncomingFile,
    state: FileState,
    *,
    reason: PageReason | None = None,
    pages: int = 0,
    kit: str = "",
    note: str = "",
) -> None:
    """Say what became of a file."""
    with transaction.atomic():
        IncomingFile.objects.filter(pk=file.pk).update(
            state=state,
            reason=reason.value if reason else "",
            page_count=pages,
            kit=kit,
            note=note[:500],
        )
        why = reason.value if reason else ""
        record(None, "file.read", f"file:{file.pk}", state=str(state), pages=pages, reason=why, kit=kit)


def give_back_claims() -> None:
    """Put back what a reader had in hand when it was stopped; for the start of a desk that has one reader."""
    IncomingFile.objects.filter(state=FileState.READING).update(state=FileState.WAITING)


def pages_to_read_again(most: int = 50) -> list[ScannedPage]:
    """Pages that somebody typed a code for, or whose kit came in since."""
    return list(ScannedPage.objects.select_related("file").filter(reread=True).order_by("id")[:most])


def shown_name(name: str) -> str:
    """A file's name as it can be shown: the last part of it, without signs that steer a terminal."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    text = unicodedata.normalize("NFC", last.encode("utf-8", "replace").decode("utf-8"))
    clean = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return clean[:_LONGEST_NAME] or "without a name"
