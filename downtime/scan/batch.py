"""The batch folder: every page's reading and pictures, written whole as they are finished, by one run at a time.

A page is there when its folder is there under its final name, with all that it lists. Whatever is killed at whatever
moment, the next run finds pages that are there and pages that are not, and nothing in between.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from downtime.errors import UsageError, WriteError
from downtime.files import make_folder, write_whole
from downtime.lock import LockWords, only_one
from downtime.scan.records import FileRecord, PageRecord, TypedCodes, record_bytes

MARKER = "batch.json"
LOCK = ".lock"
FILES, PAGES = "files", "pages"
READING = "reading.json"
_MARK = b'{"format_version":1,"holds":"a batch of scans"}\n'
_HALF_DONE = ".part-"
_LOCK_WORDS = LockWords(
    "this output folder",
    "two runs could write the same page",
    "keep the output on a disk of this computer, or on a share that supports file locks",
)

Model = TypeVar("Model", bound=BaseModel)


class Batch:
    """An output folder that is locked by this run; make one with `open_batch`."""

    def __init__(self, folder: Path) -> None:
        """Take a folder that is known to be a batch's."""
        self.folder = folder
        self.pages_folder = folder / PAGES
        self._files_folder = folder / FILES

    def file_records(self) -> dict[str, FileRecord]:
        """Every file that ever came in, by its SHA-256."""
        found = (_read(path, FileRecord) for path in sorted(self._files_folder.glob("*.json")))
        return {record.sha256: record for record in found if record is not None}

    def put_file(self, record: FileRecord) -> None:
        """Keep what is known of a file."""
        _write(self._files_folder / f"{record.sha256}.json", record)

    def page_record(self, page: str) -> PageRecord | None:
        """A page's record, if the page is there with all its pictures."""
        folder = self.pages_folder / page
        record = _read(folder / READING, PageRecord)
        if record is None:
            return None
        try:
            # After a power cut a name may be there without its bytes.
            whole = all((folder / name).stat().st_size == size for name, size in record.pictures.items())
        except OSError:
            return None
        return record if whole else None

    def typed_codes(self) -> Mapping[str, str]:
        """The codes that people typed for pages, by page id."""
        kept = _read(self.folder / "typed.json", TypedCodes)
        return kept.codes if kept else {}

    def put_typed_codes(self, codes: Mapping[str, str]) -> None:
        """Keep what people typed."""
        _write(self.folder / "typed.json", TypedCodes(codes=dict(sorted(codes.items()))))

    def is_there(self) -> bool:
        """Whether the folder is still there and still this one: a share may be gone under a program that runs."""
        return (self.folder / MARKER).is_file() and self.pages_folder.is_dir()


@contextmanager
def open_batch(folder: Path) -> Iterator[Batch]:
    """Make or open a batch folder, readable by its owner alone, and hold it for this run.

    Raises UsageError for a folder that holds other things, WriteError where it cannot be written or another run has it.
    """
    _make_private(folder)
    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _cannot_write(folder, error) from None
    try:
        with only_one(handle, folder, _LOCK_WORDS, wait_s=0):
            for name in (FILES, PAGES):
                make_folder(folder / name)
            if not (folder / MARKER).exists():
                write_whole(folder / MARKER, _MARK, private=True)
            _sweep(folder)
            try:
                yield Batch(folder)
            finally:
                _sweep(folder)
    finally:
        os.close(handle)


def put_page(pages_folder: Path, page: str, record: PageRecord, pictures: Mapping[str, bytes]) -> None:
    """Put a page into a batch: all of it or nothing; a page that is there already is replaced.

    `pictures` are by name, with ``/`` for a folder. Raises WriteError, and leaves nothing half-written behind.
    """
    record = record.model_copy(update={"pictures": {name: len(data) for name, data in sorted(pictures.items())}})
    temporary = ""
    try:
        # The folder is not made here: if it is gone, so is the disk that it was on.
        temporary = tempfile.mkdtemp(prefix=_HALF_DONE, dir=pages_folder)
        for name, data in {**pictures, READING: record_bytes(record)}.items():
            path = Path(temporary, name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        _to_disk(Path(temporary, READING))
        _take_place(Path(temporary), pages_folder / page)
    except OSError as error:
        raise _cannot_write(pages_folder.parent, error) from None
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)


def _take_place(new: Path, place: Path) -> None:
    for _ in range(3):
        try:
            os.rename(new, place)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.EACCES) or not place.exists():
                raise
        # A page without its reading is a page that is not there, so it may go in any order from here on.
        (place / READING).unlink(missing_ok=True)
        shutil.rmtree(place, ignore_errors=True)
    raise OSError(errno.EEXIST, "the page's folder cannot be replaced", str(place))


def _make_private(folder: Path) -> None:
    if folder.is_dir() and not (folder / MARKER).exists():
        others = sorted(path.name for path in folder.iterdir() if path.name != LOCK)
        # A first run that was killed may have left the empty folders and no marker.
        if set(others) - {FILES, PAGES}:
            raise UsageError(
                "this folder holds other things than a batch of scans",
                why="they would lie among patients' pages, and might be taken for them",
                do="choose a new folder with -o",
                where=str(folder),
            )
    make_folder(folder.resolve().parent)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if sys.platform != "win32":
            folder.chmod(0o700)
    except OSError as error:
        raise _cannot_write(folder, error) from None


def _sweep(folder: Path) -> None:
    """Remove what a run that was killed had not finished."""
    for path in folder.glob(f"{PAGES}/{_HALF_DONE}*"):
        shutil.rmtree(path, ignore_errors=True)
    for pattern in (".*.part", f"{FILES}/.*.part"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)


def _read(path: Path, model: type[Model]) -> Model | None:
    """A record, or None where there is none that this version can use: then the page is simply read again."""
    try:
        return model.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _write(path: Path, record: BaseModel) -> None:
    write_whole(path, record_bytes(record), private=True)


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _cannot_write(folder: Path, error: OSError) -> WriteError:
    gone = error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EIO, errno.ENODEV, errno.ESTALE)
    return WriteError(
        "the output folder went away" if gone else "cannot be written",
        why=error.strerror or str(error),
        do="connect its disk or share again" if gone else "free some space, or choose another folder with -o",
        where=str(folder),
    )
