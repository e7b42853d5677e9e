"""What the desk's own process does for the site editor: check the folder, and write a change that passes the check."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.db import transaction

from downtime.desk.audit.chain import record
from downtime.desk.site_editor.folder import digest, root
from downtime.desk.store.jobs import finish, refuse
from downtime.desk.store.models import Job
from downtime.desk.store.pictures import pictures
from downtime.errors import Finding, Level
from downtime.files import write_whole
from downtime.paper.checking import check_everything

_MOST_SHOWN = 200


def check(job: Job) -> None:
    """Check the site folder as `downtime check` does, and keep what was found."""
    folder = root()
    found = check_everything(folder, date.today())
    finish(job, findings=plain(found, folder), errors=_count(found, Level.ERROR), warnings=_count(found, Level.WARNING))


def write_change(job: Job, scratch: Path) -> None:
    """Write a changed file of the site folder, if the folder is as sound with it as before and nobody was faster.

    The change is tried in a copy of the folder first. Raises DowntimeError where a file cannot be read or written.
    """
    folder, name = root(), job.asked["file"]
    content = pictures().get(job.asked["text"])
    now = digest((folder / name).read_bytes()) if (folder / name).is_file() else ""
    if now == digest(content):
        _written(job)  # this process was stopped between writing and noting it
        return
    if now != job.asked["base"]:
        _changed_meanwhile(job)
        return
    trial = scratch / "site"
    shutil.copytree(folder, trial, ignore=shutil.ignore_patterns(".*"))
    (trial / name).write_bytes(content)
    after = [finding for finding in check_everything(trial, date.today()) if finding.level is Level.ERROR]
    if after:
        # A folder that has errors already may be mended one by one.
        before = {_said(finding, folder) for finding in check_everything(folder, date.today())}
        new = [finding for finding in after if _said(finding, trial) not in before]
        if new:
            refuse(
                job, "The change would break the site folder, so nothing was written.",
                "What the check found stands below.", "Correct what you typed, then save again.",
                findings=plain(new, trial),
            )  # fmt: skip
            return
    if digest((folder / name).read_bytes()) != job.asked["base"]:
        _changed_meanwhile(job)
        return
    write_whole(folder / name, content)
    _written(job)


def plain(found: Iterable[Finding], folder: Path) -> list[dict[str, str | int]]:
    """Findings as they are kept and shown: files by their names inside the site folder."""
    return [
        {
            "file": _inside(finding.file, folder), "line": finding.line, "level": finding.level.value,
            "what": finding.what, "why": finding.why, "do": finding.do,
        }
        for finding in list(found)[:_MOST_SHOWN]
    ]  # fmt: skip


def _written(job: Job) -> None:
    with transaction.atomic():
        finish(job, changes=job.asked["changes"])
        record(
            job.by, "site.changed", f"site:{job.asked['file'][:50]}", before=job.asked["base"][:12],
            changes="; ".join(job.asked["changes"])[:2000],
        )  # fmt: skip


def _changed_meanwhile(job: Job) -> None:
    refuse(
        job, "Somebody else changed this file while you did, so nothing was written.",
        "Your change was made from an older version of it.",
        "Load the file again, look at what is different, and make your change once more.",
    )  # fmt: skip


def _said(finding: Finding, folder: Path) -> tuple[str, str]:
    return _inside(finding.file, folder), finding.what


def _inside(name: str, folder: Path) -> str:
    for prefix in (str(folder), str(folder.resolve())):
        if name.startswith(prefix):
            return name[len(prefix) :].lstrip("/\\") or "the folder"
    marker = f"{folder.name}/"
    return name.rpartition(marker)[2] if marker in name else name


def _count(found: Iterable[Finding], level: Level) -> int:
    return sum(finding.level is level for finding in found)
