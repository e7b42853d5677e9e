"""ER7: what goes in comes out of two parsers that others wrote, and nothing breaks out of its field."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downtime.exchange.er7 import Raw, Repeats, Segment, escaped, message_text, moment, segment_text, unescaped

MSH = Segment("MSH", {3: "DOWNTIME", 9: ("ORU", "R01", "ORU_R01"), 10: "1", 11: "T", 12: "2.5.1"})


def test_fields_stand_at_their_numbers() -> None:
    assert segment_text(MSH) == "MSH|^~\\&|DOWNTIME||||||ORU^R01^ORU_R01|1|T|2.5.1"
    assert segment_text(Segment("PID", {3: ("10004417", "", "", "RGH", "MR"), 5: ("Okafor", "Elena")})) == (
        "PID|||10004417^^^RGH^MR||Okafor^Elena"
    )


def test_what_is_empty_at_the_end_is_left_out() -> None:
    assert segment_text(Segment("PID", {3: ("1", "", ""), 5: "", 8: ""})) == "PID|||1"
    assert segment_text(Segment("PID", {})) == "PID"


def test_repetitions_and_subcomponents() -> None:
    numbers = Repeats((("1", "", "", ("RGH", "2.16", "ISO")), ("2",)))
    assert segment_text(Segment("PID", {3: numbers})) == "PID|||1^^^RGH&2.16&ISO~2"


def test_a_message_begins_with_msh_and_each_segment_ends_with_cr() -> None:
    assert message_text([MSH, Segment("PID", {1: "1"})]).endswith("\rPID|1\r")
    with pytest.raises(ValueError, match="MSH"):
        message_text([Segment("PID", {1: "1"})])


@pytest.mark.parametrize("bad", [Segment.__name__, "pid", "P", "PIDX"])
def test_a_name_that_is_no_segment_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        Segment(bad, {})


@given(st.text())
def test_text_comes_back_and_never_ends_its_segment(text: str) -> None:
    written = escaped(text)
    assert not set(written.replace("\\", "")) & set("|^~&\r\n\x00\x0b\x1c")
    lines = text.replace("\r\n", "\n")
    for sign in "\r\x85\u2028\u2029":
        lines = lines.replace(sign, "\n")
    assert unescaped(written) == lines


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), min_size=1))
def test_another_parser_reads_the_same_text(text: str) -> None:
    import hl7

    whole = message_text([MSH, Segment("NTE", {1: "1", 3: text}), Segment("ZZZ", {1: "last"})])
    parsed = hl7.parse(whole)
    assert len(parsed) == 3
    assert parsed.unescape(str(parsed.segment("NTE")[3])) == text


def test_base64_is_not_touched() -> None:
    picture = Segment("OBX", {2: "ED", 5: ("", "AP", "PDF", "Base64", Raw("JVBERi0+/w=="))})
    assert segment_text(picture) == "OBX||ED|||^AP^PDF^Base64^JVBERi0+/w=="


def test_moments_carry_their_offset_also_in_the_hour_that_comes_twice() -> None:
    chicago = ZoneInfo("America/Chicago")
    first = datetime(2026, 11, 1, 1, 30, tzinfo=chicago)
    assert moment(first) == "20261101013000-0500"
    assert moment(first.replace(fold=1)) == "20261101013000-0600"
    assert moment(datetime(2026, 3, 2, 2, 5, tzinfo=UTC), seconds=False) == "202603020205+0000"
    assert moment(date(1940, 12, 27)) == "19401227"
    assert moment(datetime(2026, 3, 2, tzinfo=timezone(timedelta(hours=5, minutes=45)))) == "20260302000000+0545"
    with pytest.raises(ValueError, match="time zone"):
        moment(datetime(2026, 3, 2, 2, 5))
