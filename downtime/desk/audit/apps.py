"""Audit as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit log."""

    name = "downtime.desk.audit"
    label = "audit"
