"""The purge: which kits and snapshots are older than the site says, and their removal.

What a file is and how old it is, its own manifest or envelope says: never its name, never the disk's time. A PDF goes
only if it is the very one of that manifest. Links are not followed. What cannot be judged is left, and told.

Removed means: no longer in the folder. A disk, above all one of flash memory, may hold the bytes for long; whoever must
be sure encrypts (then the passphrase is what has to be forgotten), or destroys the medium.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from downtime.census.kept import KEPT_SUFFIX
from downtime.errors import DowntimeError, InputError, UsageError
from downtime.files import PART_PREFIX
from downtime.keep.ahead import LIST_NAME, MadeAhead
from downtime.keep.carry_sums import is_carried
from downtime.page.envelope import Holds, about_envelope
from downtime.page.manifest import Manifest, ManifestKind, from_json
from downtime.page.opening import manifest_of, read_file
from downtime.page.passphrase import PassphraseMissingError
from downtime.paper.protect import PLAIN_SUFFIX, SEALED_SUFFIX

MOST_DEPTH = 3
"""So many folders deep it looks: a folder of kits, sets of kits in it, and one more."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How old things may become; `facility` is whose they must be, or None for anybody's."""

    kits: timedelta
    snapshots: timedelta
    facility: str | None = None


@dataclass(frozen=True, slots=True)
class Old:
    """Something that is to go: its files in the order of removal, what it is, and when it was made."""

    paths: tuple[Path, ...]
    what: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """A file that was left and needs a person, and why."""

    path: Path
    why: str


@dataclass
class Purge:
    """What was found: what is to go, how much is young enough or another facility's, and what is left for a person."""

    old: list[Old] = field(default_factory=list)
    young: int = 0
    of_others: int = 0
    left: list[Left] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind are to go."""
        kinds = [item.what for item in self.old]
        return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


def find_old(folder: Path, limits: Limits, now: datetime) -> Purge:
    """Look through a folder and change nothing; raises UsageError for what is no folder, InputError if unreadable."""
    if folder.is_symlink():
        raise UsageError(
            "this is a link", why="it may lead to another folder than was meant", do="name the folder itself",
            where=str(folder),
        )  # fmt: skip
    if not folder.is_dir():
        raise UsageError("there is no such folder", do="check the name", where=str(folder))
    if is_carried(folder):
        raise UsageError(
            "this is a folder that `downtime carry` wrote", why="its first page would lead to documents that are gone",
            do="write it anew with `downtime carry` (--no-kits takes the kits out), or delete all of it",
            where=str(folder),
        )  # fmt: skip
    found = Purge()
    try:
        _look(folder, limits, now, found, 1)
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError("the folder cannot be looked through", why=why, where=str(error.filename or folder)) from None
    return found


def remove(found: Purge) -> tuple[list[Path], list[Left]]:
    """Remove what was found; returns the files that are gone, and those that could not be removed."""
    gone: list[Path] = []
    stuck: list[Left] = []
    for item in found.old:
        for path in item.paths:
            try:
                # unlink takes a link away and not what it leads to, should somebody have put one there meanwhile.
                path.unlink(missing_ok=True)
                gone.append(path)
            except OSError as error:
                stuck.append(Left(path, error.strerror or str(error)))
                break
        else:
            if item.paths[-1].name == LIST_NAME:
                _remove_if_empty(item.paths[-1].parent)
    return gone, stuck


def _look(folder: Path, limits: Limits, now: datetime, found: Purge, depth: int) -> None:
    inside = sorted(folder.iterdir())
    plain = {path.name: path for path in inside if not path.is_symlink() and path.is_file()}
    for path in inside:
        if path.is_symlink():
            found.left.append(Left(path, "it is a link, and links are not followed"))
        elif path.is_dir() and depth < MOST_DEPTH and not path.name.startswith("."):
            _look(path, limits, now, found, depth + 1)
    claimed: set[str] = set()
    for name, path in plain.items():
        if name.endswith((PLAIN_SUFFIX, SEALED_SUFFIX)):
            _manifest(path, plain, limits, now, found, claimed)
        elif name.endswith(KEPT_SUFFIX):
            _snapshot(path, limits, now, found)
        elif name.startswith(PART_PREFIX):
            _part(path, limits, now, found)
    for name, path in plain.items():
        if name.lower().endswith(".pdf") and name not in claimed:
            _lone_pdf(path, limits, now, found)
    if LIST_NAME in plain:
        _list(plain[LIST_NAME], limits, now, found)


def _manifest(
    path: Path, plain: dict[str, Path], limits: Limits, now: datetime, found: Purge, claimed: set[str]
) -> None:
    """A manifest beside a PDF: both go together, or neither."""
    stem = path.name.removesuffix(PLAIN_SUFFIX).removesuffix(SEALED_SUFFIX)
    pdf = plain.get(f"{stem}.pdf")
    claimed.add(f"{stem}.pdf")
    try:
        raw = read_file(path)
        if path.name.endswith(SEALED_SUFFIX):
            about = about_envelope(raw, str(path))
            holds_patients = about.holds is Holds.MANIFEST and _holds_patients(about.kind, about.data_as_of)
            facility, made_at = about.facility, about.made_at
            fits = pdf is None or hashlib.sha256(read_file(pdf)).hexdigest() == about.pdf
        else:
            manifest = from_json(raw, where=str(path))
            holds_patients = _holds_patients(manifest.kind, manifest.data_as_of)
            facility, made_at = manifest.facility.id, manifest.made_at
            fits = not holds_patients or pdf is None or _is_of(pdf, manifest)
    except DowntimeError as error:
        found.left.append(Left(path, f"it cannot be judged: {error.what}"))
        return
    if not holds_patients:
        return
    if not fits and pdf is not None:
        found.left.append(Left(pdf, "it is not the PDF of the manifest beside it: somebody changed or replaced it"))
        return
    paths = (*((pdf,) if pdf else ()), path)
    _judge(paths, "kit", made_at, limits.kits, limits, facility, now, found)


def _lone_pdf(path: Path, limits: Limits, now: datetime, found: Purge) -> None:
    """A PDF without a manifest beside it: its own manifest says what it is. Other people's PDFs are not looked at."""
    try:
        manifest = manifest_of(path)
    except PassphraseMissingError:
        found.left.append(Left(path, "it is encrypted, and no manifest beside it says what it is"))
        return
    except DowntimeError:
        return
    if _holds_patients(manifest.kind, manifest.data_as_of):
        _judge((path,), "kit", manifest.made_at, limits.kits, limits, manifest.facility.id, now, found)


