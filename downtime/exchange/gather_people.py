"""Registrations, departures and charges of a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from downtime.exchange.facts import Charge, Departure, Registration, Withheld
from downtime.exchange.gathering import proof_of, unchecked, withheld, writer_near, written
from downtime.exchange.moments import NoMoment, day_of
from downtime.exchange.sheet_reading import Placed, SheetReading

_SEX = {"female": "F", "male": "M", "x": "O", "unknown": "U"}
_CLASS = {"emergency": "E", "inpatient": "I", "observation": "O", "outpatient": "O", "newborn": "I"}
"""Tables 0001 and 0004 of HL7 v2.5.1; it has no observation class, which is an outpatient there."""


def registrations(reading: SheetReading) -> Iterator[Registration | Withheld]:
    """The person and visit that the sheet registers."""
    for arrived in written(reading.all("visit.arrived")):
        yield _registration(reading, arrived)


def _registration(reading: SheetReading, arrived: Placed) -> Registration | Withheld:
    parts = {
        means: one
        for means in _PARTS
        if (one := reading.near(means, arrived)) is not None
    }  # fmt: skip
    used = (arrived, *parts.values())
    at = reading.moment_in(arrived)
    if isinstance(at, NoMoment):
        return withheld("Registration", used, at.why, at.do)
    family = parts.get("person.surname") or parts.get("person.alias")
    if family is None:
        return withheld("Registration", used, "neither a surname nor an alias is written")
    born = day_of(parts["person.birth_date"].entry.value) if "person.birth_date" in parts else None
    if isinstance(born, NoMoment):
        return withheld("Registration", used, born.why, born.do)
    kind = _CLASS.get(_said(parts, "visit.class"))
    if kind is None:
        return withheld("Registration", used, "no class of visit is marked, or more than one")
    alone = unchecked("Registration", used)
    if alone is not None:
        return alone
    return Registration(
        proof=proof_of(reading, arrived.entry.field, used),
        arrived=at,
        patient_class=kind,
        family=family.words,
        given=tuple(_text(parts, "person.given").split()),
        birth_date=born,
        sex=_SEX.get(_said(parts, "person.sex"), "U"),
        age=_text(parts, "person.age"),
        phone=_text(parts, "person.phone"),
        address=_text(parts, "person.address"),
        known_number=_text(parts, "person.number"),
        kin_name=_text(parts, "kin.name"),
        kin_relation=_text(parts, "kin.relation"),
        kin_phone=_text(parts, "kin.phone"),
        reason=_text(parts, "visit.reason"),
        bed=_text(parts, "visit.bed"),
        provider=_text(parts, "visit.provider"),
        clerk=writer_near(reading, "visit.clerk", arrived),
    )


_PARTS = (
    "person.surname", "person.alias", "person.given", "person.birth_date", "person.sex", "person.age", "person.phone",
    "person.address", "person.number", "kin.name", "kin.relation", "kin.phone", "visit.class", "visit.reason",
    "visit.bed", "visit.provider",
)  # fmt: skip


def departures(reading: SheetReading) -> Iterator[Departure | Withheld]:
    """The discharge or death that the sheet tells of."""
    for ended in written(reading.all("visit.ended")):
        to, died = reading.near("visit.disposition", ended), reading.near("visit.died", ended)
        parts = tuple(one for one in (ended, to, died) if one is not None)
        at, alone = reading.moment_in(ended), unchecked("Discharge", parts)
        if isinstance(at, NoMoment):
            yield withheld("Discharge", parts, at.why, at.do)
        elif alone is not None:
            yield alone
        else:
            proof = proof_of(reading, ended.entry.field, parts)
            yield Departure(proof, at, to.words if to is not None else "", died is not None)


def charges(reading: SheetReading) -> Iterator[Charge | Withheld]:
    """Each line of a charge sheet."""
    for code in written(reading.all("charge.code")):
        found = {means: reading.near(means, code) for means in ("charge.text", "charge.quantity", "charge.diagnosis")}
        when = reading.near("charge.date", code)
        parts = tuple(one for one in (code, when, *found.values()) if one is not None)
        label = f"Charge {code.words}"
        day: date | NoMoment = day_of(when.entry.value) if when is not None else NoMoment("no date of service")
        alone = unchecked(label, parts)
        if isinstance(day, NoMoment):
            yield withheld(label, parts, day.why, day.do)
        elif alone is not None:
            yield alone
        else:
            text, quantity, diagnosis = (one.words if one is not None else "" for one in found.values())
            proof = proof_of(reading, code.field.row or code.entry.field, parts)
            by = writer_near(reading, "charge.by", code)
            yield Charge(proof, code.words, text, quantity or "1", day, diagnosis, by)


def _text(parts: dict[str, Placed], means: str) -> str:
    return parts[means].words if means in parts else ""


def _said(parts: dict[str, Placed], means: str) -> str:
    return _text(parts, means).casefold()
