"""Pieces that every FHIR R4 resource shares, as plain data: references, identifiers, people, quantities."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from downtime.exchange.destination import Destination
from downtime.exchange.facts import Writer
from downtime.page.sheet_record import Person

Resource = dict[str, Any]

OUR_NAMESPACE = uuid.UUID("6f6c1c0e-5a0b-4f0e-9a43-0d5d0d0a7e11")
"""Names of our own resources are made from their ids under it: made again, they are the same."""

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
PAGES = "urn:downtime:page"
FACTS = "urn:downtime:fact"


def full_url(kind: str, name: str) -> str:
    """The name of one of our own resources inside our bundle."""
    return f"urn:uuid:{uuid.uuid5(OUR_NAMESPACE, f'{kind}/{name}')}"


def instant(when: datetime) -> str:
    """A moment with seconds and its offset, as every FHIR date here has."""
    return when.isoformat(timespec="seconds")


def identifier(value: str, system: str) -> Resource:
    """An identifier under a system."""
    return {"system": system, "value": value}


def authority_system(authority: str, to: Destination) -> str:
    """The system of a number's authority: the site's own URL for its record numbers, else a URN of the authority."""
    if authority == to.mrn_authority and to.mrn_system:
        return to.mrn_system
    return "https://fhir.nhs.uk/Id/nhs-number" if authority == "NHS" else f"urn:downtime:authority:{authority}"


def person(who: Person | None) -> Resource:
    """Somebody of the desk: shown, not linked, because the record system's own id is not known here."""
    return {"display": who.name or who.id} if who is not None else {}


def writer(who: Writer) -> Resource:
    """Somebody who wrote on paper."""
    return {"display": who.shown} if who.shown else {}


def concept(text: str, *codings: Resource) -> Resource:
    """A concept with its words as written, and codes where they are known."""
    return {**({"coding": list(codings)} if codings else {}), "text": text}


def coding(system: str, code: str, display: str = "") -> Resource:
    """One code."""
    return {"system": system, "code": code, **({"display": display} if display else {})}


def quantity(number: Decimal, unit: str, ucum: str = "") -> Resource:
    """A number with its unit; the code only where the unit is UCUM."""
    plain = int(number) if number == number.to_integral_value() else float(number)
    return {
        "value": plain,
        **({"unit": unit} if unit else {}),
        **({"system": UCUM, "code": ucum} if ucum else {}),
    }


def without_empty(resource: Resource) -> Resource:
    """The resource without what says nothing: FHIR allows no empty text, list or object."""
    return {key: value for key, value in resource.items() if value not in ("", None, [], {}, ())}
