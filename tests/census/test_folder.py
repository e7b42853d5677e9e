"""Folders and several files: merged per patient, newer over older, and nothing that stands in one file only is lost."""

from __future__ import annotations

import json
import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from example_table import PATIENTS, TAKEN_AT
from make_examples import csv_text, fhir_bundle, fhir_text
from reading_help import CENSUS, comparable, mrn, riverside, site, told

from downtime.census.folder import ONLY_OLDER_ORDER, ONLY_OLDER_PATIENT
from downtime.census.identity import SHARED_NUMBER
from downtime.census.reading import read_census
from downtime.census.snapshot import AllergyState, Snapshot
from downtime.errors import InputError
from downtime.site.facility import Facility

HEADER = "Data as of,MRN,Surname,Given names,Birth date,Allergies,Bed,Order number,Medicine,Dose,Last given,Discharged"


def put(folder: Path, name: str, content: str | bytes, minutes_old: int = 0) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    stamp = (TAKEN_AT - timedelta(minutes=minutes_old)).timestamp()
    os.utime(path, (stamp, stamp))
    return path


def read(*paths: Path, facility: Facility | None = None) -> Snapshot:
    return read_census(paths, facility=facility or site(), now=TAKEN_AT)


def rows(*lines: str) -> str:
    return "\n".join([HEADER, *lines]) + "\n"


def test_the_same_patients_in_two_formats_are_the_same_patients(tmp_path):
    for name in ("icu.csv", "icu-fhir.json"):
        shutil.copy(CENSUS / name, tmp_path)
    snapshot = read(tmp_path, facility=riverside())
    assert comparable(snapshot.patients, only="fhir") == comparable(PATIENTS, only="fhir")
    assert not any(ONLY_OLDER_ORDER in order.clarify for p in snapshot.patients for order in p.medications)
    assert snapshot.taken_at == TAKEN_AT


def test_content_decides_and_never_the_name(tmp_path):
    put(tmp_path, "census.json", csv_text(PATIENTS[:2]))
    put(tmp_path, "census.csv", fhir_text(fhir_bundle(PATIENTS[2:4])))
    assert {mrn(p) for p in read(tmp_path, facility=riverside()).patients} >= {mrn(p) for p in PATIENTS[:4]}


def test_a_newer_file_wins_and_takes_nothing_away(tmp_path):
    put(tmp_path, "a.csv", rows(
        "2026-11-16 05:00,1,Doe,Jo,1960-01-01,Latex,ICU-01,R1,heparin,1 mg,2026-11-16 04:00,no",
        "2026-11-16 05:00,1,Doe,Jo,1960-01-01,Latex,ICU-01,R2,aspirin,81 mg,2026-11-16 04:30,no",
        "2026-11-16 05:00,2,Roe,Al,1970-01-01,,ICU-02,,,,,no"))  # fmt: skip
    put(tmp_path, "b.csv", rows(
        "2026-11-16 06:00,1,Doe,Jo,1960-01-01,NKA,ICU-03,R2,aspirin,325 mg,,no"))  # fmt: skip
    snapshot = read(tmp_path)
    doe, roe = snapshot.patients
    assert doe.place.bed == "ICU-03"
    heparin, aspirin = doe.medications
    assert ONLY_OLDER_ORDER in heparin.clarify and ONLY_OLDER_ORDER not in aspirin.clarify
    assert aspirin.dose == "325 mg" and aspirin.last_given and aspirin.last_given.given.minute == 30
    assert doe.allergy_state is AllergyState.LISTED and "allergies" in told(snapshot)
    assert ONLY_OLDER_PATIENT in roe.clarify and ONLY_OLDER_PATIENT not in doe.clarify
    assert snapshot.taken_at.hour == 5  # as old as the oldest file that is still used


