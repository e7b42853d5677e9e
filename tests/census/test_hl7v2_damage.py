"""Feeds with parts that were never written or belong to two people: told, marked, and with nobody else."""

from __future__ import annotations

from hl7_help import HERE, JONES, RXE, SMITH, adt, message, mrn, one, only, order, read, told

from downtime.census.hl7v2_people import UNUSED
from downtime.clinical.timing import OrderTiming


def test_what_follows_a_hole_is_nobodys_up_to_the_next_message():
    """The hole has the header and the patient of the second message: its order must not fall to the first."""
    first = order(number="1")
    second = order(RXE.replace("meropenem", "warfarin"), number="2", pid=JONES)
    raw = (first + second).encode()
    start, end = len(first) - 12, len(first) + second.index("ORC")
    snapshot = read(raw[:start] + bytes(end - start) + raw[end:], adt("A01", JONES, HERE))
    assert "warfarin" not in "".join(patient.model_dump_json() for patient in snapshot.patients)
    assert "never written" in told(snapshot)
    smith = next(patient for patient in snapshot.patients if mrn(patient) == "111")
    assert smith.medications[0].timing.doubts  # its own last line is cut
    assert read(first).patients[0].medications[0].timing.doubts == ()


def test_a_message_of_two_patients_marks_both_for_a_dose_may_be_missing():
    given = message(
        "RAS^O17", SMITH, JONES, "ORC|RE|1^EHR", "RXA|0|1|202611160500||^meropenem|1|g", at="20261116061000"
    )
    snapshot = read(adt("A01", SMITH, HERE), adt("A01", JONES, HERE), order(), given)
    assert all(UNUSED in patient.clarify for patient in snapshot.patients) and len(snapshot.patients) == 2
    assert all(order.last_given is None for patient in snapshot.patients for order in patient.medications)


def test_a_message_with_half_a_number_and_no_name_is_nobodys():
    snapshot = read(order(), order(number="2", pid="PID|1||11^^^HOSP^MR"), mrn_length=3)
    assert [mrn(patient) for patient in snapshot.patients] == ["111"] and len(snapshot.patients[0].medications) == 1
    assert "names nobody" in told(snapshot)


def test_a_dose_of_another_medicine_is_told_with_the_order():
    dose = message(
        "RAS^O17", SMITH, "ORC|RE|1^EHR", "RXA|0|1|202611160500||^cefepime 1 g vial|1|g", at="20261116061000"
    )
    patient = only(order(), dose)
    assert "a dose of “cefepime 1 g vial” is recorded for this order" in patient.medications[0].clarify
    same = dose.replace("cefepime 1 g vial", "Meropenem 500 mg vial")
    assert not only(order(), same).medications[0].clarify


def test_the_words_of_the_request_count_too():
    """As in a published sample: the request says 2 times a day, the code 3 times a day."""
    request = "RXO|^meropenem|1||^g|||^1 tablet by oral route 2 times daily."
    found = one(request, "RXR|PO", "RXE||^meropenem|1||^g||^take with food", "TQ1|1||TID", "RXR|PO")
    assert any(words.startswith("requested as") for words in found.clarify) and found.timing.doubts
    agrees = one(
        request.replace("2 times", "3 times"), "RXE||^meropenem|1||^g||^take with food", "TQ1|1||TID", "RXR|PO"
    )
    assert not agrees.timing.doubts


def test_a_vendors_own_type_code_of_the_number():
    assert mrn(only(adt("A01", "PID|1||E77^^^EPI^EPI~222^^^1^MRN||Doe^Jo||19600101", HERE))) == "222"


def test_a_length_of_treatment_without_a_stop():
    def lasting(length: str) -> OrderTiming:
        return one(RXE, f"TQ1|1||Q8H|||{length}|20261115080000", "RXR|IV").timing

    assert (
        lasting("5^d").lasts_hours == 120 and lasting("2^wk").lasts_hours == 336 and lasting("12^h").lasts_hours == 12
    )
    assert not lasting("5^d").doubts
    for unread in ("30^s", "5^mo", "5", "x^d"):
        assert lasting(unread).lasts_hours is None and "has no stop" in " ".join(lasting(unread).doubts)
    old = message("RDE^O01", SMITH, "ORC|NW|1", "RXE|^Q8H^D5^20261115080000|^meropenem|1||^g", "RXR|IV")
    assert only(old).medications[0].timing.lasts_hours == 120
