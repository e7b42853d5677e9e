"""ORU^R01: flowsheet values of a sheet, one OBR for each moment, and the line that tells where they come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from downtime.exchange.destination import Destination
from downtime.exchange.er7 import Components, Segment, Value, moment
from downtime.exchange.facts import Observation
from downtime.exchange.hl7_parts import OURS, back_entry, pid, pv1, writer_value
from downtime.exchange.message import NotSent
from downtime.page.sheet_record import SheetPatient, SheetRecord

VITAL_SIGNS = ("85353-1", "Vital signs, weight, height, head circumference, oxygen saturation and BMI panel", "LN")
"""The panel that FHIR's vital signs profile names; its members are below."""

_MEMBERS = frozenset(
    {"9279-1", "8867-4", "59408-5", "2708-6", "8310-5", "8480-6", "8462-4", "85354-9", "29463-7", "8302-2", "8478-0"}
)


def observation_body(
    observations: Sequence[Observation], record: SheetRecord, patient: SheetPatient, to: Destination
) -> list[Segment]:
    """The segments of ORU^R01 behind its header."""
    body = [pid(patient, to), pv1(record, to)]
    groups = groupby(sorted(observations, key=lambda one: one.at), key=lambda one: one.at)
    for number, (at, group) in enumerate(groups, start=1):
        values = list(group)
        body.append(_request(number, at, values, record))
        first = values[0]
        body.append(Segment("NTE", {1: "1", 3: back_entry(first.proof, at, first.by)}))
        body += [_value(place, one, to) for place, one in enumerate(values, start=1)]
    return body


def without_code(observations: Sequence[Observation], to: Destination) -> Iterator[NotSent]:
    """Values that have neither a LOINC code nor a code of the site's own: no receiver could file them."""
    for one in observations:
        if not (one.loinc or one.key in to.sending.row_codes):
            why = "it has no LOINC code, and the site names no row for it"
            yield NotSent(one.proof.id, one.text, why, f"add {one.key} to row_codes, or enter it by hand")


def _request(number: int, at: datetime, values: Sequence[Observation], record: SheetRecord) -> Segment:
    proof = values[0].proof
    vital = any(one.loinc in _MEMBERS for one in values)
    fields: dict[int, Value] = {
        1: str(number),
        2: (f"{record.id}:{number}", OURS),
        3: (f"{proof.page}:{number}", OURS),
        4: VITAL_SIGNS if vital else (record.form, record.title, OURS),
        7: moment(at),
        25: "F",
    }
    if proof.keyed is not None:
        fields[22] = moment(proof.keyed.at)
    return Segment("OBR", fields)


def _value(place: int, one: Observation, to: Destination) -> Segment:
    fields: dict[int, Value] = {
        1: str(place),
        2: "NM" if one.number is not None else "TX",
        3: _code(one, to),
        4: str(place),
        5: one.value,
        6: (one.ucum, "", "UCUM") if one.ucum and one.number is not None else "",
        11: "F",
        14: moment(one.at),
        16: writer_value(one.by),
    }
    if one.proof.keyed is not None:
        fields[19] = moment(one.proof.keyed.at)
    return Segment("OBX", fields)


def _code(one: Observation, to: Destination) -> Components:
    """OBX-3: LOINC with the site's own row beside it, or the row alone."""
    row = to.sending.row_codes.get(one.key)
    if one.loinc:
        return (one.loinc, one.text, "LN", *((row, one.text, "L") if row else ()))
    return (row or "", one.text, "L")
