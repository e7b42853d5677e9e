"""Kits made ahead: after each good snapshot a set of kits, one a department, so that paper exists even if nothing runs.

A set is a folder that gets its name when it is complete, and with it a list of what is in it (``kits.json``, which
names no patient). A set that was not finished has no name, and is removed by the next run.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from downtime.census.snapshot import Snapshot
from downtime.errors import DowntimeError, WriteError
from downtime.files import PART_PREFIX, sync_folder, write_whole
from downtime.library.shelf import Shelf
from downtime.page.passphrase import Passphrase
from downtime.paper.contents import Run
from downtime.paper.kit import make_kit
from downtime.paper.kit_model import KitOptions
from downtime.paper.production import write_kit
from downtime.paper.protect import PLAIN_SUFFIX, SEALED_SUFFIX, private_folder
from downtime.site import Site

LIST_NAME = "kits.json"
KEEP_SETS = 2
"""So many sets are kept where facility.yaml says nothing: the newest, and one to fall back on."""

_UNFINISHED = f"{PART_PREFIX}kits-"
_SET = "kits-"
_OURS = (".pdf", PLAIN_SUFFIX, SEALED_SUFFIX)


class MadeAhead(BaseModel):
    """What a set of kits holds: the kit of each department by file name, and the departments that got none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: int = 1
    facility: str
    data_as_of: AwareDatetime
    made_at: AwareDatetime
    kits: dict[str, str]
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KitSet:
    """A complete set of kits on the disk."""

    folder: Path
    made: MadeAhead


@dataclass(frozen=True, slots=True)
class NotMade:
    """A department whose kit could not be made, and why."""

    department: str
    error: DowntimeError


def kit_sets(root: Path, facility: str) -> tuple[KitSet, ...]:
    """The sets in a folder with the kits that are still there, newest data first; of this facility only."""
    found = []
    for path in root.glob(f"*/{LIST_NAME}") if root.is_dir() else ():
        if path.is_symlink() or path.parent.is_symlink() or path.parent.name.startswith("."):
            continue
        try:
            made = MadeAhead.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            continue
        if made.facility == facility:
            there = {name: file for name, file in made.kits.items() if (path.parent / Path(file).name).is_file()}
            found.append(KitSet(path.parent, made.model_copy(update={"kits": there})))
    return tuple(sorted(found, key=lambda item: (item.made.data_as_of, item.made.made_at), reverse=True))


def departments_ahead(site: Site, asked: Sequence[str]) -> tuple[str, ...]:
    """The departments to make kits for: those that were asked for, else those of facility.yaml. Raises UsageError."""
    ahead = site.facility.snapshots.kits
    names = tuple(dict.fromkeys(asked)) or (ahead.departments if ahead else ())
    return tuple(site.department(name).id for name in names)


def make_set(
    site: Site,
    shelf: Shelf,
    departments: Sequence[str],
    snapshot: Snapshot,
    run: Run,
    root: Path,
    passphrase: Passphrase | None,
) -> tuple[KitSet | None, tuple[NotMade, ...]]:
    """Make the kits of all departments and put them in place together; raises WriteError where that cannot be done.

    A department that fails does not keep the others from their kits; where all fail there is no set.
    """
    private_folder(root)
    unfinished = Path(_temporary(root))
    kits: dict[str, str] = {}
    failed: list[NotMade] = []
    try:
        for name in departments:
            try:
                kits[name] = _kit(site, shelf, name, snapshot, run, unfinished, passphrase).name
            except WriteError:
                raise
            except DowntimeError as error:
                failed.append(NotMade(name, error))
        if not kits:
            return None, tuple(failed)
        made = MadeAhead(
            facility=site.facility.id, data_as_of=snapshot.taken_at, made_at=run.made_at, kits=kits,
            failed=tuple(item.department for item in failed),
        )  # fmt: skip
        text = json.dumps(made.model_dump(mode="json"), indent=2, ensure_ascii=False)
        write_whole(unfinished / LIST_NAME, f"{text}\n".encode(), private=True)
        return KitSet(_in_place(unfinished, root, snapshot.taken_at), made), tuple(failed)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def prune_sets(root: Path, site: Site, departments: Sequence[str], now: datetime) -> int:
    """Remove the sets that are too many, and say how many went.

    One that holds the newest kit of a department stays until it is as old as any kit may become: a department that got
    no kit this time keeps its last one.
    """
    ahead, facility = site.facility.snapshots.kits, site.facility
    sets = kit_sets(root, facility.id)
    holders = {next((item.folder for item in sets if name in item.made.kits), None) for name in departments}
    oldest = now - timedelta(hours=facility.protection.keep_kits_hours)
    gone = 0
    for item in sets[ahead.keep if ahead else KEEP_SETS :]:
        if item.folder not in holders or item.made.made_at < oldest:
            gone += remove_set(item)
    return gone


def remove_set(item: KitSet) -> bool:
    """Remove a set, its list last, so that what could not be removed now is found again; what is not ours stays."""
    try:
        for name in item.made.kits.values():
            for path in item.folder.glob(f"{Path(name).stem}*"):
                if path.name.endswith(_OURS):
                    path.unlink()
        (item.folder / LIST_NAME).unlink()
        item.folder.rmdir()
    except OSError:  # somebody reads it (on Windows), or put something of their own there
        return False
    return True


def clear_unfinished(root: Path) -> None:
    """Remove what a run that was killed has left of a set."""
    for path in root.glob(f"{_UNFINISHED}*") if root.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
    for path in root.glob(f"{_SET}*") if root.is_dir() else ():
        if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            with suppress(OSError):  # the list went, and the run was killed before the folder did
                path.rmdir()


def _kit(
    site: Site, shelf: Shelf, name: str, snapshot: Snapshot, run: Run, folder: Path, passphrase: Passphrase | None
) -> Path:
    department = site.department(name)
    ahead = site.facility.snapshots.kits
    own = department.kit.hours if department.kit else KitOptions().hours
    hours = ahead.hours if ahead and ahead.hours else own
    # No downtime numbers: a number that is printed every quarter of an hour would soon be used up, or used twice.
    kit = make_kit(site, department, shelf, snapshot, KitOptions(hours=hours), run)
    return write_kit(folder, site.facility.id, kit, passphrase)


def _temporary(root: Path) -> str:
    try:
        return tempfile.mkdtemp(prefix=_UNFINISHED, dir=root)  # the owner's alone
    except OSError as error:
        raise _not_written(root, error) from None


def _in_place(unfinished: Path, root: Path, taken: datetime) -> Path:
    stem = f"{_SET}{taken:%Y-%m-%d-%H%M}"
    try:
        sync_folder(unfinished)
        for number in range(1, 10_000):
            target = root / (stem if number == 1 else f"{stem}-{number}")
            if not target.exists():
                os.rename(unfinished, target)
                sync_folder(root)
                return target
        raise FileExistsError(stem)
    except OSError as error:
        raise _not_written(root, error) from None


def _not_written(root: Path, error: OSError) -> WriteError:
    return WriteError(
        "the kits cannot be written", why=error.strerror or str(error),
        do="free some space, or name another folder in facility.yaml (snapshots: kits: folder)", where=str(root),
    )  # fmt: skip
