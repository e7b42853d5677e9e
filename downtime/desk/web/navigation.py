"""The bar at the top: one line for each place, shown to those who may open it. Add yours to `PLACES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import reverse

from downtime.desk.access import may
from downtime.desk.accounts.models import User
from downtime.desk.inbox import queries as inbox
from downtime.desk.keying import queue
from downtime.desk.patients import queries as patients
from downtime.desk.verification import queue as verification


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the desk: its word, its view, and how many things wait there (one indexed query), if it counts."""

    label: str
    view: str
    waiting: Callable[[], int] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A place as one user sees it."""

    label: str
    address: str
    waiting: int | None
    here: bool


PLACES: tuple[Place, ...] = (
    Place("Inbox", "inbox:list", inbox.waiting),
    Place("Key", "keying:queue", queue.waiting),
    Place("Verify", "verification:queue", verification.to_verify),
    Place("Patients", "patients:list", patients.waiting),
    Place("Account", "reconciliation:list"),
    Place("Print", "printing:list"),
    Place("Ready", "readiness:board"),
    Place("Site", "site_editor:list"),
    Place("Users", "administration:users"),
    Place("Settings", "administration:settings"),
    Place("Backup", "administration:backup"),
    Place("Audit", "audit:list"),
)  # fmt: skip


def links(user: User, view_name: str) -> Iterator[Link]:
    """The places that a user may open; `view_name` is where they are."""
    here = _place_of(view_name)
    for place in PLACES:
        if may(user.roles, place.view):
            waiting = place.waiting() if place.waiting else None
            yield Link(place.label, reverse(place.view), waiting, place.view == here)


def _place_of(view_name: str) -> str:
    """The place that a page belongs to: its own, or the first of its app."""
    views = [place.view for place in PLACES]
    app = view_name.partition(":")[0]
    return view_name if view_name in views else next((view for view in views if view.startswith(f"{app}:")), "")
