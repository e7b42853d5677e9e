"""Quantities: the worked example, the two formulas, limits, and words that carry the numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downtime.clinical.quantities import (
    MAX_COPIES,
    SAFER_FORMS,
    SAFER_MIN_HOURS,
    copies,
    copies_by_presence,
    copies_fault,
)
from downtime.errors import UsageError


def test_worked_example() -> None:
    """27 patients and 6 arrivals a day, one sheet each: 47.4375, 48, 53 with stock, 75 in packs."""
    found = copies(
        census=27, arrivals_per_hour=0.25, hours=24, uses_per_patient_day=1, uses_per_arrival=1,
        surge=1.25, spoilage=0.15, min_stock=5, pack_size=25,
    )  # fmt: skip
    assert found.need == Decimal("47.4375")
    assert found.copies == 75
    for number in ("27 patients", "0.25 arrivals", "1.25 for surge", "15 %", "48", "53", "3 packs of 25 = 75"):
        assert number in found.formula


def test_by_presence() -> None:
    found = copies_by_presence(census=20, arrivals_per_hour=1, hours=12, uses_per_patient_day=2, spoilage=0)
    assert found.need == 32 and found.copies == 32
    assert found.formula.endswith("= 32")
    assert "(20 patients + 1 arrivals an hour × 12 hours)" in found.formula


def test_an_exact_number_is_not_rounded_up_by_a_hair() -> None:
    found = copies(census=10, arrivals_per_hour=0, hours=24, uses_per_patient_day=0.1, uses_per_arrival=0, spoilage=0)
    assert found.copies == 1


@pytest.mark.parametrize("name", ["census", "arrivals_per_hour", "hours", "uses_per_patient_day", "uses_per_arrival"])
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), 10**9])
def test_what_cannot_be_counted_with_is_refused(name: str, value: float) -> None:
    numbers: dict[str, float] = dict.fromkeys(
        ("census", "arrivals_per_hour", "hours", "uses_per_patient_day", "uses_per_arrival"), 1
    )
    with pytest.raises(UsageError):
        copies(**{**numbers, name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{"surge": 0}, {"spoilage": 1.5}, {"min_stock": -1}, {"pack_size": 0}])
def test_faulty_allowances_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        copies_by_presence(census=1, arrivals_per_hour=0, hours=8, uses_per_patient_day=1, **change)  # type: ignore[arg-type]


def test_absurd_results_are_refused_with_the_arithmetic() -> None:
    with pytest.raises(UsageError, match="billion"):
        copies(census=10**5, arrivals_per_hour=0, hours=10**5, uses_per_patient_day=10**5, uses_per_arrival=0)


def test_limits_of_one_line() -> None:
    assert copies_fault(1) is None and copies_fault(MAX_COPIES) is None
    assert copies_fault(0) and copies_fault(-1)
    assert "10,000" in (copies_fault(MAX_COPIES + 1) or "")


def test_safer_minimum() -> None:
    assert SAFER_MIN_HOURS == 8 and len(SAFER_FORMS) == 4


numbers = st.decimals(min_value=0, max_value=500, places=2)


@given(numbers, numbers, st.integers(1, 96), numbers, numbers, st.integers(0, 50), st.integers(1, 100))
def test_never_too_few_and_never_a_whole_pack_too_many(
    census: Decimal, arrivals: Decimal, hours: int, a_day: Decimal, each: Decimal, stock: int, pack: int
) -> None:
    found = copies(
        census=census, arrivals_per_hour=arrivals, hours=hours, uses_per_patient_day=a_day, uses_per_arrival=each,
        min_stock=stock, pack_size=pack,
    )  # fmt: skip
    assert found.need + stock <= found.copies < found.need + stock + 1 + pack
    assert found.copies % pack == 0


@given(numbers, st.integers(1, 96), numbers)
def test_without_arrivals_the_two_formulas_agree(census: Decimal, hours: int, a_day: Decimal) -> None:
    one = copies(census=census, arrivals_per_hour=0, hours=hours, uses_per_patient_day=a_day, uses_per_arrival=1)
    two = copies_by_presence(census=census, arrivals_per_hour=0, hours=hours, uses_per_patient_day=a_day)
    assert one.need == two.need
