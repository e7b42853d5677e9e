"""Patients as a Django app."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """Matching downtime numbers with record numbers."""

    name = "downtime.desk.patients"
    label = "patients"
