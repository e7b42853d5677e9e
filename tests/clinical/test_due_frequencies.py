"""Every frequency code under every profile, and codes that are read by HL7's patterns or not at all."""

from datetime import UTC, timedelta

import pytest
from due_helpers import ADULT, NO_TIMES, at, clock, due, repeat, shown

from downtime.clinical.due import DueStatus, Schedule
from downtime.clinical.frequencies import FREQUENCIES, SCHEDULE_PROFILES, FrequencyKind
from downtime.errors import ConfigError

PAIRS = [(code, profile) for code in FREQUENCIES for profile in SCHEDULE_PROFILES]
STATUS = {
    FrequencyKind.ONE_TIME: DueStatus.ONE_TIME,
    FrequencyKind.CONTINUOUS: DueStatus.CONTINUOUS,
    FrequencyKind.PRN: DueStatus.AS_NEEDED,
}


@pytest.mark.parametrize(("code", "profile"), PAIRS)
def test_every_code_under_every_profile(code: str, profile: str) -> None:
    """Two days without any anchor: the profile's times on both days, or a reason and not one time."""
    row, times = FREQUENCIES[code], SCHEDULE_PROFILES[profile].times_for(code)
    answer = due(code, "18 0000", 48, schedule=Schedule.from_profile(profile))
    if row.kind in STATUS:
        assert answer.status is STATUS[row.kind] and not answer.times
    elif code == "MWF":  # 18 NOV 2026 is a Wednesday
        daily = SCHEDULE_PROFILES[profile].times_for("DAILY")
        assert shown(answer) == [f"18 {time}" for time in daily]
        assert answer.status is (DueStatus.COMPUTED if daily else DueStatus.NOT_COMPUTED)
    elif times:
        assert shown(answer) == [f"{day} {time}" for day in (18, 19) for time in times]
        assert (answer.status, answer.anchor) == (DueStatus.COMPUTED, "unit's times")
    else:
        assert answer.status is DueStatus.NOT_COMPUTED and not answer.times
        assert "no times for" in answer.why or "known" in answer.why


@pytest.mark.parametrize("code", [code for code, row in FREQUENCIES.items() if row.kind is FrequencyKind.INTERVAL])
def test_every_interval_is_counted_from_the_last_dose_where_the_unit_has_no_times(code: str) -> None:
    gap = timedelta(hours=FREQUENCIES[code].interval_hours or 0)
    answer = due(code, "22 0700", 96, last="22 0610", schedule=NO_TIMES)
    assert answer.anchor == "from last dose 22 NOV 2026 0610"
    given, end = at("22 0610").astimezone(UTC), at("26 0700").astimezone(UTC)
    expected = [given + k * gap for k in range(1, 200) if given + k * gap < end]
    assert [moment.astimezone(UTC) for moment in answer.times] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Q5H", ["1100", "1600", "2100"]), ("Q90M", ["0730", "0900", "1030", "1200", "1330", "1500", "1630", "1800",
                                                      "1930", "2100", "2230"]),
        ("5ID", ["1000", "1400", "1800", "2200"]), ("QHS", ["2100"]), ("b.i.d.", ["0900", "2100"]),
        ("2 times daily", ["0900", "2100"]), ("Every 12 hours", ["0900", "2100"]), ("AM", ["0900"]),
        ("ACM", ["0730"]), ("PCV", ["1800"]), ("CD", ["1200"]), ("Q1J7", ["0900"]), ("QJ1", []),
    ],
)  # fmt: skip
def test_patterns_of_hl7_table_0335(code: str, expected: list[str]) -> None:
    interval = code in ("Q5H", "Q90M")
    answer = due(code, "22 0700", 17, last="22 0600" if interval else "")  # 22 NOV 2026 is a Sunday
    assert clock(answer) == expected
    assert answer.status is (DueStatus.COMPUTED if expected else DueStatus.OUTSIDE_WINDOW)


@pytest.mark.parametrize(
    "code",
    ["QPM", "QSHIFT", "PM", "6ID", "Q2J2", "Q1L", "Q6M", "Q1M", "Q0H", "QD", "QOD", "HS", "BID-WM", "ICM", "TIW",
     "Q4-6H", "U * * *", "x" * 5000, "as directed", "Q30S", "Q1D"],
)  # fmt: skip
def test_codes_that_are_not_known_are_not_guessed(code: str) -> None:
    answer = due(code, last="22 0600", start="20 0600")
    assert (answer.status, answer.times) == (DueStatus.NOT_COMPUTED, ())
    assert answer.why and len(answer.why) < 200


def test_an_unsafe_spelling_counts_where_a_second_source_says_it_in_full() -> None:
    assert clock(due("QD", repeat=repeat(1, 1, "d"))) == ["0900"]
    assert clock(due("QD", text="One tablet daily")) == ["0900"]
    assert shown(due("QOD", text="every other day", start="20 0800")) == ["22 0900"]
    assert due("QD", repeat=repeat(4, 1, "d")).status is DueStatus.NOT_COMPUTED
    assert due("QOD", text="daily", start="20 0800").status is DueStatus.NOT_COMPUTED


