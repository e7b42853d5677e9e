"""The site editor as a Django app."""

from django.apps import AppConfig


class SiteEditorConfig(AppConfig):
    """Changing the site folder in the web page."""

    name = "downtime.desk.site_editor"
    label = "site_editor"
