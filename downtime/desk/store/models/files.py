"""Files that came in: dropped on the page, or found in the watched folder."""

from __future__ import annotations

from django.db import models


class FileSource(models.TextChoices):
    """How a file came in."""

    DROPPED = "dropped", "dropped on the page"
    FOLDER = "folder", "watched folder"


class FileState(models.TextChoices):
    """What became of a file as a whole; its pages have states of their own."""

    WAITING = "waiting", "waits to be read"
    READING = "reading", "being read"
    DONE = "done", "read"
    FAILED = "failed", "could not be read"
    SEEN = "seen", "the same file came before"


class IncomingFile(models.Model):
    """One file that came in. The same bytes a second time is a row of its own that names the first.

    `kit` is set where the file turned out to be a kit or its manifest, `note` says why it was not taken. `name` is what
    the scanner called it and may hold a patient's name: it is shown to people, and never logged.
    """

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    size_bytes = models.BigIntegerField()
    source = models.CharField(max_length=10, choices=FileSource)
    state = models.CharField(max_length=10, choices=FileState, default=FileState.WAITING)
    reason = models.CharField(max_length=40, blank=True)  # a PageReason
    kit = models.CharField(max_length=11, blank=True)
    note = models.CharField(max_length=500, blank=True)
    page_count = models.IntegerField(default=0)
    attempts = models.IntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    first = models.ForeignKey("self", models.PROTECT, null=True, related_name="again")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                condition=models.Q(first__isnull=True) & ~models.Q(sha256=""),
                name="the_same_bytes_count_once",
            )
        ]
        indexes = [models.Index(fields=["state", "id"], name="file_queue")]

    def __str__(self) -> str:
        return f"file {self.pk}"
