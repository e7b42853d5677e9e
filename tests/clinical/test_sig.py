"""Instructions: what is read is certain, and everything else is not read."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from downtime.clinical.due_rhythm import Rhythm, covers, of_frequency
from downtime.clinical.frequencies import FREQUENCIES
from downtime.clinical.sig import read_sig, sig_rhythm


def words(text: str) -> str | None:
    rhythm = sig_rhythm(text)
    return rhythm.words if rhythm else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 times a day", "2 times a day"), ("twice daily", "2 times a day"), ("two times per day", "2 times a day"),
        ("2x/day", "2 times a day"), ("b.i.d.", "2 times a day"), ("every 6 hours", "every 6 hours"),
        ("q 6 h", "every 6 hours"), ("q8h", "every 8 hours"), ("4-hourly", "every 4 hours"),
        ("every twelve hours", "every 12 hours"), ("once every 24 hours", "every 24 hours"), ("hourly", "every 1 hour"),
        ("every 90 minutes", "every 90 minutes"), ("daily", "daily"), ("once a day", "daily"), ("every day", "daily"),
        ("ONCE DAILY AT BEDTIME", "at bedtime"), ("qhs", "at bedtime"), ("every morning", "every morning"),
        ("twice weekly", "2 times a week"), ("3 times per wk", "3 times a week"), ("once a week", "once a week"),
        ("every other day", "every other day"), ("on alternate days", "every other day"),
        ("every 3 weeks", "every 3 weeks"), ("fortnightly", "every 2 weeks"), ("monthly", "once a month"),
        ("Mondays, Wednesdays and Fridays", "Monday, Wednesday and Friday"), ("Mon/Thu", "Monday and Thursday"),
        ("once a week on Thursday", "every Thursday"), ("before meals", "before meals"),
        ("pc", "after meals"), ("1000 mg daily", "daily"),
        ("1000 mg/m2 IV infusion every 3 weeks", None), ("1 g IV infusion every 6 hours", "every 6 hours"),
        ("3 times a day before meals", "before meals"), ("4 times a day with meals", None),
        ("before meals and at bedtime", "before meals and at bedtime"), ("at 0900 and 21:00", "at 0900, 2100"),
        ("stat", "STAT"), ("x1", "one time only"), ("single dose", "one time only"),
        ("continuous infusion", "continuous infusion"),
        ("Take 2 tablets (1 g total) by mouth 3 (three) times a day", "3 times a day"),
        ("= 1 tab, PO, BID, # 60 tab", "2 times a day"), ("2 sprays in each nostril 2 times a day", "2 times a day"),
        ("1 g IV every 8 hours, infuse over 30 minutes", "every 8 hours"),
        ("1 g every 6 hours, do not exceed 4 g in 24 hours", "every 6 hours"),
        ("every\u00a06\u2009hours", "every 6 hours"),
    ],
)  # fmt: skip
def test_read(text: str, expected: str | None) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "every 1.5 hours", "1.5 times a day", "½ times daily", "2½ times a day", "3 daily", "every 4-6 hours",
        "every 4 to 6 hours", "q4-6h", "2 or 3 times a day", "once or twice daily", "up to 3 times a day", "not daily",
        "2 (three) times a day", "BID-TID", "1-0-1", "QD", "qod", "HS", "at night", "nightly", "every evening",
        "in the morning and in the evening", "at 9 am", "at 2500", "twice daily from days 1-14 of cycle", "biweekly",
        "daily until 22 NOV", "daily then every other day", "stat then daily", "daily and weekly", "every 0 hours",
        "every 6 hours while awake", "every 6 hours around dialysis", "12 mg/hr", "30 minutes before meals", "5/7",
        "daily for 3 days x 5 days", "as directed", "daily starting tomorrow", "q 6 h q 8 h", "every 6 hour s",
        "avoid sun", "sat", "before each use daily", "every 1,000 hours", "1 / day 2 / day", "٣ times a day and daily",
        "every " * 300, "daily " * 200, "2 times 3 times a day", "no longer daily", "every 6hours8",
        "daily at 9", "daily @9",
        "daily (0600)", "daily 0600", "BID 0600/1800", "Take 1 (two) tablets daily",
    ],
)  # fmt: skip
def test_not_read(text: str) -> None:
    assert words(text) is None


def test_lengths_and_as_needed_stand_beside_the_rhythm() -> None:
    sig = read_sig("500 mg IV q6h x 3 days")
    assert (sig.rhythm and sig.rhythm.words, sig.for_days, sig.complete) == ("every 6 hours", 3, True)
    assert read_sig("daily for 2 weeks").for_days == 14
    assert read_sig("every 8 hours for 3 doses").for_doses == 3
    assert read_sig("every 4 hours p.r.n. for rib pain").as_needed
    assert read_sig("every 4-6 hours as needed").as_needed
    assert not read_sig("parnate").as_needed
    assert read_sig("Starting Mon 3/2/20 at 1234, daily").starts == (3, 2, "1234")


def test_every_printed_frequency_is_read_as_itself() -> None:
    for row in FREQUENCIES.values():
        if "____" not in row.printed and row.code not in ("STAT", "NOW", "ONCALL"):
            assert sig_rhythm(row.printed) == of_frequency(row), row.printed


def test_spellings_agree_with_the_frequency_table() -> None:
    for row in FREQUENCIES.values():
        for spelling in row.spellings:
            rhythm, known = sig_rhythm(spelling), of_frequency(row)
            assert rhythm is None or known is None or covers(rhythm, known), spelling


_WORDS = (
    "2 3 12 24 0 1.5 two once twice every each other day daily hours hour h q6h q8h q12h bid tid times a per"
    " week weekly monday thursday at bedtime before after meals with for x days doses as needed prn then except"
    " until not - / , . ; ( ) to or and mg tablet po iv over minutes 0900 at on morning evening stat now"
    " continuous ml/h 6 8"
)
VOCABULARY = _WORDS.split()
SENTENCES = st.lists(st.sampled_from(VOCABULARY), max_size=14).map(" ".join)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=80) | SENTENCES)
@example("q" * 1000)
@example("1 (" * 300)
@example("do not exceed " * 70)
def test_any_text_is_read_without_error(text: str) -> None:
    sig = read_sig(text)
    assert not (sig.complete and sig.unclear)
    assert sig.rhythm is None or not sig.unclear
    assert sig.rhythm is None or isinstance(sig.rhythm, Rhythm)


@settings(max_examples=300, deadline=None)
@given(SENTENCES, st.sampled_from(["except Sundays", "then weekly", "until Friday", "not on dialysis days", "q5x"]))
def test_an_exception_in_the_words_is_never_passed_over(text: str, more: str) -> None:
    assert read_sig(f"{text}; {more}").rhythm is None


@given(st.integers(1, 48))
def test_numbers_are_read_whole(hours: int) -> None:
    for text in (f"every {hours} hours", f"q{hours}h", f"1 tablet every {hours} hrs."):
        rhythm = sig_rhythm(text)
        assert rhythm is not None and rhythm.every is not None
        assert rhythm.every.total_seconds() == hours * 3600
