"""Early warning and consciousness scores as data, with the functions that check a total someone has written.

NEWS2 is from the Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Literal, Self

from pydantic import Field, model_validator

from downtime.clinical._data import LazyTable, Row, by_name, load
from downtime.errors import InputError


class Band(Row):
    """A stretch of values with one score; an end that is missing is open."""

    low: Decimal | None = Field(default=None, alias="from")
    high: Decimal | None = Field(default=None, alias="to")
    score: int


class Bands(Row):
    """The bands of one observation, from low to high; ``step`` is the finest reading that is scored."""

    of: str
    step: Decimal
    bands: tuple[Band, ...]
    source: str

    @model_validator(mode="after")
    def _covers_everything_once(self) -> Self:
        if self.bands[0].low is not None or self.bands[-1].high is not None:
            raise ValueError(f"{self.of}: the first band must be open below and the last one above")
        for below, above in zip(self.bands, self.bands[1:], strict=False):
            if below.high is None or above.low is None or above.low - below.high != self.step:
                raise ValueError(f"{self.of}: a gap or an overlap between {below.high} and {above.low}")
            if above.high is not None and above.high < above.low:
                raise ValueError(f"{self.of}: the band from {above.low} ends before it starts")
        return self

    def score(self, value: Decimal) -> int:
        """Score a value, rounded to the step first (half upward), so that it lies in exactly one band."""
        if not value.is_finite():
            raise InputError(f"{value} cannot be scored as {self.of}", why="it is not a number", do="read it again")
        rounded = (value / self.step).quantize(Decimal(1), ROUND_HALF_UP) * self.step
        return next(band.score for band in self.bands if band.high is None or rounded <= band.high)


class WordScore(Row):
    """One answer of a scale; an answer without a score (not testable) makes a total impossible."""

    value: str
    printed: str = Field(alias="print")
    score: int | None = None


class Words(Row):
    """The answers of one observation that is not a number."""

    of: str
    values: tuple[WordScore, ...]
    source: str


class Response(Row):
    """What a total asks for."""

    when: str
    observe: str
    act: str
    source: str


class Score(Row):
    """A score: its bands, its words, and what its totals ask for."""

    id: str
    title: str
    applies_to: str
    licence: str = ""
    source: str
    bands: tuple[Bands, ...] = ()
    words: tuple[Words, ...] = ()
    responses: tuple[Response, ...] = ()

    def points(self, observation: str, value: Decimal | str) -> int | None:
        """Give the points of one observation; none where the answer carries no points (not testable)."""
        for bands in self.bands:
            if bands.of == observation and isinstance(value, Decimal):
                return bands.score(value)
        for words in self.words:
            if words.of == observation:
                for answer in words.values:
                    if answer.value == value:
                        return answer.score
        raise InputError(
            f"{value!s} is not an answer for {observation} in {self.title}",
            why="a score from a guessed answer would be wrong",
            do="read the page again, or leave the score out",
        )


class _ScoresFile(Row):
    scores: tuple[Score, ...]


@cache
def _scores() -> dict[str, Score]:
    return by_name(load("scores.yaml", _ScoresFile).scores, lambda row: row.id, "scores.yaml")


SCORES: LazyTable[Score] = LazyTable(_scores)


@dataclass(frozen=True, slots=True)
class News2:
    """A NEWS2 score: its points by observation, its total, and whether one observation alone scored 3."""

    points: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """The sum, 0 to 20."""
        return sum(points for _, points in self.points)

    @property
    def single_three(self) -> bool:
        """Whether any one observation scored 3, which asks for a review whatever the total."""
        return any(points == 3 for _, points in self.points)


def news2(
    *,
    resp_rate: int | Decimal,
    spo2: int | Decimal,
    scale: Literal[1, 2],
    on_oxygen: bool,
    sbp: int | Decimal,
    heart_rate: int | Decimal,
    consciousness: str,
    temp_c: Decimal | str,
) -> News2:
    """Score a full set of NEWS2 observations; SpO2 scale 2 only where a clinician has authorized it in writing."""
    saturation = {1: "spo2_scale1", 2: "spo2_scale2_oxygen" if on_oxygen else "spo2_scale2_air"}[scale]
    readings: tuple[tuple[str, Decimal | str], ...] = (
        ("resp_rate", Decimal(resp_rate)),
        (saturation, Decimal(spo2)),
        ("oxygen", "oxygen" if on_oxygen else "air"),
        ("sbp", Decimal(sbp)),
        ("heart_rate", Decimal(heart_rate)),
        ("consciousness", consciousness),
        ("temp_c", Decimal(temp_c)),
    )
    scored = SCORES["news2"]
    return News2(tuple((name, scored.points(name, value) or 0) for name, value in readings))


def gcs_total(eye: str, verbal: str, motor: str) -> int | None:
    """Give the Glasgow Coma Scale total, or none where a part is not testable."""
    scored = SCORES["gcs"]
    parts = [
        scored.points(name, value) for name, value in (("gcs_eye", eye), ("gcs_verbal", verbal), ("gcs_motor", motor))
    ]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None
