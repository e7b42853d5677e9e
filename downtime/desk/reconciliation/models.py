"""Sign-offs of kits."""

from __future__ import annotations

from django.db import models

from downtime.desk.store.models import Kit


class SignOff(models.Model):
    """A supervisor signed the closing report of a kit; append-only. `report` is the PDF in the picture store.

    A page that turns up later opens its sheet again, and the kit is signed off once more.
    """

    kit = models.ForeignKey(Kit, models.PROTECT, related_name="signoffs")
    name = models.CharField(max_length=120)
    report = models.CharField(max_length=64)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"sign-off {self.pk}"
