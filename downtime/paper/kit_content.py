"""What goes on each sheet of a kit: values by field id, boxes to tick, due times, hours that the data do not speak for.

A sheet's content knows fields by the ids that the form's own bindings give; where they lie is not its business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from downtime.clinical.due import DueStatus
from downtime.clinical.due_clock import utc
from downtime.paper.kit_days import SHORTEST_PART, KitHours, main_day, part_of, sheet_days
from downtime.paper.kit_model import MarDay, Person, PlannedOrder
from downtime.paper.kit_rows import due_text, order_values, times_of
from downtime.paper.kit_values import Value, latest
from downtime.paper.prefill import MARK, BoundForm, Cell, Hours, Rows, option_id
from downtime.paper.surroundings import date_text, moment_text

ALERT = "HIGH ALERT"


@dataclass
class SheetContent:
    """The content of one sheet, to be fitted into its places."""

    form: str
    day: MarDay | None = None
    values: dict[str, Value] = field(default_factory=dict)
    ticks: list[str] = field(default_factory=list)
    dues: dict[str, str] = field(default_factory=dict)
    across: list[tuple[str, Hours, Value]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)


RowValues = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One row of a medicine chart: the values of its order, and the time due in each of its hours."""

    values: RowValues
    times: tuple[datetime, ...] = ()
    alert: bool = False


def person_sheets(form: BoundForm, person: Person, hours: KitHours) -> list[SheetContent]:
    """The sheets of one form for one person: one, or as many as its rows and days need."""
    days = sheet_days(hours, form.starts) if form.starts else ()
    if form.takes_orders:
        return _order_sheets(form, person, hours, days)
    if days:
        main = main_day(days, hours)
        wanted = [day for day in days if day is main or part_of(day, hours) >= SHORTEST_PART]
        return _numbered([person_sheet(form, person, hours, day) for day in wanted])
    return _numbered(_listed(form, person, hours))


def _numbered(sheets: list[SheetContent]) -> list[SheetContent]:
    return sheets


def person_sheet(form: BoundForm, person: Person, hours: KitHours, day: MarDay | None) -> SheetContent:
    """One sheet of a form with the values of a person and of the sheet, and no rows yet."""
    content = SheetContent(form.spec.form, day)
    values = {**person.values, "data_as_of": moment_text(hours.taken_at)}
    if day is not None:
        values["sheet.date"] = date_text(day.day)
    for cell in form.fixed:
        if cell.data == "latest":
            text = latest(person.patient, cell.loinc) if person.patient and cell.loinc else ""
            _put(content, cell, cell.id, text)
        else:
            _put(content, cell, cell.id, values.get(cell.data, ""))
    return content


def _put(content: SheetContent, cell: Cell, name: str, value: Value) -> None:
    """Put a value in its place: words into a field, a cross into the box of the option that it names."""
    if not value:
        return
    if not cell.options:
        content.values[name] = value
        return
    texts = (value,) if isinstance(value, str) else value
    boxes = [box for text in texts if (box := option_id(replace(cell, id=name), text)) is not None]
    content.ticks += boxes if cell.multiple else boxes[:1]


def _listed(form: BoundForm, person: Person, hours: KitHours) -> list[SheetContent]:
    """Sheets of a form with lists that are not medicine orders: further sheets where a list is longer than its rows."""
    sheets = [person_sheet(form, person, hours, None)]
    for rows in form.rows:
        items = list(_items(rows.source, person))
        for start in range(0, len(items), len(rows.ids)):
            number = start // len(rows.ids)
            while len(sheets) <= number:
                sheets.append(person_sheet(form, person, hours, None))
            for row, values in zip(rows.ids, items[start : start + len(rows.ids)], strict=False):
                put_row(sheets[number], rows, row, values)
    return sheets


def put_row(content: SheetContent, rows: Rows, row: str, values: RowValues) -> None:
    """Put the values of one thing into one row."""
    for cell in rows.cells:
        _put(content, cell, f"{row}.{cell.id}", values.get(cell.data, ""))


def _items(source: str, person: Person) -> Iterator[RowValues]:
    patient = person.patient
    if patient is None:
        return
    if source == "allergies":
        for allergy in patient.allergies:
            yield {"allergy.substance": allergy.substance, "allergy.reaction": allergy.reaction or "not stated",
                   "allergy.severity": allergy.severity, "allergy.source": "census"}  # fmt: skip
    elif source == "lines":
        for line in patient.lines:
            yield {"line.text": line}
    elif source == "orders.other":
        for order in patient.orders:
            when = f" (from {moment_text(order.start)})" if order.start else ""
            yield {"other.text": f"{order.kind}: {order.text}{when}" if order.kind else order.text + when}


def _order_sheets(form: BoundForm, person: Person, hours: KitHours, days: Sequence[MarDay]) -> list[SheetContent]:
    sheets: list[SheetContent] = []
    main = main_day(tuple(days), hours) if days else None
    for day in days or (None,):
        lists = {rows.source: list(_order_rows(person.orders, rows, hours, day, main)) for rows in form.rows
                 if rows.source.startswith("orders.")}  # fmt: skip
        needed = max((-(-len(lists.get(rows.source, ())) // len(rows.ids)) for rows in form.rows), default=0)
        if day is main:
            needed = max(needed, 1)
        for number in range(needed):
            content = person_sheet(form, person, hours, day)
            for rows in form.rows:
                part = lists.get(rows.source, [])[number * len(rows.ids) : (number + 1) * len(rows.ids)]
                if rows.source in lists:
                    _put_orders(content, rows, part, hours, day)
                else:
                    for row, values in zip(rows.ids, list(_items(rows.source, person)), strict=False):
                        put_row(content, rows, row, values)
            sheets.append(content)
    for number, content in enumerate(sheets, start=1):
        for cell in form.fixed:
            if cell.data in ("sheet.page", "sheet.pages"):
                content.values[cell.id] = str(number if cell.data == "sheet.page" else len(sheets))
    return sheets


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
        closed = _closed(rows.hours, hours, day)
        content.closed += [
            f"{row}.{rows.hours.column}{column}.{name}"
            for row in rows.ids
            for column in closed
            for name in rows.hours.fields
        ]


def _closed(columns: Hours, hours: KitHours, day: MarDay) -> list[int]:
    """The hours of a day's sheet that the data do not speak for: before they were taken, and after they are void."""
    spoken: set[int] = set()
    moment = day.start
    while moment < day.end:
        if moment + timedelta(hours=1) > day.opens and moment < day.closes:
            local = moment.astimezone(hours.zone)
            spoken.add(columns.index(local.hour * 60 + local.minute))
        moment += timedelta(minutes=60)
    return [column for column in range(1, columns.count + 1) if column not in spoken]


def void_hours(day: MarDay, hours: KitHours) -> bool:
    """Whether the data are void before a day's sheet ends."""
    return utc(hours.void_at) < day.end
