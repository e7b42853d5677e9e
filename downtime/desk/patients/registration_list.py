"""The list that registration sends when it has caught up: downtime numbers and the record numbers they became."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date

from downtime.desk.fields.moments import Unclear, date_of, read_date
from downtime.site.numbers import number_is_sound

COLUMNS = ("downtime_number", "mrn", "family", "given", "birth_date", "sex")
_NEEDED = ("downtime_number", "mrn")
MOST_ROWS = 5_000
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of the list."""

    downtime: str
    mrn: str
    name: str
    birth_date: date | None
    sex: str


@dataclass(frozen=True, slots=True)
class BadList:
    """Why a list was not taken, a sentence for each line; nothing of it was."""

    faults: tuple[str, ...]


def read_bytes(raw: bytes) -> tuple[ListRow, ...] | BadList:
    """Read a list as it came in: UTF-8, or nothing of it; a name with a sign that was guessed would match nobody."""
    if len(raw) > MOST_BYTES:
        return BadList((f"The list has more than {MOST_BYTES:,} bytes. Send it in parts.",))
    try:
        return read_list(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return BadList((f"Line {line} holds a sign that is not UTF-8, so names could come out wrong. "
                        "Save the list again as “CSV UTF-8”.",))  # fmt: skip


def read_list(text: str) -> tuple[ListRow, ...] | BadList:
    """Read a list: all of it, or none and why. Commas, semicolons or tabs part the columns, named in the first line."""
    head = text.lstrip("\ufeff").partition("\n")[0]
    mark = max((",", ";", "\t"), key=head.count)
    lines = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=mark)
    try:
        table = [[cell.strip() for cell in line] for line in lines]
    except csv.Error as error:
        return BadList((f"This is no list with columns ({error}). Save it as CSV again.",))
    names = [name.casefold().replace(" ", "_") for name in table[0]] if table else []
    if missing := [name for name in _NEEDED if name not in names]:
        return BadList(
            (f"The first line must name the columns; {' and '.join(missing)} missing. Known: {', '.join(COLUMNS)}.",)
        )
    if unknown := [name for name in names if name not in COLUMNS]:
        return BadList((f"The column “{unknown[0]}” is not known. Known: {', '.join(COLUMNS)}.",))
    if len(table) - 1 > MOST_ROWS:
        return BadList((f"The list has more than {MOST_ROWS:,} lines. Send it in parts.",))
    return _rows(names, table[1:])


def _rows(names: list[str], table: list[list[str]]) -> tuple[ListRow, ...] | BadList:
    rows: list[ListRow] = []
    faults: list[str] = []
    seen: dict[str, tuple[int, str]] = {}
    for number, cells in enumerate(table, start=2):
        if not any(cells):
            continue
        if len(cells) != len(names):
            faults.append(f"Line {number} has {len(cells)} columns, the first line {len(names)}. Put it right.")
            continue
        found = _row(number, dict(zip(names, cells, strict=True)))
        if isinstance(found, str):
            faults.append(found)
            continue
        before = seen.setdefault(found.downtime, (number, found.mrn))
        if before[1] != found.mrn:
            faults.append(f"Lines {before[0]} and {number} give one downtime number two record numbers. Ask which.")
        rows.append(found)
    return BadList(tuple(faults[:20])) if faults else tuple(rows)


def _row(number: int, cells: dict[str, str]) -> ListRow | str:
    temporary, mrn = cells["downtime_number"].upper().replace(" ", ""), cells["mrn"]
    if not number_is_sound(temporary):
        return f"Line {number}: the downtime number has a wrong check digit, or is none. Compare it with the paper."
    if not mrn or number_is_sound(mrn) or len(mrn) > 120:
        return f"Line {number}: the record number is missing, or is a downtime number. Fill it in."
    born = None
    if text := cells.get("birth_date", ""):
        read = read_date(text, None)
        if isinstance(read, Unclear):
            return f"Line {number}: the date of birth can be read in more than one way. Write it as 1951-03-04."
        born = date_of(read)
    name = ", ".join(part for part in (cells.get("family", ""), cells.get("given", "")) if part)
    return ListRow(temporary, mrn, name[:300], born, cells.get("sex", "")[:20])
