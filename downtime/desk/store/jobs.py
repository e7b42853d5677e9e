"""Longer work: asked for by a person, taken by the desk's own process one after another, its end told and noted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record
from downtime.desk.store.models import Job, JobKind, JobState

MOST_ATTEMPTS = 2


def ask(kind: JobKind, subject: str, by: User, *, title: str = "", **asked: Any) -> Job:
    """Put work into the line."""
    with transaction.atomic():
        job = Job.objects.create(kind=kind, subject=subject, title=title[:200], asked=asked, by=by)
        changes = "; ".join(asked.get("changes", ()))[:2000]
        record(by, f"{kind}.asked", f"job:{job.pk}", about=subject, **({"changes": changes} if changes else {}))
    return job


def claim() -> Job | None:
    """Take the next piece of work; what took the process down with it twice is given up."""
    skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        found = Job.objects.select_for_update(skip_locked=skip).filter(state=JobState.WAITING).order_by("pk").first()
        if found is None:
            return None
        Job.objects.filter(pk=found.pk).update(state=JobState.WORKING, attempts=F("attempts") + 1)
    job = Job.objects.select_related("by").get(pk=found.pk)
    if job.attempts > MOST_ATTEMPTS:
        refuse(job, "This could not be done.", "The program stopped each time it tried.", "Tell whoever runs the desk.")
        return claim()
    return job


def progress(job: Job, done: int, total: int) -> None:
    """Say how far it is."""
    Job.objects.filter(pk=job.pk).update(done_count=done, total=total)


def finish(job: Job, *, file: str = "", kit: str = "", **result: Any) -> None:
    """Say that it is done."""
    with transaction.atomic():
        _end(job, JobState.DONE, result, file=file, kit=kit)
        record(job.by, f"{job.kind}.done", f"job:{job.pk}", about=job.subject or "site folder", kit=kit or None)


def refuse(job: Job, what: str, why: str = "", do: str = "", **result: Any) -> None:
    """Say that it was not done, and why."""
    with transaction.atomic():
        _end(job, JobState.REFUSED, {"what": what, "why": why, "do": do, **result})
        record(job.by, f"{job.kind}.refused", f"job:{job.pk}", about=job.subject)


def give_back() -> None:
    """Put back what the process had in hand when it was stopped; for the start of a desk, which has one."""
    Job.objects.filter(state=JobState.WORKING).update(state=JobState.WAITING, done_count=0, total=0)


def files_of_kits_before(moment: datetime) -> list[Job]:
    """Kits whose PDF is kept although it was made before a moment."""
    return list(Job.objects.filter(kind=JobKind.KIT, finished_at__lt=moment).exclude(file="").select_related("by"))


def forget_file(job: Job) -> None:
    """Note that a PDF is no longer kept; what it was stays in the list."""
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(file="")
        record(None, "kit.file_removed", f"job:{job.pk}")


def _end(job: Job, state: JobState, result: dict[str, Any], **more: Any) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, result=result, finished_at=timezone.now(), **more)
