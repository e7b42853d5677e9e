"""The folder to carry on a stick or a share: packets, encrypted kits, and pages that open in any browser without a net.

Everything of one run stands in a set, a folder of its own. The set is written whole under a passing name, then gets its
own; then ``index.html`` is replaced to lead into it, then the checksums; and only then the set before goes. Whoever
pulls the stick in between still holds a page that leads to whole documents.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from downtime.errors import WriteError
from downtime.files import PART_PREFIX, make_folder, sync_folder, write_whole
from downtime.keep.carry_kits import Kits, put_kit
from downtime.keep.carry_pages import Document, Pages, carried_pages
from downtime.keep.carry_sums import INDEX_NAME, SUMS_NAME, is_carried, sums_of
from downtime.library.shelf import Shelf
from downtime.lock import LockWords, only_one
from downtime.page.passphrase import Passphrase
from downtime.paper.batch import write_packets
from downtime.paper.contents import Run
from downtime.paper.packet import Progress
from downtime.site import Site

SET_LIST = "carried.json"
PACKETS, KITS = "packets", "kits"
_SET_NAME = re.compile(r"set-[0-9]{8}-[0-9]{4}-[0-9a-f]{4}")
_UNFINISHED = f"{PART_PREFIX}set-"
_LOCK_NAME = ".downtime-lock"
_WORDS = LockWords(
    used="this folder",
    danger="two runs could remove each other's documents",
    keep="write to a folder of this computer, and copy it",
)


class CarriedSet(BaseModel):
    """What a set holds: its files, by which it is removed later, and whose it is. It names no patient."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: int = 1
    facility: str
    made_at: AwareDatetime
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """What was written: the page to open, the packets and kits in the set, and forms nobody has approved."""

    index: Path
    set_name: str
    packets: tuple[str, ...]
    kits: tuple[str, ...]
    unapproved: tuple[str, ...]


def carry(
    site: Site,
    shelf: Shelf,
    folder: Path,
    kits: Kits,
    passphrase: Passphrase | None,
    run: Run,
    progress: Callable[[str], Progress],
) -> Carried:
    """Write the folder, or bring it up to date.

    Raises WriteError where it cannot be written or holds somebody else's ``index.html``; what stood there before is
    then as it was. Raises ConfigError for a form, card or template that cannot be printed.
    """
    make_folder(folder)
    _refuse_foreign(folder)
    with _alone(folder):
        for path in folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(path, ignore_errors=True)
        try:
            unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
            with suppress(PermissionError):  # a FAT stick knows no modes
                unfinished.chmod(0o755)
        except OSError as error:
            raise _not_written(folder, error) from None
        try:
            name = f"set-{run.made_at:%Y%m%d-%H%M}-{secrets.token_hex(2)}"
            pages = _fill(unfinished, name, site, shelf, kits, passphrase, run, progress)
            _put_in_place(unfinished, folder, name, pages)
        except OSError as error:
            raise _not_written(folder, error) from None
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        _remove_older(folder, site.facility.id, name)
    return Carried(
        folder / INDEX_NAME, name, tuple(pages.packets), tuple(pages.kits),
        tuple(sorted({form for document in pages.packets.values() for form in document.unapproved})),
    )  # fmt: skip


def _fill(
    unfinished: Path, name: str, site: Site, shelf: Shelf, kits: Kits, passphrase: Passphrase | None, run: Run,
    progress: Callable[[str], Progress],
) -> Pages:  # fmt: skip
    """Write every document and page of the set; returns its pages, among them the index."""
    for inner in (PACKETS, KITS):
        make_folder(unfinished / inner)
    written = write_packets(site, shelf, list(site.departments), run, unfinished / PACKETS, progress)
    packets = {
        item.department: Document(f"{name}/{PACKETS}/{item.path.name}", item.pages, item.unapproved) for item in written
    }
    put = {
        unit: Document(f"{name}/{KITS}/{put_kit(kit, unfinished / KITS, _kit_stem(site, unit), passphrase).name}")
        for unit, kit in kits.newest.items()
    }
    pages = carried_pages(site, shelf, run, name, packets, put, kits)
    for file, content in pages.files.items():
        write_whole(unfinished / file, content)
    files = sorted(path.relative_to(unfinished).as_posix() for path in unfinished.rglob("*") if path.is_file())
    listed = CarriedSet(facility=site.facility.id, made_at=run.made_at, files=tuple(files))
    write_whole(unfinished / SET_LIST, f"{listed.model_dump_json(indent=1)}\n".encode())
    return pages


def _kit_stem(site: Site, unit: str) -> str:
    return f"{site.facility.id}-{unit}-kit"


def _put_in_place(unfinished: Path, folder: Path, name: str, pages: Pages) -> None:
    for inner in (PACKETS, KITS):
        sync_folder(unfinished / inner)
    sync_folder(unfinished)
    os.rename(unfinished, folder / name)
    sync_folder(folder)
    write_whole(folder / INDEX_NAME, pages.index)
    sync_folder(folder)
    inside = [path.relative_to(folder).as_posix() for path in (folder / name).rglob("*") if path.is_file()]
    write_whole(folder / SUMS_NAME, sums_of(folder, [INDEX_NAME, *inside]))
    sync_folder(folder)


def _remove_older(folder: Path, facility: str, current: str) -> None:
    """Remove earlier sets by their own lists, the list last; what cannot go now goes next time."""
    for path in folder.glob(f"set-*/{SET_LIST}"):
        if path.parent.name == current or path.is_symlink() or path.parent.is_symlink():
            continue
        try:
            listed = CarriedSet.model_validate_json(path.read_bytes())
            if listed.facility == facility:
                _remove_set(path.parent, listed.files)
        except (OSError, ValidationError):
            continue
    for path in folder.glob("set-*"):
        if _SET_NAME.fullmatch(path.name):  # a run that was killed right here has left it empty
            with suppress(OSError):
                _remove_if_empty(path)


def _remove_set(folder: Path, files: Sequence[str]) -> None:
    for name in files:
        plain = PurePosixPath(name)
        if not plain.is_absolute() and ".." not in plain.parts:
            (folder / plain).unlink(missing_ok=True)
    for path in (folder / PACKETS, folder / KITS):
        _remove_if_empty(path)
    (folder / SET_LIST).unlink()
    _remove_if_empty(folder)


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()


def _refuse_foreign(folder: Path) -> None:
    """An index.html of somebody else stays theirs."""
    path = folder / INDEX_NAME
    if path.exists() and not is_carried(folder):
        raise WriteError(
            "there is an index.html already that Downtime did not make; it was left as it is",
            why="a page that people look for must not be replaced",
            do="choose an empty folder, or one that `downtime carry` wrote", where=str(path),
        )  # fmt: skip


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    path = folder / _LOCK_NAME
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    except OSError as error:
        raise _not_written(folder, error) from None
    try:
        with only_one(handle, path, _WORDS, wait_s=0):
            yield
    finally:
        os.close(handle)
        path.unlink(missing_ok=True)


def _not_written(folder: Path, error: OSError) -> WriteError:
    return WriteError(
        "the folder cannot be written", why=error.strerror or str(error),
        do="free some space there, or choose another folder with -o", where=str(folder),
    )  # fmt: skip
