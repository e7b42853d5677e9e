"""Orders and allergies of a sheet. Orders in free words are never sent by a machine: somebody enters them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from downtime.exchange.facts import Allergy, MedicationOrder, OrderSource, TestOrder, Withheld
from downtime.exchange.gather_doses import route_code
from downtime.exchange.gathering import proof_of, unchecked, withheld, writer_near, written
from downtime.exchange.moments import NoMoment
from downtime.exchange.sheet_reading import Placed, SheetReading
from downtime.library.schema import FieldType


def medication_orders(reading: SheetReading) -> Iterator[MedicationOrder | Withheld]:
    """Each order for a medicine that was written on the sheet."""
    for drug in written(reading.all("order.drug")):
        yield _medication_order(reading, drug)


def _medication_order(reading: SheetReading, drug: Placed) -> MedicationOrder | Withheld:
    label = f"Order for {drug.words}"
    dose, unit = reading.near("order.dose", drug), reading.near("order.unit", drug)
    route = reading.near("order.route", drug) or reading.near("order.route_other", drug)
    often = [found for means in _FREQUENCY if (found := reading.near(means, drug)) is not None]
    parts = tuple(one for one in (drug, dose, unit, route, *often) if one is not None)
    for missing, name in ((dose, "dose"), (route, "route"), (often or None, "frequency")):
        if missing is None:
            return withheld(label, parts, f"no {name} is written with it")
    if unit is None and dose is not None and dose.field.type is FieldType.NUMBER:
        return withheld(label, parts, "the dose has no unit")
    when = written_moment(reading, drug)
    if isinstance(when, NoMoment):
        return withheld(label, parts, when.why, when.do)
    prescriber = writer_near(reading, "order.prescriber", drug)
    if not prescriber.shown:
        return withheld(label, parts, "no prescriber's name is written with it")
    start = reading.near("order.start", drug)
    begins = reading.moment_in(start) if start is not None else None
    if isinstance(begins, NoMoment):
        return withheld(label, parts, begins.why, begins.do)
    stop = reading.near("order.stop", drug)
    parts = (*parts, *(one for one in (start, stop) if one is not None))
    alone = unchecked(label, parts)
    if alone is not None:
        return alone
    words = route.words if route is not None else ""
    return MedicationOrder(
        proof=proof_of(reading, drug.field.row or drug.entry.field, parts),
        drug=drug.words,
        dose=dose.words if dose else "",
        unit=unit.words if unit else "",
        route=words,
        route_code=route_code(words),
        frequency=", ".join(_often(one) for one in often),
        written=when,
        prescriber=prescriber,
        source=_source(reading, drug),
        reason=_words(reading.near("order.reason", drug)),
        start=begins,
        stop=_words(stop),
    )


_FREQUENCY = ("order.times_a_day", "order.every_hours", "order.frequency")


def _often(one: Placed) -> str:
    if one.field.means == "order.times_a_day":
        return f"{one.words} times a day"
    return f"every {one.words} hours" if one.field.means == "order.every_hours" else one.words


def test_orders(reading: SheetReading) -> Iterator[TestOrder | Withheld]:
    """Each test that was marked or named on the sheet."""
    for one in written(reading.all("order.test")):
        when = written_moment(reading, one)
        prescriber = writer_near(reading, "order.prescriber", one)
        alone = unchecked("Tests", (one,))
        if isinstance(when, NoMoment):
            yield withheld("Tests", (one,), when.why, when.do)
        elif not prescriber.shown:
            yield withheld("Tests", (one,), "no prescriber's name is written with it")
        elif alone is not None:
            yield alone
        else:
            names = [one.field.options.get(option, option) for option in one.entry.options] or [one.words]
            for number, name in enumerate(names, start=1):
                yield TestOrder(
                    proof=proof_of(reading, f"{one.entry.field}.{number}", (one,)),
                    test=name,
                    written=when,
                    prescriber=prescriber,
                    urgency=_words(reading.near("order.urgency", one)),
                    reason=_words(reading.near("order.reason", one)),
                )


def worded_orders(reading: SheetReading) -> Iterator[Withheld]:
    """Orders in free words: told, so that nobody thinks that they were sent."""
    for one in written(reading.all("order.text")):
        yield withheld(
            one.words[:60], (one,), "an order in free words is entered by a person", "enter it at the screen"
        )


def allergies(reading: SheetReading) -> Iterator[Allergy | Withheld]:
    """Each allergy that was written on the sheet."""
    for one in written(reading.all("allergy.substance")):
        more = [reading.near(means, one) for means in ("allergy.reaction", "allergy.severity")]
        parts = (one, *(found for found in more if found is not None))
        alone = unchecked(f"Allergy to {one.words}", parts)
        if alone is not None:
            yield alone
            continue
        yield Allergy(
            proof=proof_of(reading, one.field.row or one.entry.field, parts),
            substance=one.words,
            reaction=_words(more[0]),
            severity=_words(more[1]),
        )


def written_moment(reading: SheetReading, to: Placed) -> datetime | NoMoment:
    """When an order was written: a moment of its own, or date and time beside the signature that goes with it."""
    whole = reading.near("order.written_at", to)
    if whole is not None:
        alone = unchecked("Order", (whole,))
        return reading.moment_in(whole) if alone is None else NoMoment(alone.why, alone.do)
    day, clock = reading.near("order.written_date", to), reading.near("order.written_time", to)
    if day is None or clock is None:
        return NoMoment(f"no {'date' if day is None else 'time'} stands beside the signature")
    if (alone := unchecked("Order", (clock,))) is not None:
        return NoMoment(alone.why, alone.do)
    return reading.at(day.entry.value, clock.entry.value, clock)


def _source(reading: SheetReading, to: Placed) -> OrderSource:
    how = _words(reading.near("order.how", to)).casefold()
    if "telephone" in how or "phone" in how:
        return OrderSource.PHONE
    return OrderSource.VOICE if "face to face" in how or "verbal" in how else OrderSource.PAPER


def _words(one: Placed | None) -> str:
    return one.words if one is not None else ""
