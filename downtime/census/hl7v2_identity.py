"""Whom an HL7 message is about: the numbers of PID and MRG with their authorities, name and birth date.

A number is its value and the authority that assigned it. Nothing is attached where a message names two patients, no
number that can be used, or two numbers of one authority.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from downtime.census.csv_values import number_fault
from downtime.census.hl7v2_context import Hl7Context
from downtime.census.hl7v2_parse import MOST_REPETITIONS, Element, Message, Segment
from downtime.census.hl7v2_values import moment_of, name_of
from downtime.census.identity import same_person
from downtime.census.snapshot import Identifier, IdentifierKind, Patient, PersonName
from downtime.census.source import NUMBER_CHARACTERS, birth_date_fault

Key = tuple[str, str]
"""The authority of a number, and the number."""

_OLDEST_YEARS = 120
_SEPARATORS = re.compile(r"[|^~\\&\ufffd\n]|\s\s")
# HL7 table 0203. Social security, passport and licence numbers have no place on a ward's paper.
_MRN_TYPES = ("MR", "MRT", "MRN")
# MRN is no code of the table, and is what one large vendor sends.
_INTERNAL = ("PI", "")
_NATIONAL = ("NI", "NH", "NHS", "HC")
_NOT_PRINTED = ("SS", "SSN", "DL", "PPN", "BC", "CC", "BRN", "EN", "MA", "MC", "TAX")
_NICK_AND_OLD = ("A", "M", "N", "P", "S", "BAD", "NOUSE")


@dataclass(frozen=True, slots=True)
class Who:
    """A patient as one message names them; `keys` are the patient numbers, the house's own first."""

    keys: tuple[Key, ...]
    numbers: tuple[Identifier, ...]
    name: PersonName
    names: tuple[PersonName, ...]
    birth_date: date | None
    birth_date_fault: str = ""

    @property
    def number(self) -> str:
        """The number as problems name the patient."""
        return self.keys[0][1] if self.keys else ""


def who_of(message: Message, context: Hl7Context) -> Who | str:
    """The one patient of a message, or in words why it can be nobody's."""
    segments = message.all("PID")
    if not segments:
        return "the message names no patient"
    people = [person_in(segment, context) for segment in segments]
    first = people[0]
    for other in people[1:]:
        if isinstance(first, str) or isinstance(other, str) or not _are_one(first, other):
            return "the message names two patients, so that it cannot be told whose it is"
    return first


def _are_one(one: Who, other: Who) -> bool:
    return set(one.keys) == set(other.keys) and same_person(as_patient(one), as_patient(other))


def as_patient(who: Who) -> Patient:
    """Name and birth date in the shape in which people are compared."""
    return Patient(identifiers=(), name=who.name, birth_date=who.birth_date)


def person_in(segment: Segment, context: Hl7Context) -> Who | str:
    """The patient of one PID, or why it names nobody."""
    numbers = numbers_in(segment, 3, context)
    if isinstance(numbers, str):
        return numbers
    keys, others = numbers
    names = tuple(name for at in (5, 9) for element in segment.all(at) if (name := name_of(element)) != PersonName())
    current = [element for element in segment.all(5) if element.text(7).upper() not in _NICK_AND_OLD] or segment.all(5)
    born, fault = _birth_date(segment, context)
    account = account_in(segment, context)
    return Who(
        keys=keys,
        numbers=(*others, *account),
        name=name_of(current[0]) if current else PersonName(),
        names=names,
        birth_date=born,
        birth_date_fault=fault,
    )


def _birth_date(segment: Segment, context: Hl7Context) -> tuple[date | None, str]:
    said = segment.first(7).part(1)
    if not said.strip():
        return None, ""
    when = moment_of(said[:8], context.zone) if said[:8].isdigit() else moment_of(said, context.zone)
    if when is None:
        return None, "this is not a day; the birth date is not used"
    fault = birth_date_fault(when.day, context.now)
    if not fault and when.day.year < context.now.year - _OLDEST_YEARS:
        fault = "the birth date is too long ago; it may stand for “not known”"
    return (None, fault) if fault else (when.day, "")


