"""Who is who: when two records are one person, what they say together, and numbers that two people seem to share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from downtime.census.order_words import finished
from downtime.census.snapshot import Allergy, AllergyState, Identifier, IdentifierKind, Patient, PersonName, Problem

SHARED_NUMBER = "same number, different person: do not print until clarified"
NO_NUMBER = "the patient has no number that can be used"
NO_BIRTH_DATE = "the birth date is not in the snapshot"
NO_NAME = "the patient has no name in the snapshot"

_SAYING_NOTHING = (AllergyState.NOT_IN_SNAPSHOT, AllergyState.NOT_ASKED)
_ONE_VALUE = ("place", "birth_date", "sex", "attending", "service", "admitted", "diagnoses", "code_status", "isolation",
              "weight", "diet", "lines")  # fmt: skip


def mrn_of(patient: Patient) -> Identifier | None:
    """The patient's own number with its authority."""
    return next((item for item in patient.identifiers if item.kind is IdentifierKind.MRN), None)


def number_of(patient: Patient) -> str:
    """The number as problems name a patient by, or an empty text."""
    mrn = mrn_of(patient)
    return mrn.value if mrn else ""


def same_person(one: Patient, other: Patient) -> bool:
    """Whether two records of one number can be one person: names and birth dates agree, as far as both state them."""
    if one.birth_date and other.birth_date and one.birth_date != other.birth_date:
        return False
    return _names_agree(one.name, other.name)


def _names_agree(one: PersonName, other: PersonName) -> bool:
    mine, theirs = _all_words(one), _all_words(other)
    if not mine or not theirs or mine == theirs:
        return True
    if (one.family or one.given) and (other.family or other.given):
        family = _letters(one.family) == _letters(other.family)
        first, second = [_letters(name) for name in one.given], [_letters(name) for name in other.given]
        # A system may leave out the second given name, never change the first.
        return family and (not first or not second or first[0] == second[0])
    # One source gives a whole name, the other its parts: then all words must be the same, in any order.
    return sorted(mine) == sorted(theirs)


def _all_words(name: PersonName) -> list[str]:
    words = re.split(r"[\s,]+", " ".join((name.family, *name.given)) if name.family or name.given else name.text)
    return [letters for word in words if (letters := _letters(word))]


def _letters(text: str) -> str:
    """Letters and digits only, without accents and capitals: one system writes Nguyễn, another NGUYEN."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalnum())


def combined(base: Patient, other: Patient, tell: Callable[[str], None]) -> Patient:
    """What two records of one person say together: `base` wins, gaps are filled, and `tell` names what differs.

    Orders are not looked at: what a missing order means depends on the source. An allergy is never lost to a record
    that does not know of it.
    """
    changes: dict[str, object] = {}
    for name in _ONE_VALUE:
        mine, theirs = getattr(base, name), getattr(other, name)
        empty = Patient.model_fields[name].default
        if mine == theirs or theirs == empty:
            continue
        if mine == empty:
            changes[name] = theirs
        else:
            tell(name)
    if not _all_words(base.name):
        changes["name"] = other.name
    changes["identifiers"] = tuple(dict.fromkeys((*base.identifiers, *other.identifiers)))
    changes["allergy_state"], changes["allergies"], doubt = allergies_of_both(base, other)
    if doubt:
        tell("allergies")
    changes["clarify"] = tuple(dict.fromkeys((*base.clarify, *other.clarify)))
    return base.model_copy(update=changes)


def allergies_of_both(base: Patient, other: Patient) -> tuple[AllergyState, tuple[Allergy, ...], bool]:
    """All allergies of two records of one person; the last answer says whether one record disputes the other."""
    listed: dict[str, Allergy] = {}
    for allergy in (*base.allergies, *other.allergies):
        listed.setdefault(_letters(allergy.substance) or allergy.substance, allergy)
    states = {base.allergy_state, other.allergy_state}
    if listed:
        disputed = bool(states & {AllergyState.NONE_KNOWN, AllergyState.NOT_ASKED})
        return AllergyState.LISTED, tuple(listed.values()), disputed
    if base.allergy_state in _SAYING_NOTHING and other.allergy_state is not AllergyState.NOT_IN_SNAPSHOT:
        return other.allergy_state, (), False
    return base.allergy_state, (), False


def checked(patients: Sequence[Patient], source: str) -> tuple[tuple[Patient, ...], tuple[Problem, ...]]:
    """The patients with what must be clarified of each and their orders finished, and the problems found."""
    by_number: dict[Identifier, list[int]] = {}
    for index, patient in enumerate(patients):
        if mrn := mrn_of(patient):
            by_number.setdefault(mrn, []).append(index)
    shared = {index for places in by_number.values() if len(places) > 1 for index in places}
    problems: list[Problem] = []
    done = []
    for index, patient in enumerate(patients):
        clarify = list(patient.clarify)
        found = list(_about(patient, index in shared))
        for element, what in found:
            shown = number_of(patient) or f"patient {index + 1} of {len(patients)}"
            problems.append(Problem(where=source, patient=shown, element=element, what=what))
        clarify += [what for _, what in found if what in (SHARED_NUMBER, NO_NUMBER, NO_NAME)]
        medications = tuple(finished(order) for order in patient.medications)
        done.append(patient.model_copy(update={"clarify": tuple(dict.fromkeys(clarify)), "medications": medications}))
    return tuple(done), tuple(problems)


def _about(patient: Patient, shares_number: bool) -> Iterable[tuple[str, str]]:
    if shares_number:
        yield "patient number", SHARED_NUMBER
    if mrn_of(patient) is None:
        yield "patient number", NO_NUMBER
    if not _all_words(patient.name):
        yield "name", NO_NAME
    if patient.birth_date is None:
        yield "birth date", NO_BIRTH_DATE
    if patient.deceased:
        yield "patient", "the source says that this patient has died"
    if patient.discharged:
        yield "patient", "the source says that this patient was discharged"
    if any(item.kind is IdentifierKind.RETIRED for item in patient.identifiers):
        yield "patient number", "another number was merged into this one; older paper may still carry it"
