"""OBX folded into a record: weight, vital signs, results, and what facility.yaml says a code or Z field means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from downtime.census.csv_values import HEAVIEST_KG
from downtime.census.hl7v2_context import Hl7Context
from downtime.census.hl7v2_parse import Element, Message, Segment
from downtime.census.hl7v2_record import Record
from downtime.census.hl7v2_values import amount_of, codes_of, unit_of, words_of
from downtime.census.snapshot import Reading, Weight
from downtime.census.source import printable, start_of_day
from downtime.census.units import kilograms_of
from downtime.clinical.doses import parse_number

SYSTOLIC, DIASTOLIC, PRESSURE = "8480-6", "8462-4", "85354-9"
_VITALS = ("8867-4", "9279-1", "59408-5", "2708-6", "8310-5", "55284-4", "8302-2", SYSTOLIC, DIASTOLIC, PRESSURE)
_WEIGHTS = {
    "29463-7": "", "3141-9": "measured", "3142-7": "stated", "8335-2": "estimated", "8350-1": "with clothes",
    "8351-9": "without clothes",
}  # fmt: skip
"""LOINC codes of body weight, with the way it was taken where the code says so."""
_VITAL_PANELS = ("85353-1", "VS", "VITALS")
_NO_VALUE_YET = ("I", "N", "O", "X")
_WITHDRAWN = ("D", "W")
_NOT_TEXT = ("ED", "RP", "MA", "NA", "XPN", "XAD", "CX")
_VALUE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class _Seen:
    """One OBX with the panel it stands in."""

    segment: Segment
    codes: frozenset[str]
    is_vital: bool
    taken: datetime | None

    @property
    def age(self) -> float:
        return self.taken.timestamp() if self.taken else 0.0


def apply_readings(record: Record, message: Message, context: Hl7Context) -> None:
    """All observations of a message, and the fields of its own segments that the house has named."""
    seen = list(_observations(message, context, record.number))
    pressures = _pressures(seen)
    told: dict[str, list[str]] = {}
    unread = 0
    for item in seen:
        status = item.segment.text(11).upper()
        if status in _NO_VALUE_YET:
            continue
        meaning = meaning_of(item.codes, context)
        if meaning == "weight" or (not meaning and any(code in _WEIGHTS for code in item.codes)):
            _apply_weight(record, item, message, context)
        elif meaning:
            told.setdefault(meaning, []).append("" if status in _WITHDRAWN else _value(item.segment))
        elif item.segment.text(2).upper() in _NOT_TEXT:
            unread += 1
        else:
            _apply_reading(record, item, pressures.get(id(item.segment)))
    for meaning, name, field in _own_fields(context):
        for segment in message.all(name):
            if segment.is_null(field) or segment.first(field):
                values = [words_of(element) for element in segment.all(field)] or [""]
                told.setdefault(meaning, []).extend(values)
    apply_told(record, told)
    if unread:
        context.tell(message, "OBX-5", f"{unread} documents or pictures among the results are not read", record.number)


def apply_told(record: Record, told: dict[str, list[str]]) -> None:
    """Code status, isolation, diet and lines as one message says them: together they are how it is now."""
    for meaning, values in told.items():
        kept = tuple(dict.fromkeys(value for value in values if value))
        if meaning == "code_status":
            record.code_status = "; ".join(kept)
        elif meaning == "isolation":
            record.isolation = kept
        elif meaning == "diet":
            record.diet = "; ".join(kept)
        elif meaning == "lines":
            record.lines = kept


def meaning_of(codes: Iterable[str], context: Hl7Context) -> str:
    """What the house says a code of OBX-3 or OBR-4 means, or nothing."""
    settings = context.settings
    tables = (
        ("code_status", (*settings.code_status_codes, *settings.hl7.code_status)),
        ("isolation", (*settings.isolation_codes, *settings.hl7.isolation)),
        ("diet", settings.hl7.diet), ("lines", settings.hl7.lines), ("weight", settings.hl7.weight),
    )  # fmt: skip
    found = set(codes)
    return next((meaning for meaning, wanted in tables if not found.isdisjoint(wanted)), "")


def _own_fields(context: Hl7Context) -> Iterable[tuple[str, str, int]]:
    """The fields of a house's own segments that settings name, as ("diet", "ZPV", 5)."""
    hl7 = context.settings.hl7
    tables = (("code_status", hl7.code_status), ("isolation", hl7.isolation), ("diet", hl7.diet), ("lines", hl7.lines))
    for meaning, places in tables:
        for place in places:
            name, dash, field = place.partition("-")
            if dash and len(name) == 3 and name.startswith("Z") and field.isascii() and field.isdigit():
                yield meaning, name, int(field[:4])


