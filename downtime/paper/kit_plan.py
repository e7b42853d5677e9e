"""Which forms a kit holds: those that the department's file names, or those of its packet that go with a patient."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from downtime.clinical.vocabulary import Target
from downtime.errors import ConfigError
from downtime.library.data_names import BEDS
from downtime.library.schema import FormSpec, Scope
from downtime.library.shelf import Shelf
from downtime.paper.kit_model import Chart, Person
from downtime.site import Department
from downtime.site.kit_settings import KitForm, KitSettings, KitWhen

ORDER_LIST = "orders.all"
_RECOVERY = "R"
DEFAULT_HOURS = KitSettings.model_fields["hours"].default


CHARTS_OF = {
    KitWhen.SCHEDULED: {Chart.SCHEDULED, Chart.ONE_TIME},
    KitWhen.AS_NEEDED: {Chart.AS_NEEDED},
    KitWhen.INFUSIONS: {Chart.INFUSION},
}
"""Whose orders a form is for that prints only for some patients."""


@dataclass(frozen=True)
class KitPlan:
    """The forms of a kit in order, the unit's own and those of each patient."""

    unit: tuple[KitForm, ...]
    patient: tuple[KitForm, ...]
    hours: int


def kit_plan(department: Department, shelf: Shelf) -> KitPlan:
    """The kit of a department; where its file has no `kit:`, what its packet holds for a patient of a day.

    Raises ConfigError for a form that cannot be read.
    """
    settings = department.kit
    if settings is None:
        settings = _from_packet(department, shelf)
    patient = settings.patient
    if not any(_lists(shelf.form(entry.form).spec, ORDER_LIST) for entry in patient):
        listed = next((form for form in shelf.ids if _lists(shelf.form(form).spec, ORDER_LIST)), None)
        if listed is not None:
            patient = (KitForm(form=listed, when=KitWhen.MEDICINES), *patient)
    return KitPlan(settings.unit, patient, settings.hours)


def _from_packet(department: Department, shelf: Shelf) -> KitSettings:
    unit: list[KitForm] = []
    patient: dict[str, KitForm] = {}
    for entry in department.packet.entries():
        spec = shelf.form(entry.form.form).spec
        if spec.level == _RECOVERY:
            continue
        if spec.scope is Scope.UNIT and _lists(spec, BEDS):
            unit.append(KitForm(form=spec.form))
        elif spec.scope is Scope.PATIENT and entry.form.per in ("patient-day", "arrival") and spec.form not in patient:
            patient[spec.form] = _of_packet(spec, entry.form.uses or 1)
    ordered = sorted(
        patient.values(), key=lambda form: Target.REGISTRATION_ADT not in shelf.form(form.form).spec.record.targets
    )
    if not ordered:
        raise ConfigError(
            f"{department.name} has no forms for a patient",
            why="its file has no `kit:`, and its packet holds no form per patient-day or per arrival",
            do="list the forms of a patient under `kit: patient:` in the department's file",
        )
    unique = {form.form: form for form in unit}
    return KitSettings(unit=tuple(unique.values()), patient=tuple(ordered))


def _of_packet(spec: FormSpec, uses_a_day: float) -> KitForm:
    sources = {section.grid.rows.data for whole in spec.sections for section in whole.whole if section.grid}
    when = KitWhen.ALWAYS
    if Chart.INFUSION.value in sources:
        when = KitWhen.INFUSIONS
    elif Chart.AS_NEEDED.value in sources:
        when = KitWhen.AS_NEEDED
    return KitForm(form=spec.form, copies=max(1, math.floor(uses_a_day)), when=when)


def _lists(spec: FormSpec, source: str) -> bool:
    return any(
        section.grid is not None and section.grid.rows.data == source
        for whole in spec.sections
        for section in whole.whole
    )


def hours_of(department: Department) -> int:
    """How many hours a kit of a department is for, where nothing else is said."""
    return department.kit.hours if department.kit else DEFAULT_HOURS


def copies_for(entry: KitForm, hours: int) -> int:
    """How many copies of a form somebody gets for so many hours."""
    return entry.copies * (math.ceil(hours / entry.each_hours) if entry.each_hours else 1)


def is_wanted(entry: KitForm, person: Person) -> bool:
    """Whether somebody gets a form at all: an arrival gets a blank chart of each kind, because nothing is known yet."""
    when = entry.when
    if person.patient is None:
        return when not in (KitWhen.KNOWN, KitWhen.MEDICINES)
    if when in (KitWhen.ALWAYS, KitWhen.KNOWN):
        return True
    charts = {order.chart for order in person.orders}
    wanted = set(Chart) if when is KitWhen.MEDICINES else CHARTS_OF.get(when, set())
    return bool(charts & wanted)


def kit_form_ids(plan: KitPlan) -> Iterator[str]:
    """Every form of a kit, each once."""
    yield from dict.fromkeys(entry.form for entry in (*plan.unit, *plan.patient))
