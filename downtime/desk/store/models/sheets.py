"""Sheets: one issued copy of a form, and what happened to it."""

from __future__ import annotations

from django.db import models

from downtime.desk.store.models.issued import Kit, Layout
from downtime.desk.store.models.patients import Patient


class SheetStatus(models.TextChoices):
    """Where a sheet stands on its way from the printer into the record."""

    ISSUED = "issued", "not come back yet"
    RETURNED = "returned", "came back, waits to be keyed"
    KEYING = "keying", "being keyed"
    ASKED = "asked", "waits for an answer"
    KEYED = "keyed", "keyed, waits to be verified"
    DISPUTED = "disputed", "two people differ, waits for a third"
    VERIFIED = "verified", "verified"
    CLOSED = "closed", "closed"
    FILED = "filed", "scanned and filed, nothing is keyed"
    NOT_USED = "not_used", "not used"
    LOST = "lost", "lost"


class Sheet(models.Model):
    """One issued copy of a form, one or more pages.

    `instance` is 0 for the sheet as it was printed; a photocopied page that served another patient is a sheet of its
    own with the next number. `printed` is what was printed into its fields, by field id. `rank` is its place in the
    order of re-entry (`store.priority`), smaller is sooner.
    """

    kit = models.ForeignKey(Kit, models.PROTECT, related_name="sheets")
    number = models.IntegerField()
    instance = models.IntegerField(default=0)
    form = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    revision = models.CharField(max_length=20)
    layout = models.ForeignKey(Layout, models.PROTECT, related_name="+")
    first_page = models.IntegerField()
    last_page = models.IntegerField()
    step = models.IntegerField(default=1)
    copy_number = models.IntegerField(default=1)
    unit = models.CharField(max_length=120, blank=True)
    patient = models.ForeignKey(Patient, models.PROTECT, null=True, related_name="sheets")
    status = models.CharField(max_length=12, choices=SheetStatus, default=SheetStatus.ISSUED)
    rank = models.IntegerField(default=900)
    printed = models.JSONField(default=dict)
    fate = models.CharField(max_length=24, blank=True)
    first_returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kit", "number", "instance"], name="one_sheet_a_number")]
        indexes = [
            # The queue: status first, then rank and age; the id makes the order whole, for paging.
            models.Index(fields=["status", "rank", "first_returned_at", "id"], name="sheet_queue"),
            models.Index(fields=["kit", "first_page"], name="sheet_of_page"),
            models.Index(fields=["kit", "status"], name="sheet_counts"),
        ]

    def __str__(self) -> str:
        return f"sheet {self.pk}"

    @property
    def pages(self) -> range:
        """The page numbers in the kit."""
        return range(self.first_page, self.last_page + 1, self.step)


class SheetEvent(models.Model):
    """A sheet changed its status or its patient; append-only. `why` is a person's reason, where one is asked for."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="events")
    status = models.CharField(max_length=12, choices=SheetStatus)
    patient = models.ForeignKey(Patient, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.status}"
