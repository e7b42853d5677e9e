"""Records of allergies that name none: by their codes and words, "none known", "no drug known" and "nobody asked".

Sources of the codes: SNOMED CT as HL7's US Core and International Patient Summary guides list them for "no known"
statements, and the guide's own absent-or-unknown codes. A house's local codes stand in its facility.yaml. NKDA speaks
of drugs only; what speaks of latex, food or insects only says nothing of the rest, and is told instead of printed.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from downtime.census.snapshot import AllergyState
from downtime.site.census import CensusSettings

NONE_KNOWN_CODES = ("716186003", "160244002", "no-known-allergies", "NKA")
NO_DRUG_KNOWN_CODES = ("409137002", "no-known-medication-allergies", "NKDA", "NKMA")
NOT_ASKED_CODES = (
    "1631000175102", "asked-unknown", "not-asked", "notasked", "no-allergy-info", "unknown", "unavailable",
)  # fmt: skip
PART_KNOWN_CODES = ("429625007", "428607008", "428197003", "1003774007", "716220001", "no-known-food-allergies",
                    "no-known-environmental-allergies")  # fmt: skip

_NONE_KNOWN = {"nka", "no known allergies", "no known allergy", "none known", "no allergies known", "nil known"}
_NO_DRUG_KNOWN = {
    "nkda", "nkma", "no known drug allergies", "no known drug allergy", "no known medication allergies",
    "no known medication allergy", "no known medicine allergies",
}  # fmt: skip
_NOT_ASKED = {
    "not asked", "not assessed", "unknown", "not known", "unable to assess", "unable to obtain", "uta", "uto",
    "allergies not asked", "allergies unknown", "allergy status unknown", "unknown allergies", "allergies not assessed",
}  # fmt: skip
_BY_WORDS = {
    **dict.fromkeys(_NONE_KNOWN, AllergyState.NONE_KNOWN), **dict.fromkeys(_NO_DRUG_KNOWN, AllergyState.NO_DRUG_KNOWN),
    **dict.fromkeys(_NOT_ASKED, AllergyState.NOT_ASKED),
}  # fmt: skip
_BARE = ("none", "no", "nil", "n/a", "na", "-", "--", "0", "?")
_DENIAL = re.compile(r"(?:no|not|nil|none|denies|denied|without|negative)\b")
_LONGEST = 100

ASKED_OR_NONE = "it cannot be told whether nobody asked or none are known"
ONE_KIND_ONLY = "this speaks of one kind of allergy only and is not printed"
UNREAD_DENIAL = "this says that something is not known, in words that are not read; it is not printed as an allergy"


@dataclass(frozen=True, slots=True)
class Stated:
    """What a record says: an allergy (LISTED), a state of knowledge, or, with a `doubt`, nothing that is certain."""

    state: AllergyState
    doubt: str = ""


def stated(words: str, codes: Collection[str], settings: CensusSettings) -> Stated:
    """What one record of an allergy says by its codes, else by its words."""
    tables = (
        (AllergyState.NONE_KNOWN, (*NONE_KNOWN_CODES, *settings.no_allergy_codes)),
        (AllergyState.NO_DRUG_KNOWN, (*NO_DRUG_KNOWN_CODES, *settings.no_drug_allergy_codes)),
        (AllergyState.NOT_ASKED, NOT_ASKED_CODES),
    )
    for state, known in tables:
        if any(code in known for code in codes):
            return Stated(state)
    if any(code in PART_KNOWN_CODES for code in codes):
        return Stated(AllergyState.NOT_IN_SNAPSHOT, ONE_KIND_ONLY)
    return in_words(words)


def in_words(words: str) -> Stated:
    """What a few words say: an allergy, unless they are known to deny one, or begin as if they did."""
    plain = _plain(words) if len(words) <= _LONGEST else ""
    if plain in _BARE or words.strip() in _BARE:
        return Stated(AllergyState.NOT_IN_SNAPSHOT, ASKED_OR_NONE)
    if (state := _BY_WORDS.get(plain)) is not None:
        return Stated(state)
    # "No known allergies (NKA)" says one thing twice; "NKA / NKDA" says two.
    said = {_BY_WORDS.get(_plain(part)) for part in re.split(r"[()\[\]/;:]| - ", words[:_LONGEST]) if part.strip()}
    if len(said) == 1 and (only := said.pop()) is not None and plain:
        return Stated(only)
    if plain.startswith("no known"):
        return Stated(AllergyState.NOT_IN_SNAPSHOT, ONE_KIND_ONLY)
    if _DENIAL.match(plain):
        return Stated(AllergyState.NOT_IN_SNAPSHOT, UNREAD_DENIAL)
    return Stated(AllergyState.LISTED)


def _plain(words: str) -> str:
    """Small letters, single blanks, no dots: N.K.D.A. is NKDA."""
    text = re.sub(r"[.\s]+", " ", words.lower()).strip()
    joined = text.replace(" ", "")
    return joined if joined in ("nka", "nkda", "nkma") else text
