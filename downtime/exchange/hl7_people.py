"""ADT: registration (A04, A01), update (A08), discharge (A03), and merge of two numbers (A40)."""

from __future__ import annotations

from datetime import datetime

from downtime.exchange.destination import Destination
from downtime.exchange.er7 import Segment, Value, moment
from downtime.exchange.facts import Allergy, Departure, Registration
from downtime.exchange.hl7_parts import by_of, evn, name_value, number_value, pid, pv1
from downtime.page.sheet_record import Act, PatientNumber, SheetPatient, SheetRecord

_SEVERITY = {"mild": "MI", "moderate": "MO", "severe": "SV"}
"""Table 0128. The kind of allergen is not written on paper, so AL1-2 stays empty."""


def registration_body(
    trigger: str, one: Registration, allergies: list[Allergy], record: SheetRecord, patient: SheetPatient,
    to: Destination,
) -> list[Segment]:  # fmt: skip
    """The segments of A04, A01 or A08 behind the header."""
    recorded = one.proof.keyed or record.completed
    body = [
        evn(trigger, recorded.at, recorded.by, one.arrived),
        pid(
            patient, to,
            f5=name_value(one.family, one.given) if not patient.resolved else name_value(patient.family, patient.given),
            f11=(one.address.replace("\n", ", "),) if one.address else "",
            f13=one.phone,
        ),
    ]  # fmt: skip
    if one.kin_name:
        relation = ("", one.kin_relation) if one.kin_relation else ""
        body.append(Segment("NK1", {1: "1", 2: (one.kin_name,), 3: relation, 5: one.kin_phone}))
    bed: Value = (record.department.id.upper(), "", one.bed, to.facility)
    provider: Value = ("", one.provider) if one.provider else ""
    body.append(pv1(record, to, one.patient_class, f3=bed, f7=provider, f44=moment(one.arrived)))
    if one.reason:
        body.append(Segment("PV2", {3: ("", one.reason)}))
    return [*body, *(_allergy(number, allergy) for number, allergy in enumerate(allergies, start=1))]


def departure_body(one: Departure, record: SheetRecord, patient: SheetPatient, to: Destination) -> list[Segment]:
    """The segments of A03 behind the header."""
    recorded = one.proof.keyed or record.completed
    died: dict[str, Value] = {"f29": moment(one.at), "f30": "Y"} if one.died else {}
    where: Value = (one.disposition,) if one.disposition else ""
    return [
        evn("A03", recorded.at, recorded.by, one.at),
        pid(patient, to, **died),
        pv1(record, to, "", f37=where, f45=moment(one.at)),
    ]


def merge_body(
    survivor: SheetPatient, retired: PatientNumber, decided: Act, to: Destination, recorded: datetime
) -> list[Segment]:
    """The segments of A40: PID is who stays, MRG-1 the number that is retired, both of one type and their authority.

    Raises ValueError where the survivor has no number of the record, or the two are one number.
    """
    known = [number for number in survivor.numbers if number.kind == "mrn"]
    if not known:
        raise ValueError("a merge needs the number that stays")
    if (known[0].value, known[0].authority) == (retired.value, retired.authority):
        raise ValueError("a number cannot be merged into itself")
    return [
        evn("A40", recorded, by_of(decided), decided.at),
        pid(survivor, to, f3=number_value(known[0], to)),
        Segment("MRG", {1: number_value(retired, to)}),
    ]


def merge_words(survivor: SheetPatient, retired: PatientNumber, to: Destination) -> str:
    """Both sides of a merge in words, for the two people who release it."""
    kept = next(number for number in survivor.numbers if number.kind == "mrn")
    name = ", ".join(part for part in (survivor.family, " ".join(survivor.given)) if part)
    return (
        f"{kept.value} ({to.authority('mrn', kept.authority)}) stays: {name}. "
        f"{retired.value} ({to.authority(retired.kind, retired.authority)}) is retired and merged into it."
    )


def _allergy(number: int, one: Allergy) -> Segment:
    severity = _SEVERITY.get(one.severity.casefold(), "")
    fields: dict[int, Value] = {1: str(number), 3: ("", one.substance), 4: severity}
    if one.reaction:
        fields[5] = one.reaction
    return Segment("AL1", fields)
