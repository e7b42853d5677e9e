"""One row of a census CSV to a patient, without the orders."""

from __future__ import annotations

from datetime import date, datetime

from downtime.census.csv_context import CsvContext
from downtime.census.csv_rows import Row
from downtime.census.csv_values import allergies, items, kilograms, names_pounds, sex, yes_no
from downtime.census.snapshot import Identifier, IdentifierKind, Patient, PersonName, Place, Sex, Weight
from downtime.census.source import NAME_CHARACTERS, birth_date_fault, printable, start_of_day

_NAME_MEANINGS = ("surname", "given", "name", "birth_date")


def has_name(context: CsvContext, row: Row) -> bool:
    """Whether a row says who the patient is, beside the number."""
    return any(context.cell(row, meaning) for meaning in _NAME_MEANINGS)


def authority(context: CsvContext, row: Row) -> str:
    """Who assigned the row's number: the column says it, else it is the house's own."""
    named = context.text(row, "authority")
    return context.settings.authority_of(named) if named else context.settings.authority or ""


def patient_of_row(context: CsvContext, row: Row, number: str, fault: str) -> Patient:
    """The patient of a row; `number` is empty where it cannot be used, and `fault` says what is wrong with it."""
    text = context.text
    state, listed, doubt = allergies(context.cell(row, "allergies"), context.settings)
    if doubt:
        context.tell(row, "allergies", doubt, number, context.cell(row, "allergies"))
    clarify = [fault] if fault else []
    if row.short:
        clarify.append("the row in the file is incomplete")
    return Patient(
        identifiers=_identifiers(context, row, number),
        name=_name(context, row),
        birth_date=_birth_date(context, row, number),
        sex=_sex(context, row, number),
        place=Place(unit=text(row, "unit"), room=text(row, "room"), bed=text(row, "bed")),
        attending=text(row, "attending"),
        service=text(row, "service"),
        admitted=_moment(context, row, "admitted", number),
        diagnoses=items(context.cell(row, "diagnosis"), context.settings),
        allergy_state=state,
        allergies=listed,
        code_status=text(row, "code_status"),
        isolation=items(context.cell(row, "isolation"), context.settings),
        weight=_weight(context, row, number),
        diet=text(row, "diet"),
        lines=items(context.cell(row, "lines"), context.settings),
        deceased=_flag(context, row, "deceased", number),
        discharged=_flag(context, row, "discharged", number),
        clarify=tuple(clarify),
    )


def _identifiers(context: CsvContext, row: Row, number: str) -> tuple[Identifier, ...]:
    found = []
    if number:
        found.append(Identifier(kind=IdentifierKind.MRN, value=number, authority=authority(context, row)))
    if visit := context.text(row, "encounter"):
        found.append(Identifier(kind=IdentifierKind.ENCOUNTER, value=visit))
    return tuple(found)


def _name(context: CsvContext, row: Row) -> PersonName:
    family = printable(context.cell(row, "surname"), NAME_CHARACTERS)
    given = printable(context.cell(row, "given"), NAME_CHARACTERS)
    if family or given:
        return PersonName(family=family, given=tuple(given.split()))
    return PersonName(text=printable(context.cell(row, "name"), NAME_CHARACTERS))


def _birth_date(context: CsvContext, row: Row, number: str) -> date | None:
    when = context.when(row, "birth_date", number)
    if when is None:
        return None
    if fault := birth_date_fault(when.day, context.now):
        context.tell(row, "birth_date", fault, number, context.cell(row, "birth_date"))
        return None
    return when.day


def _sex(context: CsvContext, row: Row, number: str) -> Sex:
    cell = context.cell(row, "sex")
    read = sex(cell)
    if read is None:
        context.tell(row, "sex", "this is none of F, M, X or unknown", number, cell)
    return read or Sex.UNKNOWN


def _flag(context: CsvContext, row: Row, meaning: str, number: str) -> bool:
    cell = context.cell(row, meaning)
    read = yes_no(cell)
    if read is None:
        # A date of death or discharge is often put here; it then says yes.
        if context.dates.read(cell) is not None:
            return True
        context.tell(row, meaning, "this is neither yes nor no", number, cell)
    return bool(read)


def _moment(context: CsvContext, row: Row, meaning: str, number: str) -> datetime | None:
    when = context.when(row, meaning, number)
    if when is None:
        return None
    return when.moment or start_of_day(when.day, context.zone)


def _weight(context: CsvContext, row: Row, number: str) -> Weight | None:
    cell = context.cell(row, "weight_kg")
    if not cell:
        return None
    kg, fault = kilograms(cell)
    if names_pounds(context.header[context.columns["weight_kg"]]):
        kg, fault = None, "the header says that the weights are not in kilograms; they are not converted"
    if kg is None:
        context.tell(row, "weight_kg", fault, number, cell)
        return None
    when = context.when(row, "weight_date", number)
    taken = None if when is None else when.moment or when.day
    return Weight(kg=kg, taken=taken, method=context.text(row, "weight_method"))
