"""Hostile feeds: one clear error, or findings; never a traceback, a hang, or an order with the wrong patient."""

from __future__ import annotations

import contextlib
import random
import re

import pytest
from example_table import PATIENTS
from hl7_help import HERE, NOW, RXE, SMITH, TQ1, adt, message, mrn, only, order, read, riverside, told
from hypothesis import given, settings
from hypothesis import strategies as st
from make_hl7_example import example
from reading_help import assert_no_order_strayed, read_or_refuse

from downtime.census.hl7v2 import looks_like_hl7v2, read_hl7v2
from downtime.census.snapshot import Snapshot
from downtime.errors import InputError

RAW = example().encode()
MESSAGES = [part for part in re.split(rb"(?=MSH)", RAW) if part]
SOME = b"".join(MESSAGES[::9])


def attempt(raw: bytes) -> Snapshot | None:
    try:
        found = read_hl7v2(raw, "feed.hl7", riverside(), NOW)
    except InputError as error:
        assert error.what and error.where
        return None
    assert_no_order_strayed(found)
    return found


@given(st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_messages_in_any_order_give_the_same_patients(chance):
    mixed = MESSAGES[:]
    chance.shuffle(mixed)
    snapshot = read_hl7v2(b"".join(mixed), "feed", riverside(), NOW)
    whole = read_hl7v2(RAW, "feed", riverside(), NOW)
    assert sorted(snapshot.patients, key=mrn) == sorted(whole.patients, key=mrn)


@given(st.lists(st.integers(0, len(MESSAGES) - 1), max_size=40))
@settings(max_examples=60)
def test_any_choice_of_messages_strays_no_order(chosen):
    snapshot = attempt(b"".join(MESSAGES[place] for place in chosen))
    assert snapshot is not None or not chosen


PEOPLE = [(patient.identifiers[0].value, f"{patient.name.family}") for patient in PATIENTS[:6]]


@given(st.data())
@settings(max_examples=100)
def test_an_order_is_only_ever_with_the_patient_its_message_names(data):
    """Orders, stops, merges and registrations of six patients with mixed-up numbers and names, in any order."""
    owner: dict[str, set[tuple[str, str]]] = {}
    feed = []
    for place in range(data.draw(st.integers(1, 25))):
        number, name = data.draw(st.sampled_from(PEOPLE))
        if data.draw(st.integers(0, 5)) == 0:
            name = data.draw(st.sampled_from(PEOPLE))[1]
        pid = f"PID|1||{number}^^^RIVERSIDE^MR||{name}^X||{data.draw(st.sampled_from(['', '19500101', '19600202']))}"
        at = f"202611160{data.draw(st.integers(0, 5))}0000"
        what = data.draw(st.integers(0, 6))
        if what == 0:
            feed.append(adt(data.draw(st.sampled_from(["A01", "A03", "A08", "A11"])), pid, HERE, at=at))
        elif what == 1:
            other = data.draw(st.sampled_from(PEOPLE))[0]
            feed.append(adt("A40", pid, f"MRG|{other}^^^RIVERSIDE^MR", at=at))
        else:
            drug = f"drug{place}"
            owner[drug] = {(number, name)}
            feed.append(order(f"RXE||^{drug}|1||g", pid=pid, number=f"{place % 5}", at=at))
    snapshot = read("".join(feed), authority="RIVERSIDE")
    for patient in snapshot.patients:
        numbers = {item.value for item in patient.identifiers}
        for item in patient.medications:
            ((number, name),) = owner[item.drug]
            assert number in numbers
            same = name == patient.name.family
            merged = any(word.startswith(("ordered under", "sent under")) for word in item.clarify)
            doubted = "the message calls the patient by another name" in item.clarify
            # Registration may have renamed the person of this number afterwards.
            renamed = any(f"||{number}^^^RIVERSIDE" in text and f"||{patient.name.family}^X" in text and "ADT" in text
                          for text in feed)  # fmt: skip
            assert same or merged or doubted or renamed


@given(st.integers(0, len(SOME)))
@settings(max_examples=150)
def test_a_file_cut_anywhere(length):
    attempt(SOME[:length])


@given(st.randoms(use_true_random=False), st.integers(1, 40))
@settings(max_examples=200)
def test_bytes_changed_anywhere(chance, count):
    raw = bytearray(SOME)
    for _ in range(count):
        place = chance.randrange(len(raw))
        raw[place] = chance.choice((0, 10, 11, 13, 28, 34, 38, 92, 94, 124, 126, 255, chance.randrange(256)))
    attempt(bytes(raw))


@given(st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_segments_repeated_dropped_and_mixed(chance):
    lines = SOME.split(b"\r")
    for _ in range(30):
        place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(3):
            case 0:
                lines.insert(place, lines[place])
            case 1:
                lines[place : place + 1] = []
            case 2:  # within one message; across messages even a person could not tell
                if b"MSH" not in (lines[place][:3], lines[other][:3]) and abs(place - other) == 1:
                    lines[place], lines[other] = lines[other], lines[place]
    with contextlib.suppress(InputError):
        read_hl7v2(b"\r".join(lines), "feed", riverside(), NOW)


@given(
    st.binary(max_size=600),
    st.sampled_from([b"", b"MSH|^~\\&|", b"\x0bMSH|^~\\&|A\r", b"\xff\xfeM\x00S\x00H\x00|\x00"]),
)
@settings(max_examples=300)
def test_any_bytes(raw, start):
    looks_like_hl7v2(start + raw)
    attempt(start + raw)


FIELDS = st.text(st.sampled_from('|^~\\&"\r\n0123456789ABCXYZ. -+/é\u202e'), max_size=60)


NAMES = ["PID", "PV1", "ORC", "RXE", "RXO", "RXR", "RXC", "TQ1", "NTE", "OBR", "OBX", "AL1", "IAM", "DG1", "MRG"]
NAMES += ["RXA", "ODS", "ZPV", "RXD"]
KINDS = ["ADT^A01", "ADT^A40", "ADT^A60", "RDE^O11", "RAS^O17", "ORM^O01", "ORU^R01", "RDS^O13", "OMD^O03"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), FIELDS), max_size=12), st.sampled_from(KINDS))
@settings(max_examples=400)
def test_any_fields(segments, kind):
    text = message(kind, SMITH, *(f"{name}|{fields}" for name, fields in segments))
    try:
        read(text, hl7={"diet": ["ZPV-3"], "weight": ["A"]})
    except InputError as error:
        assert error.what


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be", "utf-32", "latin-1", "cp037"])
def test_other_encodings(codec):
    attempt(SOME.decode().encode(codec, errors="replace"))


