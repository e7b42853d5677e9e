"""FHIR AllergyIntolerance and List: what is known of allergies, with "none known" and "not asked" kept apart."""

from __future__ import annotations

from collections.abc import Sequence

from downtime.census.allergy_words import NOT_ASKED_CODES, Stated, stated
from downtime.census.fhir_load import Resource
from downtime.census.fhir_pool import FhirContext
from downtime.census.fhir_values import codes, concept, concepts, is_coded, part, parts, raw
from downtime.census.snapshot import Allergy, AllergyState

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
        read = _stated(record, words, context)
        if read.doubt:
            context.tell(record, read.doubt, patient, original=words)
        elif read.state is not AllergyState.LISTED:
            states.append(read.state)
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


def _stated(record: Resource, words: str, context: FhirContext) -> Stated:
    """What a record says: an allergy, or none known, no drug known, or not asked."""
    code = part(record.data, "code")
    absent = [item for item in parts(code, "extension") if raw(item, "url").endswith("data-absent-reason")]
    said = [*codes(code), *(raw(item, "valueCode") for item in absent)]
    return stated(words, said, context.settings)


def _of_list(record: Resource) -> AllergyState | None:
    """A list of allergies that is empty, and says why."""
    if raw(record.data, "status") not in ("", "current") or not is_coded(part(record.data, "code"), _ALLERGY_LISTS):
        return None
    why = part(record.data, "emptyReason")
    if record.data.get("entry") or not why:
        return None
    if is_coded(why, ("nilknown",)):
        return AllergyState.NONE_KNOWN
    return AllergyState.NOT_ASKED if is_coded(why, NOT_ASKED_CODES) else None


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
