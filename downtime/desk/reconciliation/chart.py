"""How fast sheets come back and are verified, and when it will be done: a line chart, drawn here as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import TruncHour
from django.utils import timezone

from downtime.desk.store.models import Sheet, SheetEvent, SheetStatus

WIDTH, HEIGHT, LEFT, BOTTOM = 760, 240, 44, 24
# The pace of the last hours says more of the end than the slow first ones.
PACE_HOURS = 6
_LINES = ((SheetStatus.RETURNED, "back"), (SheetStatus.KEYED, "keyed"), (SheetStatus.VERIFIED, "verified"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the chart: its name, and the points of its polyline in the picture's units."""

    name: str
    points: str
    last: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart in numbers, and in words for who does not see it."""

    lines: tuple[Line, ...]
    most: int
    start: datetime
    end: datetime
    projected: datetime | None
    words: str


def chart(sheets: QuerySet[Sheet], now: datetime | None = None) -> Chart | None:
    """The chart of some sheets; None before anything came back. Three queries."""
    now = now or timezone.now()
    total = sheets.count()
    earlier = SheetEvent.objects.filter(sheet=OuterRef("sheet"), status=OuterRef("status"), pk__lt=OuterRef("pk"))
    firsts = SheetEvent.objects.filter(sheet__in=sheets, status__in=[status for status, _ in _LINES])
    hours = (
        firsts.exclude(Exists(earlier)).annotate(hour=TruncHour("at")).values("status", "hour").annotate(n=Count("pk"))
    )
    rows = [(row["status"], row["hour"], row["n"]) for row in hours.order_by("hour")]
    if not rows:
        return None
    done = (SheetStatus.VERIFIED, SheetStatus.CLOSED, SheetStatus.FILED, SheetStatus.NOT_USED, SheetStatus.LOST)
    left = sheets.exclude(status__in=done).count()
    start = min(hour for _, hour, _ in rows)
    projected = _projected(rows, left, now)
    end = max(now, start + timedelta(hours=1))
    lines = tuple(
        _line(name, [(h, n) for s, h, n in rows if s == status], start, end, total) for status, name in _LINES
    )
    return Chart(lines, total, start, end, projected, _words(lines, total, left, projected))


def _projected(rows: list[tuple[str, datetime, int]], left: int, now: datetime) -> datetime | None:
    """When the last sheet is done at the pace of the last hours; None where nothing was verified in them."""
    recent = [(hour, n) for status, hour, n in rows if status == SheetStatus.VERIFIED]
    recent = [(hour, n) for hour, n in recent if hour > now - timedelta(hours=PACE_HOURS)]
    if not recent or not left:
        return None
    hours = max((now - recent[0][0]).total_seconds() / 3600, 0.5)
    ahead = timedelta(hours=left / (sum(n for _, n in recent) / hours))
    return now + ahead if ahead < timedelta(days=365) else None


def _line(name: str, steps: list[tuple[datetime, int]], start: datetime, end: datetime, total: int) -> Line:
    span = (end - start).total_seconds()

    def place(at: datetime, value: int) -> str:
        x = LEFT + (WIDTH - LEFT - 90) * (at - start).total_seconds() / span
        y = (HEIGHT - BOTTOM) - (HEIGHT - BOTTOM - 12) * value / max(total, 1)
        return f"{x:.1f},{y:.1f}"

    points, sofar = [place(start, 0)], 0
    for hour, number in steps:
        sofar += number
        points.append(place(min(hour + timedelta(hours=1), end), sofar))
    points.append(place(end, sofar))
    return Line(name, " ".join(points), sofar)


def _words(lines: tuple[Line, ...], total: int, left: int, projected: datetime | None) -> str:
    said = ", ".join(f"{line.last} {line.name}" for line in lines)
    if not left:
        return f"Of {total} sheets: {said}. Nothing is left to do."
    if projected is None:
        return f"Of {total} sheets: {said}; {left} left. No end can be told: none was verified in the last hours."
    return f"Of {total} sheets: {said}; {left} left."
