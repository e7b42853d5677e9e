"""What goes on each sheet of a kit: values by field id, boxes to tick, due times, hours that the data do not speak for.

A sheet's content knows fields by the ids that the form's own bindings give; where they lie is not its business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from downtime.library.data_names import BEDS, ROWS
from downtime.paper.kit_days import SHORTEST_PART, KitHours, main_day, part_of, sheet_days
from downtime.paper.kit_model import MarDay, Person, Shortened
from downtime.paper.kit_values import Value, latest
from downtime.paper.prefill import BoundForm, Cell, Hours, Rows, option_id
from downtime.paper.surroundings import date_text, moment_text

ALERT = "HIGH ALERT"

RowValues = Mapping[str, Value]
Parts = Callable[[str, str], list[str]]
"""Splits a text into parts that each have room in a field, given by its id."""


@dataclass
class SheetContent:
    """The content of one sheet, to be fitted into its places; `beyond` is what its rows had no place for."""

    form: str
    day: MarDay | None = None
    values: dict[str, Value] = field(default_factory=dict)
    ticks: list[str] = field(default_factory=list)
    dues: dict[str, str] = field(default_factory=dict)
    across: list[tuple[str, Hours, Value]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    beyond: list[Shortened] = field(default_factory=list)


def person_sheet(form: BoundForm, person: Person, hours: KitHours, day: MarDay | None) -> SheetContent:
    """One sheet of a form with the values of a person and of the sheet, and no rows yet."""
    content = SheetContent(form.spec.form, day)
    values = {**person.values, "data_as_of": moment_text(hours.taken_at.astimezone(hours.zone))}
    if day is not None:
        values["sheet.date"] = date_text(day.day)
    for cell in form.fixed:
        if cell.data == "latest":
            put(content, cell, cell.id, latest(person.patient, cell.loinc) if person.patient and cell.loinc else "")
        else:
            put(content, cell, cell.id, values.get(cell.data, ""))
    return content


def plain_sheets(form: BoundForm, person: Person, hours: KitHours, parts: Parts) -> list[SheetContent]:
    """The sheets of a form that is no medicine chart: one, or one for each day where it has the hours of a day."""
    days: Sequence[MarDay | None] = (None,)
    if form.starts:
        found = sheet_days(hours, form.starts)
        main = main_day(found, hours)
        days = [day for day in found if day is main or part_of(day, hours) >= SHORTEST_PART]
    sheets = [person_sheet(form, person, hours, day) for day in days]
    for content in sheets:
        for rows in form.rows:
            _fill_rows(content, form, rows, list(_items(rows.source, person)), parts)
    return sheets


def unit_sheet(form: BoundForm, people: Sequence[Person], hours: KitHours, beds: Sequence[str]) -> SheetContent:
    """The sheet of a form of the unit, with each patient in the row of their bed where it has such rows.

    Whoever has no bed, or the same one as somebody before, takes a row without one, with the bed at its head.
    """
    content = person_sheet(form, Person(key="", ref=None, bed=""), hours, None)
    rows = form.rows_from(BEDS)
    if rows is None:
        return content
    free = [index for index in range(len(rows.ids)) if index >= len(beds) or not beds[index]]
    taken: set[int] = set()
    for person in (one for one in people if one.patient is not None):
        index = beds.index(person.bed) if person.bed in beds and person.bed else -1
        if index < 0 or index in taken:
            index = free.pop(0)
            content.values[f"{rows.ids[index]}.label"] = person.bed or "no bed"
        taken.add(index)
        put_row(content, rows, rows.ids[index], person.values)
    return content


def put(content: SheetContent, cell: Cell, name: str, value: Value) -> None:
    """Put a value in its place: words into a field, a cross into the box of the option that it names."""
    if not value:
        return
    if not cell.options:
        content.values[name] = value
        return
    texts = (value,) if isinstance(value, str) else value
    boxes = [box for text in texts if (box := option_id(replace(cell, id=name), text)) is not None]
    content.ticks += boxes if cell.multiple else boxes[:1]


def put_row(content: SheetContent, rows: Rows, row: str, values: RowValues) -> None:
    """Put the values of one thing into one row."""
    for cell in rows.cells:
        put(content, cell, f"{row}.{cell.id}", values.get(cell.data, ""))


def spilled(rows: Rows, values: RowValues, parts: Parts) -> list[dict[str, Value]]:
    """The values of one thing on as many rows as its longest text needs, where the rows are made to spill."""
    if not rows.spill:
        return [dict(values)]
    split: dict[str, list[str]] = {}
    for cell in rows.cells:
        value = values.get(cell.data, "")
        text = value if isinstance(value, str) else (value[0] if value else "")
        if text:
            split[cell.data] = parts(f"{rows.ids[0]}.{cell.id}", text)
    count = max((len(texts) for texts in split.values()), default=1)
    return [{name: texts[at] for name, texts in split.items() if at < len(texts)} for at in range(count)]


def _fill_rows(content: SheetContent, form: BoundForm, rows: Rows, items: Sequence[RowValues], parts: Parts) -> None:
    """Fill the rows of a list; what they have no place for is told, whole, so that it prints elsewhere."""
    at = 0
    for item in items:
        lines = spilled(rows, item, parts)
        if at + len(lines) > len(rows.ids):
            text = ", ".join(value if isinstance(value, str) else value[0] for value in _told(rows, item))
            content.beyond.append(Shortened(f"{form.spec.title}: {ROWS[rows.source][0]}", text))
            continue
        for line in lines:
            put_row(content, rows, rows.ids[at], line)
            at += 1


def _told(rows: Rows, item: RowValues) -> Iterator[Value]:
    """The values of a thing that its row would print, each once, in the order of the columns."""
    names = dict.fromkeys(cell.data for cell in rows.cells)
    yield from (item[name] for name in names if item.get(name))


def _items(source: str, person: Person) -> Iterator[RowValues]:
    patient = person.patient
    if patient is None:
        return
    if source == "allergies":
        for allergy in patient.allergies:
            yield {
                "allergy.substance": allergy.substance,
                "allergy.reaction": allergy.reaction or "not stated",
                "allergy.severity": allergy.severity,
                "allergy.source": "census",
            }
    elif source == "lines":
        for line in patient.lines:
            kind, _, where = line.partition(",")
            yield {"line.text": line, "line.kind": kind.strip(), "line.where": where.strip()}
    elif source == "orders.other":
        for order in patient.orders:
            when = f" (from {moment_text(order.start)})" if order.start else ""
            held = f" [{order.status}]" if order.status.casefold() != "active" else ""
            kind = f"{order.kind}: " if order.kind else ""
            yield {"other.text": f"{kind}{order.text}{when}{held}"}
