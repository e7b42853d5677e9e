"""What goes into a kit and what comes out of it: options, the people it is for, and the finished document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from downtime.census.snapshot import MedicationOrder, Patient
from downtime.clinical.due import Due
from downtime.page.manifest import Manifest

VOID_AFTER = timedelta(hours=24)
"""Paper that is filled from data is void a day after the data were taken (design: snapshot pages)."""


@dataclass(frozen=True, slots=True)
class KitOptions:
    """What a kit is asked for: hours, one patient, numbers for arrivals, or only what changed since an earlier kit.

    `numbers` are downtime numbers that were taken from the store for this kit; each makes a set of forms for somebody
    who has yet to come.
    """

    hours: int = 12
    patient: str | None = None
    numbers: tuple[str, ...] = ()
    since: Manifest | None = None


@dataclass(frozen=True)
class FinishedKit:
    """A kit ready to be written: nothing is on disk yet. The counts name nobody.

    `pages` are the sides of the PDF, of which `empty` are backs without print; `manifest_json` is what the PDF carries.
    """

    department: str
    pdf: bytes
    manifest: Manifest
    pages: int
    sheets_of_paper: int
    patients: int
    arrivals: int
    left_out: int
    unchanged: int
    to_clarify: int
    not_computed: int
    problems: int
    age: timedelta
    stale: bool
    unapproved: tuple[str, ...]
    fillable: bool = False
    empty: int = 0
    manifest_json: bytes = b""

    @property
    def needs_a_person(self) -> bool:
        """Whether the data page names something that somebody has to settle."""
        return bool(self.left_out or self.to_clarify or self.not_computed or self.problems or self.stale)


class Chart(StrEnum):
    """Which medicine chart an order stands on; `NONE` is the list of all orders alone."""

    SCHEDULED = "orders.scheduled"
    ONE_TIME = "orders.one_time"
    AS_NEEDED = "orders.as_needed"
    INFUSION = "orders.infusions"
    NONE = ""


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """An order with its chart, its times in the window, and all that must be said about it.

    `check` are the reasons why it must be looked at before anything is given; `notes` are things to know.
    """

    order: MedicationOrder
    number: int
    chart: Chart
    due: Due
    times: tuple[datetime, ...] = ()
    check: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    chart_words: str = ""


@dataclass(frozen=True, slots=True)
class MarDay:
    """A day of a sheet with hours: from `start` for 24 hours by the clock; `opens` and `closes` bound what is known."""

    day: date
    start: datetime
    end: datetime
    opens: datetime
    closes: datetime


@dataclass(frozen=True)
class Person:
    """Somebody with paper in this kit: a patient of the census, or an arrival with a downtime number.

    `ref` is what the manifest calls them by; None where no number may be trusted.
    """

    key: str
    ref: str | None
    bed: str
    patient: Patient | None = None
    alerts: tuple[str, ...] = ()
    orders: tuple[PlannedOrder, ...] = ()
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shortened:
    """A text that had no room in its place: where that is, in words, and the whole text."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A patient of the census who gets no paper here, and why."""

    name: str
    number: str
    place: str
    why: str
