"""Making a packet or a kit for a job: the paper wing does it, the desk keeps the PDF and knows what was issued."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from downtime.census.reading import read_census
from downtime.census.snapshot import Snapshot
from downtime.desk.store.definitions import Definitions
from downtime.desk.store.jobs import finish, progress
from downtime.desk.store.kits import add_kit
from downtime.desk.store.models import Job, JobKind
from downtime.desk.store.pictures import pictures
from downtime.errors import InputError
from downtime.library.shelf import Shelf
from downtime.page.manifest import Manifest
from downtime.page.passphrase import Passphrase, passphrase_file, passphrase_variable
from downtime.paper.batch import read_site
from downtime.paper.contents import Run
from downtime.paper.kit import KitOptions, make_kit
from downtime.paper.kit_numbers import arrival_numbers
from downtime.paper.kit_plan import hours_of
from downtime.paper.packet import make_packet
from downtime.paper.production import facility_key, print_run, write_kit
from downtime.site import Department, Site

# A page that watches asks every two seconds; the database has better things to do than count pages.
_TELL_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class _Made:
    pdf: bytes
    manifest: Manifest
    result: dict[str, Any]


def make(job: Job, scratch: Path) -> None:
    """Make what a job asks for, keep it, and say so. Raises DowntimeError for what cannot be made."""
    folder = settings.DESK.site_folder
    if folder is None:
        raise InputError("this desk was started without a site folder", do="start it as: downtime desk SITE")
    site, shelf = read_site(folder)
    department = site.department(job.subject)
    run = print_run(
        site, single_sided=bool(job.asked.get("single_sided")), drill=settings.DESK.drill, key=facility_key(site)
    )
    if job.kind == JobKind.PACKET:
        made = _packet(job, site, department, shelf, run)
    else:
        made = _kit(job, site, department, shelf, run, scratch)
    name = pictures().put(made.pdf)
    add_kit(made.manifest, job.by, Definitions.of(site))
    finish(job, file=name, kit=made.manifest.kit, signed=run.key is not None, **made.result)


def _packet(job: Job, site: Site, department: Department, shelf: Shelf, run: Run) -> _Made:
    packet = make_packet(site, department, shelf, run, _teller(job))
    result = {
        "pages": packet.pages, "sheets_of_paper": packet.sheets_of_paper, "unapproved": sorted(packet.unapproved),
    }  # fmt: skip
    return _Made(packet.pdf, packet.manifest, result)


def _kit(job: Job, site: Site, department: Department, shelf: Shelf, run: Run, scratch: Path) -> _Made:
    snapshot = _census(job, site, run.made_at, scratch)
    options = KitOptions(hours=job.asked.get("hours") or hours_of(department))
    if blank := int(job.asked.get("blank") or 0):
        # A kit that cannot be made must not use numbers up: whatever is wrong shows before they are taken.
        make_kit(site, department, shelf, snapshot, replace(options, numbers=("0",)), run)
        numbers = arrival_numbers(site, department, blank, station=None, drill=run.drill, now=run.made_at)
        options = replace(options, numbers=numbers)
    kit = make_kit(site, department, shelf, snapshot, options, run, _teller(job))
    # What leaves the desk is encrypted as the site wants it for every kit.
    path = write_kit(scratch, site.facility.id, kit, _site_passphrase(site))
    result = {
        "pages": kit.pages, "sheets_of_paper": kit.sheets_of_paper, "unapproved": sorted(kit.unapproved),
        "patients": kit.patients, "arrivals": kit.arrivals, "left_out": kit.left_out, "to_clarify": kit.to_clarify,
        "orders_to_check": kit.not_computed, "problems": kit.problems, "old_data": kit.stale,
        "data_age_minutes": int(kit.age.total_seconds() // 60), "encrypted": site.passphrase_path is not None,
    }  # fmt: skip
    return _Made(path.read_bytes(), kit.manifest, result)


def _census(job: Job, site: Site, now: datetime, scratch: Path) -> Snapshot:
    """The files that were given with the job, or what the snapshot watch of this computer kept last."""
    paths = []
    for number, (suffix, name) in enumerate(job.asked.get("census", []), start=1):
        path = scratch / f"census-{number}{suffix}"
        with path.open("wb") as file:
            pictures().copy(name, file)
        paths.append(path)
    if not paths and not site.snapshots_folder.is_dir():
        raise InputError(
            "there is no census", why="no file was given, and no snapshot is kept on this computer",
            do="choose a census file, or let `downtime snapshot` keep one",
        )  # fmt: skip
    passphrase = passphrase_variable(os.environ) or _site_passphrase(site)
    return read_census(paths or [site.snapshots_folder], facility=site.facility, now=now, passphrase=passphrase)


def _site_passphrase(site: Site) -> Passphrase | None:
    return passphrase_file(site.passphrase_path) if site.passphrase_path is not None else None


def _teller(job: Job) -> Callable[[int, int], None]:
    told = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= _TELL_EVERY_S:
            told = time.monotonic()
            progress(job, done, total)

    return tell
