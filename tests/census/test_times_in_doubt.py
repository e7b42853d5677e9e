"""What a reader is not sure of forbids to compute times: the words print, with the reason, in every format."""

from __future__ import annotations

import pytest
from fhir_help import clock, due, given, order, patient, request
from hl7_help import RXE, RXR, SMITH, TQ1, message, one, only
from hl7_help import order as hl7_order
from reading_help import read, site

from downtime.census.snapshot import MedicationOrder
from downtime.clinical.due import DueStatus

SURE = {"timing": {"code": {"text": "Q8H"}}}


def assert_no_times(found: MedicationOrder, why: str) -> None:
    answer = due(found)
    assert (answer.status, answer.times) == (DueStatus.NOT_COMPUTED, ()) and why in answer.why
    assert set(found.timing.doubts) - {"on hold"} <= set(found.clarify)


def test_a_sure_order_has_times():
    assert len(clock(order(SURE))) == len(clock(one(RXE, TQ1, RXR))) == 3


def lasting(**bounds: object) -> dict[str, object]:
    return {"timing": {"code": {"text": "Q8H"}, "repeat": bounds}}


@pytest.mark.parametrize(
    ("dosage", "why"),
    [
        ({"timing": {"code": {"text": "Q8H"}, "repeat": {"boundsPeriod": {"start": "2026-13-01"}}}}, "the start"),
        ({"timing": {"code": {"text": "Q8H"}, "repeat": {"boundsPeriod": {"end": "soon"}}}}, "the stop"),
        ({"timing": {"repeat": {"timeOfDay": ["08:00", "25:00"], "frequency": 2, "period": 1, "periodUnit": "d"}}},
         "a time of the day"),
        ({"timing": {"code": {"text": "Q8H"}, "event": ["2026-11-16T08:00:00-06:00", "x"]}}, "a moment of the order"),
        ({**SURE, "modifierExtension": [{"url": "x"}]}, "adds a condition"),
        (lasting(boundsRange={"low": {"value": 3, "unit": "d"}}), "length"),
        (lasting(boundsDuration={"value": 3, "unit": "mo"}), "length"),
        (lasting(boundsDuration={"value": 3, "unit": "d"}), "order says for 3 days, but not since when"),
    ],
)  # fmt: skip
def test_fhir(dosage, why):
    assert_no_times(order(dosage), why)


def test_a_length_with_a_start_is_a_stop():
    timing = {"code": {"text": "Q8H"}, "repeat": {"boundsDuration": {"value": 7, "unit": "d"}}}
    # A length and a period cannot both be bounds in FHIR; an order of the day before names its start otherwise.
    found = order({"timing": timing})
    begun = found.model_copy(update={"timing": found.timing.model_copy(update={"start": patient(
        request({"timing": {"repeat": {"boundsPeriod": {"start": "2026-11-15T08:00:00-06:00"}}}})
    ).medications[0].timing.start})})  # fmt: skip
    assert len(clock(begun)) == 3
    assert due(begun, hours=24 * 7).why == "order says for 7 days, and the order has no stop"


@pytest.mark.parametrize(
    ("dose", "why"),
    [
        (given("yesterday"), "a time that cannot be read"), (given("2026-11-15"), "a time that cannot be read"),
        (given("2026-11-16T05:00:00-06:00", status="unknown"), "was it given?"),
        (given("2026-11-17T05:00:00-06:00"), "in the future"),
    ],
)  # fmt: skip
def test_a_dose_that_is_not_certain(dose, why):
    assert_no_times(order(SURE, dose), why)


def test_doses_that_were_not_given_change_nothing():
    for status in ("not-done", "entered-in-error"):
        found = order(SURE, given("2026-11-16T05:00:00-06:00", status=status))
        assert found.last_given is None and len(clock(found)) == 3


@pytest.mark.parametrize(
    ("tq1", "why"),
    [
        ("TQ1|1||Q8H||||20261315", "the start"), ("TQ1|1||Q8H|||||soon", "the stop"),
        ("TQ1|1||Q8H|0800~noon", "a time of the day"), ("TQ1|1||Q8H|||||||if pressure above 180", "a condition"),
        ("TQ1|1||Q8H|||||||||||ten", "the number of doses"), ("TQ1|1||Q8H^^0600^0800", "parts that are not read"),
    ],
)  # fmt: skip
def test_hl7(tq1, why):
    assert_no_times(one(RXE, tq1, RXR), why)


def test_hl7_requested_and_encoded_otherwise():
    assert_no_times(one("TQ1|1||TID", "RXO|^meropenem", RXE, "TQ1|1||Q8H", RXR), "ordered as “TID”, encoded as “Q8H”")


def test_hl7_damage_and_doses():
    dose = message("RAS^O17", SMITH, "ORC|RE|1^EHR", "RXA|0|1|yesterday||^meropenem|1|g", at="20261116061000")
    assert_no_times(only(hl7_order(), dose).medications[0], "a time that cannot be read")
    assert_no_times(only(hl7_order(control="ZZ")).medications[0], "is not known")
    damaged = hl7_order().encode().replace(b"every 8 hours", b"every 8 h\xffurs")
    assert_no_times(only(damaged).medications[0], "damaged")


@pytest.mark.parametrize(
    ("cells", "why"),
    [("2026-99-01,,,", "the start"), (",soon,,", "the stop"), (",,noon,", "the last dose"), (",,,Dispensed", "status"),
     (",,2027-01-01 08:00,", "in the future")],
)  # fmt: skip
def test_csv(cells, why):
    header = "MRN,Surname,Medicine,Dose,Route,Frequency,Start,Stop,Last given,Order status"
    (found,) = read(f"{header}\n7,Smith,meropenem,1 g,IV,Q8H,{cells}\n", site()).patients
    assert_no_times(found.medications[0], why)


def test_on_hold_in_every_format():
    header = "MRN,Surname,Medicine,Dose,Route,Frequency,Order status"
    (found,) = read(f"{header}\n7,Smith,meropenem,1 g,IV,Q8H,on hold\n", site()).patients
    for held in (found.medications[0], order(SURE, status="on-hold")):
        assert_no_times(held, "on hold")
