"""Keying as a Django app."""

from django.apps import AppConfig


class KeyingConfig(AppConfig):
    """The queue and the keying screen."""

    name = "downtime.desk.keying"
    label = "keying"
