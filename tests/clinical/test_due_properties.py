"""What holds for every order, window, zone and schedule: hypothesis looks for one where it does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from due_helpers import ADULT
from hypothesis import given, settings
from hypothesis import strategies as st
from test_sig import SENTENCES

from downtime.clinical.due import Due, DueStatus, Schedule, Window, due_times
from downtime.clinical.frequencies import FREQUENCIES, SCHEDULE_PROFILES
from downtime.clinical.timing import OrderTiming, PeriodUnit, Repeat

ZONES = [ZoneInfo(name) for name in ("America/Chicago", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")]
CODES = [*FREQUENCIES, "Q5H", "Q90M", "Q1J3", "MO", "ACM", "Q3W", "Q10D"]
SCHEDULES = [*(Schedule.from_profile(name) for name in SCHEDULE_PROFILES), Schedule()]
# Around the four nights on which the clock changes, where mistakes live, and anywhere in the year.
DATES = ((3, 8), (3, 29), (10, 25), (11, 1), (4, 5), (12, 31))
NIGHTS = [datetime(2026, month, day, tzinfo=UTC) for month, day in DATES]
MOMENTS = st.one_of(
    st.builds(lambda night, m: night + timedelta(minutes=m), st.sampled_from(NIGHTS), st.integers(-4320, 4320)),
    st.integers(0, 500_000).map(lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m)),
)


@dataclass(frozen=True)
class Case:
    """One order and its surroundings; moments are UTC."""

    timing: OrderTiming
    schedule: Schedule
    zone: ZoneInfo
    low: datetime
    high: datetime
    last: datetime | None
    strict: bool

    def run(self, low: datetime | None = None, high: datetime | None = None) -> Due:
        window = Window((low or self.low).astimezone(self.zone), (high or self.high).astimezone(self.zone))
        return due_times(
            self.timing, window=window, schedule=self.schedule, zone=self.zone, last_given=self.last,
            strict_class=self.strict,
        )  # fmt: skip


@st.composite
def cases(draw: Any, codes: list[str] = CODES, counted: bool = True) -> Case:
    low = draw(MOMENTS)
    around = st.integers(-6000, 6000).map(lambda m: low + timedelta(minutes=m))
    zone = draw(st.sampled_from(ZONES))
    start, stop, last = (draw(st.none() | around) for _ in range(3))
    count = draw(st.none() | st.integers(1, 12)) if counted else None
    timing = OrderTiming(
        code=draw(st.sampled_from(codes)), start=start and start.astimezone(zone), stop=stop,
        start_day_only=draw(st.booleans()), stop_day_only=draw(st.booleans()),
        repeat=Repeat(count=count) if count and count > 1 else None,
    )  # fmt: skip
    high = low + timedelta(minutes=draw(st.integers(1, 4320)))
    return Case(timing, draw(st.sampled_from(SCHEDULES)), zone, low, high, last, draw(st.booleans()))


def moments(answer: Due) -> list[datetime]:
    return [moment.astimezone(UTC) for moment in answer.times]


@settings(max_examples=600, deadline=None)
@given(cases())
def test_times_lie_in_the_window_and_the_order_and_ascend(case: Case) -> None:
    answer = case.run()
    found = moments(answer)
    assert all(before < after for before, after in pairwise(found))
    assert all(case.low <= moment < case.high for moment in found)
    assert all(moment.tzinfo is case.zone for moment in answer.times)
    start, stop = case.timing.start, case.timing.stop
    for moment, local in zip(found, answer.times, strict=True):
        if start is not None:
            assert local.date() >= start.astimezone(case.zone).date()
            assert case.timing.start_day_only or moment >= start.astimezone(UTC)
        if stop is not None:
            day = stop.astimezone(case.zone).date()
            assert local.date() <= day if case.timing.stop_day_only else moment < stop
    if case.timing.repeat is not None and case.timing.repeat.count is not None:
        assert len(found) <= case.timing.repeat.count
    if case.last is not None and not (start is not None and case.last < start.astimezone(UTC)):
        assert all(moment > case.last for moment in found)


@settings(max_examples=400, deadline=None)
@given(cases())
def test_a_status_goes_with_what_is_printed(case: Case) -> None:
    answer = case.run()
    assert bool(answer.times) <= (answer.status in (DueStatus.COMPUTED, DueStatus.ONE_TIME))
    if answer.status is DueStatus.COMPUTED:
        assert answer.times and answer.anchor and not answer.why
    if answer.status in (DueStatus.NOT_COMPUTED, DueStatus.OUTSIDE_WINDOW):
        assert answer.why and not answer.times
    assert bool(answer.gap_words) <= answer.check_gap


@settings(max_examples=500, deadline=None)
@given(cases(), st.floats(0.01, 0.99))
def test_a_window_in_two_parts_gives_the_same_times(case: Case, part: float) -> None:
    middle = case.low + timedelta(minutes=max(1, int((case.high - case.low) / timedelta(minutes=1) * part)))
    if not case.low < middle < case.high:
        return
    whole = case.run()
    if case.timing.code in ("STAT", "NOW", "ONCE") and whole.status is not DueStatus.ONE_TIME:
        return
    assert moments(whole) == moments(case.run(high=middle)) + moments(case.run(low=middle))


@settings(max_examples=400, deadline=None)
@given(cases(codes=[code for code, row in FREQUENCIES.items() if row.kind == "interval"], counted=False))
def test_intervals_are_elapsed_time_or_the_units_own(case: Case) -> None:
    answer = case.run()
    hours = FREQUENCIES[case.timing.code].interval_hours or 0
    if answer.anchor.startswith("from "):
        assert {after - before for before, after in pairwise(moments(answer))} <= {timedelta(hours=hours)}
    elif answer.times:
        clock = case.schedule.times_for(case.timing.code)
        assert clock and not case.strict and "unit's times" in answer.anchor
        odd = [moment for moment in answer.times if f"{moment:%H%M}" not in clock]
        moved = sum("does not exist" in note for note in answer.notes)
        assert len(odd) <= moved + ("first dose due at start" in answer.notes)


@settings(max_examples=400, deadline=None)
@given(cases(codes=["BID", "TID", "QID", "DAILY", "Q8H", "Q6H", "Q4H", "Q12H"], counted=False))
def test_no_dose_comes_within_a_quarter_of_the_usual_gap_of_the_last(case: Case) -> None:
    """The nearest times of any profile are 4 hours apart; a dose stands for the time that it is nearest to."""
    if case.last is None or (case.timing.start is not None and not case.timing.start_day_only):
        return
    usual = timedelta(hours=FREQUENCIES[case.timing.code].interval_hours or 0)
    for moment in moments(case.run()):
        # One hour less on the night on which the clock goes forward.
        assert moment - case.last >= min(usual / 4, timedelta(hours=2)) - timedelta(hours=1)


@settings(max_examples=300, deadline=None)
@given(cases(codes=["BID", "TID", "QID", "DAILY", "QAM", "BEDTIME", "AC", "MWF"], counted=False))
def test_every_time_of_the_unit_is_there(case: Case) -> None:
    """Without start, stop or last dose: every minute of the window at which the clock shows one of the times."""
    free = Case(OrderTiming(code=case.timing.code), case.schedule, case.zone, case.low, case.high, None, False)
    code = "DAILY" if case.timing.code == "MWF" else case.timing.code
    clock = case.schedule.times_for(code)
    answer = free.run()
    if not clock:
        assert answer.status is DueStatus.NOT_COMPUTED
        return
    expected, minute = [], case.low
    while minute < case.high:
        local = minute.astimezone(case.zone)
        if f"{local:%H%M}" in clock and not local.fold and (case.timing.code != "MWF" or local.weekday() in (0, 2, 4)):
            expected.append(minute)
        minute += timedelta(minutes=1)
    found = moments(answer)
    assert set(expected) <= set(found)
    assert len(found) - len(expected) == sum("does not exist" in note for note in answer.notes)


REPEATS = st.builds(
    Repeat,
    frequency=st.none() | st.integers(-2, 400),
    frequency_max=st.none() | st.integers(0, 9),
    period=st.none() | st.decimals(allow_nan=False, allow_infinity=False) | st.integers(1, 12).map(Decimal),
    period_max=st.none() | st.integers(1, 12).map(Decimal),
    unit=st.none() | st.sampled_from(PeriodUnit),
    days_of_week=st.lists(st.sampled_from(["mon", "sun", "Thursday", "x", ""]), max_size=3).map(tuple),
    times_of_day=st.lists(st.sampled_from(["08:00", "0800", "24:00", "20:00:00", "8", ""]), max_size=3).map(tuple),
    when=st.lists(st.sampled_from(["AC", "HS", "ACM", "PCD", "C", "EVE", "?", ""]), max_size=3).map(tuple),
    offset_minutes=st.none() | st.integers(-10, 3000),
    count=st.none() | st.integers(-1, 10**9),
    count_max=st.none() | st.integers(-1, 9),
)
ANY_TIME = st.none() | st.datetimes(timezones=st.sampled_from(ZONES)) | st.datetimes()


@settings(max_examples=600, deadline=None)
@given(
    st.text(max_size=40) | SENTENCES, st.sampled_from([*CODES, ""]) | st.text(max_size=20), st.none() | REPEATS,
    ANY_TIME, ANY_TIME, ANY_TIME, st.lists(ANY_TIME.filter(bool), max_size=3),
    st.lists(st.booleans(), min_size=7, max_size=7),
)  # fmt: skip
def test_nothing_that_an_order_says_raises(
    text: str, code: str, coded: Repeat | None, start: Any, stop: Any, last: Any, times: list[Any], flags: list[bool]
) -> None:
    timing = OrderTiming(
        text=text, code=code, repeat=coded, start=start, stop=stop, times=tuple(times), as_needed=flags[0],
        continuous=flags[1], one_time=flags[2], immediate=flags[3], start_day_only=flags[4], stop_day_only=flags[5],
        least_hours_apart=Decimal(4) if flags[6] else None,
    )  # fmt: skip
    window = Window(datetime(2026, 11, 1, 0, tzinfo=ZONES[0]), datetime(2026, 11, 2, 6, tzinfo=ZONES[0]))
    answer = due_times(timing, window=window, schedule=ADULT, zone=ZONES[0], last_given=last)
    assert answer.status in DueStatus
    assert len(answer.why) < 400 and len(answer.times) <= 200
