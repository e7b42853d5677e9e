"""Sign-offs only grow."""

from django.db import migrations

from downtime.desk.store.append_only import AppendOnly


class Migration(migrations.Migration):
    """The trigger."""

    dependencies = [("reconciliation", "0001_initial")]
    operations = [AppendOnly("reconciliation_signoff")]
