"""What a census would give: the kits of all units that it names people for, made and thrown away, in counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from downtime.census.snapshot import Snapshot
from downtime.errors import ConfigError, Finding, InputError, Level
from downtime.library.shelf import Shelf
from downtime.paper.contents import Run
from downtime.paper.kit import make_kit
from downtime.paper.kit_model import FinishedKit, KitOptions
from downtime.paper.kit_plan import hours_of, kit_plan
from downtime.site import Department, Site


@dataclass(frozen=True)
class UnitTrial:
    """What one unit would get, in counts; they name nobody."""

    department: str
    kit: FinishedKit

    def as_data(self) -> dict[str, Any]:
        """The counts as plain data."""
        kit = self.kit
        return {
            "department": self.department, "patients": kit.patients, "left_out": kit.left_out,
            "to_clarify": kit.to_clarify, "orders_to_check": kit.not_computed, "pages": kit.pages - kit.empty,
            "sheets": kit.sheets_of_paper, "data_age_minutes": int(kit.age.total_seconds() // 60),
            "old_data": kit.stale,
        }  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """What a census would give: each unit that it has people for, and what is wrong with it."""

    units: tuple[UnitTrial, ...]
    findings: tuple[Finding, ...]

    @property
    def needs_a_person(self) -> bool:
        """Whether a kit of it would name something that somebody has to settle."""
        return bool(self.findings) or any(unit.kit.needs_a_person for unit in self.units)


def try_census(site: Site, shelf: Shelf, snapshot: Snapshot, run: Run, only: Sequence[str] = ()) -> Trial:
    """Make the kit of every unit (or `only` these) that the census has people for, and keep nothing of it but counts.

    Raises UsageError for a department that there is none of, ConfigError for a form that cannot be printed, and
    InputError where `only` names a unit of which nobody is in the census.
    """
    asked = [site.department(name) for name in dict.fromkeys(only)]
    units = []
    for department in asked or list(site.departments.values()):
        if not asked and not _has_kit(department, shelf):
            continue
        try:
            kit = make_kit(site, department, shelf, snapshot, KitOptions(hours_of(department)), run)
        except InputError:
            if asked:
                raise
            continue  # nobody of the census is there
        units.append(UnitTrial(department.id, kit))
    return Trial(tuple(units), tuple(_findings(snapshot, units)))


def _has_kit(department: Department, shelf: Shelf) -> bool:
    try:
        kit_plan(department, shelf)
    except ConfigError:
        return department.kit is not None
    return True


def _findings(snapshot: Snapshot, units: Sequence[UnitTrial]) -> Iterator[Finding]:
    """What the reader could not use, by patient number and element; no name and no value of anybody is in it."""
    for problem in snapshot.problems:
        whose = f", patient {problem.patient}" if problem.patient else ""
        where = problem.where or snapshot.source
        do = "correct it at its source; on paper it stands on the data page"
        yield Finding(where, 0, Level.WARNING, f"{problem.element}{whose}", problem.what, do)
    if not units:
        names = sorted({patient.place.unit or "no unit" for patient in snapshot.patients})
        shown = ", ".join(names[:12]) or "nobody at all"
        do = "write what the census calls each unit under its census_units"
        yield Finding(snapshot.source, 0, Level.WARNING, "no unit of this site would get a kit", f"it has: {shown}", do)
