"""The rows of a CSV that fit its header; a row whose cells cannot be told apart is told, and nobody of it is printed.

One cell too many (an unquoted comma) shifts all that stand behind it, so that a dose would stand for a medicine: such a
row is not used, not even where the surplus cell is empty. A row may end early, for spreadsheets leave out empty cells
at the end; then what it does have must be of the kinds that belong there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from downtime.census.csv_values import is_weight, number_fault, sex, yes_no
from downtime.census.source import Problems
from downtime.errors import InputError

if TYPE_CHECKING:
    from downtime.census.csv_context import CsvContext

_HOLE = re.compile("\x00{2}")
_DATES = ("taken_at", "birth_date", "admitted", "weight_date", "start", "stop", "last_given")
_NOT_APART = "its cells cannot be told apart, and NOBODY of this row is printed"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file, its cells as the source wrote them, and whether cells are missing at its end."""

    line: int
    cells: tuple[str, ...]
    short: bool


def fitting_rows(
    rows: Sequence[tuple[int, list[str]]], header: Sequence[str], separator: str, shown_as: str, problems: Problems
) -> list[Row]:
    """The rows that are not blank and have no more cells than the header; raises InputError where none fits."""
    width = len(header)
    named = max((place for place, text in enumerate(header, 1) if text.strip()), default=0)
    kept: list[Row] = []
    too_long = 0
    for line, cells in rows:
        if not "".join(cells).strip():
            continue
        fault = ""
        if any(_HOLE.search(cell) for cell in cells):
            fault = f"part of this line was never written: {_NOT_APART}; rows around it may be MISSING"
        elif len(cells) > width or any(cell.strip() for cell in cells[named:]):
            too_long += len(cells) > width
            fault = f"the row has {len(cells)} cells, the header {named}: {_NOT_APART}"
        if fault:
            original = separator.join(cells).replace("\x00", "")
            problems.add("row", fault, patient=f"line {line}", original=original, where=f"{shown_as}, line {line}")
            continue
        short = len(cells) < named
        kept.append(Row(line, (*cells[:named], *[""] * (named - len(cells))), short))
        if short:
            problems.add(
                "row", f"the row has {len(cells)} cells, the header {named}: what is missing at its end is not known",
                patient=f"line {line}", where=f"{shown_as}, line {line}",
            )  # fmt: skip
    if too_long and not kept:
        raise InputError(
            "every row has more cells than the header", why="one cell too many shifts all that stand behind it",
            do="give each column a header, and put cells with a separator in quotes", where=shown_as,
        )  # fmt: skip
    return kept


def believable_rows(context: CsvContext, rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows without those that end early and hold what does not belong into its column: a part of a broken row."""
    kept = []
    for row in rows:
        if row.short and (meaning := _foreign_cell(context, row)):
            header = context.header[context.columns[meaning]].strip()
            what = f"the row ends early, and “{header}” holds something else: {_NOT_APART}"
            context.tell(row, meaning, what, "", " ".join(cell for cell in row.cells if cell.strip()))
        else:
            kept.append(row)
    return tuple(kept)


def _foreign_cell(context: CsvContext, row: Row) -> str:
    """The meaning of the first column whose cell is of another kind, or nothing."""

    def odd(meaning: str, cell: str) -> bool:
        if meaning in _DATES:
            return context.dates.read(cell) is None
        if meaning in ("deceased", "discharged"):
            return yes_no(cell) is None and context.dates.read(cell) is None
        if meaning == "mrn":
            return not number_fault(cell, context.settings)[0]
        if meaning == "step":
            return not cell.isdecimal()
        return sex(cell) is None if meaning == "sex" else meaning == "weight_kg" and not is_weight(cell)

    cells = ((meaning, context.cell(row, meaning)) for meaning in context.columns)
    return next((meaning for meaning, cell in cells if cell and odd(meaning, cell)), "")
