"""FHIR identifiers: which of a patient's numbers is the one on the wristband, and the numbers of a visit.

Real servers seldom type them by code alone: some write only words ("MRN", "EPI", "FIN NBR"), give a patient a dozen
numbers of their own (enterprise, federated, FHIR ids), and keep numbers that were given up with an end of their period.
"""

from __future__ import annotations

from downtime.census.fhir_load import Resource
from downtime.census.fhir_pool import FhirContext
from downtime.census.fhir_values import Json, is_coded, part, parts, raw, text, when
from downtime.census.snapshot import Identifier, IdentifierKind
from downtime.census.source import NUMBER_CHARACTERS, start_of_day

# HL7 table 0203. Social security, passport and licence numbers have no place on a ward's paper.
_NATIONAL = ("NI", "NH", "NHS", "HC", "NIIP")
_NOT_PRINTED = ("SS", "SSN", "SB", "DL", "PPN", "TAX", "BC", "CC")
_NOT_PRINTED_SYSTEMS = ("http://hl7.org/fhir/sid/us-ssn", "urn:oid:2.16.840.1.113883.4.1")
_NATIONAL_SYSTEMS = ("https://fhir.nhs.uk/Id/nhs-number",)
_ACCOUNT, _VISIT = ("AN", "ANON", "ANC"), ("VN",)
_BY_WORDS = {
    **dict.fromkeys(("mrn", "mr", "medical record number"), IdentifierKind.MRN),
    **dict.fromkeys(("fin", "fin nbr", "fin number", "account number", "har"), IdentifierKind.ACCOUNT),
    **dict.fromkeys(("csn", "visit number", "visitid", "visit id"), IdentifierKind.ENCOUNTER),
}  # fmt: skip


def identifiers(resource: Resource, context: FhirContext) -> tuple[tuple[Identifier, ...], str]:
    """The numbers of a patient, the house's own first, and what is wrong with that one.

    The patient number is the one typed MR; of several the one whose system facility.yaml names, else the one for usual
    use; without any type the one of that system, or the only one there is.
    """
    own, typed, usual, others = [], [], [], []
    settings = context.settings
    known = (settings.authority, *settings.authority_also)
    untyped = False
    for item in parts(resource.data, "identifier"):
        value = text(item, "value")
        if not value or not _is_current(item, context) or _is_private(item):
            continue
        system = raw(item, "system")
        named = system or text(part(item, "assigner"), "display")
        number = Identifier(kind=_kind(item), value=value, authority=settings.authority_of(named))
        as_mrn = number.model_copy(update={"kind": IdentifierKind.MRN})
        if system and system in known and number.kind in (IdentifierKind.MRN, IdentifierKind.OTHER):
            own.append(as_mrn)
        elif number.kind is IdentifierKind.MRN:
            typed.append(number)
            usual += [number] if raw(item, "use") == "usual" else []
        else:
            others.append(number)
            untyped = not part(item, "type")
    if not own and not typed and len(others) == 1 and others[0].kind is IdentifierKind.OTHER and untyped:
        typed, others = [others[0].model_copy(update={"kind": IdentifierKind.MRN})], []
    if not own and len(set(usual)) == 1:
        own = usual
    numbers = tuple(dict.fromkeys((*own, *typed)))
    fault = ""
    if len(set(own)) > 1 or (not own and len(numbers) > 1):
        fault = "several patient numbers; it cannot be told which is meant"
    unsound = [number for number in numbers if len(number.value) > NUMBER_CHARACTERS or "\ufffd" in number.value]
    if unsound:
        fault = "the patient number is damaged or far too long, and is not used"
        numbers = tuple(number for number in numbers if number not in unsound)
    elif numbers and settings.mrn_length and len(numbers[0].value) != settings.mrn_length:
        fault = f"the number has {len(numbers[0].value)} characters, and {settings.mrn_length} belong there"
    return (*numbers, *(number for number in dict.fromkeys(others) if len(number.value) <= NUMBER_CHARACTERS)), fault


def _is_current(item: Json, context: FhirContext) -> bool:
    """Whether a number is in use: not marked as old, and its period has not ended."""
    end = when(part(item, "period").get("end"), context.zone)
    over = end is not None and (end.moment or start_of_day(end.day, context.zone)) < context.now
    return raw(item, "use") != "old" and not over


def _is_private(item: Json) -> bool:
    return is_coded(part(item, "type"), _NOT_PRINTED) or raw(item, "system") in _NOT_PRINTED_SYSTEMS


def _kind(item: Json) -> IdentifierKind:
    kinds = part(item, "type")
    if is_coded(kinds, ("MR",)):
        return IdentifierKind.MRN
    if is_coded(kinds, _NATIONAL) or raw(item, "system") in _NATIONAL_SYSTEMS:
        return IdentifierKind.NATIONAL
    if is_coded(kinds, _ACCOUNT):
        return IdentifierKind.ACCOUNT
    if is_coded(kinds, _VISIT):
        return IdentifierKind.ENCOUNTER
    words = [text(kinds, "text", 60), *(text(coding, "display", 60) for coding in parts(kinds, "coding"))]
    found = (_BY_WORDS.get(said.strip().lower()) for said in words)
    return next((kind for kind in found if kind is not None), IdentifierKind.OTHER)


def visit_numbers(encounter: Resource, context: FhirContext) -> tuple[Identifier, ...]:
    """The visit's own number, and the account's where it is typed so; of several the one typed as a visit's."""
    visits: list[Identifier] = []
    accounts: list[Identifier] = []
    for item in parts(encounter.data, "identifier"):
        value = text(item, "value")
        if not 0 < len(value) <= NUMBER_CHARACTERS or not _is_current(item, context):
            continue
        kind = _kind(item)
        if kind is IdentifierKind.ACCOUNT:
            accounts.append(Identifier(kind=kind, value=value))
        elif kind is IdentifierKind.ENCOUNTER:
            visits.insert(0, Identifier(kind=kind, value=value))
        else:
            visits.append(Identifier(kind=IdentifierKind.ENCOUNTER, value=value))
    return (*visits[:1], *accounts[:1])
