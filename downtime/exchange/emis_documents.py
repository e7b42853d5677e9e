"""A document for a practice on EMIS: the PDF's metadata, for a trust's engine or a Docman operator to send.

Writes into EMIS are not possible for an independent tool. Each document is a PDF with a file beside it that says whose
it is, for which practice, of which type, and when it was written; whoever has a mailbox (MESH, Docman) sends the two.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from downtime.exchange.destination import Destination
from downtime.exchange.facts import Document
from downtime.exchange.hl7_documents import document_id
from downtime.exchange.index_files import file_name
from downtime.exchange.message import NotSent
from downtime.page.sheet_record import SheetRecord

_DIGITS = 10


@dataclass(frozen=True, slots=True)
class EmisDocument:
    """The name of the PDF, the name of its metadata, and their content as JSON."""

    pdf_name: str
    metadata_name: str
    metadata: bytes


def emis_document(one: Document, record: SheetRecord, to: Destination) -> EmisDocument | NotSent:
    """The metadata of a sheet's document; told instead where the NHS number fails its check, or no practice is set."""
    patient = record.patient
    number = patient.number("national") or patient.number("mrn") if patient is not None else ""
    if record.drill:
        return NotSent(one.proof.id, one.title, "it was a rehearsal", "nothing")
    if patient is None or not nhs_number_is_valid(number):
        why = "there is no NHS number that passes its check digit"
        return NotSent(one.proof.id, one.title, why, "look the number up, and send the document by hand")
    if to.sending.ods_code is None:
        return NotSent(one.proof.id, one.title, "no practice is set", "add ods_code under recovery.sending")
    name = document_id(one, record)
    data = {
        "nhs_number": number,
        "family_name": patient.family,
        "given_names": list(patient.given),
        "birth_date": patient.birth_date.isoformat() if patient.birth_date else None,
        "to_ods_code": to.sending.ods_code,
        "from_organisation": to.facility_name,
        "document_type": to.document_type(one.form),
        "title": one.title,
        "clinical_date": one.written.isoformat(timespec="seconds") if one.written else None,
        "author": one.by.shown or None,
        "document_id": name,
        "pages": [page.code for page in one.pages],
        "file": file_name(name, ".pdf"),
    }
    content = json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8")
    return EmisDocument(file_name(name, ".pdf"), file_name(name, ".json"), content)


def nhs_number_is_valid(number: str) -> bool:
    """Whether a number has ten digits and passes modulus 11, weights 10 to 2 (NHS Data Dictionary)."""
    digits = "".join(number.split()).replace("-", "")
    if len(digits) != _DIGITS or not digits.isascii() or not digits.isdecimal():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    check = (11 - total % 11) % 11
    return check == int(digits[-1])
