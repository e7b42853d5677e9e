"""The printer's own process: started with the desk, it does the longer work, one job after another."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from downtime.desk.environment import DeskEnvironment
from downtime.desk.secrets import ARRIVING
from downtime.desk.serve.stopping import Stop

if TYPE_CHECKING:
    from downtime.desk.store.models import Job

SCRATCH = "working"
_REST_S = 0.5
_AFTER_ERROR_S = 5.0
_TIDY_EVERY_S = 600.0
_LEFT_AFTER_S = 24 * 3600.0


def work_until(stop: Stop) -> None:
    """Work until `stop` is set, or until the desk that started this has gone."""
    from downtime.desk.serve.prepare import load

    desk = DeskEnvironment.from_environ()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a terminal; the desk stops this one
    os.umask(0o077)
    load(desk)
    from django.db import OperationalError

    from downtime.desk.store.jobs import give_back

    scratch = desk.store_folder / SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    give_back()
    tidied = 0.0
    while not stop.is_set():
        try:
            if time.monotonic() - tidied >= _TIDY_EVERY_S:
                tidied = time.monotonic()
                remove_old_kits()
                remove_left_copies(desk.store_folder / ARRIVING)
            if not work_once(scratch):
                stop.wait(_REST_S)
        except OperationalError as error:
            print(f"printer: the database does not answer ({type(error).__name__})", file=sys.stderr, flush=True)
            stop.wait(_AFTER_ERROR_S)


def work_once(scratch: Path) -> bool:
    """Do the next job, whatever becomes of it; returns whether there was one."""
    from downtime.desk.store.jobs import claim, refuse
    from downtime.errors import ConfigError, DowntimeError

    job = claim()
    if job is None:
        return False
    scratch.mkdir(mode=0o700, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=scratch))
    try:
        _work_of(job, folder)
    except ConfigError as error:
        refuse(
            job, error.what or "The site folder has errors.", error.why, error.do or "Correct what is named.",
            findings=[str(finding) for finding in error.findings],
        )  # fmt: skip
    except DowntimeError as error:
        refuse(job, error.what, error.why, error.do)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _forget_census(job)
    return True


def remove_old_kits() -> int:
    """Remove the PDFs of kits whose time is over (patient data that nobody prints any more); returns how many."""
    from django.utils import timezone

    from downtime.desk.store.jobs import files_of_kits_before, forget_file
    from downtime.desk.web.keeping import keep_kits_hours

    old = files_of_kits_before(timezone.now() - timedelta(hours=keep_kits_hours()))
    for job in old:
        _forget(job.file)
        forget_file(job)
    return len(old)


def remove_left_copies(folder: Path) -> None:
    """Remove copies of the database that a backup which was broken off has left behind, once they are a day old."""
    for path in folder.glob("backup.*"):
        if time.time() - path.stat().st_mtime > _LEFT_AFTER_S:
            path.unlink(missing_ok=True)


def _work_of(job: Job, folder: Path) -> None:
    from downtime.desk.printing.making import make
    from downtime.desk.site_editor.checking import check, write_change
    from downtime.desk.store.models import JobKind

    if job.kind == JobKind.CHECK:
        check(job)
    elif job.kind == JobKind.EDIT:
        write_change(job, folder)
    else:
        make(job, folder)


def _forget_census(job: Job) -> None:
    """A census is patient data of everybody in the house: it goes as soon as the kit is made, or cannot be."""
    for _, name in job.asked.get("census", []):
        _forget(name)


def _forget(name: str) -> None:
    """Delete a file of the picture store, unless the same bytes came in as a scan: those are kept as the scans are."""
    from downtime.desk.store.models import IncomingFile
    from downtime.desk.store.pictures import pictures

    if not IncomingFile.objects.filter(sha256=name).exists():
        pictures().forget(name)
