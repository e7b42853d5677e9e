"""Sheets that wait for the second look or for a decision, in the order of re-entry."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from downtime.desk.accounts.models import User
from downtime.desk.keying.queue import LINES_A_PAGE, MOST_COUNTED, in_order
from downtime.desk.store.leases import FREE_AFTER, is_free
from downtime.desk.store.models import Entry, EntryKind, EntryRound, Lease, Sheet, SheetStatus
from downtime.desk.store.priority import words_of


@dataclass(frozen=True, slots=True)
class Line:
    """One sheet that waits; `own` says that the user looked at a part of it, so that somebody else must."""

    sheet: Sheet
    band: str
    own: bool
    holder: str


def to_verify() -> int:
    """How many sheets wait for the second look."""
    return Sheet.objects.filter(status=SheetStatus.KEYED)[:MOST_COUNTED].count()


def to_decide() -> int:
    """How many sheets wait for a third person."""
    return Sheet.objects.filter(status=SheetStatus.DISPUTED)[:MOST_COUNTED].count()


def lines(user: User, status: SheetStatus, department: str = "", after: int = 0) -> tuple[list[Line], bool]:
    """A page of the sheets in a status, and whether there are more."""
    found = list(
        in_order((status,), department)
        .select_related("kit", "patient", "lease__holder")
        .annotate(own=_looked_at_by(user, status))[after : after + LINES_A_PAGE + 1]
    )
    return [_line(sheet, user) for sheet in found[:LINES_A_PAGE]], len(found) > LINES_A_PAGE


def next_free(user: User, status: SheetStatus, department: str = "", skip: int = 0) -> int | None:
    """The first sheet that nobody has in hand and that the user has not looked at before."""
    held = Lease.objects.exclude(holder=user).filter(seen_at__gt=timezone.now() - FREE_AFTER)
    free: QuerySet[Sheet] = in_order((status,), department).exclude(pk=skip).exclude(pk__in=held.values("sheet_id"))
    return free.exclude(_looked_at_by(user, status)).values_list("pk", flat=True).first()


def is_own(sheet: Sheet, user: User) -> bool:
    """Whether a user has looked at a part of a sheet before, so that this look is somebody else's."""
    status = SheetStatus(sheet.status)
    return Sheet.objects.filter(pk=sheet.pk).filter(_looked_at_by(user, status)).exists()


def _looked_at_by(user: User, status: SheetStatus) -> Exists:
    """Whether a user has a word in a round before the one that the sheet waits for."""
    rounds = (EntryRound.FIRST, EntryRound.SECOND) if status == SheetStatus.DISPUTED else (EntryRound.FIRST,)
    looks = Entry.objects.filter(sheet=OuterRef("pk"), by=user, round__in=rounds)
    return Exists(looks.exclude(kind__in=(EntryKind.ASK, EntryKind.WITHDRAWN)))


def _line(sheet: Sheet, user: User) -> Line:
    lease = getattr(sheet, "lease", None)
    holder = lease.holder.name if lease is not None and not is_free(lease, user) else ""
    return Line(sheet, words_of(sheet.rank), bool(getattr(sheet, "own", False)), holder)
