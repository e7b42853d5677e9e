"""Units in the words that print, and weights that are surely kilograms, for every reader the same."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downtime.census.units import kilograms_of, printable_unit


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("ug", "mcg"), ("µg/min", "mcg/min"), ("μg", "mcg"), ("ug/kg/min", "mcg/kg/min"),
        ("U", "units"), ("[iU]/h", "units/h"), ("IU", "units"), ("cc", "mL"), ("10*3/uL", "10*3/mcL"),
        ("mm[Hg]", "mmHg"), ("Cel", "°C"), ("[degF]", "°F"), ("mL/hr", "mL/h"), ("TAB", "tablet"), ("mg", "mg"),
        ("{beats}/min", "/min"), ("{score}", ""), ("{tablet}", "tablet"), ("", ""), (" / ", "/"),
        ("{U}", "units"), ("{IU}", "units"),
    ],
)  # fmt: skip
def test_units_print_as_they_may_be_written(said, printed):
    assert printable_unit(said) == printed


@given(st.text(alphabet="Uugμµ/[]{}iUIcmLhr ", max_size=30))
def test_what_is_misread_never_prints_as_a_whole_unit(said):
    parts = {part.strip() for part in printable_unit(said).split("/")}
    assert not parts & {"U", "u", "IU", "iu", "ug", "µg", "μg", "cc"}


@given(st.decimals("0.4", "300", places=1), st.sampled_from(["kg", "KG", " kg ", "kilograms"]))
def test_kilograms_stay_as_they_are(amount, unit):
    assert kilograms_of(amount, [unit]) == amount == kilograms_of(amount, [unit, "", "kg"])


def test_a_newborn_in_grams_is_counted_and_nothing_else_is():
    assert kilograms_of(Decimal(3250), ["g"]) == Decimal("3.25")
    for units in ([], [""], ["lb"], ["lbs", "kg"], ["g", "kg"], ["[lb_av]"], ["oz"], ["mg"], ["st"]):
        assert kilograms_of(Decimal("71.5"), units) is None, units
