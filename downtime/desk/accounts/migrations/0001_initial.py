"""The tables of the first version."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("roles_text", models.CharField(blank=True, db_column="roles", max_length=200)),
                ("is_active", models.BooleanField(default=True)),
                ("break_glass", models.BooleanField(default=False)),
                ("must_change_password", models.BooleanField(default=False)),
                ("dark", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(django.db.models.functions.text.Lower("username"), name="one_user_a_name")
                ],
            },
        ),
    ]
