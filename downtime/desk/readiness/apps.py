"""Readiness as a Django app."""

from django.apps import AppConfig


class ReadinessConfig(AppConfig):
    """Which boxes are ready, findings, previews of forms."""

    name = "downtime.desk.readiness"
    label = "readiness"
