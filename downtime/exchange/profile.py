"""What a record system takes in, as data: messages, resources, limits, each with the source of the rule.

The builders refuse whatever is not in the profile. `ASK` and `REFERENCE` need a site's own word (`sending.also`): the
vendor's published catalogue does not promise them, or files them otherwise than people would think.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The messages that can be made."""

    REGISTER = "ADT^A04"
    ADMIT = "ADT^A01"
    UPDATE = "ADT^A08"
    DISCHARGE = "ADT^A03"
    MERGE = "ADT^A40"
    RESULTS = "ORU^R01"
    DOCUMENT = "MDM^T02"
    CHARGES = "DFT^P03"
    DOSES = "RAS^O17"
    MEDICATION_ORDER = "OMP^O09"
    TEST_ORDER = "OML^O21"


class Use(StrEnum):
    """How a system takes a message in."""

    TAKEN = "taken"
    REFERENCE = "reference"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a system does with a kind of message, and where that is said."""

    use: Use
    what: str
    source: str


@dataclass(frozen=True, slots=True)
class FhirRule:
    """What of a resource may be created, and what the target demands of it."""

    source: str
    attachment_types: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    most_note_characters: int | None = None
    needs_encounter: bool = False
    needs_performer: bool = False


@dataclass(frozen=True, slots=True)
class VendorProfile:
    """One record system. `fhir` has the resources that may be created; nothing else is ever attempted."""

    name: str
    shown: str
    hl7: Mapping[Kind, Taken]
    fhir: Mapping[str, FhirRule]
    never: Mapping[str, str] = field(default_factory=dict)

    def refusal(self, kind: Kind, also: tuple[str, ...]) -> str:
        """Why a kind of message is not made for this system; empty where it is. `also`: agreed with the site."""
        taken = self.hl7.get(kind)
        if taken is None:
            return self.never.get(kind.value) or f"{self.shown} takes no {kind.value}"
        if taken.use is Use.TAKEN or kind.value in also:
            return ""
        return f"{self.shown}: {taken.what}; only with {kind.value} under `sending.also`"
