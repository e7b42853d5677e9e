"""Settings that people change while the desk runs."""

from __future__ import annotations

from django.db import models


class Setting(models.Model):
    """One setting by its name (`store.preferences` lists them all); changes are audited."""

    name = models.CharField(primary_key=True, max_length=60)
    value = models.JSONField()
    at = models.DateTimeField(auto_now=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name
