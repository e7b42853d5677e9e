"""Medicine charts: which orders stand on which sheet of which day, and over which hours their due times stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from downtime.clinical.due import DueStatus
from downtime.paper.kit_content import ALERT, RowValues, SheetContent, person_sheet, put_row
from downtime.paper.kit_days import SHORTEST_PART, KitHours, main_day, part_of, sheet_days
from downtime.paper.kit_model import MarDay, Person, PlannedOrder
from downtime.paper.kit_rows import due_text, order_values, times_of
from downtime.paper.prefill import MARK, BoundForm, Hours, Rows


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One row of a medicine chart: the values of its order, and the time due in each of its hours."""

    values: RowValues
    times: tuple[datetime, ...] = ()
    alert: bool = False


def chart_sheets(form: BoundForm, person: Person, hours: KitHours) -> list[SheetContent]:
    """The sheets of a medicine chart: for each day that needs one, as many as its orders take; at least one in all."""
    days: Sequence[MarDay | None] = sheet_days(hours, form.starts) if form.starts else (None,)
    main = main_day([day for day in days if day is not None], hours) if form.starts else None
    sheets: list[SheetContent] = []
    for day in days:
        lists = {rows.source: list(_order_rows(person.orders, rows, hours, day, main)) for rows in _charts(form)}
        needed = max(-(-len(lists[rows.source]) // len(rows.ids)) for rows in _charts(form))
        for number in range(max(needed, 1) if day is main else needed):
            content = person_sheet(form, person, hours, day)
            for rows in _charts(form):
                part = lists[rows.source][number * len(rows.ids) : (number + 1) * len(rows.ids)]
                _put_orders(content, rows, part, hours, day)
            sheets.append(content)
    for number, content in enumerate(sheets, start=1):
        for cell in form.fixed:
            if cell.data in ("sheet.page", "sheet.pages"):
                content.values[cell.id] = str(number if cell.data == "sheet.page" else len(sheets))
    return sheets


def _charts(form: BoundForm) -> list[Rows]:
    return [rows for rows in form.rows if rows.is_chart]


def _order_rows(
    orders: Iterable[PlannedOrder], rows: Rows, hours: KitHours, day: MarDay | None, main: MarDay | None
) -> Iterator[OrderRow]:
    """The rows of a list on the sheets of one day; an order with several doses in one hour takes several rows."""
    for planned in orders:
        if planned.chart.value != rows.source or not _on_day(planned, hours, day, main):
            continue
        values = order_values(planned, hours, day)
        alert = planned.order.high_alert
        split = _by_row(times_of(planned, day), rows.hours, hours)
        for number, times in enumerate(split, start=1):
            again = {"order.at": f"{number} of {len(split)} rows: several doses in one hour"} if len(split) > 1 else {}
            yield OrderRow({**values, **again}, times, alert)


def _on_day(planned: PlannedOrder, hours: KitHours, day: MarDay | None, main: MarDay | None) -> bool:
    if day is None or day is main or times_of(planned, day):
        return True
    open_ended = not planned.times and planned.due.status is not DueStatus.OUTSIDE_WINDOW
    return open_ended and part_of(day, hours) >= SHORTEST_PART


def _by_row(times: Sequence[datetime], columns: Hours | None, hours: KitHours) -> list[tuple[datetime, ...]]:
    """The times of one order on as many rows as the fullest hour has doses: each dose needs a box of its own."""
    if columns is None or not times:
        return [()]
    per_hour: dict[int, list[datetime]] = {}
    for time in times:
        per_hour.setdefault(_column(time, columns, hours), []).append(time)
    most = max(len(inside) for inside in per_hour.values())
    return [
        tuple(inside[number] for inside in per_hour.values() if number < len(inside)) for number in range(most)
    ]  # fmt: skip


def _column(time: datetime, columns: Hours, hours: KitHours) -> int:
    local = time.astimezone(hours.zone)
    return columns.index(local.hour * 60 + local.minute)


def _put_orders(
    content: SheetContent, rows: Rows, part: Sequence[OrderRow], hours: KitHours, day: MarDay | None
) -> None:
    for row, item in zip(rows.ids, part, strict=False):
        put_row(content, rows, row, item.values)
        place = rows.ids.index(row)
        number = rows.labels[place] if place < len(rows.labels) else str(place + 1)
        if item.alert:
            content.marks[f"{row}.{MARK}"] = f"{number} {ALERT}"
        if rows.hours is None or day is None:
            continue
        for time in item.times:
            column = _column(time, rows.hours, hours)
            content.dues[f"{row}.{rows.hours.column}{column}.{rows.hours.due}"] = due_text(time, hours)
        words = item.values.get(rows.hours.instead, "")
        if words:
            content.across.append((row, rows.hours, words))
    if rows.hours is not None and day is not None:
        closed = closed_hours(rows.hours, hours, day)
        content.closed += [
            f"{row}.{rows.hours.column}{column}.{name}"
            for row in rows.ids
            for column in closed
            for name in rows.hours.fields
        ]


def closed_hours(columns: Hours, hours: KitHours, day: MarDay) -> list[int]:
    """The hours of a day's sheet that the data do not speak for: before they were taken, and after they are void."""
    spoken: set[int] = set()
    moment = day.start
    while moment < day.end:
        if moment + timedelta(hours=1) > day.opens and moment < day.closes:
            local = moment.astimezone(hours.zone)
            spoken.add(columns.index(local.hour * 60 + local.minute))
        moment += timedelta(minutes=60)
    return [column for column in range(1, columns.count + 1) if column not in spoken]