BIG = 10_000_000
HUGE = {
    "one value": f"RXE||^{'x' * BIG}|1||g",
    "backslashes": f"RXE||^{chr(92) * BIG}|1||g",
    "half escapes": f"RXE||^{(chr(92) + 'X4') * (BIG // 3)}|1||g",
    "dot escapes": f"RXE||^{(chr(92) + '.') * (BIG // 2)}|1||g",
    "repetitions": f"RXE||{'a^b~' * (BIG // 4)}|1||g",
    "components": f"RXE||{'^' * BIG}|1||g",
    "fields": "RXE" + "|" * BIG,
    "numbers": f"RXE||^x|{'1' * BIG}||g",
    "blanks": f"RXE||^x|1||g||^{' ' * BIG}|",
    "sentences": f"RXE||^x|1||g||^{'every 8 hours prn ' * (BIG // 18)}",
    "blank lines": "RXE||^x|1||g" + "\r" * BIG,
    "a date": f"TQ1|1||Q8H||||{'2' * BIG}",
    "a place": f"PV1|1|I|{'I' * BIG}",
    "diagnoses": "\r".join(["DG1|1||^x"] * (BIG // 100)),
    "orders": "\r".join(f"ORC|NW|{n}\rRXE||^d{n}|1||g" for n in range(12_000)),
    "continued lines": "NTE|1||" + "x\r" * 500_000,
    "names of segments": "NTE\r" * 40_000,
}


@pytest.mark.parametrize("what", HUGE)
def test_huge_content_is_read_in_time(what):
    """What takes the square of its length would not end; what ends must have kept its place."""
    kind = "ADT^A01" if what in ("a place", "diagnoses") else "RDE^O11"
    text = message(kind, SMITH, "ORC|NW|1", *([TQ1] if what == "one value" else []), HUGE[what], "RXR|IV")
    snapshot = read(text, order(number="zz"))
    assert snapshot.patients[0].name.family == "Smith"
    shown = snapshot.patients[0].model_dump_json()
    assert len(shown) < 20_000_000


def test_a_huge_identifier_is_nobodys():
    snapshot = read(adt("A01", SMITH), order(pid=f"PID|1||{'1' * BIG}^^^HOSP^MR||Smith^John"))
    assert not snapshot.patients[0].medications and "NOTHING" in told(snapshot)


def test_many_messages_and_orders_of_one_patient():
    feed = [order(RXE, number=str(n)) for n in range(3000)] + [
        order(RXE, number=str(n), control="DC") for n in range(2999)
    ]
    assert len(only(*feed).medications) == 1


def test_many_merges():
    people = [f"PID|1||{n}^^^HOSP^MR||N{n}^X||19500101" for n in range(400)]
    feed = [order(pid=pid, number=str(n)) for n, pid in enumerate(people)]
    feed += [adt("A40", people[n + 1], f"MRG|{n}^^^HOSP^MR") for n in range(399)]
    assert len(only(*feed).medications) == 400


def test_names_of_patients_stand_in_no_error():
    chance = random.Random(5)
    for _ in range(200):
        raw = bytearray(SOME[:3000])
        raw[3 + chance.randrange(5)] = chance.randrange(256)
        read_or_refuse(bytes(raw), riverside())


def test_hostile_names_bleed_nowhere():
    names = ["\\F\\\\F\\PID", "{{ 7*7 }}", "<b>", "\\X0D\\PID\\F\\1", "\u202eevil", "a" * 5000]
    for name in names:
        (patient,) = read(adt("A01", SMITH.replace("Smith", name), HERE)).patients
        assert mrn(patient) == "111" and patient.place.unit == "ICU"
        assert "\r" not in patient.name.family and len(patient.name.family) < 300
