"""Matching downtime numbers with record numbers: suggested in words, joined by people alone, taken back."""

from __future__ import annotations

from datetime import date

import pytest
from desk_help import words
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from paper_help import paper
from verify_help import MAR, came_back, key

from downtime.desk.accounts.roles import Role
from downtime.desk.audit.models import AuditEvent
from downtime.desk.patients.comparing import Told, points
from downtime.desk.patients.matching import confirm, say_same
from downtime.desk.patients.models import MatchProposal
from downtime.desk.patients.registration_list import BadList, read_list
from downtime.desk.store.models import Patient, PatientLink, Sheet
from downtime.desk.store.patients import CannotJoinError, all_names_of, patient_of_number
from downtime.desk.store.sheets import give_patient

BORN = date(1951, 3, 4)


def numbers(count=3):
    return paper("icu").manifest.downtime_numbers[:count]


@pytest.fixture
def nurse(new_person):
    return new_person(Role.CHARGE_NURSE)


@pytest.fixture
def temporary(nurse):
    return patient_of_number(numbers()[0], nurse, "test", name="OKAFOR, Ada", birth_date=BORN)


@pytest.fixture
def ada(nurse):
    return patient_of_number("10004417", nurse, "test", name="Okafor, Ada", birth_date=BORN, sex="F")


def test_what_agrees_and_what_does_not_is_said_in_words():
    one = Told("DT-1", "Núñez, Ana", BORN, "F")
    said = points(one, Told("10004417", "NUNEZ, Ana", date(1951, 4, 3), ""))
    assert [point.agrees for point in said] == [True, False, False, None]
    assert said[1].words == "date of birth differs: 04 MAR 1951 and 03 APR 1951"


def test_a_downtime_number_does_not_differ_from_a_record_number():
    kinds = points(Told(numbers()[0]), Told("10004417"))[2]
    assert kinds.agrees is None and "a downtime number and a record number" in kinds.words
    assert points(Told(numbers()[0]), Told(numbers()[1]))[2].agrees is False


def test_a_match_is_suggested_and_never_made_by_itself(temporary, ada, signed_in):
    page = words(signed_in(Role.CHARGE_NURSE).get("/patients/"))
    assert "Could be 10004417" in page and "date of birth agrees: 04 MAR 1951" in page
    temporary.refresh_from_db()
    assert temporary.same_as is None and not PatientLink.objects.exists()


def test_one_person_joins_a_downtime_number_all_sheets_follow_and_it_is_taken_back(temporary, ada, signed_in, nurse):
    sheet = came_back()
    give_patient(sheet.pk, temporary, nurse)
    client = signed_in(Role.CHARGE_NURSE)
    # Said the wrong way round: the record number stays all the same.
    assert client.post(f"/patients/{ada.pk}/join", {"other": temporary.pk, "why": "band"}).status_code == 302
    assert [row.pk for row in all_names_of(Sheet.objects.get(pk=sheet.pk).patient)] == [ada.pk, temporary.pk]
    assert "Medicines" in (page := words(client.get(f"/patients/{ada.pk}"))) or "medicines" in page
    client.post(f"/patients/{temporary.pk}/part", {"why": ""})
    assert PatientLink.objects.count() == 1, "without a reason nothing is taken back"
    client.post(f"/patients/{temporary.pk}/part", {"why": "another Ada Okafor"})
    temporary.refresh_from_db()
    assert temporary.same_as is None and PatientLink.objects.filter(undone=True).count() == 1
    assert AuditEvent.objects.filter(action__in=("patient.joined", "patient.parted")).count() == 2


def test_two_record_numbers_need_two_people(ada, nurse, new_person):
    other = patient_of_number("20008812", nurse, "test", name="Okafor, A")
    assert say_same(ada.pk, other.pk, nurse, "same address") is False
    with pytest.raises(CannotJoinError, match="second person"):
        say_same(ada.pk, other.pk, nurse, "again")
    with pytest.raises(CannotJoinError, match="second person"):
        confirm(MatchProposal.objects.get().pk, nurse)
    assert not PatientLink.objects.exists()
    assert confirm(MatchProposal.objects.get().pk, new_person(Role.SUPERVISOR)) is True
    assert PatientLink.objects.count() == 1


def test_nobody_becomes_their_own_other_name(temporary, ada, nurse):
    say_same(temporary.pk, ada.pk, nurse, "")
    for one, other in ((temporary.pk, ada.pk), (ada.pk, temporary.pk), (ada.pk, ada.pk), (ada.pk, 999_999)):
        with pytest.raises(CannotJoinError):
            say_same(one, other, nurse, "")


def the_list(*rows: str) -> str:
    return "\n".join(("downtime_number,mrn,family,given,birth_date,sex", *rows))


