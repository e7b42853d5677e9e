"""Pages that are read again; files that turn out to be kits, or could not be taken at all."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="incomingfile",
            name="the_same_bytes_count_once",
        ),
        migrations.AddField(
            model_name="incomingfile",
            name="kit",
            field=models.CharField(blank=True, max_length=11),
        ),
        migrations.AddField(
            model_name="incomingfile",
            name="note",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="scannedpage",
            name="reread",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="scannedpage",
            name="typed",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddIndex(
            model_name="scannedpage",
            index=models.Index(condition=models.Q(("reread", True)), fields=["id"], name="page_to_reread"),
        ),
        migrations.AddIndex(
            model_name="scannedpage",
            index=models.Index(condition=models.Q(("settled", False)), fields=["-id"], name="page_waiting"),
        ),
        migrations.AddConstraint(
            model_name="incomingfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("first__isnull", True), models.Q(("sha256", ""), _negated=True)),
                fields=("sha256",),
                name="the_same_bytes_count_once",
            ),
        ),
    ]