def test_a_key_of_somebodys_table_says_nothing() -> None:
    assert clock(due("200905", repeat=repeat(2, 1, "d"))) == ["0900", "2100"]
    assert due("200905").status is DueStatus.NOT_COMPUTED


@pytest.mark.parametrize(
    ("coded", "expected"),
    [
        (repeat(3, 1, "d"), ["0900", "1400", "2100"]),
        (repeat(None, 1, "d"), ["0900"]),
        (repeat(1, 8, "h"), ["1400", "2200", "0600"]),
        (repeat(1, 480, "min"), ["1400", "2200", "0600"]),
        (repeat(1, "0.5", "h", count=None), None),
        (repeat(3, 1, "d", when=("AC",)), ["0730", "1130", "1630"]),
        (repeat(None, None, None, when=("ACM", "ACV")), ["0730", "1630"]),
        (repeat(None, None, None, when=("ACM",), offset_minutes=30), ["0730"]),
        (repeat(None, None, None, when=("PCD",), offset_minutes=90), ["1330"]),
        (repeat(4, 1, "d", when=("ACM", "ACD", "ACV", "HS")), ["0730", "1130", "1630", "2100"]),
        (repeat(1, 1, "d", when=("HS",)), ["2100"]),
        (repeat(None, None, None, when=("MORN",)), ["0900"]),
        (repeat(2, 1, "d", times_of_day=("08:00:00", "20:00")), ["0800", "2000"]),
        (repeat(None, None, None, times_of_day=("00:00", "12:30:15")), None),
        (repeat(None, None, None, times_of_day=("00:00",)), ["0000"]),
        (repeat(1, 1, "wk", days_of_week=("sun",)), ["0900"]),
        (repeat(1, 1, "d", days_of_week=("sun", "mon")), ["0900"]),
        (repeat(2, 1, "d", days_of_week=("Sunday",)), ["0900", "2100"]),
        (repeat(2, 1, "wk", days_of_week=("sun", "thu")), ["0900"]),
        (repeat(None, None, None, days_of_week=("sun",), times_of_day=("10:00",)), ["1000"]),
    ],
)
def test_fhir_repeat(coded: object, expected: list[str] | None) -> None:
    answer = due("", "22 0700", repeat=coded)
    if expected is None:
        assert answer.status is DueStatus.NOT_COMPUTED and not answer.times
    else:
        assert clock(answer) == expected


@pytest.mark.parametrize(
    "coded",
    [
        repeat(1, 4, "h", period_max=6), repeat(2, 1, "d", frequency_max=3), repeat(3, 1, "wk"), repeat(4, 3, "d"),
        repeat(2, 12, "h"), repeat(1, "1.5", "d"), repeat(1, 0, "h"), repeat(-1, 1, "d"), repeat(1, 10, "s"),
        repeat(2, None, None), repeat(None, None, None), repeat(1, 1, "d", when=("AC",)),
        repeat(3, 1, "d", when=("HS",)),
        repeat(None, None, None, when=("EVE",)), repeat(None, None, None, when=("HS",), offset_minutes=30),
        repeat(None, None, None, when=("C",), offset_minutes=10), repeat(1, 1, "wk", days_of_week=("mon", "tue")),
        repeat(1, 1, "d", days_of_week=("someday",)), repeat(3, 1, "d", times_of_day=("08:00",)),
        repeat(1, 8, "h", times_of_day=("08:00", "12:00", "20:00")), repeat(1, 1, "d", times_of_day=("24:00",)),
        repeat(1, 1, "d", times_of_day=("8 am",)), repeat(1, 1, "mo"), repeat(1, 999999999, "h"),
        repeat(1, 1, "d", times_of_day=("08:00",), when=("HS",)), repeat(None, None, None, offset_minutes=15),
    ],
)  # fmt: skip
def test_fhir_repeat_that_has_no_clock_times(coded: object) -> None:
    answer = due("", repeat=coded)
    assert (answer.status, answer.times) == (DueStatus.NOT_COMPUTED, ()) and answer.why


def test_meals_without_times_of_the_unit_are_not_computed() -> None:
    answer = due("AC", schedule=Schedule.from_profile("icu_even"))
    assert answer.why == "the unit has no times for “before meals”"


def test_overrides_win_and_are_checked() -> None:
    schedule = Schedule.from_profile("icu_even", {"BID": ("0900", "2100")})
    assert clock(due("BID", schedule=schedule)) == ["0900", "2100"]
    with pytest.raises(ConfigError, match="1 times stand where 2 belong"):
        Schedule.from_profile("icu_even", {"BID": ("0900",)})
    with pytest.raises(ConfigError, match="2400"):
        Schedule({"DAILY": ("2400",)})


def test_a_drug_with_an_hour_of_its_own() -> None:
    assert clock(due("DAILY", schedule=ADULT.for_drug("warfarin 5 mg tablet"))) == ["1800"]
    assert due("DAILY", schedule=ADULT.for_drug("Warfarin")).anchor == "unit's times for warfarin"
    assert clock(due("BID", schedule=ADULT.for_drug("warfarin"))) == ["0900", "2100"]
    # Nystatin is no statin, and no drug's class is read out of its name.
    assert clock(due("DAILY", schedule=ADULT.for_drug("nystatin"))) == ["0900"]
