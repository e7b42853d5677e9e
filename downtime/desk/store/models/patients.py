"""Who sheets are about: a person as paper names them, and the events that join two of those into one."""

from __future__ import annotations

from django.db import models


class Patient(models.Model):
    """A person as kits name them: `reference` is the MRN or downtime number that manifests carry.

    A row is one name for a person, not the person: a downtime number and an MRN that turn out to be the same person
    stay two rows, joined by `PatientLink` events, so that a wrong match can be undone.
    """

    reference = models.CharField(max_length=120, unique=True)
    mrn = models.CharField(max_length=120, blank=True, db_index=True)
    downtime_number = models.CharField(max_length=120, blank=True, db_index=True)
    name = models.CharField(max_length=300, blank=True, db_index=True)
    birth_date = models.DateField(null=True, db_index=True)
    sex = models.CharField(max_length=20, blank=True)
    allergies = models.TextField(blank=True)
    department = models.CharField(max_length=80, blank=True)
    bed = models.CharField(max_length=80, blank=True)
    known_from = models.CharField(max_length=40, default="manifest")
    known_at = models.DateTimeField(auto_now_add=True)
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="others")

    def __str__(self) -> str:
        return self.reference


class PatientLink(models.Model):
    """Somebody said that two names are one person, or took that back; append-only. `Patient.same_as` follows it."""

    retired = models.ForeignKey(Patient, models.PROTECT, related_name="links")
    survivor = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    undone = models.BooleanField(default=False)
    why = models.CharField(max_length=500)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(retired=models.F("survivor")), name="nobody_is_joined_to_itself")
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"
