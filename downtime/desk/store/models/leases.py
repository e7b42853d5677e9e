"""Leases: who works on a sheet now, so that two people do not key the same one by accident."""

from __future__ import annotations

from django.db import models

from downtime.desk.store.models.sheets import Sheet


class LeasePurpose(models.TextChoices):
    """What the holder does with the sheet."""

    KEYING = "keying", "keying"
    VERIFYING = "verifying", "verifying"
    DECIDING = "deciding", "deciding"


class Lease(models.Model):
    """One sheet is in one person's hands; renewed at each save, free for others some minutes after the last one."""

    sheet = models.OneToOneField(Sheet, models.CASCADE, related_name="lease")
    holder = models.ForeignKey("accounts.User", models.CASCADE, related_name="leases")
    purpose = models.CharField(max_length=10, choices=LeasePurpose)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"lease of {self.sheet_id}"
