"""Work that takes longer than a page may: packets, kits, checks and changes of the site folder."""

from __future__ import annotations

from django.db import models


class JobKind(models.TextChoices):
    """What is to be done."""

    PACKET = "packet", "packet"
    KIT = "kit", "kit"
    CHECK = "check", "check of the site folder"
    EDIT = "edit", "change of the site folder"


class JobState(models.TextChoices):
    """How far it is."""

    WAITING = "waiting", "waits"
    WORKING = "working", "at work"
    DONE = "done", "done"
    REFUSED = "refused", "not done"


class Job(models.Model):
    """One piece of work that somebody asked for. `subject` is a department or a file of the site folder.

    `asked` holds what to make it with, `result` what came of it (or `what`, `why` and `do` where nothing did). `file`
    is the PDF in the picture store, until its time is over.
    """

    kind = models.CharField(max_length=10, choices=JobKind)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    subject = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=200, blank=True)
    asked = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    file = models.CharField(max_length=64, blank=True)
    kit = models.CharField(max_length=11, blank=True)
    done_count = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    attempts = models.IntegerField(default=0)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "id"], name="job_queue"),
            models.Index(fields=["kind", "subject", "-id"], name="job_history"),
        ]

    def __str__(self) -> str:
        return f"job {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it waits or is at work."""
        return self.state in (JobState.WAITING, JobState.WORKING)
