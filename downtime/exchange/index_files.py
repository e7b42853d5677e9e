"""Index files for document-import systems: which PDF belongs to whom, in the words that the site has configured.

Four kinds: tagged (a line for each value, as OnBase's import processor reads it: file format before file path), ordered
(values in one order between tabs, with a place kept for each empty one), CSV and XML. File names hold no patient data.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree import ElementTree

from downtime.exchange.destination import Destination
from downtime.exchange.facts import Charge, Document, SheetFacts
from downtime.exchange.hl7_documents import document_id
from downtime.exchange.hl7_parts import key_number
from downtime.page.sheet_record import SheetRecord

ORDER = (
    "document_type", "title", "mrn", "encounter", "surname", "given", "birth_date", "document_date", "document_id",
    "page", "form", "department", "facility",
)  # fmt: skip
"""What stands in an index, in this order; the site's `index_tags` say what each is called."""

MOST_TAG_CHARACTERS = 20
"""OnBase's tags hold so many."""

_BEGIN, _FORMAT, _PATH = "BEGIN", "FileFormat", "FullPath"
# 16 is OnBase's number for PDF.
_PDF_FORMAT = "16"
_DATES = {"MM/DD/YYYY": "%m/%d/%Y", "DD/MM/YYYY": "%d/%m/%Y", "YYYY-MM-DD": "%Y-%m-%d"}
_LINE_ENDS = re.compile(r"[\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CHARGE_COLUMNS = (
    "line_id", "page", "mrn", "encounter", "service_date", "code", "text", "quantity", "diagnosis", "performed_by",
    "keyed_by", "keyed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Indexed:
    """One document of an index: the file, and its values by the names of `ORDER`."""

    file: str
    values: Mapping[str, str]


def indexed(one: Document, record: SheetRecord, to: Destination) -> Indexed:
    """The index of a sheet's document; raises ValueError for a sheet of nobody."""
    patient = record.patient
    if patient is None:
        raise ValueError("a document needs a patient")
    name = document_id(one, record)
    values = {
        "document_type": to.document_type(one.form),
        "title": one.title,
        "mrn": key_number(patient),
        "encounter": record.encounter,
        "surname": patient.family,
        "given": " ".join(patient.given),
        "birth_date": _day(patient.birth_date, to),
        "document_date": _day(one.written.astimezone(to.zone).date() if one.written else None, to),
        "document_id": name,
        "page": one.proof.page,
        "form": record.form,
        "department": record.department.id,
        "facility": to.facility,
    }
    return Indexed(file_name(name, ".pdf"), values)


def file_name(name: str, suffix: str) -> str:
    """A file name from an id: nothing in it but letters, digits, hyphens and points."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", name) + suffix


def index_file(documents: Sequence[Indexed], to: Destination) -> tuple[str, bytes]:
    """The suffix and the content of the index of documents, of the kind that the site has configured."""
    kind = to.sending.index_file
    if kind == "tagged":
        return ".txt", _tagged(documents, to).encode("utf-8")
    if kind == "ordered":
        return ".txt", _ordered(documents).encode("utf-8")
    if kind == "xml":
        return ".xml", _xml(documents, to)
    return ".csv", _csv([*ORDER, "file"], ([*_in_order(one), one.file] for one in documents), to)


def charge_file(sheets: Iterable[SheetFacts], to: Destination) -> bytes:
    """Every charge line of some sheets as CSV, in UTF-8 with a header; an empty file has the header alone."""
    rows = []
    for sheet in sheets:
        if sheet.patient is None or sheet.record.drill:
            continue
        for one in sheet.facts:
            if isinstance(one, Charge):
                rows.append(_charge(one, sheet.record, key_number(sheet.patient), to))
    return _csv(CHARGE_COLUMNS, rows, to)


def _charge(one: Charge, record: SheetRecord, number: str, to: Destination) -> list[str]:
    keyed = one.proof.keyed
    return [
        one.proof.id, one.proof.page, number, record.encounter, _day(one.day, to), one.code, one.text, one.quantity,
        one.diagnosis, one.by.shown, keyed.by.name if keyed else "", _moment(keyed.at) if keyed else "",
    ]  # fmt: skip


def _tagged(documents: Sequence[Indexed], to: Destination) -> str:
    lines = []
    for one in documents:
        lines.append(f"{_BEGIN}:")
        lines += [f"{_tag(name, to)}: {_one_line(one.values[name])}" for name in ORDER if one.values[name]]
        lines += [f"{_FORMAT}: {_PDF_FORMAT}", f"{_PATH}: {one.file}"]
    return "".join(f"{line}\r\n" for line in lines)


def _ordered(documents: Sequence[Indexed]) -> str:
    return "".join("\t".join([*map(_one_line, _in_order(one)), _PDF_FORMAT, one.file]) + "\r\n" for one in documents)


def _xml(documents: Sequence[Indexed], to: Destination) -> bytes:
    root = ElementTree.Element("Documents")
    for one in documents:
        document = ElementTree.SubElement(root, "Document", {"file": one.file, "format": "application/pdf"})
        for name in ORDER:
            if one.values[name]:
                keyword = ElementTree.SubElement(document, "Keyword", {"name": _tag(name, to)})
                keyword.text = _NOT_IN_XML.sub("\ufffd", one.values[name])
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return content


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]], to: Destination) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_tag(name, to) for name in head])
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def _tag(name: str, to: Destination) -> str:
    return to.sending.index_tags.get(name, name)[:MOST_TAG_CHARACTERS]


def _in_order(one: Indexed) -> list[str]:
    return [one.values[name] for name in ORDER]


def _one_line(text: str) -> str:
    return _LINE_ENDS.sub(" ", text).strip()


def _day(day: date | None, to: Destination) -> str:
    return day.strftime(_DATES[to.sending.index_dates]) if day is not None else ""


def _moment(when: datetime) -> str:
    return when.isoformat(timespec="seconds")