def _observations(message: Message, context: Hl7Context, patient: str) -> Iterable[_Seen]:
    panel_vital, panel_taken = False, None
    for segment in message.segments:
        if segment.name == "OBR":
            panel = codes_of(segment.first(4))
            panel_vital = not panel.isdisjoint(_VITAL_PANELS)
            panel_taken = context.moment(message, segment, 7, patient)
        elif segment.name == "OBX":
            codes = codes_of(segment.first(3))
            taken = context.moment(message, segment, 14, patient) or panel_taken
            yield _Seen(segment, codes, panel_vital or not codes.isdisjoint(_VITALS), taken)


def _apply_weight(record: Record, item: _Seen, message: Message, context: Hl7Context) -> None:
    segment = item.segment
    said, unit = segment.first(5).text(1, limit=40), segment.first(6).text(1, limit=40)
    shown, fault = amount_of(said)
    original = f"{said} {unit}".strip()
    if segment.text(11).upper() in _WITHDRAWN:
        if record.weight is not None and item.age >= record.weighed:
            record.weight, record.weighed = None, 0.0
        return
    kg = None if fault or not shown or len(segment.all(5)) > 1 else kilograms_of(parse_number(shown), [unit])
    if kg is None:
        what = "the weight is not in kilograms; it is not converted"
        context.tell(message, "OBX-5", what, record.number, original)
        return
    if not 0 < kg <= HEAVIEST_KG:
        context.tell(message, "OBX-5", "no person has this weight", record.number, original)
        return
    when = context.when(message, segment, 14, record.number)
    taken = None if when is None else when.moment or start_of_day(when.day, context.zone)
    age = taken.timestamp() if taken else 0.0
    if record.weight is not None and age < record.weighed:
        return
    coded = next((_WEIGHTS[code] for code in _WEIGHTS if code in item.codes), "")
    way = words_of(segment.first(17), 100) or coded
    record.weight = Weight(kg=kg, taken=None if when is None else when.moment or when.day, method=way)
    record.weighed = age


def _pressures(seen: list[_Seen]) -> dict[int, str]:
    """The systolic pressure's own OBX, with the value of its partner, where just two of one moment stand together."""
    found: dict[int, str] = {}
    for one, other in pairwise(seen):
        if SYSTOLIC not in one.codes or DIASTOLIC not in other.codes or one.taken != other.taken:
            continue
        plain = not amount_of(one.segment.text(5))[1] and not amount_of(other.segment.text(5))[1]
        same = one.segment.text(11) == other.segment.text(11) and unit_of(one.segment.first(6)) == unit_of(
            other.segment.first(6)
        )
        if plain and same and one.segment.text(5) and other.segment.text(5):
            found[id(one.segment)] = f"{amount_of(one.segment.text(5))[0]}/{amount_of(other.segment.text(5))[0]}"
            found[id(other.segment)] = ""
    return found


def _apply_reading(record: Record, item: _Seen, pressure: str | None) -> None:
    segment = item.segment
    if pressure == "":  # printed with its partner
        return
    label = "Blood pressure" if pressure else words_of(segment.first(3), 120)
    loinc = PRESSURE if pressure else next((code[3:] for code in sorted(item.codes) if code.startswith("LN|")), "")
    key = " ".join(part for part in (loinc or label, segment.text(4)) if part)
    table = record.vitals if item.is_vital else record.results
    if segment.text(11).upper() in _WITHDRAWN:
        if key in table and table[key][0] == item.age:
            del table[key]
        return
    value = pressure or _value(segment)
    if not value or not label:
        return
    before = table.get(key)
    if before is not None and before[0] > item.age:
        return
    lines = segment.text(2).upper() in ("TX", "FT") and before is not None and before[0] == item.age
    if lines and segment.text(11).upper() != "C" and before is not None and value not in before[1].value:
        value = printable(f"{before[1].value} {value}", _VALUE_CHARACTERS)
    note = "preliminary" if segment.text(11).upper() in ("P", "R", "S") else ""
    flags = ("" if segment.text(8).upper() == "N" else segment.text(8), note)
    reading = Reading(
        label=label, value=value, unit=unit_of(segment.first(6)), taken=item.taken, loinc=loinc[:20],
        abnormal=", ".join(flag for flag in flags if flag)[:40],
    )  # fmt: skip
    table[key] = (item.age, reading)


def _value(segment: Segment) -> str:
    kind = segment.text(2).upper()
    shown = [_one_value(kind, element) for element in segment.all(5)[:50]]
    return printable("; ".join(dict.fromkeys(value for value in shown if value)), _VALUE_CHARACTERS)


def _one_value(kind: str, element: Element) -> str:
    if kind in ("CE", "CWE", "CNE", "CF", "IS"):
        return words_of(element)
    if kind == "SN":  # comparator, number, separator, number: ">^100" or "1^:^8"
        pieces = [element.text(1), amount_of(element.text(2))[0], element.text(3), amount_of(element.text(4))[0]]
        return "".join(pieces)
    if kind == "NM":
        return amount_of(element.text(1))[0]
    return element.whole()
