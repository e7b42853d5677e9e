"""Accounts as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users and sessions."""

    name = "downtime.desk.accounts"
    label = "accounts"
