"""What counts as the same word of two people, and what never does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downtime.desk.fields.agreement import same_value
from downtime.desk.fields.keyed import KeyedField


def field(kind="text", id="drugs.1.order.dose") -> KeyedField:
    return KeyedField(id=id, kind=kind, page=0, at=(0, 0, 10, 7), label="Dose", group="")


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("text", "5 mg", "5mg"),
        ("text", "Vancomycin 1 g", "vancomycin  1 g"),
        ("text", "10 Units", "10 units"),
        ("lines", "one\ntwo", "one two"),
        ("choice", "iv po", "po iv"),
    ],
)
def test_what_is_surely_the_same_agrees(kind, one, other):
    assert same_value(field(kind), one, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("text", "5 mg", "5 Mg"),
        ("text", "5 mg", "5 mcg"),
        ("text", "5 mL", "5 ML"),
        ("text", "1.0 mg", "1 mg"),
        ("text", "0,5 mg", "0.5 mg"),
        ("text", "1 0 mg", "10 mg"),
        ("text", "10 U", "10 u"),
        ("text", "hydroxyzine", "hydralazine"),
        ("number", "5", "50"),
        ("time", "0730", "1930"),
        ("initials", "RB", "RD"),
        ("choice", "iv", "iv po"),
    ],
)
def test_what_may_mean_something_else_differs(kind, one, other):
    assert not same_value(field(kind), one, other)


def test_names_are_the_same_in_block_letters_and_other_short_words_are_not():
    assert same_value(field(id="patient.surname"), "OKA FOR", "Oka For")
    assert same_value(field(id="patient.given@p2"), "ADA", "Ada")
    assert not same_value(field(id="patient.mrn"), "DTA", "Dta")


@given(st.text(max_size=30), st.text(max_size=30))
def test_agreement_is_mutual_and_never_joins_different_digits(one, other):
    text = field()
    assert same_value(text, one, one)
    assert same_value(text, one, other) == same_value(text, other, one)
    digits = [c for c in one if c.isdigit()], [c for c in other if c.isdigit()]
    assert digits[0] == digits[1] or not same_value(text, one, other)
