"""Declaring a downtime box filled: which packet lies in which box, since when, by whom, and what it was printed from.

One small file for each box, in the folder `.downtime/placed` of the site. It holds no layouts and no patient data, but
digests of everything the packet was made from, so that readiness can later say what has changed since. Whoever may read
the site folder may read it: the next manager must see what the last one placed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from downtime.errors import InputError, UsageError, WriteError
from downtime.files import make_folder, write_whole
from downtime.library.shelf import Shelf
from downtime.page.manifest import Manifest, ManifestKind
from downtime.page.opening import manifest_of
from downtime.paper.issuing import approval_words
from downtime.paper.surroundings import date_text
from downtime.site import Department, Site
from downtime.textyaml import nearest

PLACED_FOLDER = Path(".downtime") / "placed"
MOST_LETTERS = 40
"""As many as a department's own box may have in its file."""


class PlacedBox(BaseModel):
    """A box that somebody declared filled, and the packet that lies in it. `expires` is the last day of use."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: Literal[1] = 1
    facility: str
    department: str
    department_name: str
    box: str
    kit: str
    by: str
    on: date
    made_at: AwareDatetime
    expires: date
    software_version: str
    forms: dict[str, str] = Field(description="form or card id -> the revision that was printed")
    unapproved: tuple[str, ...] = ()
    sources: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Placement:
    """What declaring a box filled has changed: the new record, where it stands, and the one that it replaced."""

    record: PlacedBox
    path: Path
    replaced: PlacedBox | None


def place(site: Site, shelf: Shelf, pdf: Path, *, box: str, by: str, on: date | None = None) -> Placement:
    """Declare a box filled with a packet, instead of what lay in it before.

    Raises InputError for a PDF that is no packet of this site, UsageError for a box, name or day that cannot be.
    """
    manifest = manifest_of(pdf)
    department = _department(site, manifest, str(pdf))
    zone = ZoneInfo(str(site.facility.timezone))
    printed = manifest.made_at.astimezone(zone).date()
    day = on or max(datetime.now(zone).date(), printed)
    if day < printed:
        raise UsageError(
            f"the packet cannot have been placed on {date_text(day)}", why=f"it was made on {date_text(printed)}",
            do="give the day on which it was put into the box",
        )  # fmt: skip
    records = placed_boxes(site.root)
    box = _box_name(box, department, records)
    record = PlacedBox(
        facility=manifest.facility.id,
        department=department.id,
        department_name=manifest.department.name,
        box=box,
        kit=manifest.kit,
        by=_line(by, "--by", "who filled the box", 200),
        on=day,
        made_at=manifest.made_at,
        expires=printed + timedelta(days=site.facility.packet_valid_days),
        software_version=manifest.software_version,
        forms={sheet.form: sheet.revision for sheet in manifest.sheets},
        unapproved=_unapproved(site, department, shelf, printed),
        sources=manifest.sources,
    )
    path = site.root / PLACED_FOLDER / file_name(department.id, box)
    try:
        make_folder(path.parent)
        write_whole(path, (record.model_dump_json(indent=2) + "\n").encode())
    except WriteError as error:
        do = "free some space, or have the site folder made writable for you"
        raise WriteError("the record of the box cannot be kept", why=error.why, do=do, where=str(path)) from None
    replaced = next((old for old in records if (old.department, old.box) == (department.id, box)), None)
    return Placement(record, path, replaced)


def placed_boxes(site_folder: Path) -> tuple[PlacedBox, ...]:
    """Every box that was declared filled, by department and box; raises InputError for a record that is damaged."""
    folder = site_folder / PLACED_FOLDER
    records = []
    try:
        paths = sorted(path for path in folder.glob("*.json") if not path.name.startswith("."))
    except OSError as error:
        raise InputError("cannot be read", why=error.strerror or str(error), where=str(folder)) from None
    for path in paths:
        try:
            records.append(PlacedBox.model_validate_json(path.read_bytes()))
        except OSError as error:
            why = error.strerror or str(error)
            raise InputError("cannot be read", why=why, do="check who may read it", where=str(path)) from None
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            why = f"{'.'.join(str(part) for part in first['loc']) or 'file'}: {first['msg']}"
            do = "delete it, then declare the box placed again; or update Downtime, if a newer version wrote it"
            raise InputError("this record of a box cannot be used", why=why, do=do, where=str(path)) from None
    return tuple(records)


def file_name(department: str, box: str) -> str:
    """The file of a box. No id of a department has two hyphens in a row, so no two boxes share a file."""
    return f"{department}--{quote(box, safe=' ')}.json"


def _department(site: Site, manifest: Manifest, where: str) -> Department:
    """The department that the packet is for; a drill, a kit, and what is from elsewhere never fill a box."""
    if manifest.kind is not ManifestKind.PACKET:
        why = {
            ManifestKind.DRILL: "it is a drill: every page says so, and none may be used for patients",
            ManifestKind.KIT: "it is a kit: it was made in an outage for the patients of that day",
        }[manifest.kind]
        raise InputError(
            "this cannot be placed in a downtime box", why=why, do="make one with `downtime packet`", where=where
        )
    if manifest.facility.id != site.facility.id:
        raise InputError(
            f"this packet is from another facility, {manifest.facility.name} ({manifest.facility.id})",
            why=f"the site folder is that of {site.facility.name} ({site.facility.id})",
            do="name the right site folder with --site",
            where=where,
        )
    if manifest.department.id not in site.departments:
        raise InputError(
            f"the site folder has no department “{manifest.department.id}”, for which this packet was printed",
            do=nearest(manifest.department.id, list(site.departments)),
            where=where,
        )
    return site.departments[manifest.department.id]


def _box_name(given: str, department: Department, records: tuple[PlacedBox, ...]) -> str:
    """The box as the department writes it: who types it in small letters means the same box."""
    box = _line(given, "--box", "the box", MOST_LETTERS)
    known = [department.box.id, *(record.box for record in records if record.department == department.id)]
    box = next((name for name in known if name.casefold() == box.casefold()), box)
    if len(quote(box)) > 150:  # with a department's id still under the 255 letters that a file name may have
        raise UsageError(f"--box: “{box}” is too long for a file name", do="give the box a short name, as ED-1")
    return box


def _line(text: str, option: str, what: str, most: int) -> str:
    line = " ".join(text.split())
    if not line or not line.isprintable() or len(line) > most:
        raise UsageError(f"{option}: this does not say {what}", do=f"write 1 to {most} letters on one line")
    return line


def _unapproved(site: Site, department: Department, shelf: Shelf, day: date) -> tuple[str, ...]:
    """The forms on which NOT APPROVED stands, when printed on that day from the site folder as it is."""
    forms = dict.fromkeys(entry.form.form for entry in department.packet.entries())
    return tuple(form for form in forms if not approval_words(site, department, shelf.form(form), day)[0])
