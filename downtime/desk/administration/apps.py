"""Administration as a Django app."""

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """Users, settings, backup."""

    name = "downtime.desk.administration"
    label = "administration"
