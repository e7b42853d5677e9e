"""What a kit holds, in counts and before any outage: the forms of one patient, and the paper for a full unit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from downtime import __version__
from downtime.errors import ConfigError
from downtime.library.shelf import Shelf
from downtime.paper.amounts import Amount, counted
from downtime.paper.contents import Run
from downtime.paper.imprint import Imprint
from downtime.paper.issuing import issued_form
from downtime.paper.kit_plan import copies_for, hours_of, kit_plan
from downtime.paper.packet import PartSize, sides_of
from downtime.paper.surroundings import surroundings
from downtime.site import Department, Site
from downtime.site.kit_settings import KitForm, KitWhen


@dataclass(frozen=True, slots=True)
class KitLine:
    """One form of a kit: whose it is, who gets it, how many copies each, and the paper of one copy."""

    form: str
    title: str
    of_unit: bool
    when: KitWhen
    copies: int
    is_labels: bool
    pages_each: int
    sheets_each: int

    @property
    def amount(self) -> Amount:
        """What its copies for one patient, or for the unit, take."""
        pages, sheets = self.copies * self.pages_each, self.copies * self.sheets_each
        return Amount(pages, 0, sheets) if self.is_labels else Amount(pages, sheets)

    def as_data(self) -> dict[str, Any]:
        """The line as plain data."""
        return {
            "form": self.form, "title": self.title, "for": "unit" if self.of_unit else "patient",
            "when": self.when.value, "copies": self.copies, "labels": self.is_labels,
            "pages_each": self.pages_each, "sheets_each": self.sheets_each,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class KitNeed:
    """The kit of a department: its forms, and the paper for a patient in each of its beds."""

    hours: int
    patients: int
    lines: tuple[KitLine, ...]

    @property
    def each(self) -> Amount:
        """One patient with a chart of every kind: the most that somebody with few orders gets."""
        known = (line for line in self.lines if not line.of_unit and line.when is not KitWhen.ARRIVALS)
        return reduce(Amount.__add__, (line.amount for line in known), Amount())

    @property
    def unit(self) -> Amount:
        """The unit's own forms."""
        return reduce(Amount.__add__, (line.amount for line in self.lines if line.of_unit), Amount())

    @property
    def total(self) -> Amount:
        """The whole kit; the data page is not counted."""
        each, n = self.each, self.patients
        return self.unit + Amount(each.pages * n, each.sheets * n, each.label_sheets * n)

    @property
    def words(self) -> str:
        """What to keep at the printer, and where the number comes from."""
        each = f"{counted(self.each.sheets, 'sheet')} a patient with a chart of each kind"
        unit = f" + {self.unit.sheets} for the unit" if self.unit.sheets else ""
        return (
            f"Kit for {counted(self.patients, 'patient')}, {self.hours} h, printed in an outage: {self.total.words}; "
            f"{each}{unit}. More than a chart has rows for takes another chart."
        )

    def as_data(self) -> dict[str, Any]:
        """The need as plain data."""
        return {
            "hours": self.hours, "patients": self.patients, "lines": [line.as_data() for line in self.lines],
            "each": self.each.as_data(), "unit": self.unit.as_data(), "total": self.total.as_data(),
        }  # fmt: skip


def kit_need(
    site: Site, department: Department, shelf: Shelf, run: Run, measured: Mapping[str, PartSize]
) -> KitNeed | None:
    """Count what a department's kit holds; None where nobody lies there, or no form of it is a patient's.

    `measured` are forms whose size is known from the packet. Raises ConfigError for a form that cannot be printed.
    """
    patients = max(department.beds, math.ceil(department.census))
    if not patients:
        return None
    try:
        plan = kit_plan(department, shelf)
    except ConfigError:
        if department.kit is not None:
            raise
        return None
    hours = hours_of(department)
    lines = [_line(site, department, shelf, run, measured, entry, hours, of_unit=True) for entry in plan.unit]
    lines += [_line(site, department, shelf, run, measured, entry, hours, of_unit=False) for entry in plan.patient]
    return KitNeed(hours, patients, tuple(lines))


def _line(
    site: Site,
    department: Department,
    shelf: Shelf,
    run: Run,
    measured: Mapping[str, PartSize],
    entry: KitForm,
    hours: int,
    *,
    of_unit: bool,
) -> KitLine:
    library = shelf.form(entry.form)
    size = measured.get(entry.form)
    if size is not None:
        pages, sheets = size.pages, size.sheets
    else:
        # Its lines are as long as any that a kit prints in the same place, and what differs takes no room of its own.
        imprint = Imprint(
            facility=site.facility.name, department=department.name, made_at="", expires="", approval="", kit="",
            software=__version__, approved=True, signed=run.key is not None, kind="Kit",
        )  # fmt: skip
        _, printed = issued_form(site, department, library, surroundings(site, department), imprint, run.paper)
        pages = len(printed.pages)
        sheets = len(sides_of(printed, run.single_sided)) // (1 if run.single_sided else 2)
    spec = library.spec
    return KitLine(
        entry.form, spec.title, of_unit, entry.when, copies_for(entry, hours), bool(spec.labels), pages, sheets
    )  # fmt: skip
