"""MDM^T02: the scanned pages of a sheet as one PDF; and DFT^P03: the lines of a charge sheet."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime

from downtime.exchange.destination import Destination
from downtime.exchange.er7 import Raw, Repeats, Segment, Value, moment
from downtime.exchange.facts import Charge, Document
from downtime.exchange.hl7_parts import OURS, back_entry, by_of, evn, person_value, pid, pv1, writer_value
from downtime.page.sheet_record import SheetPatient, SheetRecord


def document_id(one: Document, record: SheetRecord) -> str:
    """The id of a document: kit, sheet, and the first digits of its pictures, so that a new scan is a new document."""
    return f"{record.id}-{one.pages[0].sha256[:8]}"


def document_body(
    one: Document, pdf: bytes, record: SheetRecord, patient: SheetPatient, to: Destination
) -> list[Segment]:
    """The segments of MDM^T02 behind its header.

    TXA-17 is DO, documented, never authenticated: whether a page was signed can be seen on its picture alone. TXA-4 and
    6 carry the clinical time, TXA-8 stays empty: some receivers would take it for the date.
    """
    recorded = record.completed
    name = document_id(one, record)
    text: dict[int, Value] = {
        1: "1",
        2: to.document_type(one.form),
        3: "AP",
        5: writer_value(one.by),
        7: moment(recorded.at),
        9: writer_value(one.by),
        11: person_value(by_of(recorded)),
        12: (name, OURS),
        16: f"{name.replace('/', '-')}.pdf",
        17: "DO",
        19: "AV",
    }
    if one.written is not None:
        text[4] = text[6] = moment(one.written)
    kind, subtype = to.sending.picture_type
    pages: dict[int, Value] = {
        1: "1",
        2: "ED",
        3: (to.document_type(one.form), one.title, OURS),
        5: ("", kind, subtype, "Base64", Raw(base64.b64encode(pdf).decode("ascii"))),
        11: "F",
    }
    return [
        evn("T02", recorded.at, recorded.by, one.written),
        pid(patient, to),
        pv1(record, to),
        Segment("TXA", text),
        Segment("OBX", pages),
        Segment("NTE", {1: "1", 3: back_entry(one.proof, one.written, one.by)}),
    ]


def charge_body(
    charges: Sequence[Charge], record: SheetRecord, patient: SheetPatient, to: Destination, made_at: datetime
) -> list[Segment]:
    """The segments of DFT^P03 behind its header: FT1-4 is the day of service, FT1-5 the day of posting."""
    recorded = charges[0].proof.keyed or record.completed
    lines = [_line(number, one, to, made_at) for number, one in enumerate(charges, start=1)]
    return [evn("P03", recorded.at, recorded.by, None), pid(patient, to), pv1(record, to), *lines]


def _line(number: int, one: Charge, to: Destination, made_at: datetime) -> Segment:
    fields: dict[int, Value] = {
        1: str(number),
        2: one.proof.id[-199:],
        4: (moment(one.day),),
        5: moment(made_at),
        6: "CG",
        7: (one.code, one.text),
        8: one.text,
        10: one.quantity,
        16: ("", "", "", to.facility),
        19: Repeats((("", one.diagnosis),)) if one.diagnosis else "",
        20: writer_value(one.by),
        24: person_value(by_of(one.proof.keyed)),
    }
    return Segment("FT1", fields)
