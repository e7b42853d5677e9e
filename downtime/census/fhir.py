"""FHIR R4 to Snapshots: every Patient of the files with what is certainly that patient's (see fhir_charts)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from downtime.census import fhir_clinical as clinical
from downtime.census import fhir_patients as patients
from downtime.census.fhir_allergies import allergies_of
from downtime.census.fhir_charts import Chart, as_words, charts_of, tell_unread
from downtime.census.fhir_doses import recently_given, with_last_doses
from downtime.census.fhir_load import Resource, load
from downtime.census.fhir_numbers import identifiers, visit_numbers
from downtime.census.fhir_observations import readings_of, weight_of
from downtime.census.fhir_orders import AT_HOME, order_of, skipped
from downtime.census.fhir_pool import FhirContext, Pool
from downtime.census.fhir_values import concept, part, parts, raw, true, when
from downtime.census.identity import mrn_of
from downtime.census.retired import Retired, with_retired
from downtime.census.snapshot import MedicationOrder, OtherOrder, Patient, Place, Snapshot
from downtime.census.source import Problems, SourceFile, zone_of
from downtime.site.facility import Facility


def read_fhir(files: Sequence[SourceFile], facility: Facility, now: datetime) -> tuple[Snapshot, ...]:
    """Read FHIR files to one Snapshot, or to one for each file where several files hold the same patients.

    Files that hold no patients (all orders in one NDJSON, say) belong to every export beside them. Raises InputError
    for a file that is no FHIR JSON.
    """
    zone = zone_of(facility.timezone)
    problems = Problems(files[0].shown_as)
    loaded = load(files, zone, problems)
    groups = _exports(loaded.resources, len(files))
    found: list[Snapshot] = []
    for group in groups:
        shown_as = files[group[0]].shown_as
        told = problems if not found else Problems(shown_as)
        resources = [resource for resource in loaded.resources if resource.file in group]
        context = FhirContext(Pool(resources), facility.census, zone, now, told)
        times = [moment for file, moment in loaded.bundle_times if file in group]
        taken = _taken_at(times, context, [files[index].modified for index in group])
        found.append(_snapshot(context, taken, shown_as))
    return tuple(found)


def _exports(resources: Sequence[Resource], count: int) -> list[list[int]]:
    """Which files belong together: all of them, unless one patient stands in several."""
    with_patients: dict[int, set[str]] = {}
    for resource in resources:
        if resource.kind == "Patient":
            with_patients.setdefault(resource.file, set()).add(resource.id or resource.full_url)
    everyone = [name for names in with_patients.values() for name in names]
    if len(everyone) == len(set(everyone)):
        return [list(range(count))]
    rest = [index for index in range(count) if index not in with_patients]
    return [[index, *rest] for index in with_patients]


def _snapshot(context: FhirContext, taken_at: datetime, shown_as: str) -> Snapshot:
    charts = charts_of(context)
    if not charts:
        context.problems.add("Patient", "there is no Patient: nobody is in this file")
    tell_unread(context)
    found = [_patient(chart, context) for chart in charts]
    patients_now = with_retired(found, _retired(charts, found, context), context.problems)
    return Snapshot(taken_at=taken_at, source=shown_as, patients=patients_now, problems=context.problems.found())


def _taken_at(bundle_times: Sequence[datetime], context: FhirContext, modified: Sequence[datetime]) -> datetime:
    """When the data were true: what the Bundles say (the oldest), else the newest change, else the oldest file."""
    if bundle_times:
        return min(bundle_times)
    changes = [
        moment.moment
        for resource in context.pool.resources
        if (moment := when(part(resource.data, "meta").get("lastUpdated"), context.zone)) and moment.moment
    ]
    return max(changes) if changes else min(modified)


def _patient(chart: Chart, context: FhirContext) -> Patient:
    resource, number, settings = chart.resource, chart.number, context.settings
    numbers, fault = identifiers(resource, context)
    clarify = list(chart.clarify)
    if fault:
        clarify.append(fault)
        context.tell(resource, fault, number, element="identifier")
    if resource.data.get("active") is False and not parts(resource.data, "link"):
        clarify.append("the record is marked as not in use")
        context.tell(resource, "the record is marked as not in use", number, element="active")
    stay = patients.stay_of(chart.of("Encounter"), context, number)
    here = stay.resource
    if here is None and not parts(resource.data, "link"):
        context.tell(resource, "no encounter: where the patient is, and whether still here, is not known", number)
    observations, flags = chart.of("Observation"), chart.of("Flag", "Observation", "ServiceRequest")
    own_place = (*settings.code_status_codes, *settings.isolation_codes)
    vitals, results = readings_of(observations, context, own_place)
    state, allergies = allergies_of(chart.of("AllergyIntolerance"), chart.of("List"), context, number)
    medications, forbidden = _medications(chart, context)
    _tell_flags(chart, context)
    return Patient(
        identifiers=tuple(dict.fromkeys((*numbers, *(visit_numbers(here, context) if here else ())))),
        name=patients.name(resource),
        birth_date=patients.birth_date(resource, context, number),
        sex=patients.sex(resource),
        place=patients.place(here, context, number, ended=stay.discharged) if here else Place(),
        attending=patients.attending(here, context) if here else "",
        service=patients.service(here) if here else "",
        admitted=patients.admitted(here, context) if here else None,
        diagnoses=clinical.diagnoses_of(chart.of("Condition"), here, context),
        allergy_state=state,
        allergies=allergies,
        code_status="; ".join(clinical.by_code(flags, settings.code_status_codes)),
        isolation=clinical.by_code(flags, settings.isolation_codes),
        weight=weight_of(observations, context, number),
        diet=clinical.diet_of(chart.of("NutritionOrder")),
        lines=clinical.lines_of(chart.of("DeviceUseStatement", "Device"), context),
        medications=medications,
        orders=(*forbidden, *clinical.other_orders(chart.of("ServiceRequest"), context, own_place)),
        vitals=vitals,
        results=results,
        deceased=patients.is_deceased(resource) or stay.died,
        discharged=stay.discharged,
        clarify=tuple(dict.fromkeys((*clarify, *stay.clarify))),
    )


def _medications(chart: Chart, context: FhirContext) -> tuple[tuple[MedicationOrder, ...], tuple[OtherOrder, ...]]:
    """The active orders with their last doses, and what must not be given."""
    requests, doses = chart.of("MedicationRequest"), chart.of("MedicationAdministration")
    given_here = recently_given(doses, context)
    orders: dict[int, MedicationOrder] = {}
    reasons, forbidden, at_home = [], [], []
    for index, request in enumerate(requests):
        if true(request.data, "doNotPerform") and raw(request.data, "status") == "active":
            forbidden.append(OtherOrder(kind="Medicine", text=f"DO NOT GIVE: {as_words(request, context)}"))
            continue
        read = order_of(request, context, chart.number, given_here=id(request.data) in given_here)
        if isinstance(read, MedicationOrder):
            orders[index] = read
            continue
        reasons.append(read)
        at_home += [as_words(request, context)] if read == AT_HOME else []
    if reasons:
        what = f"medication requests that are not printed: {skipped(reasons)}"
        context.problems.add("MedicationRequest", what, patient=chart.number, original="; ".join(at_home))
    return tuple(with_last_doses(orders, requests, doses, context, chart.number).values()), tuple(forbidden)


def _tell_flags(chart: Chart, context: FhirContext) -> None:
    """An active flag that no setting explains is not printed, so it is told word for word."""
    known = (*context.settings.code_status_codes, *context.settings.isolation_codes)
    for flag in chart.of("Flag"):
        if raw(flag.data, "status") == "active" and not clinical.by_code([flag], known):
            words = concept(part(flag.data, "code"))
            what = "facility.yaml does not say what this flag is; it is not printed"
            context.tell(flag, what, chart.number, original=words)


def _retired(charts: list[Chart], found: Sequence[Patient], context: FhirContext) -> list[Retired]:
    """The records that say they were replaced, or that another says it replaces."""
    place = {id(chart.resource.data): index for index, chart in enumerate(charts)}
    retired: dict[int, Retired] = {}
    for index, chart in enumerate(charts):
        for link in parts(chart.resource.data, "link"):
            other = context.pool.find(part(link, "other"), chart.resource, "Patient")
            at = place.get(id(other.data)) if other is not None else None
            kind = raw(link, "type")
            if kind == "replaced-by":
                mrn = mrn_of(found[at]) if at is not None else None
                number = mrn.value if mrn else raw(part(link, "other"), "reference")
                retired.setdefault(index, Retired(index, number, mrn.authority if mrn else ""))
            elif kind == "replaces" and at is not None and (own := mrn_of(found[index])):
                retired.setdefault(at, Retired(at, own.value, own.authority))
    return list(retired.values())
