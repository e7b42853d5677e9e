"""Plausible ranges: well-formed codes, bounds that agree with each other and with their boxes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from downtime.clinical.ranges import RANGES, Plausibility, Range, loinc_check_digit_ok
from downtime.clinical.scores import SCORES
from downtime.errors import UsageError

HEART = {"key": "x", "label": "x", "hard": ["0", "350"], "soft": ["40", "180"], "boxes": "3", "source": "x"}


def test_the_check_digit_tells_a_slip_from_a_code() -> None:
    assert loinc_check_digit_ok("8867-4") and loinc_check_digit_ok("3150-0")
    assert not any(map(loinc_check_digit_ok, ("3150-6", "8876-4", "8867", "8867-", "-4", "", "8867-44", "８８67-4")))


@given(st.integers(min_value=1, max_value=99999), st.integers(min_value=0, max_value=9))
def test_exactly_one_check_digit_fits(body: int, digit: int) -> None:
    fitting = [check for check in range(10) if loinc_check_digit_ok(f"{body}-{check}")]
    assert len(fitting) == 1
    assert loinc_check_digit_ok(f"{body}-{digit}") == (digit == fitting[0])


def test_every_code_in_the_table_fits() -> None:
    codes = [code for row in RANGES.values() for code in (row.loinc, row.panel, *row.loinc_also) if code]
    assert len(codes) > 40 and all(map(loinc_check_digit_ok, codes))


def test_two_units_of_one_quantity_bound_the_same_values() -> None:
    celsius, fahrenheit = RANGES["temp_c"], RANGES["temp_f"]
    for low_high in ("hard", "soft"):
        in_c, in_f = getattr(celsius, low_high), getattr(fahrenheit, low_high)
        assert tuple(bound * 9 / 5 + 32 for bound in in_c) == in_f
        mgdl, mmol = getattr(RANGES["glucose_mgdl"], low_high), getattr(RANGES["glucose_mmol"], low_high)
        assert all(abs(a / 18 - b) < Decimal("0.15") for a, b in zip(mgdl, mmol, strict=True))
    child, newborn = RANGES["weight_peds_kg"], RANGES["weight_neonate_g"]
    assert child.hard and newborn.hard and child.hard[0] * 1000 == newborn.hard[0]


def test_scale_totals_agree_with_the_scores() -> None:
    for name in ("gcs_eye", "gcs_verbal", "gcs_motor"):
        scores = [a.score for w in SCORES["gcs"].words if w.of == name for a in w.values if a.score is not None]
        assert RANGES[name].hard == (min(scores), max(scores))
    total = RANGES["gcs_total"].hard
    parts = [RANGES[name].hard or (Decimal(0), Decimal(0)) for name in ("gcs_eye", "gcs_verbal", "gcs_motor")]
    assert total == (sum(part[0] for part in parts), sum(part[1] for part in parts))
    rass = [answer.score for answer in SCORES["rass"].words[0].values]
    assert RANGES["rass"].hard == (min(filter(None, rass)), max(filter(None, rass)))


def test_judging() -> None:
    heart = RANGES["heart_rate"]
    assert heart.judge(Decimal(72)) is Plausibility.PLAUSIBLE
    assert heart.judge(Decimal(190)) is Plausibility.READ_TWICE
    assert heart.judge(Decimal(700)) is Plausibility.QUERY_THE_WRITER
    assert RANGES["fio2_pct"].judge(Decimal("0.4")) is Plausibility.QUERY_THE_WRITER
    assert heart.judge(Decimal("NaN")) is Plausibility.QUERY_THE_WRITER
    with pytest.raises(UsageError):
        RANGES["acvpu"].judge(Decimal(1))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"soft": ["40", "400"]}, "not inside"),
        ({"boxes": "2"}, "before the point"),
        ({"boxes": "3.1"}, "after the point"),
        ({"hard": ["-5", "350"]}, "sign"),
        ({"soft": ["40.5", "180"]}, "more decimals"),
        ({"loinc": "3150-6"}, "check digit"),
        ({"values": ["a"], "hard": None}, "either"),
    ],
)
def test_a_range_that_contradicts_itself_is_refused(change: dict[str, object], message: str) -> None:
    Range.model_validate(HEART)
    with pytest.raises(ValidationError, match=message):
        Range.model_validate({**HEART, **change})


def test_units_are_printed_without_error_prone_signs() -> None:
    assert RANGES["insulin_units"].unit == "units"
    assert RANGES["oxytocin_mu_min"].unit == "milliunits per min"
    assert not any("IU" in row.unit or "µ" in row.unit for row in RANGES.values())
