"""Matches that wait for a person: from registration's list, or said by one where two must agree."""

from __future__ import annotations

from django.db import models

from downtime.desk.store.models import Patient


class MatchState(models.TextChoices):
    """What became of a proposed match."""

    WAITING = "waiting", "waits for a person"
    JOINED = "joined", "joined"
    REFUSED = "refused", "not the same person"


class MatchProposal(models.Model):
    """Somebody, or registration's list, says that two names are one person; nothing is joined by it alone.

    `first_by` is the first of the two people who are needed where both names are record numbers. The audit log keeps
    each step.
    """

    retired = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    survivor = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=MatchState, default=MatchState.WAITING)
    source = models.CharField(max_length=40)
    why = models.CharField(max_length=500, blank=True)
    first_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    proposed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    settled_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["retired", "survivor"], condition=models.Q(state="waiting"), name="one_open_match_a_pair"
            )
        ]
        indexes = [models.Index(fields=["state", "id"], name="match_queue")]

    def __str__(self) -> str:
        return f"match {self.pk}"
