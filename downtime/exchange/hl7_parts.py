"""Segments and fields that every message shares: who the patient is, which visit, which person, which moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from downtime.exchange.destination import Destination
from downtime.exchange.er7 import Components, Repeats, Segment, Value, moment
from downtime.exchange.facts import Proof, Writer
from downtime.page.sheet_record import Act, PatientNumber, Person, SheetPatient, SheetRecord

OURS = "DOWNTIME"
"""The namespace of ids that this program gives: pages, lines, orders."""

_TYPES = {"mrn": "MR", "national": "NH", "account": "AN", "encounter": "VN"}
"""Table 0203; a downtime number's type is the site's choice, because a merge joins numbers of one type."""


def number_value(number: PatientNumber, to: Destination) -> Components:
    """A patient's number as CX: number, authority, type."""
    kind = to.sending.downtime_number_type if number.kind == "downtime" else _TYPES.get(number.kind, "PI")
    return (number.value, "", "", to.authority(number.kind, number.authority), kind)


def sent_numbers(patient: SheetPatient) -> tuple[PatientNumber, ...]:
    """The numbers under which a patient is sent: the record's own; the downtime number only where it has none yet."""
    known = tuple(number for number in patient.numbers if number.kind in ("mrn", "national"))
    return known or tuple(number for number in patient.numbers if number.kind == "downtime")


def key_number(patient: SheetPatient) -> str:
    """The number that keeps a patient's messages in order."""
    numbers = sent_numbers(patient)
    return numbers[0].value if numbers else ""


def pid(patient: SheetPatient, to: Destination, **more: Value) -> Segment:
    """PID; `more` are fields beyond the identity, as ``f11=…``."""
    fields: dict[int, Value] = {
        1: "1",
        3: Repeats(tuple(number_value(number, to) for number in sent_numbers(patient))),
        5: name_value(patient.family, patient.given),
        7: moment(patient.birth_date) if patient.birth_date else "",
        8: patient.sex if patient.sex in ("A", "F", "M", "N", "O", "U") else "O" if patient.sex == "X" else "U",
        18: _account(patient, to),
    }
    fields.update({int(name[1:]): value for name, value in more.items()})
    return Segment("PID", fields)


def pv1(record: SheetRecord, to: Destination, patient_class: str = "", **more: Value) -> Segment:
    """PV1 of the visit on the sheet; the class is N (not applicable) where the sheet does not say it."""
    fields: dict[int, Value] = {
        1: "1",
        2: patient_class or "N",
        3: (record.department.id.upper(), "", "", to.facility),
        19: (record.encounter, "", "", to.mrn_authority, "VN") if record.encounter else "",
    }
    fields.update({int(name[1:]): value for name, value in more.items()})
    return Segment("PV1", fields)


def evn(trigger: str, recorded: datetime, operator: Person | None, occurred: datetime | None) -> Segment:
    """EVN: recorded in the desk (2), by whom (5), when it really happened (6)."""
    fields: dict[int, Value] = {1: trigger, 2: moment(recorded)}
    if operator is not None:
        fields[5] = person_value(operator)
    if occurred is not None:
        fields[6] = moment(occurred)
    return Segment("EVN", fields)


def name_value(family: str, given: Iterable[str]) -> Components:
    """A name as XPN: family, first given name, the others, legal."""
    first, *others = [*given] or [""]
    return (family, first, " ".join(others), "", "", "", "L")


def person_value(person: Person | None) -> Value:
    """Somebody of the desk as XCN: id and name."""
    return (person.id, person.name) if person is not None else ""


def writer_value(writer: Writer) -> Value:
    """Somebody who wrote on paper as XCN: no id is known, the printed name or the initials stand for the person."""
    return ("", writer.shown) if writer.shown else ""


def page_value(proof: Proof) -> Components:
    """The page as EI, so that the paper can be found again."""
    return (proof.page, OURS)


def by_of(act: Act | None) -> Person | None:
    """Who did it."""
    return act.by if act is not None else None


def back_entry(proof: Proof, written: datetime | None, by: Writer) -> str:
    """The one line that tells any reader where a value comes from."""
    parts = [f"Back-entered from downtime paper, page {proof.page}"]
    if written is not None:
        parts.append(f"written {written:%d %b %Y %H:%M %z}" + (f" by {by.shown}" if by.shown else ""))
    if proof.keyed is not None:
        parts.append(f"keyed {proof.keyed.at:%d %b %Y %H:%M %z} by {proof.keyed.by.name}")
    if proof.checked is not None:
        parts.append(f"checked by {proof.checked.by.name}")
    return ", ".join(parts)


def _account(patient: SheetPatient, to: Destination) -> Value:
    account = next((number for number in patient.numbers if number.kind == "account"), None)
    return number_value(account, to) if account is not None else ""
