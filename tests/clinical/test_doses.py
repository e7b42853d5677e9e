"""Numbers on paper: safe forms, and round trips."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downtime.clinical.doses import check_dose_text, format_number, parse_number
from downtime.clinical.textrules import Scope, check_text
from downtime.errors import InputError


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Decimal("0.50"), "0.5"), (".5", "0.5"), ("5.0", "5"), (Decimal("1E+3"), "1,000"), ("1250", "1,250"),
        ("10,000.50", "10,000.5"), (Decimal("-0.0"), "0"), (Decimal("0E+99"), "0"), ("007", "7"), ("-2.50", "-2.5"),
        ("999", "999"), (Decimal("0.000"), "0"), ("100", "100"),
    ],
)  # fmt: skip
def test_safe_form(value: Decimal | str, printed: str) -> None:
    assert format_number(value) == printed


@pytest.mark.parametrize("value", ["", "1,5", "1,0000", "1e3", "five", "NaN", "1.2.3", "٥", "5 mg", "--5", "1_000"])
def test_what_is_not_plainly_written_is_refused(value: str) -> None:
    with pytest.raises(InputError):
        format_number(value)


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "1E+999999", "1E-999999"])
def test_what_cannot_be_printed_is_refused(value: str) -> None:
    with pytest.raises(InputError):
        format_number(Decimal(value))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=6))
def test_never_a_trailing_zero_or_a_naked_point_and_always_the_same_number(value: Decimal) -> None:
    printed = format_number(value)
    assert re.fullmatch(r"-?(0|[1-9][0-9]{0,2}(,[0-9]{3})*)(\.[0-9]*[1-9])?", printed)
    assert parse_number(printed) == value
    assert format_number(printed) == printed


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**9, places=3))
def test_what_is_formatted_passes_the_dose_rules(value: Decimal) -> None:
    assert check_dose_text(f"{format_number(value)} mg") == []
    assert check_text(f"{format_number(value)} units", Scope.SIG) == []


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("5 mg", []), ("1,250 mg", []), ("05 mg", ["number-form"]), ("1.2.3 mg", ["number-form"]),
        ("5.0 mg", ["trailing-zero"]), ("5000 g", ["number-form"]), ("10,00 mg", ["decimal-comma"]),
        ("5 mg at 0900", []), ("2 mg, then 1 mg", []), ("12,34,567 units", ["decimal-comma"]),
    ],
)  # fmt: skip
def test_dose_text(text: str, rules: list[str]) -> None:
    assert [finding.rule for finding in check_dose_text(text)] == rules
