"""The list of all medicine orders of a patient: each order in full, and every text that had no room elsewhere.

A text that is longer than its place goes on in the next row, so that nothing is cut on this form, however long it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from downtime.paper.kit_content import ALERT, Parts, RowValues, SheetContent, person_sheet, put_row, spilled
from downtime.paper.kit_days import KitHours
from downtime.paper.kit_model import Person, Shortened
from downtime.paper.kit_rows import order_values
from downtime.paper.prefill import MARK, BoundForm

CONTINUED = "(continued)"


def list_sheets(
    form: BoundForm, source: str, person: Person, hours: KitHours, elsewhere: Sequence[Shortened], parts: Parts
) -> list[SheetContent]:
    """The sheets of the list, as many as its rows need; `elsewhere` are texts of other sheets that had no room."""
    rows = form.rows_from(source)
    if rows is None:
        raise ValueError(f"{form.spec.form} has no rows of {source}")
    lines: list[tuple[RowValues, str]] = []
    for item, mark in _items(person, hours, elsewhere):
        for number, line in enumerate(spilled(rows, item, parts)):
            if number:
                line.setdefault("order.drug", CONTINUED)
            lines.append((line, mark))
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