def test_a_discharge_in_the_newer_file_counts_and_so_does_its_end(tmp_path):
    put(tmp_path, "a.csv", rows("2026-11-16 05:00,1,Doe,Jo,1960-01-01,,B,,,,,no"))
    put(tmp_path, "b.csv", rows("2026-11-16 06:00,1,Doe,Jo,1960-01-01,,B,,,,,yes"))
    assert read(tmp_path).patients[0].discharged
    put(tmp_path, "c.csv", rows("2026-11-16 06:10,1,Doe,Jo,1960-01-01,,B,,,,,no"))
    assert not read(tmp_path).patients[0].discharged


def test_a_file_of_orders_goes_to_the_patients_by_number_and_to_nobody_else(tmp_path):
    put(tmp_path, "patients.csv", "MRN,Surname,Given names,Birth date\n1,Doe,Jo,1960-01-01\n2,Roe,Al,1970-01-01\n"
                                  "2,Poe,Ed,1980-01-01\n", 5)  # fmt: skip
    orders = "1,R1,heparin,1 mg\n2,R2,aspirin,81 mg\n9,R9,digoxin,1 mg\n"
    put(tmp_path, "orders.csv", f"MRN,Order number,Medicine,Dose\n{orders}")
    snapshot = read(tmp_path)
    assert {p.name.family: [o.drug for o in p.medications] for p in snapshot.patients} == {
        "Doe": ["heparin"], "Roe": [], "Poe": [],
    }  # fmt: skip
    assert all(SHARED_NUMBER in p.clarify for p in snapshot.patients if p.name.family != "Doe")
    assert "aspirin" in told(snapshot) and "digoxin" in told(snapshot)
    assert snapshot.patients[0].birth_date


def test_one_number_under_two_authorities_is_two_people(tmp_path):
    put(tmp_path, "a.csv", "MRN,MRN authority,Surname,Given names,Birth date\n1,EAST,Doe,Jo,1960-01-01\n")
    put(tmp_path, "b.csv", "MRN,MRN authority,Surname,Given names,Birth date\n1,WEST,Doe,Jo,1960-01-01\n")
    snapshot = read(tmp_path)
    assert len(snapshot.patients) == 2
    assert not any(SHARED_NUMBER in p.clarify for p in snapshot.patients)


def test_the_files_of_one_ndjson_export_are_read_together_and_two_exports_apart(tmp_path):
    person: dict[str, Any] = {"resourceType": "Patient", "id": "1", "identifier": [{"value": "7"}],
                              "name": [{"family": "Doe"}], "birthDate": "1960-01-01"}  # fmt: skip
    order = {"resourceType": "MedicationRequest", "id": "r", "status": "active", "intent": "order",
             "subject": {"reference": "Patient/1"}, "medicationCodeableConcept": {"text": "heparin"}}  # fmt: skip
    put(tmp_path, "Patient.ndjson", json.dumps(person))
    put(tmp_path, "MedicationRequest.ndjson", json.dumps(order))
    assert [order.drug for order in read(tmp_path).patients[0].medications] == ["heparin"]
    # The same id from another export is another patient: then nobody's order is mixed up.
    other = {**person, "identifier": [{"value": "8"}], "name": [{"family": "Roe"}]}
    put(tmp_path, "other.json", json.dumps({"resourceType": "Bundle", "entry": [{"resource": other}]}))
    os.remove(tmp_path / "MedicationRequest.ndjson")
    put(tmp_path, "Patient.ndjson", json.dumps(person) + "\n" + json.dumps(order))
    found = {p.name.family: len(p.medications) for p in read(tmp_path).patients}
    assert found == {"Doe": 1, "Roe": 0}


