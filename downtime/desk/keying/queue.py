"""The queue: sheets that came back, in the order of re-entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from downtime.desk.accounts.models import User
from downtime.desk.store.leases import FREE_AFTER, is_free
from downtime.desk.store.models import Lease, Sheet, SheetStatus
from downtime.desk.store.priority import words_of

TO_KEY = (SheetStatus.RETURNED, SheetStatus.KEYING)
LINES_A_PAGE = 60
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """One sheet in the queue."""

    sheet: Sheet
    band: str
    pages: int
    returned: int
    holder: str
    free: bool

    @property
    def waits_since(self) -> datetime | None:
        """When its first page came back."""
        return self.sheet.first_returned_at


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the page before ended: rank and number of its last sheet."""

    rank: int
    since: datetime | None
    number: int


def waiting() -> int:
    """How many sheets wait to be keyed; counts no further than anybody reads."""
    return Sheet.objects.filter(status__in=TO_KEY)[:MOST_COUNTED].count()


def asked() -> int:
    """How many sheets wait for an answer of the ward."""
    return Sheet.objects.filter(status=SheetStatus.ASKED)[:MOST_COUNTED].count()


def in_order(statuses: tuple[SheetStatus, ...] = TO_KEY, department: str = "") -> QuerySet[Sheet]:
    """The sheets of these statuses in the order of re-entry."""
    sheets = Sheet.objects.filter(status__in=statuses)
    if department:
        sheets = sheets.filter(kit__department=department)
    return sheets.order_by("rank", "first_returned_at", "id")


def lines(
    user: User, statuses: tuple[SheetStatus, ...] = TO_KEY, department: str = "", after: int = 0
) -> tuple[list[Line], bool]:
    """A page of the queue, and whether there is more; `after` sheets come before it."""
    found = list(
        in_order(statuses, department)
        .select_related("kit", "patient", "lease__holder")
        .annotate(returned=Count("scans__page", filter=Q(scans__in_use=True), distinct=True))[
            after : after + LINES_A_PAGE + 1
        ]
    )
    return [_line(sheet, user) for sheet in found[:LINES_A_PAGE]], len(found) > LINES_A_PAGE


def next_free(user: User, department: str = "", skip: int = 0) -> int | None:
    """The first sheet that nobody has in hand: one's own unfinished ones come first."""
    own = in_order((SheetStatus.KEYING,), department).filter(lease__holder=user).exclude(pk=skip)
    found = own.values_list("pk", flat=True).first()
    if found is not None:
        return found
    held = Lease.objects.exclude(holder=user).filter(seen_at__gt=timezone.now() - FREE_AFTER)
    free = in_order(TO_KEY, department).exclude(pk=skip).exclude(pk__in=held.values("sheet_id"))
    return free.values_list("pk", flat=True).first()


def departments() -> list[tuple[str, str]]:
    """The departments whose kits are here: id and name."""
    from downtime.desk.store.models import Kit

    return list(Kit.objects.order_by("department_name").values_list("department", "department_name").distinct())


def _line(sheet: Sheet, user: User) -> Line:
    lease = getattr(sheet, "lease", None)
    free = is_free(lease, user)
    return Line(
        sheet,
        words_of(sheet.rank),
        len(sheet.pages),
        getattr(sheet, "returned", 0),
        lease.holder.name if lease is not None and not free else "",
        free,
    )
