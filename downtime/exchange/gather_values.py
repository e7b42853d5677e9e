"""Flowsheet values of a sheet: each number that has a code, with the moment and the person of its row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from downtime.exchange.facts import Observation, Withheld
from downtime.exchange.gathering import proof_of, unchecked, withheld, writer_near, written
from downtime.exchange.moments import NoMoment, clock_of, day_of, moment_at
from downtime.exchange.sheet_reading import Placed, SheetReading
from downtime.library.schema import FieldType
from downtime.page.sheet_record import FieldState

_NUMBER = re.compile(r"-?[0-9]{1,7}(\.[0-9]{1,4})?")
_VALUES = frozenset({FieldType.NUMBER, FieldType.TEXT, FieldType.CHOICE})


def observations(reading: SheetReading) -> Iterator[Observation | Withheld]:
    """Every value with a code that a person wrote on the sheet."""
    values = (one for one in reading.placed if one.field.is_observation and one.field.type in _VALUES)
    for one in written(values):
        if one.entry.state is FieldState.VALUE:
            yield _observation(reading, one)


def _observation(reading: SheetReading, one: Placed) -> Observation | Withheld:
    at = _when(reading, one)
    label = one.field.label or one.field.key
    if isinstance(at, NoMoment):
        return withheld(label, (one,), at.why, at.do)
    when = [found for means in ("taken.time", "taken.at", "taken.date") if (found := reading.near(means, one))]
    missing = unchecked(label, (one, *when))
    if missing is not None:
        return missing
    by = writer_near(reading, "taken.by", one)
    if not by.shown:
        by = writer_near(reading, "dose.by", one)
    number = Decimal(one.entry.value) if _NUMBER.fullmatch(one.entry.value) else None
    return Observation(
        proof=proof_of(reading, one.entry.field, (one,)),
        key=f"{reading.record.form}.{one.field.key}",
        text=label,
        value=one.words,
        number=number,
        at=at,
        by=by,
        loinc=one.field.loinc,
        ucum=one.field.ucum,
        panel=one.field.panel,
    )


def _when(reading: SheetReading, one: Placed) -> datetime | NoMoment:
    if one.field.means == "taken.day":
        return _end_of_day(reading, one)
    at = reading.moment("taken", one)
    if isinstance(at, NoMoment) and reading.near("dose.at", one) is not None:
        return reading.moment("dose", one)
    return at


def _end_of_day(reading: SheetReading, one: Placed) -> datetime | NoMoment:
    """A total of 24 hours is known when they are over: the sheet's first hour, on the day after its date."""
    day = reading.near("sheet.date", one)
    if day is None:
        return NoMoment("the day of the sheet is not written")
    first, parsed = clock_of(reading.form.first_hour), day_of(day.entry.value)
    if isinstance(first, NoMoment):
        return NoMoment("the hours printed on the sheet are not known")
    return parsed if isinstance(parsed, NoMoment) else moment_at(parsed + timedelta(days=1), first, reading.zone)
