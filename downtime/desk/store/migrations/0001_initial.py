"""The tables of the first version."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Layout",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("id48", models.BigIntegerField(db_index=True)),
                ("form", models.CharField(max_length=80)),
                ("revision", models.CharField(max_length=20)),
                ("paper", models.CharField(max_length=20)),
                ("json", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="IncomingFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=300)),
                ("size_bytes", models.BigIntegerField()),
                (
                    "source",
                    models.CharField(
                        choices=[("dropped", "dropped on the page"), ("folder", "watched folder")], max_length=10
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits to be read"),
                            ("reading", "being read"),
                            ("done", "read"),
                            ("failed", "could not be read"),
                            ("seen", "the same file came before"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("page_count", models.IntegerField(default=0)),
                ("attempts", models.IntegerField(default=0)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="again",
                        to="store.incomingfile",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Kit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kit", models.CharField(max_length=11, unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("facility", models.CharField(max_length=80)),
                ("facility_name", models.CharField(max_length=200)),
                ("department", models.CharField(db_index=True, max_length=80)),
                ("department_name", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("data_as_of", models.DateTimeField(null=True)),
                ("signed", models.BooleanField()),
                ("page_count", models.IntegerField()),
                ("manifest", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FormDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("department", models.CharField(max_length=80)),
                ("known", models.BooleanField()),
                ("targets", models.JSONField(default=list)),
                ("fields", models.TextField()),
                ("kept_at", models.DateTimeField(auto_now_add=True)),
                (
                    "layout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="definitions", to="store.layout"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Patient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=120, unique=True)),
                ("mrn", models.CharField(blank=True, db_index=True, max_length=120)),
                ("downtime_number", models.CharField(blank=True, db_index=True, max_length=120)),
                ("name", models.CharField(blank=True, db_index=True, max_length=300)),
                ("birth_date", models.DateField(db_index=True, null=True)),
                ("sex", models.CharField(blank=True, max_length=20)),
                ("allergies", models.TextField(blank=True)),
                ("department", models.CharField(blank=True, max_length=80)),
                ("bed", models.CharField(blank=True, max_length=80)),
                ("known_from", models.CharField(default="manifest", max_length=40)),
                ("known_at", models.DateTimeField(auto_now_add=True)),
                (
                    "same_as",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="others",
                        to="store.patient",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PatientLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("undone", models.BooleanField(default=False)),
                ("why", models.CharField(max_length=500)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "retired",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="store.patient"
                    ),
                ),
                (
                    "survivor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="store.patient"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("value", models.JSONField()),
                ("at", models.DateTimeField(auto_now=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("instance", models.IntegerField(default=0)),
                ("form", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=200)),
                ("revision", models.CharField(max_length=20)),
                ("first_page", models.IntegerField()),
                ("last_page", models.IntegerField()),
                ("step", models.IntegerField(default=1)),
                ("copy_number", models.IntegerField(default=1)),
                ("unit", models.CharField(blank=True, max_length=120)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("issued", "not come back yet"),
                            ("returned", "came back, waits to be keyed"),
                            ("keying", "being keyed"),
                            ("asked", "waits for an answer"),
                            ("keyed", "keyed, waits to be verified"),
                            ("disputed", "two people differ, waits for a third"),
                            ("verified", "verified"),
                            ("closed", "closed"),
                            ("filed", "scanned and filed, nothing is keyed"),
                            ("not_used", "not used"),
                            ("lost", "lost"),
                        ],
                        default="issued",
                        max_length=12,
                    ),
                ),
                ("rank", models.IntegerField(default=900)),
                ("printed", models.JSONField(default=dict)),
                ("fate", models.CharField(blank=True, max_length=24)),
                ("first_returned_at", models.DateTimeField(null=True)),
                (
                    "kit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="store.kit"
                    ),
                ),
                (
                    "layout",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="store.layout"),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="store.patient",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ScannedPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("index", models.IntegerField()),
                ("state", models.CharField(max_length=20)),
                ("reasons", models.JSONField(default=list)),
                ("reading", models.TextField()),
                ("verdict", models.TextField(blank=True)),
                ("entered", models.JSONField(null=True)),
                ("kit", models.CharField(blank=True, max_length=11)),
                ("page", models.IntegerField(null=True)),
                ("settled", models.BooleanField(default=False)),
                ("in_use", models.BooleanField(default=False)),
                ("picture", models.CharField(blank=True, max_length=64)),
                ("straight", models.CharField(blank=True, max_length=64)),
                ("thumbnail", models.CharField(blank=True, max_length=64)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pages", to="store.incomingfile"
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="scans", to="store.sheet"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PageDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("identified", "said which page it is"),
                            ("used", "chose this picture of the page"),
                            ("photocopy", "said that it is a photocopy used again"),
                            ("set_aside", "set aside: nothing to enter"),
                            ("foreign", "sent to whom it belongs"),
                            ("looked_at", "looked at what was in doubt"),
                            ("reopened", "opened again"),
                        ],
                        max_length=12,
                    ),
                ),
                ("kit_page", models.IntegerField(null=True)),
                ("why", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="store.scannedpage"
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="store.sheet"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[("keying", "keying"), ("verifying", "verifying"), ("deciding", "deciding")],
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="leases", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sheet",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lease", to="store.sheet"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=200)),
                (
                    "round",
                    models.SmallIntegerField(
                        choices=[(1, "keyed"), (2, "keyed again, blind"), (3, "decided by a third person")], default=1
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("value", "a value"),
                            ("blank", "nothing is written there"),
                            ("illegible", "something is written, and cannot be read"),
                            ("ask", "somebody must be asked"),
                            ("withdrawn", "taken back: as if never entered"),
                        ],
                        max_length=10,
                    ),
                ),
                ("value", models.TextField(blank=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("typed", "typed from the picture"),
                            ("confirmed", "read by the machine, confirmed by a person"),
                            ("electronic", "from a form filled on a screen"),
                        ],
                        default="typed",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("token", models.CharField(max_length=64, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="store.scannedpage"
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="store.sheet"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SheetEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("issued", "not come back yet"),
                            ("returned", "came back, waits to be keyed"),
                            ("keying", "being keyed"),
                            ("asked", "waits for an answer"),
                            ("keyed", "keyed, waits to be verified"),
                            ("disputed", "two people differ, waits for a third"),
                            ("verified", "verified"),
                            ("closed", "closed"),
                            ("filed", "scanned and filed, nothing is keyed"),
                            ("not_used", "not used"),
                            ("lost", "lost"),
                        ],
                        max_length=12,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="store.patient"
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="store.sheet"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="incomingfile",
            index=models.Index(fields=["state", "id"], name="file_queue"),
        ),
        migrations.AddConstraint(
            model_name="incomingfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("first__isnull", True)), fields=("sha256",), name="the_same_bytes_count_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="formdefinition",
            constraint=models.UniqueConstraint(fields=("layout", "department"), name="one_definition_a_department"),
        ),
        migrations.AddConstraint(
            model_name="patientlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("retired", models.F("survivor")), _negated=True), name="nobody_is_joined_to_itself"
            ),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(fields=["status", "rank", "first_returned_at", "id"], name="sheet_queue"),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(fields=["kit", "first_page"], name="sheet_of_page"),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(fields=["kit", "status"], name="sheet_counts"),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.UniqueConstraint(fields=("kit", "number", "instance"), name="one_sheet_a_number"),
        ),
        migrations.AddIndex(
            model_name="scannedpage",
            index=models.Index(fields=["-id", "state"], name="page_newest"),
        ),
        migrations.AddIndex(
            model_name="scannedpage",
            index=models.Index(fields=["state", "settled", "-id"], name="page_by_state"),
        ),
        migrations.AddIndex(
            model_name="scannedpage",
            index=models.Index(fields=["kit", "page"], name="page_by_code"),
        ),
        migrations.AddConstraint(
            model_name="scannedpage",
            constraint=models.UniqueConstraint(fields=("file", "index"), name="a_page_is_read_once"),
        ),
        migrations.AddConstraint(
            model_name="scannedpage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("in_use", True)), fields=("sheet", "page"), name="one_picture_in_use"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["sheet", "round", "field", "-id"], name="entry_newest"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "value"), ("value", ""), _connector="OR"), name="only_a_value_has_a_value"
            ),
        ),
    ]
