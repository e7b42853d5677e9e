"""A census CSV to a Snapshot: a row for each patient, or for each order of a patient, or orders by patient number only.

The rows of one number are one person as long as their names and birth dates agree; where they do not, they are two
patients, and each keeps the orders of its own rows. A row that names nobody goes to the one person of its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from downtime.census.csv_columns import COLUMNS, DATE_MEANINGS, ORDER_MEANINGS, find_columns
from downtime.census.csv_context import CsvContext
from downtime.census.csv_file import Table, read_table
from downtime.census.csv_orders import order_of_row, orders_of_rows
from downtime.census.csv_patients import authority, has_name, patient_of_row
from downtime.census.csv_rows import Row, believable_rows
from downtime.census.csv_values import Dates, number_fault, unwrapped
from downtime.census.identity import combined, same_person
from downtime.census.retired import Retired, with_retired
from downtime.census.snapshot import Patient, Snapshot
from downtime.census.source import Problems, SourceFile, zone_of
from downtime.site.facility import Facility

_OF_PATIENT = tuple(meaning for meaning in COLUMNS if meaning not in ORDER_MEANINGS and meaning != "taken_at")


@dataclass
class _Person:
    """One person of the file: what the rows said so far, and the rows that have the orders."""

    number: str
    patient: Patient
    named: bool
    rows: list[Row] = field(default_factory=list)


def read_csv(file: SourceFile, facility: Facility, now: datetime) -> Snapshot:
    """Read one CSV; raises InputError where its text, header or dates could only be guessed."""
    settings, zone = facility.census, zone_of(facility.timezone)
    problems = Problems(file.shown_as)
    table = read_table(file, settings, problems)
    columns = find_columns(table.header, settings, problems, file.shown_as, table.header_line)
    dates = Dates(settings, zone)
    dates.check_order(_date_cells(table, columns), file.shown_as)
    context = CsvContext(file.shown_as, table.header, columns, settings, zone, dates, now, problems)
    if not table.rows:
        problems.add("rows", "there is no row below the header: nobody is in this file")
    rows = believable_rows(context, table.rows)
    people, retired = _people(context, rows)
    patients = [_with_orders(context, person) for person in people]
    return Snapshot(
        taken_at=_taken_at(context, rows, file.modified),
        source=file.shown_as,
        patients=with_retired(patients, retired, problems),
        problems=problems.found(),
    )


def _date_cells(table: Table, columns: Mapping[str, int]) -> Iterable[tuple[int, str, str]]:
    for meaning in DATE_MEANINGS:
        if (index := columns.get(meaning)) is not None:
            for row in table.rows:
                yield row.line, table.header[index].strip(), unwrapped(row.cells[index])


def _taken_at(context: CsvContext, rows: tuple[Row, ...], modified: datetime) -> datetime:
    """When the data were true: the oldest moment in its column, else the time of the file."""
    moments = set()
    for cell, row in {context.cell(row, "taken_at"): row for row in rows}.items():
        when = context.when(row, "taken_at", "") if cell else None
        if when is not None and when.moment is not None:
            moments.add(when.moment)
    return min(moments) if moments else modified


def _people(context: CsvContext, rows: tuple[Row, ...]) -> tuple[list[_Person], list[Retired]]:
    everyone: list[_Person] = []
    by_number: dict[tuple[str, str], list[_Person]] = {}
    by_cells: dict[tuple[str, ...], _Person] = {}
    nameless: list[Row] = []
    retired: list[Retired] = []
    for row in rows:
        number = context.text(row, "mrn")
        if not has_name(context, row):
            nameless.append(row)
            continue
        # Most rows repeat the patient's cells for a further order: those need no second look.
        cells = tuple(context.cell(row, meaning) for meaning in _OF_PATIENT)
        person = by_cells.get(cells) if number else None
        if person is None:
            person = _person_of_row(context, row, number, by_number, everyone)
            by_cells[cells] = person
            if survivor := context.text(row, "merged_into"):
                retired.append(Retired(everyone.index(person), survivor, authority(context, row)))
        person.rows.append(row)
    for row in nameless:
        _add_nameless(context, row, by_number, everyone)
    return everyone, retired


def _person_of_row(
    context: CsvContext, row: Row, number: str, by_number: dict[tuple[str, str], list[_Person]], everyone: list[_Person]
) -> _Person:
    usable, fault = number_fault(number, context.settings) if number else (False, "")
    if fault:
        context.tell(row, "mrn", fault, number, number)
    patient = patient_of_row(context, row, number if usable else "", fault)
    same_number = by_number.setdefault((number, authority(context, row)), []) if number else []
    for person in same_number:
        if same_person(person.patient, patient):

            def tell(element: str) -> None:
                what = f"two rows of this patient differ in {element.replace('_', ' ')}; the first is printed"
                context.tell(row, "mrn", what, number)

            person.patient = combined(person.patient, patient, tell)
            return person
    found = _Person(number if usable else "", patient, named=True)
    same_number.append(found)
    everyone.append(found)
    return found


def _add_nameless(
    context: CsvContext, row: Row, by_number: dict[tuple[str, str], list[_Person]], everyone: list[_Person]
) -> None:
    """Give a row with a number and no name to the one person of that number; to nobody where that is not certain."""
    number = context.text(row, "mrn")
    usable, fault = number_fault(number, context.settings) if number else (False, "the row has no patient number")
    same_number = by_number.setdefault((number, authority(context, row)), [])
    if len(same_number) > 1:
        fault = "two people have this number, so it cannot be told whose row this is; it is not used"
    if not usable or len(same_number) > 1:
        context.tell(row, "mrn", fault, number, " ".join(cell for cell in row.cells if cell.strip()))
        return
    if not same_number:
        if fault:
            context.tell(row, "mrn", fault, number, number)
        same_number.append(_Person(number, patient_of_row(context, row, number, fault), named=False))
        everyone.append(same_number[0])
    same_number[0].rows.append(row)


def _with_orders(context: CsvContext, person: _Person) -> Patient:
    found = [(row, order) for row in person.rows if (order := order_of_row(context, row, person.number))]
    return person.patient.model_copy(update={"medications": orders_of_rows(context, found, person.number)})
