"""Readiness: which downtime box holds a packet that is still right, which does not, and why not, in words.

What a placed packet was printed from is compared with what it would be printed from now. One difference is enough:
paper in a box cannot be corrected, so the packet is printed again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from downtime import __version__
from downtime.library.shelf import Shelf
from downtime.paper.packet import packet_sources
from downtime.paper.placement import PlacedBox
from downtime.paper.surroundings import date_text
from downtime.paper.webpage import web_page
from downtime.site import Department, Site

WARN_DAYS = 14
"""How long before a packet expires it is told of: time to print, count and carry it. Our own choice."""

_FILES = {
    "facility": "the facility changed (facility.yaml)",
    "contacts": "phone numbers or contacts changed (contacts.yaml)",
    "approvals": "approvals changed (approvals.yaml)",
}


class State(StrEnum):
    """Whether a box can be opened with confidence."""

    READY = "ready"
    STALE = "stale"
    NEVER = "never placed"


@dataclass(frozen=True, slots=True)
class BoxStatus:
    """One box: its state, every reason why it is not ready, and what will matter soon."""

    department: str
    name: str
    box: str
    location: str
    state: State
    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()
    record: PlacedBox | None = None

    @property
    def why(self) -> str:
        """Reasons and notes in one line."""
        return "; ".join((*self.reasons, *self.notes))

    @property
    def placed(self) -> str:
        """When the packet was placed and by whom, as shown to people."""
        return f"{date_text(self.record.on)}, {self.record.by}" if self.record else ""

    @property
    def use_until(self) -> str:
        """The last day of use, as the packet's cover says it."""
        return date_text(self.record.expires) if self.record else ""

    def as_data(self) -> dict[str, Any]:
        """The box as plain data."""
        record = self.record.model_dump(mode="json", exclude={"sources", "forms"}) if self.record else None
        return {
            "department": self.department, "name": self.name, "box": self.box, "state": self.state.value,
            "reasons": list(self.reasons), "notes": list(self.notes), "placed": record,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Readiness:
    """Every box of a site on one day."""

    facility: str
    day: date
    boxes: tuple[BoxStatus, ...]

    @property
    def all_ready(self) -> bool:
        """Whether every box is ready."""
        return all(box.state is State.READY for box in self.boxes)

    @property
    def summary(self) -> str:
        """How many boxes are in each state."""
        counts = [(sum(box.state is state for box in self.boxes), state) for state in State]
        return f"{date_text(self.day)}: " + ", ".join(f"{count} {state}" for count, state in counts if count)

    def as_data(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "facility": self.facility, "on": self.day.isoformat(), "ready": self.all_ready,
            "boxes": [box.as_data() for box in self.boxes],
        }  # fmt: skip


def readiness(site: Site, shelf: Shelf, records: Sequence[PlacedBox], today: date) -> Readiness:
    """The state of every department's own box, and of every other box that was declared placed.

    Raises ConfigError where a form or card of a department can no longer be read.
    """
    boxes: list[BoxStatus] = []
    for department in site.departments.values():
        boxes += _department_boxes(site, department, shelf, records, today)
    for record in records:
        if record.department not in site.departments:
            why = "the site folder no longer has this department: empty the box, and delete its record"
            boxes.append(
                BoxStatus(record.department, record.department_name, record.box, "", State.STALE, (why,), (), record)
            )
    return Readiness(site.facility.name, today, tuple(boxes))


def status_page(report: Readiness) -> str:
    """The report as one HTML page that needs nothing else: for a shared screen, or to be printed."""
    return web_page("status.html", {"report": report, "version": __version__})


def _department_boxes(
    site: Site, department: Department, shelf: Shelf, records: Sequence[PlacedBox], today: date
) -> Iterator[BoxStatus]:
    """The department's own box first, whether something was placed in it or not; then the others that hold a packet."""
    sources = packet_sources(site, department, shelf)
    numbers = tuple(_stale_numbers(site, department, today))
    box = department.box
    placed = {record.box: record for record in records if record.department == department.id}
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    for name in dict.fromkeys([box.id, *placed]):
        record = placed.get(name)
        if record is None:
            state, notes = State.NEVER, ()
            reasons = ("no packet was ever declared placed in this box", *numbers)
        else:
            reasons = (*_changes(record, sources, shelf), *_age(record, today), *numbers)
            state, notes = State.STALE if reasons else State.READY, tuple(_notes(record, today))
        location = box.location if name == box.id else ""
        yield BoxStatus(department.id, department.name, name, location, state, reasons, notes, record)


def _changes(record: PlacedBox, sources: dict[str, str], shelf: Shelf) -> Iterator[str]:
    """What differs between the sources of the printed packet and those of now."""
    if not record.sources:
        yield "the packet does not say what it was printed from"
        return
    for name in dict.fromkeys([*sources, *record.sources]):
        before, now = record.sources.get(name), sources.get(name)
        if before != now:
            yield _change(name, before, now, record, shelf)


def _change(name: str, before: str | None, now: str | None, record: PlacedBox, shelf: Shelf) -> str:
    kind, _, which = name.partition(":")
    if kind == "department":
        return "the department's settings changed"
    if kind in ("form", "card"):
        shown = f"form {which}" if kind == "form" else f"role card {which}"
        if before is None:
            return f"{shown} is new, the box does not have it"
        if now is None:
            return f"{shown} is no longer part of the packet"
        if kind == "card":
            return f"{shown} changed"
        printed, revision = record.forms.get(which, "unknown"), shelf.form(which).spec.revision
        if printed == revision:
            return f"{shown} changed within revision {revision}"
        return f"{shown} revised: printed {printed}, now {revision}"
    return _FILES.get(name, f"{name} changed")


def _age(record: PlacedBox, today: date) -> Iterator[str]:
    if today > record.expires:
        yield f"expired on {date_text(record.expires)}"
    if record.software_version != __version__:
        yield f"printed by version {record.software_version} of Downtime, this is {__version__}"
    if record.unapproved:
        yield f"NOT APPROVED FOR PATIENT CARE stands on {', '.join(record.unapproved)}"


def _notes(record: PlacedBox, today: date) -> Iterator[str]:
    days = (record.expires - today).days
    if 0 <= days <= WARN_DAYS:
        last = "today is its last day" if not days else f"{days} day{'s' if days > 1 else ''} left"
        yield f"expires within {WARN_DAYS} days: {last}"
    if record.on > today:
        yield f"declared placed on {date_text(record.on)}, a day to come"


def _stale_numbers(site: Site, department: Department, today: date) -> Iterator[str]:
    """The people of the phone tree whose numbers nobody has tried for too long."""
    tree = site.phone_tree(department, today)
    stale = [node for node in tree.nodes if node.stale] if tree else []
    if tree and stale:
        oldest = min(node.verified for node in stale)
        who = ", ".join(node.title for node in stale[:3]) + (f" and {len(stale) - 3} more" if len(stale) > 3 else "")
        yield f"numbers not tried for over {tree.stale_after_days} days: {who} (last on {date_text(oldest)})"
