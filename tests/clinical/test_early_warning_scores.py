"""Scores: the published vectors, and bands that cover every value exactly once."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from downtime.clinical.scores import SCORES, Bands, gcs_total, news2
from downtime.errors import InputError

WELL: dict[str, Any] = {
    "resp_rate": 18, "spo2": 97, "scale": 1, "on_oxygen": False, "sbp": 124, "heart_rate": 78,
    "consciousness": "A", "temp_c": "36.8",
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ((18, 97, 1, False, 124, 78, "A", "36.8"), 0),
        ((22, 93, 1, True, 105, 112, "A", "38.4"), 10),
        ((20, 95, 2, True, 130, 88, "A", "37.0"), 4),
        ((20, 95, 2, False, 130, 88, "A", "37.0"), 0),
        ((26, 90, 1, True, 88, 135, "C", "35.0"), 20),
    ],
)
def test_news2_vectors(values: tuple[Any, ...], total: int) -> None:
    assert news2(**dict(zip(WELL, values, strict=True))).total == total


# The chart's own edges, RCP NEWS2 2017: value on each side of every cut, and its points.
EDGES = {
    "resp_rate": [(8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2), (24, 2), (25, 3)],
    "spo2_scale1": [(91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0)],
    "spo2_scale2_air": [(83, 3), (84, 2), (85, 2), (86, 1), (87, 1), (88, 0), (93, 0), (100, 0)],
    "spo2_scale2_oxygen": [(83, 3), (84, 2), (86, 1), (88, 0), (92, 0), (93, 1), (94, 1), (95, 2), (96, 2), (97, 3)],
    "sbp": [(90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0), (219, 0), (220, 3)],
    "heart_rate": [(40, 3), (41, 1), (50, 1), (51, 0), (90, 0), (91, 1), (110, 1), (111, 2), (130, 2), (131, 3)],
    "temp_c": [
        *(("35.0", 3), ("35.1", 1), ("36.0", 1), ("36.1", 0), ("38.0", 0), ("38.1", 1), ("39.0", 1), ("39.1", 2)),
    ],
}


@pytest.mark.parametrize(("name", "edges"), EDGES.items())
def test_news2_edges(name: str, edges: list[tuple[Any, int]]) -> None:
    assert [SCORES["news2"].points(name, Decimal(value)) for value, _ in edges] == [points for _, points in edges]


@pytest.mark.parametrize("score_id", ["news2", "mews"])
def test_every_reading_lies_in_exactly_one_band(score_id: str) -> None:
    for bands in SCORES[score_id].bands:
        for tenth in range(0, 4000):
            value = Decimal(tenth) / 10
            if value % bands.step:
                continue
            inside = [
                band
                for band in bands.bands
                if (band.low is None or band.low <= value) and (band.high is None or value <= band.high)
            ]
            assert len(inside) == 1, (score_id, bands.of, value)
            assert bands.score(value) == inside[0].score


def test_a_temperature_between_two_bands_is_rounded_first() -> None:
    assert news2(**{**WELL, "temp_c": "36.04"}).total == 1
    assert news2(**{**WELL, "temp_c": "36.05"}).total == 0


def test_news2_reaches_from_0_to_20_and_marks_a_single_three() -> None:
    worst = dict(zip(WELL, (26, 90, 1, True, 88, 135, "U", "35.0"), strict=True))
    assert news2(**WELL).total == 0 and not news2(**WELL).single_three
    assert news2(**worst).total == 20 and news2(**worst).single_three
    assert news2(**{**WELL, "consciousness": "C"}).single_three


@given(st.integers(0, 400), st.integers(0, 100), st.sampled_from([1, 2]), st.booleans(), st.integers(0, 400))
def test_any_reading_scores_within_the_scale(rate: int, spo2: int, scale: Any, oxygen: bool, sbp: int) -> None:
    changed = {**WELL, "resp_rate": rate, "spo2": spo2, "scale": scale, "on_oxygen": oxygen, "sbp": sbp}
    assert 0 <= news2(**changed).total <= 20


@pytest.mark.parametrize("answer", ["X", "a", "", "alert"])
def test_an_unknown_answer_is_refused(answer: str) -> None:
    with pytest.raises(InputError):
        news2(**{**WELL, "consciousness": answer})


def test_gcs_has_no_total_where_a_part_is_not_testable() -> None:
    assert gcs_total("4", "5", "6") == 15 and gcs_total("1", "1", "1") == 3
    assert gcs_total("4", "NT", "6") is None
    with pytest.raises(InputError):
        gcs_total("5", "5", "6")


def test_rass_runs_from_plus_four_to_minus_five() -> None:
    values = [answer.value for answer in SCORES["rass"].words[0].values]
    assert values == ["+4", "+3", "+2", "+1", "0", "-1", "-2", "-3", "-4", "-5"]
    assert [answer.score for answer in SCORES["rass"].words[0].values] == [int(value) for value in values]


@pytest.mark.parametrize(
    "bands",
    [
        [{"to": "8", "score": "3"}, {"from": "10", "score": "0"}],
        [{"to": "8", "score": "3"}, {"from": "8", "score": "0"}],
        [{"from": "0", "to": "8", "score": "3"}, {"from": "9", "score": "0"}],
        [{"to": "8", "score": "3"}, {"from": "9", "to": "7", "score": "1"}, {"from": "8", "score": "0"}],
    ],
)
def test_bands_with_a_gap_or_an_overlap_are_refused(bands: list[dict[str, str]]) -> None:
    with pytest.raises(ValidationError):
        Bands.model_validate({"of": "x", "step": "1", "bands": bands, "source": "x"})


def test_neighbouring_bands_differ() -> None:
    for score in SCORES.values():
        for bands in score.bands:
            assert all(below.score != above.score for below, above in pairwise(bands.bands))