def test_registrations_list_waits_for_a_person_line_by_line(temporary, signed_in):
    unknown = numbers()[2]
    text = the_list(f"{numbers()[0]},10004417,Okafor,Ada,1951-03-04,F", f"{unknown},10009999,Nobody,Here,,")
    client = signed_in(Role.CHARGE_NURSE)
    page = words(client.post("/patients/registration", {"file": SimpleUploadedFile("list.csv", text.encode())}))
    assert unknown in page and MatchProposal.objects.count() == 1
    client.post("/patients/registration", {"list": text})
    assert MatchProposal.objects.count() == 1, "the same list twice makes no second match"
    temporary.refresh_from_db()
    assert temporary.same_as is None
    match = MatchProposal.objects.get()
    client.post(f"/patients/matches/{match.pk}", {"answer": "other"})
    assert MatchProposal.objects.get().state == "waiting", "a refusal needs a reason"
    client.post(f"/patients/matches/{match.pk}", {"answer": "same"})
    temporary.refresh_from_db()
    assert temporary.same_as.reference == "10004417"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("DT-04-00123-0,1,A,B,,", "check digit"),
        ("{0},,A,B,,", "record number is missing"),
        ("{0},1,A,B,3/4/51,", "more than one way"),
        ("{0},1,A", "columns"),
        ("{0},1,A,B,,\n{0},2,A,B,,", "two record numbers"),
    ],
)
def test_a_bad_line_keeps_the_whole_list_out_and_says_which(row, why):
    found = read_list(the_list(f"{numbers()[1]},77,C,D,,", row.format(numbers()[0])))
    assert isinstance(found, BadList) and why in found.faults[0] and "ine" in found.faults[0]


def test_a_list_that_is_not_utf_8_is_refused_with_its_line(temporary, nurse, signed_in):
    listed = the_list(f"{numbers()[1]},77,Okafor,Ada,,", f"{numbers()[0]},78,Müller,Zoë,,")
    file = SimpleUploadedFile("list.csv", listed.encode("cp1252"), "text/csv")
    answer = signed_in(Role.CHARGE_NURSE).post("/patients/registration", {"file": file})
    assert answer.status_code == 422 and "Line 3 holds a sign that is not UTF-8" in words(answer)
    assert not MatchProposal.objects.exists()


def test_a_sheet_printed_ahead_gets_its_patient_from_a_person(ada, new_person, signed_in):
    sheet = key(came_back(), new_person(Role.CLERK), MAR)
    client = signed_in(Role.CHARGE_NURSE)
    assert "Could be 10004417" in words(client.get("/patients/?sheets=1"))
    page = words(client.get(f"/patients/sheets/{sheet.pk}"))
    assert "number agrees: 10004417" in page
    sheet.refresh_from_db()
    assert sheet.patient is None
    client.post(f"/patients/sheets/{sheet.pk}", {"patient": ada.pk})
    sheet.refresh_from_db()
    assert sheet.patient == ada
    assert "Every keyed sheet has its patient" in words(client.get("/patients/?sheets=1"))


def test_a_number_that_is_new_here_is_taken_from_the_page_when_a_person_says_so(db, new_person, signed_in):
    sheet = key(came_back(), new_person(Role.CLERK), MAR)
    signed_in(Role.SUPERVISOR).post(f"/patients/sheets/{sheet.pk}")
    sheet.refresh_from_db()
    assert (sheet.patient.mrn, sheet.patient.name, sheet.patient.birth_date) == ("10004417", "Okafor, Ada", BORN)


def test_search_words_travel_in_the_body(ada, signed_in):
    client = signed_in(Role.CLERK)
    assert client.get("/patients/search?text=Okafor").status_code == 403
    for text in ("okafor", "4417", "04 MAR 1951"):
        assert "10004417" in words(client.post("/patients/search", {"text": text}))
    assert "10004417" not in words(client.post("/patients/search", {"text": "  "}))


def test_names_are_text(nurse, signed_in):
    hostile = "<script>alert(1)</script>, {{ 7*7 }}"
    row = patient_of_number(numbers()[1], nurse, "test", name=hostile)
    for address in ("/patients/", f"/patients/{row.pk}"):
        page = words(signed_in(Role.CHARGE_NURSE).get(address))
        assert "<script>alert" not in page and "{{ 7*7 }}" in page


def test_queries_do_not_grow_with_the_lists(nurse, new_person, signed_in):
    client = signed_in(Role.CHARGE_NURSE)
    client.get("/patients/")
    counts: dict[str, list[int]] = {"/patients/": [], "/patients/?sheets=1": []}
    made = 0
    for size in (2, 8):
        for number in numbers(size)[made:]:
            row = patient_of_number(number, nurse, "test", name="Okafor, Ada", birth_date=BORN)
            patient_of_number(f"1000{made}", nurse, "test", name="Okafor, Ada", birth_date=BORN)
            MatchProposal.objects.create(
                retired=row, survivor=Patient.objects.get(reference=f"1000{made}"), source="x", proposed_by=nurse
            )
            key(came_back(nth=made), new_person(Role.CLERK), MAR)
            made += 1
        for address, seen_counts in counts.items():
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            seen_counts.append(len(seen))
    assert all(few == many for few, many in counts.values()), counts
