"""What reading the cells of one CSV file needs to know of that file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from downtime.census.csv_rows import Row
from downtime.census.csv_values import Dates, unwrapped
from downtime.census.source import Problems, When, printable
from downtime.site.census import CensusSettings


@dataclass(frozen=True, slots=True)
class CsvContext:
    """The file's columns and settings, and where its problems go."""

    shown_as: str
    header: tuple[str, ...]
    columns: Mapping[str, int]
    settings: CensusSettings
    zone: ZoneInfo
    dates: Dates
    now: datetime
    problems: Problems

    def cell(self, row: Row, meaning: str) -> str:
        """The cell of a meaning as it stands there, or an empty text where the file has no such column."""
        index = self.columns.get(meaning)
        return "" if index is None else unwrapped(row.cells[index])

    def text(self, row: Row, meaning: str) -> str:
        """The cell as text that can be printed."""
        return printable(self.cell(row, meaning))

    def tell(self, row: Row, meaning: str, what: str, patient: str, original: str = "") -> None:
        """Add a problem of one cell of a row; the patient is named by number, or by the row."""
        where = f"{self.shown_as}, line {row.line}"
        element = self.header[self.columns[meaning]].strip() if meaning in self.columns else meaning
        self.problems.add(
            printable(element, 80), what, patient=patient or f"line {row.line}", original=original, where=where
        )

    def when(self, row: Row, meaning: str, patient: str) -> When | None:
        """The date of a cell, and a problem where it is none or is in doubt."""
        cell = self.cell(row, meaning)
        if not cell:
            return None
        when = self.dates.read(cell)
        if when is None:
            what = "this is not a date that can be read; it would not be printed, look it up"
            self.tell(row, meaning, what, patient, cell)
        elif when.doubt:
            self.tell(row, meaning, when.doubt, patient, cell)
        return when
