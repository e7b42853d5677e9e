"""What two parsers that others wrote make of a message, and what hl7apy's strict validation says of it."""

from __future__ import annotations

import re

import hl7
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message
from hl7apy.v2_5_1.tables import TABLES

from downtime.exchange.er7 import unescaped

_LONG_PICTURE = re.compile(r"\^Base64\^[A-Za-z0-9+/=]+")
# Field -> HL7 table: hl7apy's validation knows structure and types, but not whether a code is in its table.
CODED = {
    ("RXA", 20): "HL70322", ("RXA", 21): "HL70323", ("ORC", 1): "HL70119", ("ORC", 5): "HL70038",
    ("ORC", 30): "HL70483", ("TXA", 17): "HL70271", ("TXA", 19): "HL70273", ("PID", 8): "HL70001",
    ("PV1", 2): "HL70004", ("OBX", 11): "HL70085", ("FT1", 6): "HL70017", ("AL1", 4): "HL70128",
    ("RXR", 1): "HL70162",
}  # fmt: skip

_NUMBERS = {"PID": (3, 18), "MRG": (1,), "PV1": (19,)}


def strictly_valid(text: str) -> None:
    """Raises what hl7apy finds wrong; pictures are replaced by a stub, because it refuses any longer than 199."""
    message = parse_message(_LONG_PICTURE.sub("^Base64^AAAA", text), validation_level=VALIDATION_LEVEL.STRICT)
    message.validate()


def codes_in_their_tables(text: str) -> list[str]:
    """Codes that stand in no table of theirs; checked with hl7apy's own copies of the tables."""
    wrong = []
    for segment in text.split("\r"):
        fields = segment.split("|")
        for (name, number), table in CODED.items():
            if fields[0] != name or len(fields) <= number or not fields[number]:
                continue
            code = fields[number].split("^")[0]
            if code and code not in TABLES[table][1]:
                wrong.append(f"{name}-{number} {code}")
        for place in _NUMBERS.get(fields[0], ()):
            for number in fields[place].split("~") if len(fields) > place and fields[place] else ():
                kind = (number.split("^") + [""] * 5)[4]
                if kind not in TABLES["HL70203"][1]:
                    wrong.append(f"{fields[0]}-{place} {kind}")
    return wrong


def by_hl7apy(text: str, segment: str, field: int, component: int = 1) -> str:
    """A component as hl7apy reads it, unescaped."""
    message = parse_message(text, validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=False)
    value = getattr(message, segment.lower())[0]
    found = getattr(value, f"{segment.lower()}_{field}")
    parts = found.to_er7().split("^")
    return unescaped(parts[component - 1])


def by_python_hl7(text: str, segment: str, field: int, component: int = 1) -> str:
    """A component as python-hl7 reads it, with its own unescaping."""
    message = hl7.parse(text)
    value = message.segment(segment)[field]
    parts = str(value).split("^")
    return message.unescape(parts[component - 1], {".br": "\n"})
