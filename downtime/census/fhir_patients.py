"""FHIR Patient, Encounter and Location: who the patient is, where, since when, and under whose care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from downtime.census.fhir_load import Resource
from downtime.census.fhir_pool import FhirContext
from downtime.census.fhir_values import Json, concept, is_coded, part, parts, raw, text, texts, true, when
from downtime.census.snapshot import PersonName, Place, Sex
from downtime.census.source import NAME_CHARACTERS, birth_date_fault, start_of_day

HERE = ("arrived", "triaged", "in-progress", "onleave")
_INPATIENT = ("IMP", "ACUTE", "NONAC")
_OUTPATIENT = ("AMB", "VR", "HH", "FLD", "PRENC")
_SEXES = {"female": Sex.FEMALE, "male": Sex.MALE, "other": Sex.OTHER, "unknown": Sex.UNKNOWN}
_PLACE_KINDS = {"bd": "bed", "ro": "room", "wa": "unit", "lvl": "", "bu": "", "si": "", "area": "unit"}


@dataclass(frozen=True, slots=True)
class Stay:
    """The encounter a patient is here in, or the last one where that has ended."""

    resource: Resource | None
    discharged: bool
    died: bool
    clarify: tuple[str, ...]


def name(resource: Resource) -> PersonName:
    """The name in use: official before usual before any other; names that were given up are passed over."""
    names = [item for item in parts(resource.data, "name") if raw(item, "use") not in ("old", "maiden", "nickname")]
    names = names or parts(resource.data, "name")
    rank = {"official": 0, "usual": 1}
    names.sort(key=lambda item: rank.get(raw(item, "use"), 2))
    if not names:
        return PersonName()
    family = text(names[0], "family", NAME_CHARACTERS)
    given = tuple(shown[:NAME_CHARACTERS] for shown in texts(names[0], "given")[:10])
    whole = text(names[0], "text", NAME_CHARACTERS)
    return PersonName(family=family, given=given, text="" if family or given else whole)


def birth_date(resource: Resource, context: FhirContext, patient: str) -> date | None:
    """The birth date, if it is a day and can be true."""
    said = resource.data.get("birthDate")
    if said is None:
        return None
    day = when(said, context.zone)
    fault = "this is not a day" if day is None else birth_date_fault(day.day, context.now)
    if fault:
        original = said if isinstance(said, str) else ""
        context.tell(resource, fault, patient, element="birthDate", original=original)
    return None if fault or day is None else day.day


def sex(resource: Resource) -> Sex:
    """Administrative sex."""
    return _SEXES.get(raw(resource.data, "gender"), Sex.UNKNOWN)


def is_deceased(resource: Resource) -> bool:
    """Whether the record says that the patient has died; any date of death says so."""
    return true(resource.data, "deceasedBoolean") or bool(raw(resource.data, "deceasedDateTime"))


def stay_of(encounters: list[Resource], context: FhirContext, patient: str) -> Stay:
    """The one encounter the patient is in; of several the inpatient one that began last, and that is told."""
    told = []
    for encounter in encounters:
        status = raw(encounter.data, "status")
        if status in ("entered-in-error", "cancelled", "planned"):
            context.tell(encounter, f"an encounter that is “{status}” is not used", patient, element="status")
        elif status != "finished" and status not in HERE:
            told.append("the status of the visit is not known")
            context.tell(encounter, "the status is not known", patient, element="status", original=status)
    here = [item for item in encounters if raw(item.data, "status") in HERE]
    # A clinic visit that is over says nothing of a stay.
    ended = [
        item for item in encounters
        if raw(item.data, "status") == "finished" and raw(part(item.data, "class"), "code") not in _OUTPATIENT
    ]  # fmt: skip
    died = any(is_coded(part(item.data, "hospitalization", "dischargeDisposition"), ("exp",)) for item in ended)
    if not here:
        last = max(ended, key=lambda item: _began(item, context), default=None)
        return Stay(last, last is not None, died, tuple(told))
    inpatient = [item for item in here if raw(part(item.data, "class"), "code") in _INPATIENT] or here
    current = max(inpatient, key=lambda item: _began(item, context))
    if len(inpatient) > 1:
        context.tell(current, f"{len(inpatient)} visits are open; the one that began last is printed", patient)
        told.append("several visits are open")
    end = when(part(current.data, "period").get("end"), context.zone)
    if end is not None and (end.moment or start_of_day(end.day, context.zone)) <= context.now:
        told.append("the visit is open, and has an end in the past")
        context.tell(current, "the visit is open, and has an end in the past", patient, element="period.end")
    return Stay(current, False, False, tuple(told))


def _began(encounter: Resource, context: FhirContext) -> float:
    start = when(part(encounter.data, "period").get("start"), context.zone)
    return (start.moment or start_of_day(start.day, context.zone)).timestamp() if start else 0.0


def admitted(encounter: Resource, context: FhirContext) -> datetime | None:
    """When the encounter began."""
    start = when(part(encounter.data, "period").get("start"), context.zone)
    return (start.moment or start_of_day(start.day, context.zone)) if start else None


def place(encounter: Resource, context: FhirContext, patient: str, *, ended: bool) -> Place:
    """Unit, room and bed from the encounter's active locations (after it ended, from the last one)."""
    listed = parts(encounter.data, "location")
    if ended:
        listed = listed[-1:]
    else:
        listed = [
            item for item in listed
            if raw(item, "status") in ("", "active") and not raw(part(item, "period"), "end")
        ]  # fmt: skip
    found: dict[str, list[str]] = {"unit": [], "room": [], "bed": []}
    for item in listed:
        location = context.pool.find(part(item, "location"), encounter, "Location")
        if location is None:
            shown = text(part(item, "location"), "display", NAME_CHARACTERS)
            kind = _place_kind(part(item, "physicalType"), "")
            if not shown:
                context.tell(encounter, "the location is not in the files", patient, element="location")
                continue
            found[kind or "unit"].append(shown)
            continue
        for inside in context.pool.chain(location, "partOf"):
            kind = _place_kind(part(inside.data, "physicalType"), "unit")
            shown = text(inside.data, "name", NAME_CHARACTERS) or text(inside.data, "description", NAME_CHARACTERS)
            if kind and shown and (kind != "unit" or inside is location or not found["unit"]):
                found[kind].append(shown)
    if any(len(set(shown)) > 1 for shown in found.values()):
        context.tell(encounter, "several places are active at once; the last is printed", patient, element="location")
    return Place(**{kind: shown[-1] if shown else "" for kind, shown in found.items()})


def _place_kind(kinds: Json, unknown: str) -> str:
    return next((_PLACE_KINDS[code] for code in _PLACE_KINDS if is_coded(kinds, (code,))), unknown)


def attending(encounter: Resource, context: FhirContext) -> str:
    """Whoever attends now: participants of type ATND whose time has not ended."""
    names = [
        context.person(part(item, "individual"), encounter)
        for item in parts(encounter.data, "participant")
        if any(is_coded(kind, ("ATND",)) for kind in parts(item, "type")) and not raw(part(item, "period"), "end")
    ]
    return "; ".join(dict.fromkeys(shown for shown in names if shown))


def service(encounter: Resource) -> str:
    """The service the patient is under."""
    return concept(part(encounter.data, "serviceType"))
