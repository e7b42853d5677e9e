"""A message in plain words, made from the very text that is sent: what a person reads beside it before releasing it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from downtime.exchange.er7 import unescaped
from downtime.exchange.profile import Kind

KIND_WORDS: Mapping[Kind, str] = {
    Kind.REGISTER: "Registers a patient and a visit",
    Kind.ADMIT: "Admits a patient",
    Kind.UPDATE: "Updates a patient whose visit is known",
    Kind.DISCHARGE: "Discharges a patient",
    Kind.MERGE: "Merges two record numbers for good",
    Kind.RESULTS: "Files flowsheet values",
    Kind.DOCUMENT: "Files scanned pages",
    Kind.CHARGES: "Posts charges",
    Kind.DOSES: "Tells of one dose",
    Kind.MEDICATION_ORDER: "Orders a medicine",
    Kind.TEST_ORDER: "Orders a test",
}
"""What each kind of message does at the receiver."""

_FIELDS: Mapping[tuple[str, int], str] = {
    ("MSH", 4): "From", ("MSH", 6): "To", ("MSH", 11): "For real patients (P) or for tests (T)",
    ("EVN", 5): "Recorded by", ("EVN", 6): "Happened at",
    ("PID", 3): "Patient number", ("PID", 5): "Name", ("PID", 7): "Born", ("PID", 8): "Sex", ("PID", 11): "Address",
    ("PID", 13): "Phone", ("PID", 29): "Died at", ("MRG", 1): "Number that is retired",
    ("NK1", 2): "Next of kin", ("NK1", 3): "Relation", ("NK1", 5): "Their phone",
    ("PV1", 2): "Class of visit", ("PV1", 3): "Place", ("PV1", 7): "Provider", ("PV1", 19): "Visit",
    ("PV1", 37): "Discharged to", ("PV1", 44): "Arrived at", ("PV1", 45): "Left at", ("PV2", 3): "Reason",
    ("AL1", 3): "Allergy", ("AL1", 4): "Severity", ("AL1", 5): "Reaction",
    ("ORC", 1): "Order", ("ORC", 9): "Written at", ("ORC", 10): "Keyed by", ("ORC", 11): "Checked by",
    ("ORC", 12): "Ordered by", ("ORC", 30): "Reached us by",
    ("TQ1", 7): "First dose at", ("TQ1", 9): "How soon", ("TQ1", 10): "For", ("TQ1", 11): "How often",
    ("RXO", 1): "Medicine", ("RXO", 2): "Dose", ("RXO", 4): "Unit",
    ("RXR", 1): "Route", ("RXR", 2): "Site",
    ("RXA", 3): "Given, or due, at", ("RXA", 5): "Medicine", ("RXA", 6): "Amount", ("RXA", 7): "Unit",
    ("RXA", 9): "Notes", ("RXA", 10): "Given by", ("RXA", 18): "Refused because", ("RXA", 20): "Outcome",
    ("OBR", 4): "What", ("OBR", 7): "Measured at", ("OBR", 31): "Reason",
    ("NTE", 3): "Note",
    ("TXA", 2): "Document type", ("TXA", 4): "Written at", ("TXA", 9): "Author", ("TXA", 12): "Document",
    ("TXA", 17): "State",
    ("FT1", 4): "Day of service", ("FT1", 7): "Charge", ("FT1", 10): "Quantity", ("FT1", 19): "Diagnosis",
    ("FT1", 20): "Performed by",
}  # fmt: skip

_CODES: Mapping[tuple[str, int], Mapping[str, str]] = {
    ("RXA", 20): {"CP": "given", "NA": "not given", "RE": "refused", "PA": "given in part"},
    ("ORC", 1): {"NW": "new", "RE": "tells of what was done", "DC": "stops"},
    ("TXA", 17): {"DO": "filed, not signed"},
    ("PV1", 2): {"E": "emergency", "I": "inpatient", "O": "outpatient", "N": "not said on the sheet"},
    ("PID", 8): {"F": "female", "M": "male", "O": "other", "U": "unknown"},
    ("AL1", 4): {"MI": "mild", "MO": "moderate", "SV": "severe"},
}
_MOMENT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2})([+-][0-9]{4}))?")
_MONTHS = ("", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_NAMED = frozenset({("PID", 5)})
_NUMBERS = frozenset({("PID", 3), ("MRG", 1)})
_MOMENTS = frozenset({
    ("EVN", 6), ("PID", 7), ("PID", 29), ("PV1", 44), ("PV1", 45), ("ORC", 9), ("TQ1", 7), ("RXA", 3), ("OBR", 7),
    ("OBX", 14), ("TXA", 4), ("FT1", 4),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One line of a preview: what it is, in words, and its value; `field` says where it stands in the raw form."""

    field: str
    what: str
    value: str


def preview(text: str) -> tuple[str, tuple[PreviewLine, ...]]:
    """A headline and the lines of an HL7 message of ours; every value is read back from the text itself.

    Raises ValueError for a text that is no message of ours.
    """
    segments = [segment.split("|") for segment in text.split("\r") if segment]
    if not segments or segments[0][0] != "MSH" or len(segments[0]) < 10:
        raise ValueError("this is no message of ours")
    kind = Kind("^".join(segments[0][8].split("^")[:2]))
    return KIND_WORDS[kind], tuple(line for segment in segments for line in _segment(segment))


def _segment(fields: list[str]) -> Iterator[PreviewLine]:
    name = fields[0]
    if name == "OBX":
        yield _observation(fields)
        return
    # MSH-1 is the separator itself, so its fields are one further on.
    shift = 1 if name == "MSH" else 0
    for position, value in enumerate(fields[1:], start=1 + shift):
        words = _FIELDS.get((name, position))
        if words is not None and value:
            shown = "; ".join(_value(name, position, one) for one in value.split("~"))
            yield PreviewLine(f"{name}-{position}", words, shown)


def _observation(fields: list[str]) -> PreviewLine:
    padded = fields + [""] * 20
    what = _value("OBX", 3, padded[3])
    if padded[2] == "ED":
        data = padded[5].rpartition("^")[2]
        size = len(data) * 3 // 4 - data[-2:].count("=")
        return PreviewLine("OBX-5", what, f"{padded[5].split('^')[2]}, {size:,} bytes")
    unit = unescaped(padded[6].split("^")[0])
    value = f"{unescaped(padded[5])} {unit}".strip()
    at, by = _value("OBX", 14, padded[14]), _value("OBX", 16, padded[16])
    return PreviewLine("OBX-5", what, ", ".join([value, at, *([f"by {by}"] if by else [])]))


def _value(name: str, position: int, value: str) -> str:
    parts = [unescaped(part) for part in value.split("^")]
    if (name, position) in _NAMED:
        return ", ".join(part for part in (parts[0], " ".join(part for part in parts[1:3] if part)) if part)
    if (name, position) in _MOMENTS and len(parts) == 1:
        return _moment(parts[0])
    codes = _CODES.get((name, position), {})
    shown = [codes.get(part, part) for part in parts if part]
    if (name, position) in _NUMBERS:
        return f"{parts[0]} ({', '.join(part for part in parts[1:] if part)})"
    return " – ".join(dict.fromkeys(shown))


def _moment(text: str) -> str:
    found = _MOMENT.fullmatch(text)
    if found is None:
        return text
    day = f"{found[3]} {_MONTHS[int(found[2])]} {found[1]}"
    return f"{day} {found[4]}{found[5]} ({found[7]})" if found[4] else day
