"""Printing as a Django app."""

from django.apps import AppConfig


class PrintingConfig(AppConfig):
    """Packets and kits: made, downloaded, listed."""

    name = "downtime.desk.printing"
    label = "printing"
