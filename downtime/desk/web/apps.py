"""Web as a Django app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files and middleware."""

    name = "downtime.desk.web"
    label = "web"
