from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from downtime.page.geometry import PT_PER_MM
from downtime.paper.fonts import text_width_pt
from downtime.paper.ink import Face, Text
from downtime.paper.textflow import ellipsized, fitted, paragraph, wrap, wrap_runs

NAMES = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=200) | st.sampled_from(
    [
        "Nguyễn Thị Minh Khai",
        "محمد عبد الرحمن بن علي",
        "歐陽娜娜" * 40,
        "Z" + "\u0301" * 50 + "oe",
        "<b>**Bold**</b> {{ 7*7 }} PID|1||^~\\&",
        "W" * 200,
        "a b " * 50,
    ]
)


def _without_spaces(text: str) -> str:
    return re.sub(r"[ \t\r\n\f\v\u2009\u2028\u3000]", "", text)


@given(NAMES, st.sampled_from(["regular", "bold", "italic", "bolditalic"]), st.floats(6, 14), st.floats(12, 200))
@settings(max_examples=150, deadline=None)
def test_no_line_is_wider_than_its_column_and_no_character_is_lost(
    text: str, face: Face, size_pt: float, width_mm: float
) -> None:
    lines = wrap(text, face, size_pt, width_mm)
    assert lines
    for line in lines:
        assert text_width_pt(line, face, size_pt) <= width_mm * PT_PER_MM + 0.01
    assert _without_spaces("".join(lines)) == _without_spaces(text)


def test_words_stay_whole_where_they_fit() -> None:
    text = "Call the service desk and write the ticket number on the incident log"
    lines = wrap(text, "regular", 10, 40)
    assert len(lines) > 1
    assert " ".join(lines) == text


def test_a_telephone_number_is_not_broken_at_its_hyphen() -> None:
    for width in range(25, 60):
        assert any("555-0142" in line for line in wrap("Call the desk on 555-0142 at once", "regular", 10, width))


def test_a_no_break_space_holds() -> None:
    assert wrap("give 5\u00a0mL now", "regular", 10, 14)[1].startswith("5\u00a0mL")


def test_a_line_feed_ends_the_line() -> None:
    assert wrap("one\ntwo", "regular", 10, 100) == ["one", "two"]


def test_an_accent_is_never_parted_from_its_letter() -> None:
    for line in wrap("e\u0301" * 60, "regular", 10, 20):
        assert not line.startswith("\u0301")


def test_bold_inside_a_sentence_keeps_its_face_and_the_comma_stays_with_it() -> None:
    lines = wrap_runs([("print the ", "regular"), ("census", "bold"), (", then orders", "regular")], 10, 200)
    assert lines == [[("print the ", "regular"), ("census", "bold"), (", then orders", "regular")]]
    narrow = wrap_runs([("print the ", "regular"), ("census", "bold"), (", then orders", "regular")], 10, 16)
    assert [("census", "bold"), (",", "regular")] in [line[:2] for line in narrow] or [
        ("census", "bold"), (", then", "regular")] in [line[:2] for line in narrow]  # fmt: skip


@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_paragraph_stays_in_its_column_and_says_its_height(align: str) -> None:
    inks, height = paragraph(
        20, 30, 50, [("Say the same ", "regular"), ("words", "bold"), (" to all " * 9, "italic")], 10, align=align
    )  # type: ignore[arg-type]
    assert height > 10
    for ink in inks:
        assert isinstance(ink, Text)
        assert ink.x >= 20 - 0.01
        assert ink.x + text_width_pt(ink.text, ink.face, ink.size_pt) / PT_PER_MM <= 70.01
        assert 30 < ink.y < 30 + height


@given(NAMES, st.floats(10, 60))
@settings(max_examples=80, deadline=None)
def test_fitted_text_fits_and_ellipsis_says_so(text: str, width: float) -> None:
    lines, size = fitted(text, "bold", 12, width, most_lines=2)
    assert 8 <= size <= 12
    assert len(lines) <= 2
    for line in lines:
        assert text_width_pt(line, "bold", size) <= width * PT_PER_MM + 0.01
    shown = _without_spaces("".join(lines))
    assert shown == _without_spaces(text) or shown.endswith("…")


def test_ellipsized_keeps_what_fits() -> None:
    assert ellipsized("Ward 7", "regular", 10, 80) == "Ward 7"
    assert ellipsized("W" * 200, "regular", 10, 30).endswith("W…")
