"""Longer work: packets, kits, checks and changes of the site folder."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0003_reread"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("packet", "packet"),
                            ("kit", "kit"),
                            ("check", "check of the site folder"),
                            ("edit", "change of the site folder"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits"),
                            ("working", "at work"),
                            ("done", "done"),
                            ("refused", "not done"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=120)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("asked", models.JSONField(default=dict)),
                ("result", models.JSONField(default=dict)),
                ("file", models.CharField(blank=True, max_length=64)),
                ("kit", models.CharField(blank=True, max_length=11)),
                ("done_count", models.IntegerField(default=0)),
                ("total", models.IntegerField(default=0)),
                ("attempts", models.IntegerField(default=0)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "id"], name="job_queue"),
                    models.Index(fields=["kind", "subject", "-id"], name="job_history"),
                ],
            },
        ),
    ]
