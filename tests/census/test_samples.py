"""Samples that others wrote, read where they lie and never copied: no traceback, no wrong patient, no time by guess.

PyPI: carebundle (Apache-2.0) makes FHIR R4 bundles, and dirties them. npm, fetched by `.ci/samples` into the folder
that DOWNTIME_SAMPLES names, and skipped without it: hl7.fhir.r4.examples (CC0), HL7's own examples of every resource;
simple-hl7, hl7-standard and nodehl7 (MIT), whose own tests have HL7 v2 messages.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from carebundle import Imperfection, generate_cohort, inject_defects, to_json
from example_table import ZONE
from fhir_help import ADULT
from reading_help import mrn, site

from downtime.census.reading import read_census
from downtime.census.snapshot import MedicationOrder, Snapshot
from downtime.clinical.due import Due, DueStatus, Window, due_times
from downtime.errors import InputError

SAMPLES = Path(os.environ.get("DOWNTIME_SAMPLES") or "/nonexistent")
EXAMPLES = SAMPLES / "hl7.fhir.r4.examples" / "package"
MESSAGES = ("simple-hl7", "hl7-standard", "nodehl7")
needs_samples = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="DOWNTIME_SAMPLES names no folder of .ci/samples")
NOW = datetime(2026, 11, 16, 7, 0, tzinfo=ZONE)


def read(*paths: Path, now: datetime = NOW) -> Snapshot:
    return read_census(paths, facility=site(), now=now)


def due(order: MedicationOrder, start: datetime, end: datetime) -> Due:
    last = order.last_given.given if order.last_given else None
    return due_times(order.timing, window=Window(start, end), schedule=ADULT, zone=ZONE, last_given=last)


def cohort(count: int = 30) -> list[dict]:
    """Bundles of one patient each."""
    return [json.loads(to_json(one)) for one in generate_cohort(count=count, seed=7)]


def resources(bundle: dict, kind: str) -> list[dict]:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def test_a_generated_patient_keeps_what_is_theirs(tmp_path):
    """One file a patient in one folder: name, number, birth date, and as many orders as are active."""
    wanted = {}
    for number, bundle in enumerate(cohort()):
        (tmp_path / f"{number}.json").write_text(json.dumps(bundle), "utf-8")
        (person,) = resources(bundle, "Patient")
        active = [order for order in resources(bundle, "MedicationRequest") if order["status"] == "active"]
        allergies = {one["code"]["text"] for one in resources(bundle, "AllergyIntolerance")}
        wanted[person["identifier"][0]["value"]] = (
            person["name"][0]["family"], person["birthDate"], len(active), allergies
        )  # fmt: skip
    snapshot = read(tmp_path)
    found = {
        patient.identifiers[0].value: (
            patient.name.family,
            str(patient.birth_date),
            len(patient.medications),
            {allergy.substance for allergy in patient.allergies},
        )
        for patient in snapshot.patients
    }
    assert found == wanted and len(found) == 30


def test_dirty_bundles_lose_nobody_and_mix_nobody_up(tmp_path):
    """Missing fields, doubled entries, times out of order, values without sense, unknown codes: nobody is swapped."""
    rates = Imperfection(
        missing_field=0.3, duplicate_entry=0.2, out_of_order_timestamp=0.3, unparseable_value=0.3,
        unknown_code_system=0.3,
    )  # fmt: skip
    for number, bundle in enumerate(cohort()):
        dirty, defects = inject_defects(bundle, rates, seed=number)
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(dirty), "utf-8")
        assert defects
        try:
            snapshot = read(path)
        except InputError as error:
            assert error.what and error.where
            continue
        (person,) = resources(bundle, "Patient")
        assert snapshot.patients, (number, defects)
        for patient in snapshot.patients:
            assert patient.name.family in ("", person["name"][0]["family"])
            assert str(patient.birth_date) in ("None", person["birthDate"])
        orders = resources(dirty, "MedicationRequest")
        # An order whose subject went missing is told, not printed; one that is there twice is there once, or told.
        assert sum(len(patient.medications) for patient in snapshot.patients) <= len(orders)


@needs_samples
def test_every_example_is_read_or_refused():
    kinds = {path.name.partition("-")[0] for path in EXAMPLES.glob("*.json")}
    assert {"Patient", "Encounter", "MedicationRequest", "AllergyIntolerance", "Observation", "Bundle"} <= kinds
    read_count = 0
    for path in sorted(EXAMPLES.glob("*.json")):
        try:
            read(path).model_dump_json()
        except InputError as error:
            assert error.what and error.where
        else:
            read_count += 1
    assert read_count > 200


def orders_of_the_example_patient() -> dict[str, MedicationOrder]:
    """The MedicationRequests of HL7's examples, each read beside the patient that they name."""
    found = {}
    for path in sorted(EXAMPLES.glob("MedicationRequest-medrx0*.json")):
        snapshot = read(EXAMPLES / "Patient-pat1.json", path)
        assert len(snapshot.patients) == 1
        for order in snapshot.patients[0].medications:
            found[path.stem.removeprefix("MedicationRequest-")] = order
    return found


@needs_samples
def test_orders_whose_words_and_codes_disagree_have_no_times():
    orders = orders_of_the_example_patient()
    assert len(orders) >= 15
    for name in ("medrx0302", "medrx0303", "medrx0309", "medrx0322", "medrx0323"):
        if (order := orders.get(name)) is None:
            continue  # not active: counted, and not printed
        begun = (order.timing.start or datetime(2015, 1, 16, tzinfo=ZONE)).astimezone(ZONE)
        answer = due(order, begun.replace(hour=7), begun.replace(hour=23))
        assert answer.status is DueStatus.NOT_COMPUTED, (name, answer)
    assert {"medrx0302", "medrx0309"} <= set(orders)


@needs_samples
def test_times_are_as_many_as_the_words_of_the_order_say():
    """Where times are printed, a plain reading of the instruction gives the same number of doses a day."""
    counts = {"once daily": 1, "one time daily": 1, "twice daily": 2, "two times daily": 2, "three times daily": 3,
              "four times daily": 4}  # fmt: skip
    checked = 0
    for name, order in orders_of_the_example_patient().items():
        answer = due(order, datetime(2015, 1, 20, tzinfo=ZONE), datetime(2015, 1, 21, tzinfo=ZONE))
        words = [count for text, count in counts.items() if text in order.timing.text.lower()]
        if answer.status is DueStatus.COMPUTED and words:
            assert len(answer.times) == words[0], (name, order.timing.text, answer.times)
            checked += 1
    assert checked >= 3


@needs_samples
def test_messages_of_other_libraries_name_whom_they_name():
    """Each file of HL7 v2 messages: whoever is read stands in a PID of that file with that name and that number."""
    paths = [
        path for name in MESSAGES for path in sorted((SAMPLES / name).rglob("*")) if path.suffix in (".hl7", ".adm")
    ]
    assert len(paths) >= 10
    people = 0
    for path in paths:
        lines = path.read_bytes().decode("utf-8", "replace").replace("\n", "\r").split("\r")
        pids = [line for line in lines if line.startswith("PID|")]
        try:
            snapshot = read(path, now=datetime.fromtimestamp(path.stat().st_mtime, NOW.tzinfo) + timedelta(hours=1))
        except InputError as error:
            assert error.what and error.where
            continue
        for patient in snapshot.patients:
            people += 1
            assert any(patient.name.family in pid and (not mrn(patient) or mrn(patient) in pid) for pid in pids), path
    assert people >= 4
