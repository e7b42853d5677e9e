"""Reconciliation as a Django app."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    """Counts, missing pages, the closing report."""

    name = "downtime.desk.reconciliation"
    label = "reconciliation"
