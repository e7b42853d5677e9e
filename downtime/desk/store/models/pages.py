"""Scanned pages: what the machine read on each image, and what people decided about it."""

from __future__ import annotations

from django.db import models

from downtime.desk.store.models.files import IncomingFile
from downtime.desk.store.models.sheets import Sheet


class ScannedPage(models.Model):
    """One page image that came in; a row is written whatever happened to it, and never deleted.

    `reading` is the scan room's PageReading as JSON, `verdict` its PageVerdict, `entered` what was typed into a filled
    PDF. `state` is the machine's verdict; `settled` says that a person has looked and nothing is left to do in the
    inbox. `reread` asks the reader to read it again: with the code that a person `typed`, or as its kit came in.
    Pictures are named by their SHA-256.
    """

    file = models.ForeignKey(IncomingFile, models.PROTECT, related_name="pages")
    index = models.IntegerField()
    state = models.CharField(max_length=20)  # a PageState: no choices here, or each new one would change the table
    reasons = models.JSONField(default=list)
    reading = models.TextField()
    verdict = models.TextField(blank=True)
    entered = models.JSONField(null=True)
    kit = models.CharField(max_length=11, blank=True)
    page = models.IntegerField(null=True)
    sheet = models.ForeignKey(Sheet, models.PROTECT, null=True, related_name="scans")
    typed = models.CharField(max_length=20, blank=True)
    reread = models.BooleanField(default=False)
    settled = models.BooleanField(default=False)
    in_use = models.BooleanField(default=False)
    picture = models.CharField(max_length=64, blank=True)
    straight = models.CharField(max_length=64, blank=True)
    thumbnail = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "index"], name="a_page_is_read_once"),
            # Of several pictures of a page of a sheet, one is keyed from.
            models.UniqueConstraint(
                fields=["sheet", "page"], condition=models.Q(in_use=True), name="one_picture_in_use"
            ),
        ]
        indexes = [
            models.Index(fields=["-id", "state"], name="page_newest"),
            models.Index(fields=["state", "settled", "-id"], name="page_by_state"),
            models.Index(fields=["kit", "page"], name="page_by_code"),
            models.Index(fields=["id"], name="page_to_reread", condition=models.Q(reread=True)),
            models.Index(fields=["-id"], name="page_waiting", condition=models.Q(settled=False)),
        ]

    def __str__(self) -> str:
        return f"page {self.pk}"


class DecisionKind(models.TextChoices):
    """What a person can decide about a scanned page."""

    IDENTIFIED = "identified", "said which page it is"
    USED = "used", "chose this picture of the page"
    PHOTOCOPY = "photocopy", "said that it is a photocopy used again"
    SET_ASIDE = "set_aside", "set aside: nothing to enter"
    FOREIGN = "foreign", "sent to whom it belongs"
    LOOKED_AT = "looked_at", "looked at what was in doubt"
    REOPENED = "reopened", "opened again"


class PageDecision(models.Model):
    """What a person decided about a page; append-only, and always over what the machine thought."""

    page = models.ForeignKey(ScannedPage, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=12, choices=DecisionKind)
    sheet = models.ForeignKey(Sheet, models.PROTECT, null=True, related_name="+")
    kit_page = models.IntegerField(null=True)
    why = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.page_id} {self.kind}"
