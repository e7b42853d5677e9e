from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from downtime.errors import ConfigError
from downtime.page.geometry import PT_PER_MM, Rect
from downtime.paper.fonts import text_width_pt
from downtime.paper.ink import Box, Ink, Line, Polygon, Text
from downtime.paper.phonetree import TreePage, phone_tree_pages
from downtime.paper.phonetree_box import day
from downtime.site.phonetree import PhoneNode, PhoneTree, PhoneWay, Takeover

LANDSCAPE = Rect(19, 38, 250.4, 142)
PORTRAIT = Rect(19, 38, 186.9, 204)
A4_LANDSCAPE = Rect(19, 38, 268, 137)
NARROW = Rect(10, 10, 90, 150)

USUAL = (
    PhoneWay("desk", "555-0142", "", True),
    PhoneWay("mobile", "555-0163", "", False),
    PhoneWay("radio", "channel 3", "", False),
)


def make_tree(
    parents: list[int], ways: dict[int, tuple[PhoneWay, ...]] | None = None, titles: dict[int, str] | None = None,
    stale: frozenset[int] = frozenset(), script: tuple[str, ...] = (), persons: dict[int, str] | None = None,
) -> PhoneTree:  # fmt: skip
    """A tree of len(parents) + 1 nodes: node i + 1 is called by node parents[i]."""
    children: dict[int, list[int]] = {i: [] for i in range(len(parents) + 1)}
    for child, parent in enumerate(parents, start=1):
        children[parent].append(child)
    numbers = {0: "1"}
    order: list[int] = []
    waiting = [0]
    while waiting:
        at = waiting.pop()
        order.append(at)
        for place, child in enumerate(children[at], start=1):
            numbers[child] = f"{numbers[at]}.{place}"
        waiting.extend(reversed(children[at]))
    takeover = Takeover(5, "Administrator on call", "c0", (PhoneWay("mobile", "555-0101", "", False),))
    nodes = [
        PhoneNode(
            number=numbers[i],
            contact=f"c{i}",
            title=(titles or {}).get(i, f"Contact {i}"),
            person=(persons or {}).get(i, "on duty"),
            ways=(ways or {}).get(i, USUAL),
            takeover=takeover,
            verified=date(2026, 7, 2),
            stale=i in stale,
            parent=numbers[parents[i - 1]] if i else None,
            calls=tuple(numbers[child] for child in children[i]),
        )
        for i in order
    ]
    return PhoneTree(tuple(nodes), script, 90)


def bounds(ink: Ink) -> Rect:
    match ink:
        case Text():
            width = text_width_pt(ink.text, ink.face, ink.size_pt) / PT_PER_MM
            left = ink.x - {"left": 0.0, "center": width / 2, "right": width}[ink.align]
            cap = 0.67 * ink.size_pt / PT_PER_MM
            return Rect(left, ink.y - cap, width, cap)
        case Box():
            return ink.rect
        case Line():
            x, y = min(ink.x1, ink.x2), min(ink.y1, ink.y2)
            return Rect(x, y, abs(ink.x1 - ink.x2), abs(ink.y1 - ink.y2))
        case Polygon():
            xs, ys = [p[0] for p in ink.points], [p[1] for p in ink.points]
            return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def crosses(a: tuple[float, float], b: tuple[float, float], rect: Rect) -> bool:
    """Whether an upright or level line runs through the inside of a rectangle."""
    line = Rect(min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]), abs(a[1] - b[1]))
    inner = rect.inset(0.05)
    return (
        line.x < inner.right and line.right > inner.x and line.y < inner.bottom and line.bottom > inner.y
    )  # fmt: skip


def words(page: TreePage) -> list[str]:
    return [ink.text for ink in page.inks if isinstance(ink, Text)]


def check(tree: PhoneTree, body: Rect) -> list[TreePage]:
    pages = phone_tree_pages(tree, body)
    drawn = Counter(number for page in pages for number in page.boxes)
    assert drawn == Counter(node.number for node in tree.nodes)
    parents = {node.number: node.parent for node in tree.nodes}
    comes = {c.letter: c for page in pages for c in page.continuations}
    assert len(comes) == sum(len(page.continuations) for page in pages)
    called = Counter(arrow.callee for page in pages for arrow in page.arrows)
    assert called == Counter(number for number, parent in parents.items() if parent)
    for at, page in enumerate(pages, start=1):
        for one, other in combinations(page.boxes.values(), 2):
            assert not one.overlaps(other)
        for ink in page.inks:
            assert bounds(ink).within(body, 0.05), ink
        texts = [bounds(ink) for ink in page.inks if isinstance(ink, Text) and ink.text]
        for one, other in combinations(texts, 2):
            assert not one.overlaps(other, 0.02)
        for arrow in page.arrows:
            target = page.boxes[arrow.callee]
            x, y = arrow.points[-1]
            top = abs(y - target.y) < 0.01 and target.x < x < target.right
            left = abs(x - target.x) < 0.01 and target.y < y < target.bottom
            assert top or left
            x, y = arrow.points[0]
            if arrow.caller.startswith("@"):
                come = comes[arrow.caller[1:]]
                assert come.caller == parents[arrow.callee]
                assert come.on_page == at
            else:
                assert arrow.caller == parents[arrow.callee]
                source = page.boxes[arrow.caller]
                assert abs(y - source.bottom) < 0.01
                assert source.x < x < source.right
            for a, b in pairwise(arrow.points):
                assert a[0] == pytest.approx(b[0]) or a[1] == pytest.approx(b[1])
                for number, rect in page.boxes.items():
                    assert not crosses(a, b, rect), (arrow, number)
        for come in page.continuations:
            assert come.from_page == at
            assert f"continues on page {come.on_page} as {come.letter}" in words(page)
            there = pages[come.on_page - 1]
            assert come.letter in there.title_suffix.removeprefix("continued: ").split(", ")
            assert come.letter in words(there)
            assert any(text.startswith("from ") and text.endswith(f"page {at}") for text in words(there))
    return pages


