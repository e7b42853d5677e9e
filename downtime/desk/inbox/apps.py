"""Inbox as a Django app."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """Files and pages that come in."""

    name = "downtime.desk.inbox"
    label = "inbox"
