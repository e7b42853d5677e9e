"""The list of all medicine orders of a patient: each order in full, and every text that had no room elsewhere.

A text that is longer than its place goes on in the next row, so that nothing is cut on this form, however long it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from downtime.paper.kit_content import ALERT, RowValues, SheetContent, person_sheet, put_row
from downtime.paper.kit_days import KitHours
from downtime.paper.kit_ink import FormInk, Shortened
from downtime.paper.kit_model import Person
from downtime.paper.kit_rows import order_values
from downtime.paper.prefill import MARK, Rows

CONTINUED = "(continued)"


def list_sheets(
    ink: FormInk, source: str, person: Person, hours: KitHours, elsewhere: Sequence[Shortened]
) -> list[SheetContent]:
    """The sheets of the list, as many as its rows need; `elsewhere` are texts of other sheets that had no room."""
    form = ink.form
    rows = form.rows_from(source)
    if rows is None:
        raise ValueError(f"{form.spec.form} has no rows of {source}")
    lines = [line for item, mark in _items(person, hours, elsewhere) for line in _spilled(ink, rows, item, mark)]
    sheets = []
    for start in range(0, max(len(lines), 1), len(rows.ids)):
        content = person_sheet(form, person, hours, None)
        for row, (values, mark) in zip(rows.ids, lines[start : start + len(rows.ids)], strict=False):
            put_row(content, rows, row, values)
            content.marks[f"{row}.{MARK}"] = mark
        sheets.append(content)
    return sheets


def _items(person: Person, hours: KitHours, elsewhere: Sequence[Shortened]) -> Iterator[tuple[RowValues, str]]:
    for planned in person.orders:
        mark = f"{planned.number} {ALERT}" if planned.order.high_alert else str(planned.number)
        yield order_values(planned, hours, in_list=True), mark
    for entry in elsewhere:
        yield {"order.drug": entry.where, "order.text": entry.text, "order.chart": "had no room there"}, "+"


def _spilled(ink: FormInk, rows: Rows, item: RowValues, mark: str) -> Iterator[tuple[RowValues, str]]:
    """One item on as many rows as its longest text needs."""
    parts: dict[str, list[str]] = {}
    for cell in rows.cells:
        value = item.get(cell.data, "")
        text = value if isinstance(value, str) else (value[0] if value else "")
        if text:
            parts[cell.data] = ink.parts(f"{rows.ids[0]}.{cell.id}", text) if rows.spill else [text]
    for number in range(max((len(texts) for texts in parts.values()), default=1)):
        line = {name: texts[number] for name, texts in parts.items() if number < len(texts)}
        if number:
            line.setdefault("order.drug", CONTINUED)
        yield line, mark
