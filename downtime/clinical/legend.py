"""Words that are printed from the clinical tables, so that a code or a band on paper is written in one place only.

A form asks for a whole table (`table: not_given`) or for one line of score bands (`{{ news2.resp_rate }}`); what is
printed and what checks an entry later are the same data.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Literal

from pydantic import model_validator

from downtime.clinical._data import Row, load
from downtime.clinical.codes import NOT_GIVEN, ROUTES, SITES
from downtime.clinical.legend_tables import LegendTable
from downtime.clinical.scores import SCORES, Bands, Score
from downtime.clinical.textrules import Scope, text_rules

CALL_MARK = "*"
"""Stands after a not-given reason that the prescriber is told about."""

_FAHRENHEIT_STEP = Decimal("0.1")


class UnitWord(Row):
    """A unit as it may be written, and what it means."""

    unit: str
    means: str
    source: str


class DoNotWrite(Row):
    """An example of an expression that must not be written; the rule says what to write instead."""

    rule: str
    scope: Scope
    shown: tuple[str, ...]

    @model_validator(mode="after")
    def _has_an_example(self) -> DoNotWrite:
        if not self.shown:
            raise ValueError(f"{self.rule} has no example")
        return self


class _LegendFile(Row):
    units: tuple[UnitWord, ...]
    do_not_write: tuple[DoNotWrite, ...]


@cache
def _file() -> _LegendFile:
    return load("legend.yaml", _LegendFile)


def do_not_write() -> tuple[DoNotWrite, ...]:
    """The expressions that a legend warns of, with examples that their rules catch."""
    return _file().do_not_write


@cache
def legend_rows(table: LegendTable) -> tuple[tuple[str, str], ...]:
    """The rows of one table: what stands in front in bold (may be empty), and the words after it."""
    match table:
        case LegendTable.NOT_GIVEN:
            return tuple(
                (row.code, f"{row.printed}\u00a0{CALL_MARK}" if row.call_prescriber else row.printed)
                for row in NOT_GIVEN.values()
            )
        case LegendTable.SITES:
            return tuple((row.code, row.printed) for row in SITES.values())
        case LegendTable.ROUTES:
            return tuple(("", row.printed.replace("____", "…")) for row in ROUTES.values())
        case LegendTable.UNITS:
            return tuple((row.unit, row.means) for row in _file().units)
        case LegendTable.DO_NOT_WRITE:
            rules = text_rules()
            return tuple((", ".join(row.shown), rules[row.rule].use) for row in do_not_write())
        case LegendTable.NEWS2_RESPONSE:
            return tuple((row.when, f"{row.observe}; {row.act}") for row in SCORES["news2"].responses)


def news2_words(temperature_unit: Literal["C", "F"] | str = "C") -> dict[str, str]:
    """The bands of each NEWS2 observation as one line of words, from low to high, with the points of each band."""
    score = SCORES["news2"]
    words = {bands.of: _band_words(bands) for bands in score.bands}
    words["temperature"] = words["temp_c"]
    if temperature_unit == "F":
        words["temperature"] = _band_words(_in_fahrenheit(next(b for b in score.bands if b.of == "temp_c")))
    return {**words, **_answer_words(score)}


def _answer_words(score: Score) -> dict[str, str]:
    return {
        words.of: "\u00a0· ".join(
            f"{answer.value}:\u00a0{answer.score}" for answer in words.values if answer.score is not None
        )
        for words in score.words
    }


def _band_words(bands: Bands) -> str:
    parts = []
    for band in bands.bands:
        if band.low is None:
            parts.append(f"to\u00a0{band.high}:\u00a0{band.score}")
        elif band.high is None:
            parts.append(f"from\u00a0{band.low}:\u00a0{band.score}")
        else:
            parts.append(f"{band.low}–{band.high}:\u00a0{band.score}")
    return "\u00a0· ".join(parts)


def _in_fahrenheit(bands: Bands) -> Bands:
    """The same bands read in °F to 0.1: each upper end converts exactly, the next band starts one step above it.

    A reading of one step above an upper end is 0.06 °C above it and rounds into the next band in °C as well.
    """
    result = []
    low: Decimal | None = None
    for band in bands.bands:
        high = None if band.high is None else (band.high * 9 / 5 + 32).quantize(_FAHRENHEIT_STEP)
        result.append(band.model_copy(update={"low": low, "high": high}))
        low = None if high is None else high + _FAHRENHEIT_STEP
    return bands.model_copy(update={"bands": tuple(result)})


__all__ = ["DoNotWrite", "LegendTable", "UnitWord", "do_not_write", "legend_rows", "news2_words"]
