"""FHIR AllergyIntolerance and List: what is known of allergies, with "none known" and "not asked" kept apart."""

from __future__ import annotations

from collections.abc import Sequence

from downtime.census.fhir_load import Resource
from downtime.census.fhir_pool import FhirContext
from downtime.census.fhir_values import concept, concepts, is_coded, part, parts, raw
from downtime.census.snapshot import Allergy, AllergyState

# SNOMED CT, as HL7's US Core and International Patient Summary guides list them for "no known" statements.
_NONE_KNOWN = ("716186003", "no-known-allergies")
_NO_DRUG_KNOWN = ("409137002", "no-known-medication-allergies")
_PART_KNOWN = {
    "429625007": "no known food allergies", "no-known-food-allergies": "no known food allergies",
    "428607008": "no known environmental allergies", "428197003": "no known insect allergies",
    "no-known-environmental-allergies": "no known environmental allergies",
    "1003774007": "no known latex allergy",
}  # fmt: skip
_NOT_ASKED = ("1631000175102", "asked-unknown", "not-asked", "notasked", "no-allergy-info", "unknown", "unavailable")
_ALLERGY_LISTS = ("52472-8", "48765-2", "886921000000105")
UNNAMED = "(not named in the source)"


def allergies_of(
    records: Sequence[Resource], lists: Sequence[Resource], context: FhirContext, patient: str
) -> tuple[AllergyState, tuple[Allergy, ...]]:
    """What the records say together. A record that was refuted or is over is not printed as an allergy, and is told."""
    states: list[AllergyState] = [state for item in lists if (state := _of_list(item)) is not None]
    listed: list[Allergy] = []
    for record in records:
        words = concept(part(record.data, "code"))
        verified, clinical = part(record.data, "verificationStatus"), part(record.data, "clinicalStatus")
        over = next((code for code in ("entered-in-error", "refuted") if is_coded(verified, (code,))), "")
        over = over or next((code for code in ("inactive", "resolved") if is_coded(clinical, (code,))), "")
        if over:
            context.tell(record, f"an allergy record that is “{over}” is not printed", patient, original=words)
            continue
        state = _negative(record)
        partly = [shown for code, shown in _PART_KNOWN.items() if is_coded(part(record.data, "code"), (code,))]
        if state is not None:
            states.append(state)
        elif partly:
            what = "this speaks of one kind of allergy only and is not printed"
            context.tell(record, what, patient, original=partly[0])
        else:
            listed.append(_allergy(record, is_coded(verified, ("unconfirmed", "presumed"))))
            if listed[-1].substance == UNNAMED:
                context.tell(record, "the allergy has no name; ask what it is", patient, element="code")
    if listed:
        if AllergyState.NONE_KNOWN in states or AllergyState.NOT_ASKED in states:
            what = "allergies are listed beside a record that says there are none, or that nobody asked"
            context.problems.add("AllergyIntolerance", what, patient=patient)
        return AllergyState.LISTED, tuple(dict.fromkeys(listed))
    known = set(states)
    if AllergyState.NOT_ASKED in known and len(known) > 1:
        what = "one record says that nobody asked, another that none are known"
        context.problems.add("AllergyIntolerance", what, patient=patient)
        return AllergyState.NOT_IN_SNAPSHOT, ()
    # Two that agree as far as they go: only the narrower is certain.
    for state in (AllergyState.NO_DRUG_KNOWN, AllergyState.NONE_KNOWN, AllergyState.NOT_ASKED):
        if state in known:
            return state, ()
    return AllergyState.NOT_IN_SNAPSHOT, ()


def _negative(record: Resource) -> AllergyState | None:
    """What a record says that names no allergy: none known, no drug known, or not asked."""
    code = part(record.data, "code")
    if is_coded(code, _NONE_KNOWN):
        return AllergyState.NONE_KNOWN
    if is_coded(code, _NO_DRUG_KNOWN):
        return AllergyState.NO_DRUG_KNOWN
    absent = [item for item in parts(code, "extension") if raw(item, "url").endswith("data-absent-reason")]
    if is_coded(code, _NOT_ASKED) or any(raw(item, "valueCode") in _NOT_ASKED for item in absent):
        return AllergyState.NOT_ASKED
    words = concept(code).lower().strip(" .")
    if words in ("no known allergies", "no known allergy", "nka"):
        return AllergyState.NONE_KNOWN
    if words in ("no known drug allergies", "no known drug allergy", "nkda", "no known medication allergies"):
        return AllergyState.NO_DRUG_KNOWN
    return AllergyState.NOT_ASKED if words in ("not asked", "allergies not asked") else None


def _of_list(record: Resource) -> AllergyState | None:
    """A list of allergies that is empty, and says why."""
    if raw(record.data, "status") not in ("", "current") or not is_coded(part(record.data, "code"), _ALLERGY_LISTS):
        return None
    why = part(record.data, "emptyReason")
    if record.data.get("entry") or not why:
        return None
    if is_coded(why, ("nilknown",)):
        return AllergyState.NONE_KNOWN
    return AllergyState.NOT_ASKED if is_coded(why, _NOT_ASKED) else None


def _allergy(record: Resource, unconfirmed: bool) -> Allergy:
    reactions = parts(record.data, "reaction")
    substance = concept(part(record.data, "code"))
    substance = substance or next((shown for item in reactions if (shown := concept(part(item, "substance")))), UNNAMED)
    shown = "; ".join(dict.fromkeys(words for item in reactions if (words := concepts(item, "manifestation"))))
    severities = [raw(item, "severity") for item in reactions]
    worst = next((level for level in ("severe", "moderate", "mild") if level in severities), "")
    if not worst and raw(record.data, "criticality") == "high":
        worst = "high risk"
    return Allergy(substance=f"{substance} (unconfirmed)" if unconfirmed else substance, reaction=shown, severity=worst)
