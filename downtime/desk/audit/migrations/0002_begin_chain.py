"""The chain begins: its end is row 1, and from here on lines are only added."""

from typing import Any

from django.db import migrations

from downtime.desk.audit.chain import first_head
from downtime.desk.store.append_only import AppendOnly


def begin(apps: Any, schema_editor: Any) -> None:
    """Write the end of an empty chain."""
    head = first_head()
    apps.get_model("audit", "ChainHead").objects.create(
        pk=head.pk, length=head.length, digest=head.digest, seal=head.seal
    )


class Migration(migrations.Migration):
    """Row 1, and the triggers."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop), AppendOnly("audit_auditevent")]
