"""Entries, decisions and events only grow."""

from django.db import migrations

from downtime.desk.store.append_only import AppendOnly


class Migration(migrations.Migration):
    """The triggers."""

    dependencies = [("store", "0001_initial")]
    operations = [
        AppendOnly("store_entry"),
        AppendOnly("store_pagedecision"),
        AppendOnly("store_patientlink"),
        AppendOnly("store_sheetevent"),
        AppendOnly("store_layout"),
        AppendOnly("store_formdefinition"),
    ]
