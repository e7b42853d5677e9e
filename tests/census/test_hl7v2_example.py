"""The example feed gives the patients of the table, however it is written down."""

from __future__ import annotations

import re

import pytest
from example_table import PATIENTS, PROBLEM_PATIENTS, TAKEN_AT
from hl7_help import NOW, riverside
from make_hl7_example import PATH, example
from reading_help import assert_no_order_strayed, comparable, mrn, read, told

from downtime.census.hl7v2 import read_hl7v2, read_hl7v2_files

TEXT = example()


def without_repeats(patients):
    """HL7's codes say how often; the structure beside them is FHIR's own."""
    done = []
    for patient in comparable(patients, only="hl7v2"):
        orders = [
            order.model_copy(update={"timing": order.timing.model_copy(update={"repeat": None})})
            for order in patient.medications
        ]
        done.append(patient.model_copy(update={"medications": tuple(orders)}))
    return done


def test_the_example_is_what_the_script_writes():
    assert PATH.read_bytes() == TEXT.encode()


def test_the_example_gives_the_patients_of_the_table():
    snapshot = read(TEXT)
    assert without_repeats(snapshot.patients) == without_repeats(PATIENTS)
    assert snapshot.taken_at == TAKEN_AT


def test_the_patients_with_something_to_say_are_told_of():
    snapshot = read(TEXT)
    for number in PROBLEM_PATIENTS:
        assert number in told(snapshot), number
    assert "1 MDM^T02" in told(snapshot)


def test_a_stopped_order_is_gone_and_a_changed_one_has_its_new_dose():
    orders = {order.id: order for patient in read(TEXT).patients for order in patient.medications}
    assert "R1900" not in orders
    assert orders["R1016"].dose == "40 mg"


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.replace("\r", "\n").encode(),
        lambda text: text.replace("\r", "\r\n").encode(),
        lambda text: text.replace("MSH", "\r\n\r\nMSH").encode(),
        lambda text: ("\ufeff" + text).encode(),
        lambda text: text.encode("utf-16"),
        lambda text: batch(text, text.count("MSH")),
        lambda text: b"".join(b"\x0b" + part.encode() + b"\x1c\r" for part in re.split("(?=MSH)", text) if part),
        lambda text: b"".join(b"\x0b" + part.encode() + b"\x1c" for part in re.split("(?=MSH)", text) if part),
    ],
)
def test_line_ends_frames_batches_and_unicode_make_no_difference(written):
    snapshot = read_hl7v2(written(TEXT), "feed", riverside(), NOW)
    assert snapshot.patients == read_hl7v2(TEXT.encode(), "feed", riverside(), NOW).patients
    assert "batch" not in told(snapshot)


def batch(text: str, count: int) -> bytes:
    return b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + text.encode() + f"BTS|{count}\rFTS|1\r".encode()


def test_a_batch_that_is_not_whole_is_told():
    count = TEXT.count("MSH")
    for raw in (batch(TEXT, count + 1), batch(TEXT, count)[:-6], batch(TEXT, count).partition(b"BTS")[0]):
        assert "batch" in told(read_hl7v2(raw, "feed", riverside(), NOW))


def test_a_file_for_each_message_is_read_as_one_feed():
    parts = [part for part in re.split("(?=MSH)", TEXT) if part]
    files = [(f"{len(parts) - place:04d}.hl7", part.rstrip("\r").encode()) for place, part in enumerate(parts)]
    snapshot = read_hl7v2_files(files[::-1], riverside(), NOW)
    whole = read_hl7v2(TEXT.encode(), "feed", riverside(), NOW)
    assert sorted(snapshot.patients, key=mrn) == sorted(whole.patients, key=mrn)
    assert_no_order_strayed(snapshot)
