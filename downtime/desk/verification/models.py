"""The second look at a sheet as a whole."""

from __future__ import annotations

from django.db import models

from downtime.desk.store.models import Sheet


class SheetLook(models.Model):
    """Somebody looked at all that was keyed on a sheet beside its critical fields, and said that it is so; append-only.

    It covers the first-round entries up to number `up_to`, so that what is keyed later asks for another look.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="looks")
    up_to = models.BigIntegerField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"look {self.pk}"