def test_what_is_no_census_is_told_in_a_folder_and_refused_by_name(tmp_path):
    put(tmp_path, "a.csv", rows("2026-11-16 05:00,1,Doe,Jo,1960-01-01,,B,,,,,no"))
    workbook = put(tmp_path, "b.xlsx", b"PK\x03\x04...")
    put(tmp_path, "c.pdf", b"%PDF-1.7")
    put(tmp_path, "d.hl7", b"\n \n")
    put(tmp_path, ".hidden", b"\x00")
    (tmp_path / "inner").mkdir()
    snapshot = read(tmp_path)
    assert len(snapshot.patients) == 1
    assert all(name in told(snapshot) for name in ("b.xlsx", "c.pdf", "d.hl7", "inner"))
    assert ".hidden" not in told(snapshot)
    with pytest.raises(InputError, match="Excel"):
        read(workbook)


def test_a_file_named_twice_is_read_once(tmp_path):
    path = put(tmp_path, "a.csv", rows("2026-11-16 05:00,1,Doe,Jo,1960-01-01,,B,,heparin,1 mg,,no"))
    snapshot = read(path, tmp_path)
    assert len(snapshot.patients[0].medications) == 1 and "two records" not in told(snapshot)


@pytest.mark.parametrize("make", ["missing", "empty folder", "nothing named"])
def test_nothing_to_read_is_one_clear_error(tmp_path, make):
    paths = {"missing": [tmp_path / "none.csv"], "empty folder": [tmp_path], "nothing named": []}[make]
    with pytest.raises(InputError) as caught:
        read_census(paths, facility=site(), now=TAKEN_AT)
    assert caught.value.exit_code == 4


def test_a_feed_with_a_file_for_each_message_is_one_feed_beside_a_census(tmp_path):
    def message(name: str, event: str, *segments: str, at: str, minutes_old: int) -> None:
        head = f"MSH|^~\\&|EHR|RGH|DT|RGH|202611160{at}||{event}|{at}|P|2.5.1"
        who = "PID|1||00000001^^^RIVERSIDE^MR||Doe^Jo||19600101|F"
        put(tmp_path, name, "\r".join([head, who, *segments]) + "\r", minutes_old)

    put(tmp_path, "census.csv", "Data as of,MRN,MRN authority,Surname,Given names,Birth date,Allergies\n"
                                "2026-11-16 05:00,00000001,RIVERSIDE,Doe,Jo,1960-01-01,NKA\n")  # fmt: skip
    order = "RXE|^^^202611150900|ASA^aspirin|81||mg"
    message("2.hl7", "RDE^O11", "ORC|DC|R1", order, at="530", minutes_old=9)
    message("1.hl7", "RDE^O11", "ORC|NW|R1", order, "RXR|PO", at="510", minutes_old=10)
    message("3.hl7", "RDE^O11", "ORC|NW|R2", order.replace("ASA^aspirin", "HEP^heparin"), at="540", minutes_old=8)
    snapshot = read(tmp_path, facility=site(authority="RIVERSIDE"))
    patient = snapshot.patients[0]
    assert len(snapshot.patients) == 1 and patient.allergy_state is AllergyState.NONE_KNOWN
    assert [item.drug for item in patient.medications] == ["heparin"]
    assert snapshot.taken_at.hour == 5 and snapshot.taken_at.minute == 0


@pytest.mark.parametrize(("name", "content"), [("readme.txt", "Ask the night shift.\n"), ("config.json", '{"a": 1}')])
def test_what_is_no_census_is_told_in_a_folder_and_an_error_where_it_is_named(tmp_path, name, content):
    other = put(tmp_path, name, content)
    with pytest.raises(InputError, match=f"{name}"):
        read(other)
    with pytest.raises(InputError, match="there is no census file in it"):
        read(tmp_path)
    put(tmp_path, "census.csv", "MRN,Surname\n7,Smith\n")
    snapshot = read(tmp_path)
    assert [mrn(patient) for patient in snapshot.patients] == ["7"] and f"{name}" in told(snapshot)
    put(tmp_path, "broken.json", '{"resourceType": "Pati')
    with pytest.raises(InputError, match="broken"):
        read(tmp_path)
