"""Separators, escapes, character sets and dates: a value is read from its own place, or not at all."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from example_table import ZONE
from hl7_help import HERE, JONES, NOW, RXR, SMITH, TQ1, adt, message, one, only, order, read, told
from hypothesis import given
from hypothesis import strategies as st

from downtime.census.hl7v2 import looks_like_hl7v2
from downtime.census.hl7v2_parse import Delimiters, delimiters_of
from downtime.census.hl7v2_values import amount_of, moment_of
from downtime.errors import InputError

USUAL = Delimiters("|", "^", "~", "\\", "&", "utf-8")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", "a|b^c&d~e\\f"),
        (r"one\.br\two\.sp2\three", "one\ntwo\nthree"),
        (r"\H\bold\N\ plain", "bold plain"),
        (r"caf\XC3A9\ \X41\\X42\ ", "café AB "),
        (r"5 mcg\kg\min", "5 mcg\\kg\\min"),
        (r"C:\temp\E", "C:\\temp\\E"),
        (r"1\Z01\5 mg", "1\ufffd5 mg"),
        (r"\C2842\plain", "plain"),
        (r"\M2442\x", "\ufffdx"),
        (r"\XABC\ ", "\ufffd "),
        ("\\", "\\"),
    ],
)
def test_escapes(written, meant):
    assert USUAL.unescaped(written) == meant


@given(st.text(max_size=200))
def test_what_is_escaped_comes_back(words):
    names = {"|": "F", "^": "S", "&": "T", "~": "R", "\\": "E"}
    written = "".join(f"\\{names[c]}\\" if c in names else c for c in words)
    assert USUAL.unescaped(written) == words


@pytest.mark.parametrize(
    "header",
    ["MSH", "MSH|", "MSH|^~\\&", "MSH||A", "MSH|^^\\&|A", "MSHx^~\\&xA", "MSH|^~\\&ab|A", "MSH|a~\\&|A"],
)
def test_separators_that_cannot_be_told_apart_are_refused(header):
    assert isinstance(delimiters_of(header, "utf-8"), str)
    with pytest.raises(InputError):
        read(f"{header}\rPID|1||111^^^HOSP^MR||Smith^John\r")


@pytest.mark.parametrize("marks", ["#*%/+", "|^~\\&#", "$@!?:", "^|~\\&"])
def test_any_separators_will_do(marks):
    table = str.maketrans("|^~\\&", marks[:5])
    text = adt("A01", SMITH, HERE, "AL1|1||^Sulfa\\T\\co~^x|SV|rash~hives") + order()
    patient = only(text.translate(table).replace(f"MSH{marks[0]}{marks[1:5]}", f"MSH{marks}"))
    assert patient.allergies[0].substance == f"Sulfa{marks[4]}co"
    assert patient.allergies[0].reaction == "rash; hives"
    assert patient.medications[0].drug == "meropenem"


def test_a_message_with_bad_separators_is_told_and_the_others_are_read():
    snapshot = read(adt("A01", SMITH, HERE), "MSH|^^^^|x\rPID|1||9^^^HOSP^MR||A^B\r", adt("A01", JONES, HERE))
    assert [patient.name.family for patient in snapshot.patients] == ["Smith", "Jones"]
    assert "message 2 MSH MSH-2 names separators" in told(snapshot)


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("8859/1", "latin-1"), ("8859/2", "iso8859-2"), ("UNICODE UTF-8", "utf-8"), ("", "utf-8"), ("UNICODE", "utf-8"),
     ("8859/5", "iso8859-5"), ("GB 18030-2000", "gb18030")],
)  # fmt: skip
def test_character_sets(charset, codec):
    name = {"iso8859-5": "Иванов", "iso8859-2": "Łukasz", "gb18030": "王小明"}.get(codec, "Märta")
    raw = adt("A01", SMITH.replace("Smith", name), HERE, charset=charset).encode(codec)
    snapshot = read(raw)
    assert snapshot.patients[0].name.family == name
    assert not snapshot.problems


@pytest.mark.parametrize(
    ("charset", "told_of"), [("8859/1", "and is UTF-8"), ("ASCII", "and is UTF-8"), ("FOO", "is not known")]
)
def test_a_wrong_declaration_never_garbles_utf8(charset, told_of):
    snapshot = read(adt("A01", SMITH.replace("Smith", "Märta"), charset=charset).encode())
    assert snapshot.patients[0].name.family == "Märta"
    assert told_of in told(snapshot)


@pytest.mark.parametrize("charset", ["", "UNICODE UTF-8", "ASCII", "FOO"])
def test_bytes_of_no_declared_set_are_marked_and_everything_must_be_cleared_up(charset):
    raw = (adt("A01", SMITH, HERE) + order("RXE||^caféine|1||mg", TQ1, RXR, charset=charset)).encode("latin-1")
    patient = only(raw)
    assert patient.medications[0].drug == "caf\ufffdine"
    assert "the message has damaged characters" in patient.medications[0].clarify
    assert patient.clarify


def test_the_house_may_say_what_a_message_does_not():
    raw = adt("A01", SMITH.replace("Smith", "Müller")).encode("cp1252")
    assert only(raw, encoding="windows-1252").name.family == "Müller"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20261116064000-0600", datetime(2026, 11, 16, 6, 40, tzinfo=ZONE)),
        ("20261116124000.1234+0000", datetime(2026, 11, 16, 6, 40, tzinfo=ZONE)),
        ("202611160640", datetime(2026, 11, 16, 6, 40, tzinfo=ZONE)),
    ],
)
def test_moments(text, moment):
    when = moment_of(text, ZONE)
    assert when is not None and when.moment == moment and not when.doubt


def test_a_day_has_no_hour_and_an_hour_alone_is_doubted():
    day = moment_of("20261116", ZONE)
    assert day is not None and day.moment is None and day.day == date(2026, 11, 16)
    assert moment_of("2026111606", ZONE).doubt
    assert moment_of("202611010130", ZONE).doubt  # that hour comes twice


@pytest.mark.parametrize(
    "text", ["2026", "202611", "20261301", "20260230", "2026111624", "20261116066000", "202603080230", "00000000",
             "20261116064000-1500", "16/11/2026", "today", "9" * 500, "20261116 06:40"]
)  # fmt: skip
def test_what_is_no_day_is_not_guessed(text):
    assert moment_of(text, ZONE) is None


@pytest.mark.parametrize(("text", "shown"), [("1000", "1,000"), (".5", "0.5"), ("5.0", "5"), ("+5", "5")])
def test_numbers_print_safely(text, shown):
    assert amount_of(text) == (shown, "")


@pytest.mark.parametrize("text", ["1,5", "1e3", "-5", "5-10", "5mg", "0x1", "٥", "1 000", "NaN", "9" * 60])
def test_what_is_no_plain_number_stays_and_is_doubted(text):
    shown, fault = amount_of(text)
    assert shown == text and fault


def test_a_bare_line_break_inside_a_field_moves_nothing():
    found = one("RXE||^meropenem|1||^g||^every 8 hours\nstrictly||||||||||||||||2|^mL/h", TQ1, RXR)
    assert (found.dose, found.rate) == ("1 g", "2 mL/h")
    assert found.timing.text == "every 8 hours strictly"


def test_impossible_dates_are_told():
    snapshot = read(adt("A01", SMITH.replace("19490404", "19491404"), HERE + "|" * 25 + "20260230"))
    assert snapshot.patients[0].birth_date is None and snapshot.patients[0].admitted is None
    assert "PID-7" in told(snapshot) and "PV1-44" in told(snapshot)


@pytest.mark.parametrize(
    ("raw", "is_one"),
    [(b"MSH|^~\\&|", True), (b"\x0bMSH|^~\\&|", True), (b"\xef\xbb\xbfMSH|^", True), (b"\r\n FHS|^~", True),
     ("MSH|^~\\&|A".encode("utf-16"), True), ("MSH|^~\\&|A".encode("utf-16-le"), True), (b"MSHAPE|", False),
     (b"", False), (b"{}", False), (b"MRN,Name", False), (b"MSH", False)],
)  # fmt: skip
def test_what_looks_like_hl7(raw, is_one):
    assert looks_like_hl7v2(raw) is is_one


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"nothing", b"PID|1||111^^^HOSP^MR\r", b"\x0b\x1c\r"])
def test_a_file_without_a_message_is_one_clear_error(raw):
    with pytest.raises(InputError):
        read(raw)


def test_data_are_as_old_as_the_newest_message_and_never_newer_than_now():
    old = read(adt("A01", SMITH, at="20261115060000"), adt("A08", SMITH, at="20261116040000"))
    assert old.taken_at == datetime(2026, 11, 16, 4, tzinfo=ZONE)
    future = read(adt("A01", SMITH, at="20271115060000"))
    assert future.taken_at == NOW and "in the future" in told(future)
    assert "NOT KNOWN" in told(read(adt("A01", SMITH, at="")))


def test_messages_that_are_not_read_are_counted():
    snapshot = read(adt("A01", SMITH), message("MDM^T02", SMITH), message("MDM^T02", SMITH), message("SIU^S12"))
    assert "2 MDM^T02, 1 SIU^S12" in told(snapshot)
