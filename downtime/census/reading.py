"""Any census to one Snapshot: what a file is shows in its content, never in its name.

Of several kept snapshots only the newest counts: each is a whole census of its moment.

How old the data are: for a CSV the oldest moment in its column `taken_at`; for FHIR the oldest Bundle.timestamp (or
Bundle.meta.lastUpdated), else the newest meta.lastUpdated of any resource; for HL7 v2 the newest message; and where a
source says nothing, the time of its file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from downtime.census.folder import Part, merged
from downtime.census.identity import checked
from downtime.census.snapshot import Problem, Snapshot
from downtime.census.source import CLOCKS_DIFFER, NotACensusError, Problems, SourceFile, zone_of
from downtime.errors import InputError
from downtime.page.envelope import is_envelope
from downtime.page.passphrase import Passphrase
from downtime.site.facility import Facility

MOST_BYTES = 300_000_000
"""A census of 2,000 patients has about 50 MB as FHIR; far beyond that it is another file, or a hostile one."""


class Kind(StrEnum):
    """What a file is, by its content."""

    CSV = "CSV"
    FHIR = "FHIR"
    HL7V2 = "HL7 v2"
    KEPT = "kept snapshot"


_REFUSED = (
    (b"PK\x03\x04", "this is an Excel workbook or a zip", "save it as “CSV UTF-8”, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "this is an old Excel workbook", "save it as “CSV UTF-8”"),
    (b"%PDF", "this is a PDF", "ask for the census as CSV, FHIR JSON or HL7 v2"),
    (b"\x1f\x8b", "this is compressed (gzip)", "unpack it"),
    (b"<", "this is XML or a web page", "export FHIR as JSON; a web page may be the message of a failed log-in"),
)


def read_census(
    paths: Sequence[Path], *, facility: Facility, now: datetime, passphrase: Passphrase | None = None
) -> Snapshot:
    """Read census files, or folders of them, to one Snapshot; raises InputError for a file that cannot be used.

    `passphrase` opens kept snapshots; without it an encrypted one raises PassphraseMissingError.
    """
    zone = zone_of(facility.timezone)
    now = now.astimezone(zone)
    shown_as = str(paths[0]) if len(paths) == 1 else f"{len(paths)} files"
    problems = Problems(shown_as)
    files: dict[Kind, list[SourceFile]] = {kind: [] for kind in Kind}
    seen: set[Path] = set()
    for path, in_folder in _listed(paths, problems):
        if (real := path.resolve()) in seen:
            continue
        seen.add(real)
        file = replace(_read(path), in_folder=in_folder)
        try:
            files[kind_of(file)].append(file)
        except InputError as error:
            # A folder may hold other things, which are told; a file that was named must be what it was named for.
            if not in_folder:
                raise
            problems.add("file", f"this file is not read: {error.what}", where=file.shown_as)
    if not any(files.values()):
        raise _no_census(shown_as if paths else "")
    parts = list(_parts(files, facility, now, passphrase, problems))
    if not parts:
        raise _no_census(shown_as)
    doubts: tuple[Problem, ...] = ()
    if len(parts) == 1 and files[Kind.KEPT]:
        # It went through all that follows when it was kept: nothing may be said of it twice.
        whole = parts[0].snapshot
        patients, shown_as = whole.patients, f"{shown_as}, kept from {whole.source}"
    else:
        whole = merged(parts, shown_as)
        patients, doubts = checked(whole.patients, shown_as)
    taken = whole.taken_at
    if taken > now + CLOCKS_DIFFER:
        newest = max((file.modified for group in files.values() for file in group), default=now)
        what = f"the source says its data are of {taken.astimezone(zone):%d %b %Y %H%M}, which is yet to come"
        problems.add("data as of", what)
        taken = min(newest, now)
    found: tuple[Problem, ...] = tuple(dict.fromkeys((*problems.found(), *whole.problems, *doubts)))
    return Snapshot(taken_at=min(taken, now).astimezone(zone), source=shown_as, patients=patients, problems=found)


def _no_census(where: str) -> InputError:
    return InputError(
        "there is no census file in it" if where else "no census file was named",
        why="a kit needs to know who is here",
        do="name a CSV, a FHIR Bundle or NDJSON, an HL7 v2 file, a kept snapshot, or a folder of those",
        where=where,
    )


def kind_of(file: SourceFile) -> Kind:
    """What a file is, by its first characters; raises InputError where it is surely none that is read here."""
    raw = file.raw
    if is_envelope(raw):
        return Kind.KEPT
    if not raw.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise InputError("the file is empty", do="export it again", where=file.shown_as)
    start = raw[:2_000]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start[2:].replace(b"\x00", b"")
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\x00\x0b\r\n\t ")
    for mark, what, do in _REFUSED:
        if start.startswith(mark):
            raise InputError(what, why="a census is text", do=do, where=file.shown_as)
    if start[:3] in (b"MSH", b"FHS", b"BHS"):
        return Kind.HL7V2
    return Kind.FHIR if start[:1] in (b"{", b"[") else Kind.CSV


def _listed(paths: Sequence[Path], problems: Problems) -> Iterator[tuple[Path, bool]]:
    """Each file, and whether it was found in a folder. Hidden files and inner folders are not read."""
    for path in paths:
        if not path.is_dir():
            yield path, False
            continue
        try:
            inside = sorted(path.iterdir())
        except OSError as error:
            raise InputError("the folder cannot be read", why=error.strerror or "", where=str(path)) from None
        for item in inside:
            if item.name.startswith((".", "~$")):
                continue
            if item.is_dir():
                problems.add("folder", "a folder within the folder is not read", where=str(item))
            else:
                yield item, True


def _read(path: Path) -> SourceFile:
    try:
        about = path.stat()
        if about.st_size > MOST_BYTES:
            raise InputError(
                f"the file has {about.st_size:,} bytes", why=f"more than {MOST_BYTES:,} is not a census",
                do="export only the units that need kits", where=str(path),
            )  # fmt: skip
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError("no such file", do="check the name", where=str(path)) from None
    except OSError as error:
        raise InputError("cannot be read", why=error.strerror or str(error), where=str(path)) from None
    return SourceFile(str(path), content, datetime.fromtimestamp(about.st_mtime, UTC))


@contextmanager
def _told_in_folder(file: SourceFile, problems: Problems) -> Iterator[None]:
    """What is no census at all is told where it lies in a folder; what is a broken one is an error everywhere."""
    try:
        yield
    except NotACensusError as error:
        if not file.in_folder:
            raise
        problems.add("file", f"this file is not read: {error.what}", where=error.where)


def _parts(
    files: dict[Kind, list[SourceFile]],
    facility: Facility,
    now: datetime,
    passphrase: Passphrase | None,
    problems: Problems,
) -> Iterator[Part]:
    # Each reader is loaded only where it is needed: a kit must be quick.
    if files[Kind.KEPT]:
        from downtime.census.kept import newest_kept

        yield Part(newest_kept(files[Kind.KEPT], facility, now, passphrase, problems), whole=True)
    if files[Kind.CSV]:
        from downtime.census.csv_reader import read_csv

        for file in files[Kind.CSV]:
            with _told_in_folder(file, problems):
                yield Part(read_csv(file, facility, now), whole=True)
    if files[Kind.FHIR]:
        from downtime.census.fhir import read_fhir

        with _told_in_folder(files[Kind.FHIR][0], problems):
            for snapshot in read_fhir(files[Kind.FHIR], facility, now):
                yield Part(snapshot, whole=True)
    if files[Kind.HL7V2]:
        from downtime.census.hl7v2 import read_hl7v2_files

        # One feed, often a file for each message: a message without a time counts where its file stands.
        feed = sorted(files[Kind.HL7V2], key=lambda file: (file.modified, file.shown_as))
        snapshot = read_hl7v2_files([(file.shown_as, file.raw) for file in feed], facility, now)
        if snapshot.taken_at >= now:  # no message says when it was made; then the newest file does
            snapshot = snapshot.model_copy(update={"taken_at": min(feed[-1].modified, now)})
        yield Part(snapshot, whole=False)
