"""What a legend prints is the same data that checks entries: examples are caught, bands score as they read."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from downtime.clinical.codes import NOT_GIVEN
from downtime.clinical.legend import LegendTable, do_not_write, legend_rows, news2_words
from downtime.clinical.scores import SCORES
from downtime.clinical.textrules import check_text

BANDED = [bands.of for bands in SCORES["news2"].bands]


@pytest.mark.parametrize("example", do_not_write(), ids=lambda example: example.rule)
def test_every_example_is_caught_by_the_rule_it_stands_for(example) -> None:  # type: ignore[no-untyped-def]
    for text in example.shown:
        assert example.rule in {finding.rule for finding in check_text(text, example.scope)}, text


@pytest.mark.parametrize("table", LegendTable)
def test_no_row_is_empty_and_no_term_stands_twice(table: LegendTable) -> None:
    rows = legend_rows(table)
    assert rows and all(words for _, words in rows)
    terms = [term for term, _ in rows if term]
    assert len(set(terms)) == len(terms)
    assert not any("\n" in part or " | " in part for row in rows for part in row)


def test_not_given_codes_carry_the_mark_exactly_where_the_prescriber_is_told() -> None:
    marked = {code for code, words in legend_rows(LegendTable.NOT_GIVEN) if words.endswith("*")}
    assert marked == {code for code, reason in NOT_GIVEN.items() if reason.call_prescriber}


def points_of(words: str, value: Decimal) -> int:
    """Read the printed bands as a nurse does: the first band that holds the value."""
    for part in words.replace("\u00a0", " ").split(" · "):
        band, _, points = part.rpartition(": ")
        numbers = [Decimal(number) for number in re.findall(r"[0-9.]+", band)]
        low = numbers[0] if not band.startswith("to ") else Decimal("-1000")
        high = numbers[-1] if not band.startswith("from ") else Decimal("1000")
        if low <= value <= high:
            return int(points)
    raise AssertionError(f"{value} is in no band of {words}")


@pytest.mark.parametrize("observation", BANDED)
def test_printed_bands_give_the_points_that_the_check_gives(observation: str) -> None:
    bands = next(bands for bands in SCORES["news2"].bands if bands.of == observation)
    words = news2_words()[observation]
    for step in range(0, 400):
        value = step * bands.step
        assert points_of(words, value) == bands.score(value), value


def test_fahrenheit_bands_agree_with_celsius_for_every_reading_of_a_thermometer() -> None:
    celsius = next(bands for bands in SCORES["news2"].bands if bands.of == "temp_c")
    printed = news2_words("F")["temperature"]
    for tenth in range(800, 1120):
        reading = Decimal(tenth) / 10
        assert points_of(printed, reading) == celsius.score((reading - 32) * 5 / 9), reading