def _snapshot(path: Path, limits: Limits, now: datetime, found: Purge) -> None:
    try:
        about = about_envelope(read_file(path), str(path))
    except DowntimeError as error:
        found.left.append(Left(path, f"it cannot be judged: {error.what}"))
        return
    if about.holds is Holds.SNAPSHOT:
        _judge((path,), "snapshot", about.made_at, limits.snapshots, limits, about.facility, now, found)


def _part(path: Path, limits: Limits, now: datetime, found: Purge) -> None:
    """What a killed run left: it has no manifest yet, and its name is ours alone; only the disk says how old it is."""
    made_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    limit = max(timedelta(hours=1), min(limits.kits, limits.snapshots))
    if now - made_at > limit:
        found.old.append(Old((path,), "unfinished file", made_at))


def _list(path: Path, limits: Limits, now: datetime, found: Purge) -> None:
    """The list of a set of kits goes when the kits have gone; it holds nobody's data, and its folder goes with it."""
    try:
        made = MadeAhead.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return
    going = {item.paths[0].name for item in found.old if item.paths[0].parent == path.parent}
    staying = [name for name in made.kits.values() if name not in going and (path.parent / Path(name).name).exists()]
    if not staying and limits.facility in (None, made.facility) and now - made.made_at > limits.kits:
        found.old.append(Old((path,), "list of kits", made.made_at))


def _judge(
    paths: tuple[Path, ...], what: str, made_at: datetime, limit: timedelta, limits: Limits, facility: str,
    now: datetime, found: Purge,
) -> None:  # fmt: skip
    if limits.facility is not None and facility != limits.facility:
        found.of_others += 1
    elif now - made_at > limit:
        found.old.append(Old(paths, what, made_at))
    else:
        found.young += 1


def _holds_patients(kind: str | None, data_as_of: datetime | None) -> bool:
    """A kit does; a drill does when it was made from a census; a packet is blank."""
    return kind == ManifestKind.KIT or (kind == ManifestKind.DRILL and data_as_of is not None)


def _is_of(pdf: Path, manifest: Manifest) -> bool:
    try:
        return manifest_of(pdf).kit == manifest.kit
    except InputError:
        return False


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()
