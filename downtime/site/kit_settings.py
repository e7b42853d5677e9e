"""The `kit:` part of a department's file: which forms the unit and each of its patients get during an outage."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator

from downtime.site.values import AT_LEAST_ONE, Id, Number, Whole
from downtime.textyaml import TextModel

MOST_HOURS = 48
"""Longer than two days nobody should go on from one kit: its data are void 24 hours after they were taken."""


class KitWhen(StrEnum):
    """Which patients get a form."""

    ALWAYS = "always"
    KNOWN = "known"
    SCHEDULED = "scheduled"
    AS_NEEDED = "as-needed"
    INFUSIONS = "infusions"
    MEDICINES = "medicines"
    ARRIVALS = "arrivals"


class KitForm(TextModel):
    """One form of a kit: how many copies, or one for so many hours, and for which patients."""

    form: Id
    copies: Annotated[int, Whole(1, 20)] = 1
    each_hours: Annotated[float, Number(1, 48)] | None = Field(
        default=None, description="so many copies for each of these hours, begun ones count whole"
    )
    when: KitWhen = Field(default=KitWhen.ALWAYS, description="only for patients with such orders")


class KitSettings(TextModel):
    """The forms of a kit in the order in which they print."""

    hours: Annotated[int, Whole(1, MOST_HOURS)] = Field(
        default=12, description="how many hours a kit is for, unless told"
    )
    unit: tuple[KitForm, ...] = Field(default=(), description="the unit's own forms, before the patients")
    patient: Annotated[tuple[KitForm, ...], AT_LEAST_ONE] = Field(description="the forms of each patient")

    @field_validator("unit", "patient")
    @classmethod
    def _forms_differ(cls, forms: tuple[KitForm, ...]) -> tuple[KitForm, ...]:
        ids = [(entry.form, entry.when) for entry in forms]
        if twice := next((form for form, when in ids if ids.count((form, when)) > 1), None):
            raise ValueError(f"“{twice}” stands twice in one list; keep one line and raise its copies")
        return forms

    def entries(self) -> Iterator[tuple[KitForm, tuple[str | int, ...]]]:
        """Every form with its place in the department's file."""
        for part, forms in (("unit", self.unit), ("patient", self.patient)):
            for number, entry in enumerate(forms):
                yield entry, ("kit", part, number)
