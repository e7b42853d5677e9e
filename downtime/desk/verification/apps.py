"""Verification as a Django app."""

from django.apps import AppConfig


class VerificationConfig(AppConfig):
    """The second look at a sheet, and the third where two people differ."""

    name = "downtime.desk.verification"
    label = "verification"
