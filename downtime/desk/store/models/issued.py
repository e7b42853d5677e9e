"""What was issued: kits with their manifests, the layouts of their pages, and the form definitions behind them."""

from __future__ import annotations

from django.db import models

from downtime.page.manifest import ManifestKind


class Layout(models.Model):
    """Where the fields of one form revision lie on one paper; the row never changes, its id is the hash of `json`."""

    id = models.CharField(primary_key=True, max_length=64)
    id48 = models.BigIntegerField(db_index=True)
    form = models.CharField(max_length=80)
    revision = models.CharField(max_length=20)
    paper = models.CharField(max_length=20)
    json = models.TextField()

    def __str__(self) -> str:
        return f"{self.form} {self.revision} on {self.paper}"


class FormDefinition(models.Model):
    """What is keyed from a layout, in the words of the form as a department printed it; kept when its kit came in.

    The library may move on to a later revision; what is keyed from an old page still follows the words it was printed
    from. `known` is false where the library did not have the revision: then the words come from the layout alone.
    `targets` are where the form is entered; `fields` is `fields.keyed.KeyedField` as JSON.
    """

    layout = models.ForeignKey(Layout, models.PROTECT, related_name="definitions")
    department = models.CharField(max_length=80)
    known = models.BooleanField()
    targets = models.JSONField(default=list)
    fields = models.TextField()
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["layout", "department"], name="one_definition_a_department")]

    def __str__(self) -> str:
        return f"{self.layout_id[:12]} in {self.department}"


class Kit(models.Model):
    """What one print run issued for one department; `manifest` is the SHA-256 of the manifest in the picture store."""

    kit = models.CharField(max_length=11, unique=True)
    kind = models.CharField(max_length=10)  # a ManifestKind
    facility = models.CharField(max_length=80)
    facility_name = models.CharField(max_length=200)
    department = models.CharField(max_length=80, db_index=True)
    department_name = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    data_as_of = models.DateTimeField(null=True)
    signed = models.BooleanField()
    page_count = models.IntegerField()
    manifest = models.CharField(max_length=64)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.kit

    @property
    def drill(self) -> bool:
        """Whether the kit was printed for a rehearsal: nothing of it goes into a record."""
        return self.kind == ManifestKind.DRILL
