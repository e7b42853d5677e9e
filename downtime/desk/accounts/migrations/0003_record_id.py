"""The id under which the record system knows a user."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_departments"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="record_id",
            field=models.CharField(blank=True, max_length=60),
        ),
    ]
