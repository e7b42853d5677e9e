"""Tables to tick and dividers: nothing is left off without a word, and what belongs together stays together."""

from __future__ import annotations

import pytest

from downtime.page.geometry import Rect
from downtime.paper.cover import Content, divider_body
from downtime.paper.ink import Ink, Text
from downtime.paper.paginate import paginate
from downtime.paper.pieces import Drawn, gap
from downtime.paper.textflow import width_mm
from downtime.paper.tick_table import Column, Row, item_pieces, table_pieces

BODY = Rect(19, 40, 180, 200)


def texts(inks: tuple[Ink, ...]) -> list[str]:
    return [ink.text for ink in inks if isinstance(ink, Text)]


def content(number: int, title: str) -> Content:
    return Content("Orders", title, f"form-{number}", "2026-11", 2, 1, number, number)


@pytest.mark.parametrize("count", [1, 5, 12, 20, 21, 60])
def test_a_divider_names_every_form_or_says_how_many_more(count: int) -> None:
    named = texts(divider_body("Orders", "", [content(n, f"Form {n}") for n in range(count)], 1, BODY))
    forms = [text for text in named if text.startswith("Form ")]
    more = [text for text in named if text.endswith("more, in the contents")]
    assert len(forms) + sum(int(text.split()[1]) for text in more) == count
    assert len(forms) == len(set(forms)) > 0


def test_a_long_title_on_a_divider_ends_in_an_ellipsis_and_inside_the_page() -> None:
    (shown,) = (t for t in texts(divider_body("Orders", "", [content(1, "Long " * 60)], 1, BODY)) if "Long" in t)
    assert shown.endswith("…")
    assert BODY.x + 18 + width_mm(shown, "regular", 12) < BODY.right


def drawn(pieces: list) -> list[Drawn]:
    return paginate(pieces, lambda _: BODY, "the test")


def test_a_few_things_stay_on_one_page_and_in_order() -> None:
    items = [(f"Thing {n}", n + 1) for n in range(9)]
    pages = drawn([*(gap(3.9) for _ in range(46)), *item_pieces("Beside", items)])
    assert [sum(t.startswith("Thing") for t in texts(page.inks)) for page in pages] in ([9], [0, 9])


def test_many_things_go_on_under_their_title() -> None:
    items = [(f"Thing {n}", n + 1) for n in range(101)]
    pages = drawn(item_pieces("Beside", items))
    assert len(pages) > 1
    assert all("Beside" in texts(page.inks) for page in pages)
    assert sorted(t for page in pages for t in texts(page.inks) if t.startswith("Thing")) == sorted(i for i, _ in items)


@pytest.mark.parametrize("under", ["", "form-1"])
def test_a_table_repeats_its_heads_and_loses_no_row(under: str) -> None:
    columns = (Column("", 8), Column("take", 12, "right"), Column("form", 0), Column("remark", 40))
    rows = [Row(str(n), f"Row {n}", under, ("",)) for n in range(70)]
    pages = drawn(table_pieces(columns, [("One", rows[:30]), ("Two", rows[30:])], BODY.w))
    assert len(pages) > 1
    assert all("take" in texts(page.inks) for page in pages)
    assert [t for page in pages for t in texts(page.inks) if t.startswith("Row ")] == [row.title for row in rows]