def numbers_in(
    segment: Segment, field: int, context: Hl7Context
) -> tuple[tuple[Key, ...], tuple[Identifier, ...]] | str:
    """The patient numbers of a list of identifiers, the house's own first, and the other numbers that print."""
    typed: list[Key] = []
    internal: list[tuple[Key, bool]] = []
    others: list[Identifier] = []
    mark = segment.delimiters.repetition
    if mark and segment.raw(field).count(mark) >= MOST_REPETITIONS:
        return "the list of patient numbers is far too long"
    for element in segment.all(field):
        value, kind = element.part(1), element.text(5, limit=20).upper()
        if kind in _NOT_PRINTED or not value.strip() or value.strip() == '""':
            continue
        shown = element.text(1)
        authority = authority_of(element.component(4), context)
        sound = _is_sound(element, shown, authority, context)
        if kind in _MRN_TYPES or kind in _INTERNAL:
            if not sound:
                return "the patient number is damaged, or is no number of a patient"
            if kind in _MRN_TYPES:
                typed.append((authority, shown))
            else:
                internal.append(((authority, shown), bool(element.part(4).strip())))
        elif sound:
            others.append(Identifier(kind=_kind(kind), value=shown, authority=authority))
    unclear = any(item.kind is IdentifierKind.OTHER for item in others)
    keys = list(dict.fromkeys(typed)) or _without_type(internal, unclear, context)
    if not keys:
        return "the message has no patient number that can be told from other numbers"
    if len({authority for authority, _ in keys}) < len(keys):
        return "the message has two patient numbers of one authority"
    house = context.settings.authority or ""
    keys.sort(key=lambda key: key[0] != house)
    return tuple(keys), tuple(dict.fromkeys(others))


def _without_type(found: list[tuple[Key, bool]], beside_others: bool, context: Hl7Context) -> list[Key]:
    """Numbers that do not say what they are: the one whose authority is the house, or the only number there is."""
    own = dict.fromkeys(key for key, named in found if named and key[0] == context.settings.authority)
    keys = dict.fromkeys(key for key, named in found if named or not beside_others)
    return list(own) or (list(keys) if len(keys) == 1 else [])


def _is_sound(element: Element, shown: str, authority: str, context: Hl7Context) -> bool:
    raw = element.component(1)
    in_parts = bool(element.delimiters.subcomponent and element.delimiters.subcomponent in raw.raw)
    usable, _ = number_fault(shown, context.settings)
    damaged = _SEPARATORS.search(shown) or _SEPARATORS.search(authority) or "\n" in element.raw
    return usable and not in_parts and not damaged and 0 < len(shown) <= NUMBER_CHARACTERS


def authority_of(element: Element, context: Hl7Context) -> str:
    """Who assigned a number (HD): in the house's own word where facility.yaml knows it; unnamed it is the house."""
    space, universal = element.text(1, limit=200), element.text(2, limit=200)
    if not space and not universal:
        return context.settings.authority or ""
    for named in (space, universal):
        if named and (known := context.settings.authority_of(named)) == context.settings.authority:
            return known or ""
    # Two systems may use one short name; with their universal ids they stay apart.
    return f"{space} {universal}".strip()


def _kind(code: str) -> IdentifierKind:
    if code in _NATIONAL or (code.startswith("NN") and len(code) == 5):
        return IdentifierKind.NATIONAL
    if code in ("AN", "ANON", "ANC", "ANT"):
        return IdentifierKind.ACCOUNT
    return IdentifierKind.ENCOUNTER if code == "VN" else IdentifierKind.OTHER


def account_in(segment: Segment, context: Hl7Context) -> tuple[Identifier, ...]:
    """The account number of PID-18; some senders put the visit number there, and say so."""
    element = segment.first(18)
    value = element.text(1)
    if not value or len(value) > NUMBER_CHARACTERS or _SEPARATORS.search(value):
        return ()
    kind = IdentifierKind.ENCOUNTER if element.text(5).upper() == "VN" else IdentifierKind.ACCOUNT
    named = element.component(4)
    return (Identifier(kind=kind, value=value, authority=authority_of(named, context) if named else ""),)
