"""Entries: what a person keyed or confirmed. Append-only: nothing here is ever changed or deleted."""

from __future__ import annotations

from django.db import models

from downtime.desk.store.models.pages import ScannedPage
from downtime.desk.store.models.sheets import Sheet


class EntryKind(models.TextChoices):
    """What an entry says about its field."""

    VALUE = "value", "a value"
    BLANK = "blank", "nothing is written there"
    ILLEGIBLE = "illegible", "something is written, and cannot be read"
    ASK = "ask", "somebody must be asked"
    WITHDRAWN = "withdrawn", "taken back: as if never entered"


class EntryRound(models.IntegerChoices):
    """Whose look at the field this is; the highest round that has an entry decides."""

    FIRST = 1, "keyed"
    SECOND = 2, "keyed again, blind"
    THIRD = 3, "decided by a third person"


class EntrySource(models.TextChoices):
    """Where the value came from."""

    TYPED = "typed", "typed from the picture"
    CONFIRMED = "confirmed", "read by the machine, confirmed by a person"
    ELECTRONIC = "electronic", "from a form filled on a screen"


class Entry(models.Model):
    """One person's word on one field of one sheet, with the page image that it was taken from.

    Of a round's entries for a field the newest counts. `token` is made by the browser for each save: the same save sent
    twice (a lost answer, a double click) is stored once.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="entries")
    field = models.CharField(max_length=200)
    round = models.SmallIntegerField(choices=EntryRound, default=EntryRound.FIRST)
    kind = models.CharField(max_length=10, choices=EntryKind)
    value = models.TextField(blank=True)
    note = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=10, choices=EntrySource, default=EntrySource.TYPED)
    page = models.ForeignKey(ScannedPage, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    token = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="value") | models.Q(value=""), name="only_a_value_has_a_value"
            ),
        ]
        indexes = [models.Index(fields=["sheet", "round", "field", "-id"], name="entry_newest")]

    def __str__(self) -> str:
        return f"entry {self.pk}"
