"""The audit log: who did what and when, each line bound to the one before it."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import models


class AuditEvent(models.Model):
    """One line of the log; append-only. `digest` is a keyed hash over the line and the digest of the line before.

    `details` is canonical JSON. It names things by their numbers, never by a patient's name.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.CharField(max_length=32)
    actor = models.CharField(max_length=60)
    action = models.CharField(max_length=40, db_index=True)
    subject = models.CharField(max_length=60, blank=True, db_index=True)
    details = models.TextField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

    @property
    def when(self) -> datetime:
        """The time of the line."""
        return datetime.fromisoformat(self.at)

    @property
    def words(self) -> str:
        """The details, readable: ``roles clerk verifier, active yes``."""
        said = {True: "yes", False: "no", None: "none"}
        return ", ".join(
            f"{key.replace('_', ' ')} {said.get(value, value)}" for key, value in json.loads(self.details).items()
        )


class ChainHead(models.Model):
    """The end of the chain: one row, locked while a line is added, so that lines follow each other."""

    length = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.length)
