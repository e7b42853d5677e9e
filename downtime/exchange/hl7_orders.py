"""RAS^O17, OMP^O09 and OML^O21: doses and orders, where a site asks for them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from downtime.exchange.destination import Destination
from downtime.exchange.er7 import Segment, Value, moment
from downtime.exchange.facts import Dose, Given, MedicationOrder, OrderSource, TestOrder
from downtime.exchange.hl7_parts import OURS, back_entry, by_of, page_value, person_value, pid, pv1, writer_value
from downtime.page.sheet_record import SheetPatient, SheetRecord

_AMOUNT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([^\s0-9].*)")
_STATUS = {Given.GIVEN: "CP", Given.NOT_GIVEN: "NA", Given.REFUSED: "RE"}
"""Table 0322: complete, not administered, refused."""

_PRIORITY = {"stat": "S", "routine": "R"}
_SOURCE_WORDS = {OrderSource.PAPER: "Paper", OrderSource.PHONE: "Phone", OrderSource.VOICE: "Voice"}


@dataclass(frozen=True, slots=True)
class Amount:
    """A dose as number and unit; `number` is 0 for a dose that was not given."""

    number: str
    unit: str


def amount_of(text: str) -> Amount | None:
    """Number and unit of a dose in words; None where it is not surely one number with one unit."""
    found = _AMOUNT.fullmatch(text)
    if found is None or re.search(r"[0-9]", found[2].replace("/", "")):
        return None
    return Amount(found[1], found[2].strip())


def dose_body(one: Dose, record: SheetRecord, patient: SheetPatient, to: Destination, amount: Amount) -> list[Segment]:
    """The segments of RAS^O17 behind its header."""
    order = _order("RE", one.proof.id, one, OrderSource.PAPER)
    order[5] = "CM"
    note = back_entry(one.proof, one.at, one.by)
    given: dict[int, Value] = {
        1: "0",
        2: "1",
        3: moment(one.at),
        4: moment(one.at),
        5: ("", one.drug),
        6: amount.number,
        7: ("", amount.unit) if amount.unit else "",
        9: ("", note if one.outcome is Given.REFUSED else "; ".join(part for part in (one.reason, note) if part)),
        10: writer_value(one.by),
        18: (one.reason_code, one.reason, OURS) if one.outcome is Given.REFUSED else "",
        20: _STATUS[one.outcome],
        21: "A",
    }
    if one.proof.keyed is not None:
        given[22] = moment(one.proof.keyed.at)
    site: Value = (one.site_code, one.site, *(("HL70163",) if one.site_code else ())) if one.site else ""
    route = Segment("RXR", {1: (one.route_code, one.route, *(("HL70162",) if one.route_code else ())), 2: site})
    return [pid(patient, to), pv1(record, to), Segment("ORC", order), Segment("RXA", given), route]


def medication_order_body(
    one: MedicationOrder, record: SheetRecord, patient: SheetPatient, to: Destination
) -> list[Segment]:
    """The segments of OMP^O09 behind its header."""
    order = _order("NW", one.proof.id, one, one.source)
    order[9] = order[15] = moment(one.written)
    order[12] = writer_value(one.prescriber)
    # In words alone: TQ1-3 takes codes, and a frequency on paper is not surely one of them.
    timing: dict[int, Value] = {1: "1", 11: one.frequency}
    if one.start is not None:
        timing[7] = moment(one.start)
    if one.reason:
        timing[10] = one.reason
    note = "; ".join(
        part for part in (back_entry(one.proof, one.written, one.prescriber), f"stop: {one.stop}" if one.stop else "")
        if part
    )  # fmt: skip
    return [
        pid(patient, to),
        pv1(record, to),
        Segment("ORC", order),
        Segment("TQ1", timing),
        Segment("RXO", {1: ("", one.drug), 2: one.dose, 4: ("", one.unit)}),
        Segment("NTE", {1: "1", 3: note}),
        Segment("RXR", {1: (one.route_code, one.route, *(("HL70162",) if one.route_code else ()))}),
    ]


def laboratory_order_body(one: TestOrder, record: SheetRecord, patient: SheetPatient, to: Destination) -> list[Segment]:
    """The segments of OML^O21 behind its header; a test without a code of the site goes in its own words."""
    order = _order("NW", one.proof.id, one, OrderSource.PAPER)
    order[9] = order[15] = moment(one.written)
    order[12] = writer_value(one.prescriber)
    request: dict[int, Value] = {
        1: "1",
        2: (one.proof.id, OURS),
        4: (one.code, one.test, *((OURS,) if one.code else ())),
        16: writer_value(one.prescriber),
        31: ("", one.reason) if one.reason else "",
    }
    return [
        pid(patient, to),
        pv1(record, to),
        Segment("ORC", order),
        Segment("TQ1", {1: "1", 9: (_PRIORITY.get(one.urgency.casefold(), ""), one.urgency) if one.urgency else ""}),
        Segment("OBR", request),
        Segment("NTE", {1: "1", 3: back_entry(one.proof, one.written, one.prescriber)}),
    ]


def _order(
    control: str, name: str, one: Dose | MedicationOrder | TestOrder, source: OrderSource
) -> dict[int, Value]:  # fmt: skip
    """ORC: control, our id, the page, who keyed (10) and checked (11), and how the order came (30)."""
    return {
        1: control,
        2: (name, OURS),
        4: page_value(one.proof),
        10: person_value(by_of(one.proof.keyed)),
        11: person_value(by_of(one.proof.checked)),
        16: ("DOWNTIME", "Back entry after downtime", OURS),
        30: (source.value, _SOURCE_WORDS[source], "HL70483"),
    }
