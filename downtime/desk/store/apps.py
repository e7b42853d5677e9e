"""The store as a Django app."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Tables and files of the store."""

    name = "downtime.desk.store"
    label = "store"