@st.composite
def trees(draw: st.DrawFn) -> PhoneTree:
    shape = draw(st.sampled_from(["random", "fan", "chain", "bushy"]))
    count = draw(st.integers(0, 45))
    parents = [
        {"fan": 0, "chain": child, "bushy": child // 4, "random": draw(st.integers(0, child))}[shape]
        for child in range(count)
    ]
    name = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=200)
    texts = name.map(str.strip).filter(bool) | st.sampled_from(
        ["W" * 200, "**x** <b>{{ 1 }}", "محمد علي", "Nguyễn Thị"]
    )
    way = st.builds(
        PhoneWay, st.sampled_from(["desk", "red phone", "overhead", "in person"]),
        st.sampled_from(["555-0142", "channel 3", "7-0142 ext 12345678901234567890123456"]) | texts,
        st.just("") | texts, st.booleans(),
    )  # fmt: skip
    odd = draw(st.lists(st.integers(0, count), max_size=4, unique=True))
    return make_tree(
        parents,
        ways={i: tuple(draw(st.lists(way, min_size=1, max_size=6))) for i in odd},
        titles={i: draw(texts) for i in odd},
        persons={i: draw(texts) for i in odd},
        stale=frozenset(draw(st.lists(st.integers(0, count), max_size=3))),
        script=tuple(draw(st.lists(texts, max_size=12))),
    )


@given(trees(), st.sampled_from([LANDSCAPE, PORTRAIT, A4_LANDSCAPE, NARROW]))
@settings(max_examples=60, deadline=None)
def test_any_tree_is_drawn_whole_inside_the_page_and_without_overlap(tree: PhoneTree, body: Rect) -> None:
    check(tree, body)


@pytest.mark.parametrize("body", [LANDSCAPE, PORTRAIT])
@pytest.mark.parametrize(
    "parents",
    [[], [0] * 40, list(range(60)), [child // 5 for child in range(299)], [0] * 299, [0] * 150 + list(range(1, 150))],
    ids=["one contact", "fan of 40", "chain of 61", "300 in fives", "fan of 299", "fan and long branches"],
)
def test_large_trees(parents: list[int], body: Rect) -> None:
    check(make_tree(parents), body)


def test_a_small_tree_stands_on_one_page_with_the_caller_above_whom_it_calls() -> None:
    [page] = check(make_tree([0, 0, 0, 1, 2]), LANDSCAPE)
    assert page.title_suffix == ""
    assert not page.continuations
    for arrow in page.arrows:
        assert page.boxes[arrow.caller].bottom < page.boxes[arrow.callee].y


def test_every_box_says_how_whom_and_what_then() -> None:
    [page] = check(make_tree([0], stale=frozenset({1})), LANDSCAPE)
    text = words(page)
    for word in ("555-0142", "channel 3", "1.1", "Contact 1", "reached at", "verified 02 JUL 2026",
                 "last verified 02 JUL 2026", "STALE", "Network down: use 2, 3"):  # fmt: skip
        assert word in text
    assert any("555-0101" in line for line in text)
    assert any(line.startswith("No answer: 5 min, then") for line in text)
    assert text.count("STALE") == 1


def test_numbers_to_dial_are_never_cut() -> None:
    long = "+49 (0)30 1234567890 1234567890 ext 1234"
    ways = tuple(PhoneWay("red phone", long, "W" * 200, False) for _ in range(3))
    for body in (LANDSCAPE, PORTRAIT, NARROW):
        [page] = check(make_tree([], ways={0: ways}, titles={0: "W" * 200}), body)
        assert "".join(words(page)).replace(" ", "").count(long.replace(" ", "")) == 3


def test_the_script_is_on_the_first_page_only() -> None:
    pages = check(make_tree([0] * 40, script=("Say this: ____",)), LANDSCAPE)
    assert [("Say this: ____" in words(page)) for page in pages] == [True] + [False] * (len(pages) - 1)
    assert "What is down: ________________" in " ".join(words(check(make_tree([]), LANDSCAPE)[0]))


def test_page_numbers_begin_where_they_are_told_to() -> None:
    pages = phone_tree_pages(make_tree([0] * 20), LANDSCAPE, first_page=7)
    assert "continues on page 8 as A" in words(pages[0])


def test_more_ways_than_a_page_holds_is_an_error() -> None:
    ways = tuple(PhoneWay("mobile", f"555-01{i:02}", "", False) for i in range(60))
    with pytest.raises(ConfigError, match=r"c1.*60 ways"):
        phone_tree_pages(make_tree([0], ways={1: ways}), LANDSCAPE)


def test_dates_do_not_depend_on_the_language_of_the_computer() -> None:
    assert day(date(2026, 5, 3)) == "03 MAY 2026"
