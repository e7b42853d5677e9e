"""A feed of ADT messages folded to who is here: admitted, moved, gone, merged; and whose a message is."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from example_table import ZONE
from hl7_help import HERE, JONES, SMITH, adt, message, mrn, only, order, read, told

from downtime.census.snapshot import Allergy, AllergyState, IdentifierKind, PersonName, Place, Sex

LATER, LATEST = "20261116063000", "20261116064500"
ELSEWHERE = HERE.replace("ICU^01^ICU-01", "WARD^7^W-7")
MERGE = "MRG|222^^^HOSP^MR"


def test_an_admission():
    numbers, names = "111^^^HOSP^MR~9990^^^NHS^NH", "Smith&van^John^Q^Jr^Dr^^L~Smitty^^^^^^A"
    person = f"PID|1||{numbers}||{names}||19490404|X" + "|" * 10 + "ACC1"
    stay = "PV1|1|I|ICU^01^ICU-01||||7^Vance^Eve^^^Dr^MD|||MED|||||||||V1" + "|" * 25 + "202611140615"
    known = ["DG1|1||I50^Heart failure^I10", "DG1|2|||Pneumonia", "AL1|1|DA|^Codeine|MI|vomiting"]
    patient = only(adt("A01", person, stay, *known))
    assert patient.name == PersonName(family="Smith", given=("John", "Q", "Jr"))
    assert [(item.kind, item.value) for item in patient.identifiers] == [
        (IdentifierKind.MRN, "111"), (IdentifierKind.ENCOUNTER, "V1"), (IdentifierKind.NATIONAL, "9990"),
        (IdentifierKind.ACCOUNT, "ACC1"),
    ]  # fmt: skip
    assert (patient.sex, patient.birth_date) == (Sex.OTHER, date(1949, 4, 4))
    assert (patient.attending, patient.service) == ("Dr Eve Vance, MD", "MED")
    assert patient.admitted == datetime(2026, 11, 14, 6, 15, tzinfo=ZONE)
    assert patient.diagnoses == ("Heart failure", "Pneumonia")
    assert patient.allergies == (Allergy(substance="Codeine", reaction="vomiting", severity="mild"),)


def test_a_social_security_number_is_never_taken_over():
    text = str(only(adt("A01", SMITH.replace("^MR", "^MR~123-45-6789^^^SSA^SS") + "|" * 11 + "123-45-6789")))
    assert "123-45" not in text


def test_transfer_cancelled_transfer_discharge_and_cancelled_discharge():
    admitted = adt("A01", SMITH, HERE)
    assert only(admitted, adt("A02", SMITH, ELSEWHERE, at=LATER)).place == Place(unit="WARD", room="7", bed="W-7")
    back = only(admitted, adt("A02", SMITH, ELSEWHERE, at=LATER), adt("A12", SMITH, HERE, at=LATEST))
    assert back.place.unit == "ICU"
    gone = [admitted, adt("A03", SMITH, HERE, at=LATER)]
    assert only(*gone).discharged
    assert not only(*gone, adt("A13", SMITH, HERE, at=LATEST)).discharged
    assert only(*gone, adt("A08", SMITH, HERE, at=LATEST)).discharged


def test_messages_are_folded_by_their_own_time_not_by_their_place():
    moves = [adt("A02", SMITH, ELSEWHERE, at=LATEST), adt("A01", SMITH, HERE), adt("A02", SMITH, HERE, at=LATER)]
    assert only(*moves).place.unit == "WARD"


def test_a_discharge_time_that_has_passed_says_it_too():
    assert only(adt("A08", SMITH, HERE + "|" * 26 + "202611160500")).discharged
    assert not only(adt("A08", SMITH, HERE + "|" * 26 + "202611161500")).discharged


@pytest.mark.parametrize(
    ("event", "words"), [("A11", "the admission was cancelled"), ("A38", "the announced admission was cancelled")]
)
def test_a_cancelled_admission_stays_in_sight(event, words):
    snapshot = read(adt("A01", SMITH, HERE), adt(event, SMITH, HERE, at=LATER))
    assert snapshot.patients[0].discharged and words in snapshot.patients[0].clarify
    assert words in told(snapshot)


def test_an_announced_patient_is_marked_until_admitted():
    announced = adt("A05", SMITH, HERE)
    assert "announced, and not yet admitted" in only(announced).clarify
    assert not only(announced, adt("A01", SMITH, HERE, at=LATER)).clarify


def test_an_outpatient_visit_does_not_move_a_patient_out_of_bed():
    clinic = "PV1|1|O|CLINIC^2||||||||||||||||V2"
    patient = only(adt("A01", SMITH, HERE), adt("A04", SMITH, clinic, at=LATER))
    assert patient.place.unit == "ICU" and patient.identifier(IdentifierKind.ENCOUNTER) == "V1"


def test_a_laboratory_does_not_move_a_patient():
    result = message("ORU^R01", SMITH, ELSEWHERE.replace("V1", ""), "OBR|1|||X", at=LATER)
    assert only(adt("A01", SMITH, HERE), result).place.unit == "ICU"
    assert only(message("ORU^R01", SMITH, ELSEWHERE)).place.unit == "WARD"  # while nothing else is known


def test_an_empty_field_changes_nothing_and_a_null_deletes():
    first = adt("A01", SMITH, HERE.replace("ICU-01||||", "ICU-01||||7^Vance^Eve"))
    same = only(first, adt("A08", SMITH.replace("19490404", ""), "PV1|1||||||||||||||||||V1", at=LATER))
    assert (same.attending, same.place.unit, same.birth_date) == ("Eve Vance", "ICU", date(1949, 4, 4))
    deleted = only(first, adt("A08", SMITH.replace("19490404", '""'), 'PV1|1||""||||""|||||||||||||V1', at=LATER))
    assert (deleted.attending, deleted.place, deleted.birth_date) == ("", Place(), None)


@pytest.mark.parametrize(("field", "deceased"), [("||Y", True), ("|20261116|", True), ("||N", False), ("||", False)])
def test_death(field, deceased):
    assert only(adt("A08", SMITH + "|" * 20 + field)).deceased is deceased


def test_death_can_be_taken_back():
    died, lives = SMITH + "|" * 22 + "Y", SMITH + "|" * 22 + "N"
    assert not only(adt("A08", died), adt("A08", lives, at=LATER)).deceased
    assert only(adt("A08", died), adt("A08", SMITH, at=LATER)).deceased


@pytest.mark.parametrize(
    ("segments", "state"),
    [
        ([], AllergyState.NOT_IN_SNAPSHOT),
        (["AL1|1||716186003^No known allergies^SCT"], AllergyState.NONE_KNOWN),
        (["AL1|1||NKDA"], AllergyState.NO_DRUG_KNOWN),
        (["AL1|1||^No Known Drug Allergies"], AllergyState.NO_DRUG_KNOWN),
        (["AL1|1||^Unable to assess"], AllergyState.NOT_ASKED),
        (["AL1|1||NKA", "AL1|2||NKDA"], AllergyState.NO_DRUG_KNOWN),
        (["AL1|1||NKA", "AL1|2||^not asked"], AllergyState.NOT_IN_SNAPSHOT),
        (["AL1|1||429625007^No known food allergies^SCT"], AllergyState.NOT_IN_SNAPSHOT),
        (["AL1|1||^No known food allergies"], AllergyState.NOT_IN_SNAPSHOT),
        (["AL1|1||^None"], AllergyState.NOT_IN_SNAPSHOT),
        (["AL1|1||^Latex", "AL1|2||NKDA"], AllergyState.LISTED),
    ],
)
def test_none_known_and_not_asked_stay_apart(segments, state):
    assert only(adt("A01", SMITH, HERE, *segments)).allergy_state is state


def test_an_allergy_goes_only_where_a_message_deletes_it():
    listed = adt("A01", SMITH, HERE, "AL1|1||^Latex", "AL1|2||^Codeine")
    shorter = read(listed, adt("A08", SMITH, HERE, "AL1|1||^Latex", at=LATER))
    assert len(shorter.patients[0].allergies) == 2 and "still printed" in told(shorter)
    none = read(listed, adt("A08", SMITH, HERE, "AL1|1||NKA", at=LATER))
    assert len(none.patients[0].allergies) == 2 and "says that there are none" in told(none)
    deleted = only(listed, message("ADT^A60", SMITH, "IAM|1||^Latex|||D", at=LATER))
    assert [item.substance for item in deleted.allergies] == ["Codeine"]
    added = only(listed, message("ADT^A60", SMITH, "IAM|1||^Egg|MO|hives|A|||||||||||U", at=LATER))
    assert added.allergies[-1] == Allergy(substance="Egg (unconfirmed)", reaction="hives", severity="moderate")


@pytest.mark.parametrize(
    "pid",
    [
        "PID|1||||Smith^John",
        "PID|1||^^^HOSP^MR||Smith^John",
        'PID|1||""||Smith^John',
        "PID|1||111^^^HOSP^MR~112^^^HOSP^MR||Smith^John",
        "PID|1||111~222||Smith^John",
        "PID|1||1\ufffd1^^^HOSP^MR||Smith^John",
        "PID|1||1#1^^^HOSP^MR||Smith^John".replace("#", "\\F\\"),
        "PID|1||111&222^^^HOSP^MR||Smith^John",
        "PID|1||1.2E+05^^^HOSP^MR||Smith^John",
        f"PID|1||{'1' * 60}^^^HOSP^MR||Smith^John",
        "PID|1||V9^^^HOSP^VN||Smith^John",
        "PID|1||" + "~".join(f"{n}^^^A{n}^MR" for n in range(500)) + "||Smith^John",
    ],
)
def test_a_message_without_a_number_that_can_be_used_is_nobodys(pid):
    snapshot = read(adt("A01", JONES, HERE), order(pid=pid))
    assert [mrn(patient) for patient in snapshot.patients] == ["222"]
    assert not snapshot.patients[0].medications
    assert "NOTHING of it is used" in told(snapshot)


def test_a_message_of_two_patients_is_nobodys():
    snapshot = read(adt("A01", SMITH, HERE), adt("A01", JONES, HERE), message("ADT^A17", SMITH, ELSEWHERE, JONES, HERE))
    assert "two patients" in told(snapshot)
    assert {patient.place.unit for patient in snapshot.patients} == {"ICU"}


def test_a_number_that_names_somebody_else_is_a_second_person():
    other = SMITH.replace("Smith^John", "Brown^Ann").replace("19490404", "19900101")
    snapshot = read(adt("A01", SMITH, HERE), order(pid=other))
    assert [(p.name.family, len(p.medications)) for p in snapshot.patients] == [("Smith", 0), ("Brown", 1)]
    nameless = "PID|1||111^^^HOSP^MR"
    both = read(adt("A01", SMITH, HERE), order(pid=other), order(pid=nameless, number="2"))
    assert sum(len(patient.medications) for patient in both.patients) == 1
    assert "names nobody" in told(both)


def test_registration_may_correct_a_name_and_other_systems_may_not():
    right = SMITH.replace("Smith^John", "Smythe^Jon")
    assert only(adt("A01", SMITH), adt("A08", right, at=LATER)).name.family == "Smythe"
    found = only(adt("A01", SMITH), order(pid=right))
    assert found.name.family == "Smith"
    assert "the message calls the patient by another name" in found.medications[0].clarify
    # After the correction an order under the former name is still the same person's.
    late = only(adt("A01", SMITH), adt("A08", right, at=LATER), order(at=LATEST))
    assert late.name.family == "Smythe" and not late.medications[0].clarify


def test_somebody_unknown_is_found_out():
    unknown = "PID|1||111^^^HOSP^MR||Doe^Trauma||"
    assert only(adt("A01", unknown), adt("A08", SMITH, at=LATER)).name.family == "Smith"


def test_a_merge_brings_orders_and_allergies_and_retires_the_number():
    snapshot = read(
        adt("A01", SMITH, HERE), adt("A01", JONES, HERE, "AL1|1||^Latex"), order(pid=JONES),
        adt("A40", SMITH, MERGE, at=LATER), order(pid=JONES, number="2", at=LATEST),
    )  # fmt: skip
    (patient,) = snapshot.patients
    assert (mrn(patient), patient.identifier(IdentifierKind.RETIRED), patient.name.family) == ("111", "222", "Smith")
    assert [item.substance for item in patient.allergies] == ["Latex"]
    assert [order.clarify[0] for order in patient.medications] == [
        "ordered under the former number 222", "sent under the former number 222",
    ]  # fmt: skip
    assert "the record of 222 was merged" in told(snapshot)


@pytest.mark.parametrize("event", ["A18", "A34", "A40"])
def test_the_older_merges_and_one_that_comes_twice(event):
    merge = adt(event, SMITH, MERGE, at=LATER)
    assert len(read(adt("A01", SMITH), adt("A01", JONES), merge, merge).patients) == 1


def test_a_merge_of_somebody_who_is_not_here_keeps_the_number():
    patient = only(adt("A40", SMITH, MERGE), order(pid="PID|1||222^^^HOSP^MR", at=LATER))
    assert patient.identifier(IdentifierKind.RETIRED) == "222" and patient.medications


@pytest.mark.parametrize(
    ("segments", "why"),
    [
        ([SMITH, "MRG|222^^^OTHER^MR"], "another authority"),
        ([SMITH, "MRG|111^^^HOSP^MR"], "into itself"),
        ([SMITH, "MRG|"], "no patient number"),
        ([SMITH], "names no retired number"),
        (["PID|1||||Smith", MERGE], "no patient number"),
    ],
)
def test_a_merge_that_is_not_certain_is_told_and_not_followed(segments, why):
    snapshot = read(adt("A01", SMITH), adt("A01", JONES), adt("A40", *segments, at=LATER))
    assert len(snapshot.patients) == 2
    assert why in told(snapshot)


def test_merges_in_a_circle_are_not_followed():
    circle = read(
        adt("A01", SMITH), adt("A01", JONES), adt("A40", SMITH, MERGE), adt("A40", JONES, "MRG|111^^^HOSP^MR", at=LATER)
    )
    assert len(circle.patients) == 1 and "merged into" in told(circle)


def test_a_chain_of_merges_is_followed_to_its_end():
    brown = "PID|1||333^^^HOSP^MR||Brown^Ann||19900101"
    (patient,) = read(
        adt("A01", SMITH), adt("A01", JONES), order(pid=JONES), adt("A40", SMITH, MERGE),
        adt("A40", brown, "MRG|111^^^HOSP^MR", at=LATER), order(pid=JONES, number="2", at=LATEST),
    ).patients  # fmt: skip
    assert mrn(patient) == "333" and [order.id for order in patient.medications] == ["1", "2"]
    assert {item.value for item in patient.identifiers if item.kind is IdentifierKind.RETIRED} == {"111", "222"}


def test_numbers_of_two_authorities_never_mix():
    other = SMITH.replace("HOSP", "CLINIC").replace("Smith^John", "Brown^Ann").replace("19490404", "19900101")
    snapshot = read(adt("A01", SMITH, HERE), adt("A01", other), order(pid=other))
    assert [len(patient.medications) for patient in snapshot.patients] == [0, 1]
    assert "under two authorities" in told(snapshot)
    assert all(patient.clarify for patient in snapshot.patients)


def test_the_house_knows_its_authority_by_several_names():
    by_oid = SMITH.replace("^^^HOSP^", "^^^&1.2.3&ISO^")
    bare = SMITH.replace("^^^HOSP^MR", "")
    settings = {"authority": "HOSP", "authority_also": ["1.2.3"]}
    patient = only(adt("A01", SMITH), order(pid=by_oid), order(pid=bare, number="2"), **settings)
    assert [item.authority for item in patient.identifiers] == ["HOSP"] and len(patient.medications) == 2


def test_two_numbers_of_one_person():
    both = SMITH.replace("111^^^HOSP^MR", "E5^^^EPI^MR~111^^^HOSP^MR")
    patient = only(adt("A01", both), order(pid=SMITH.replace("111^^^HOSP", "E5^^^EPI")), authority="HOSP")
    assert mrn(patient) == "111" and len(patient.medications) == 1
    late = only(order(), order(pid=SMITH.replace("111^^^HOSP", "E5^^^EPI"), number="2"), adt("A08", both, at=LATER))
    assert len(late.medications) == 2


def test_a_message_that_breaks_off_before_its_patient_is_certain_is_not_used():
    cut = adt("A08", SMITH.replace("John", "Jo"))[:-1]
    assert only(adt("A01", SMITH), cut).name.given == ("John",)
    framed = b"\x0b" + adt("A01", SMITH, HERE).encode() + b"\x1c\r\x0b" + order().encode()
    patient = only(framed)
    assert any("breaks off" in words for words in patient.medications[0].clarify)
    run_together = read(adt("A01", SMITH, "PV1|1|I|ICU^0")[:-1] + adt("A01", JONES, HERE))
    assert len(run_together.patients) == 2 and "breaks off" in told(run_together)


def test_an_event_that_is_not_understood_is_told():
    snapshot = read(adt("A01", SMITH, HERE), adt("A21", SMITH, HERE, at=LATER), adt("A45", SMITH, HERE, "MRG|1"))
    assert "what this event does to a stay is not read" in told(snapshot)
    assert "numbers or visits are moved" in told(snapshot)


def test_code_status_isolation_diet_and_lines_come_from_where_the_house_says():
    settings = {
        "code_status_codes": ["CODE"], "isolation_codes": ["ISO"],
        "hl7": {"diet": ["ZPV-3"], "lines": ["LDA"], "weight": ["WT"]},
    }  # fmt: skip
    found = [
        "OBX|1|CE|CODE^^L||^DNR||||||F", "OBX|2|ST|ISO^^L||Contact~Droplet||||||F", "OBX|3|ST|LDA^^L||PICC||||||F",
        "OBX|4|ST|LDA^^L||Foley||||||F", "OBX|5|NM|WT^^L||3250|g|||||F", "ZPV|1||^NPO",
    ]  # fmt: skip
    patient = only(adt("A01", SMITH, HERE, *found), **settings)
    assert (patient.code_status, patient.isolation, patient.diet) == ("DNR", ("Contact; Droplet",), "NPO")
    assert patient.lines == ("PICC", "Foley") and str(patient.weight.kg) == "3.25"
    later = only(adt("A01", SMITH, HERE, *found), adt("A08", SMITH, "ZPV|1||^Clear fluids", at=LATER), **settings)
    assert (later.diet, later.code_status) == ("Clear fluids", "DNR")
    ordered = message("OMG^O19", SMITH, "ORC|NW|5", "OBR|1|||ISO^Airborne^L", at=LATER)
    assert only(adt("A01", SMITH), ordered, **settings).isolation == ("Airborne",)


@pytest.mark.parametrize(
    ("obx", "what"),
    [
        ("29463-7^W^LN||158|lb", "not in kilograms"), ("29463-7^W^LN||70|", "not in kilograms"),
        ("29463-7^W^LN||7000|kg", "no person"), ("29463-7^W^LN||70~80|kg", "not in kilograms"),
        ("29463-7^W^LN||about 70|kg", "not in kilograms"),
    ],
)  # fmt: skip
def test_a_weight_that_is_not_certain_is_told_and_not_used(obx, what):
    snapshot = read(adt("A01", SMITH, f"OBX|1|NM|{obx}|||||F"))
    assert snapshot.patients[0].weight is None and what in told(snapshot)


def test_the_newest_weight_and_values_count_and_withdrawn_ones_go():
    def weight(kg: str, day: str, status: str = "F") -> str:
        return f"OBX|1|NM|3141-9^Weight^LN||{kg}|kg|||||{status}|||{day}"

    newest = only(adt("A08", SMITH, weight("80", "20261115")), adt("A08", SMITH, weight("70", "20261114"), at=LATER))
    assert (str(newest.weight.kg), newest.weight.method) == ("80", "measured")
    wrong = adt("A08", SMITH, weight("80", "20261115")), adt("A08", SMITH, weight("80", "20261115", "D"), at=LATER)
    assert only(*wrong).weight is None


def test_results_and_vital_signs():
    rows = [
        "OBR|1|||CHEM|||20261116050000", "OBX|1|NM|2823-3^Potassium^LN||5.9|mmol/L||HH|||F",
        "OBX|2|SN|X^Troponin^L||<^0.01|ng/mL|||||P", "OBX|3|NM|2951-2^Sodium^LN|||mmol/L|||||I",
        "OBX|4|ED|PDF^Report^L||^a^b^Base64^JVBERi0=||||||F", "OBX|5|CE|B^Blood group^L||O^O positive||||||F",
        "OBR|2|||85353-1^Vitals^LN|||20261116060000", "OBX|1|NM|8480-6^Systolic^LN||120|mm[Hg]|||||F",
        "OBX|2|NM|8462-4^Diastolic^LN||80|mm[Hg]|||||F", "OBX|3|NM|8310-5^Temp^LN||37.0|Cel|||||F",
        "OBX|4|NM|PAIN^Pain score^L||4||||||F",
    ]  # fmt: skip
    snapshot = read(message("ORU^R01", SMITH, *rows))
    (patient,) = snapshot.patients
    assert [(r.label, r.value, r.unit, r.abnormal) for r in patient.results] == [
        ("Potassium", "5.9", "mmol/L", "HH"), ("Troponin", "<0.01", "ng/mL", "preliminary"),
        ("Blood group", "O positive", "", ""),
    ]  # fmt: skip
    assert [(r.label, r.value, r.unit) for r in patient.vitals] == [
        ("Blood pressure", "120/80", "mmHg"), ("Temp", "37", "°C"), ("Pain score", "4", ""),
    ]  # fmt: skip
    assert {r.taken for r in patient.vitals} == {datetime(2026, 11, 16, 6, tzinfo=ZONE)}
    assert "1 documents or pictures" in told(snapshot)


def test_only_pressures_of_one_moment_are_put_together():
    rows = ["OBX|1|NM|8480-6^Systolic^LN||120|mmHg|||||F|||202611160600",
            "OBX|2|NM|8462-4^Diastolic^LN||80|mmHg|||||F|||202611160500"]  # fmt: skip
    assert [r.value for r in only(message("ORU^R01", SMITH, *rows)).vitals] == ["120", "80"]


def test_the_newest_value_counts_and_a_withdrawn_one_goes():
    def potassium(value: str, hour: str, status: str = "F") -> str:
        row = f"OBX|1|NM|2823-3^K^LN||{value}|mmol/L|||||{status}|||2026111{hour}0000"
        return message("ORU^R01", SMITH, row, at=LATER)

    assert only(potassium("4", "605"), potassium("5", "604")).results[0].value == "4"
    assert only(potassium("4", "605"), potassium("4.5", "605", "C")).results[0].value == "4.5"
    assert not only(potassium("4", "605"), potassium("", "605", "W")).results
