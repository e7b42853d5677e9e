"""The departments that a user works for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="departments",
            field=models.JSONField(default=list),
        ),
    ]
