"""Where the words of an order and its code disagree nothing is computed; written after published example orders."""

import pytest
from due_helpers import NO_TIMES, clock, due, repeat

from downtime.clinical.due import DueStatus


@pytest.mark.parametrize(
    ("text", "code", "coded", "why"),
    [
        # The shapes of disagreement in HL7's R4 medication examples, a converter's sample messages and a generator.
        ("One tablet daily for 4 days", "", repeat(4, 1, "d"), "text says daily, code says 4 times a day"),
        ("20 mg orally twice daily", "", repeat(1, 2, "d"), "text says 2 times a day, code says every other day"),
        ("IV infusion at 100 ml/hr", "", repeat(1, 1, "h"), "text says a rate, code says every 1 hour"),
        ("50ml/hour for 4 hours", "", repeat(1, 24, "h"), "text says a rate, code says every 24 hours"),
        ("1 tablet by oral route 2 times daily.", "TID", None, "text says 2 times a day, code says 3 times a day"),
        ("125mL/h IV continuous", "", repeat(24, 1, "d"), "text says a rate, code says 24 times a day"),
        ("Two tablets at once", "", repeat(1, 1, "d"), "text says STAT, code says daily"),
        ("daily", "BID", None, "text says daily, code says 2 times a day"),
        ("2 times a day", "Q12H", None, "text says 2 times a day, code says every 12 hours"),
        ("3 times a day", "", repeat(1, 8, "h"), "text says 3 times a day, code says every 8 hours"),
        ("every 8 hours", "TID", None, "text says every 8 hours, code says 3 times a day"),
        ("at bedtime", "DAILY", None, "text says at bedtime, code says daily"),
        ("every Monday", "MWF", None, "text says every Monday, code says Monday, Wednesday and Friday"),
        ("at 0600", "DAILY", None, "text says at 0600, code says daily"),
        ("", "BID", repeat(3, 1, "d"), "code says 2 times a day, its timing says 3 times a day"),
        ("", "Q6H", repeat(1, 8, "h"), "code says every 6 hours, its timing says every 8 hours"),
        ("1 g daily, except on dialysis days", "DAILY", None, "text says more than the code (daily): “except”"),
        ("2 times a day, before breakfast and dinner", "BID", None,
         "text says more than the code (2 times a day): “before”"),
        ("6 mg daily; adjust the dose to the count", "DAILY", None, "text says more than the code (daily): “adjust …”"),
        ("every 4-6 hours", "Q4H", None, "text says more than the code (every 4 hours): “a range”"),
        ("daily and at bedtime, or 2 times a day", "DAILY", None, None),
    ],
)  # fmt: skip
def test_disagreement_prints_words_and_no_times(text: str, code: str, coded: object, why: str | None) -> None:
    answer = due(code, text=text, repeat=coded, start="20 0900", last="22 0500")
    assert (answer.status, answer.times) == (DueStatus.NOT_COMPUTED, ())
    assert why is None or answer.why == why


@pytest.mark.parametrize(
    ("text", "code", "coded", "expected"),
    [
        # A bare count of doses a day says nothing of how they are spaced; the words or the code do.
        ("500mg PO Q6H", "", repeat(4, 1, "d"), ["1200", "1800", "0000", "0600"]),
        ("400mg IV Q12H", "Q12H", repeat(2, 1, "d"), ["0900", "2100"]),
        ("5mg PO BID", "", repeat(2, 1, "d"), ["0900", "2100"]),
        ("at bedtime", "", repeat(1, 1, "d"), ["2100"]),
        ("daily", "BEDTIME", None, ["2100"]),
        ("3 times a day", "AC", repeat(3, 1, "d", when=("AC",)), ["0730", "1130", "1630"]),
        ("2 times a day", "BID", repeat(2, 1, "d", times_of_day=("08:00", "20:00")), ["0800", "2000"]),
        ("every 12 hours", "", repeat(1, 12, "h", times_of_day=("06:00", "18:00")), ["1800", "0600"]),
        ("at 0600 and 1800", "", repeat(2, 1, "d"), ["1800", "0600"]),
        ("weekly", "", repeat(1, 1, "wk", days_of_week=("sun",)), ["0900"]),
        ("every Sunday", "WEEKLY", None, ["0900"]),
        ("Take 1 tablet by mouth 2 (two) times a day.", "", None, ["0900", "2100"]),
        ("4.5 g IV every 6 hours. Infuse over 30 min", "", repeat(1, 6, "h"), ["1200", "1800", "0000", "0600"]),
        ("20 mg/m2 IV infusion every 6 hours", "Q6H", None, ["1200", "1800", "0000", "0600"]),
        ("hold if heart rate is below 60", "BID", None, ["0900", "2100"]),
        ("BID", "BID", None, ["0900", "2100"]),
    ],
)
def test_words_may_say_less_than_the_code(text: str, code: str, coded: object, expected: list[str]) -> None:
    answer = due(code, text=text, repeat=coded)
    assert (clock(answer), answer.why) == (expected, "")


@pytest.mark.parametrize("text", ["aspirin daily", "1 tablet daily with the blue cup", "2 mal täglich", "cada 8 horas"])
def test_words_alone_must_be_understood_to_the_last(text: str) -> None:
    assert due("", text=text).status is DueStatus.NOT_COMPUTED


def test_words_alone() -> None:
    assert clock(due("", text="500 mg orally 3 times a day")) == ["0900", "1400", "2100"]
    assert clock(due("", text="every 8 hours", last="22 0600", schedule=NO_TIMES)) == ["1400", "2200", "0600"]
