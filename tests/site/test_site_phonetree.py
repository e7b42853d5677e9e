"""The phone tree: either a finding, or everybody exactly once."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downtime.errors import ConfigError
from downtime.site.contacts import Contact
from downtime.site.department import PhoneTreeSpec
from downtime.site.phonetree import build_phone_tree, tree_problems

TODAY = date(2026, 11, 23)


def contact(
    name: str, *, ways: list[dict[str, str]] | None = None, then: str = "", verified: str = "2026-11-01"
) -> Contact:
    answer = {"after_minutes": "5", **({"then": then} if then else {"do": "send a runner"})}
    return Contact.model_validate(
        {
            "title": f"Title of {name}",
            "ways": ways or [{"by": "mobile", "number": "555-0100"}],
            "no_answer": answer,
            "verified": verified,
        }
    )


def spec(start: str, calls: dict[str, list[str]], **more: object) -> PhoneTreeSpec:
    return PhoneTreeSpec.model_validate({"start": start, "calls": calls, **more})


NAMES = ["a", "b", "c", "d", "e", "f"]


@given(
    start=st.sampled_from(NAMES),
    calls=st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=4), max_size=6),
    known=st.sets(st.sampled_from(NAMES), min_size=4),
)
def test_any_graph_is_refused_or_drawn_with_everybody_once(
    start: str, calls: dict[str, list[str]], known: set[str]
) -> None:
    tree_spec = spec(start, calls)
    contacts = {name: contact(name) for name in known}
    named = {start, *calls, *(to for called in calls.values() for to in called)}
    edges = [(who, to) for who, called in calls.items() for to in called]
    # A tree, told without looking at the code: one edge fewer than names, and all can be reached from the start.
    reached = {start}
    for _ in NAMES:
        reached |= {to for who, to in edges if who in reached}
    is_tree = named <= known and len(edges) == len(named) - 1 and reached == named

    problems = tree_problems(tree_spec, contacts)
    assert bool(problems) != is_tree
    if problems:
        with pytest.raises(ConfigError):
            build_phone_tree(tree_spec, contacts, today=TODAY, stale_after_days=90)
        return
    tree = build_phone_tree(tree_spec, contacts, today=TODAY, stale_after_days=90)
    assert sorted(node.contact for node in tree.nodes) == sorted(named)
    numbers = [node.number for node in tree.nodes]
    assert len(set(numbers)) == len(numbers)
    assert numbers == sorted(numbers)
    for node in tree.nodes:
        assert [child.contact for child in tree.children(node)] == calls.get(node.contact, [])
        assert all(child.parent == node.number for child in tree.children(node))


def test_numbers_can_be_called_out_over_a_radio() -> None:
    tree = build_phone_tree(
        spec("a", {"a": ["b", "c"], "c": ["d"]}, script=["Paper from now"]),
        {name: contact(name) for name in "abcd"},
        today=TODAY,
        stale_after_days=90,
    )
    assert [(node.number, node.contact, node.depth) for node in tree.nodes] == [
        ("1", "a", 0),
        ("1.1", "b", 1),
        ("1.2", "c", 1),
        ("1.2.1", "d", 2),
    ]
    assert tree.start.calls == ("1.1", "1.2")
    assert tree.script == ("Paper from now",)


@pytest.mark.parametrize(("verified", "stale"), [("2026-08-25", False), ("2026-08-24", True), ("2026-11-23", False)])
def test_a_number_is_stale_the_day_after_the_limit(verified: str, stale: bool) -> None:
    tree = build_phone_tree(spec("a", {}), {"a": contact("a", verified=verified)}, today=TODAY, stale_after_days=90)
    assert tree.start.stale is stale


def test_ways_keep_their_order_and_say_what_they_need() -> None:
    ways = [
        {"by": "desk", "number": "555-0101"},
        {"by": "red-phone", "number": "7-0101"},
        {"by": "pager", "number": "0101", "note": "after 1900"},
        {"by": "radio", "channel": "3"},
        {"by": "radio", "channel": "EMS base"},
        {"by": "overhead", "words": "Team A"},
        {"by": "runner", "place": "room 4"},
    ]
    tree = build_phone_tree(spec("a", {}), {"a": contact("a", ways=ways)}, today=TODAY, stale_after_days=90)
    assert [(way.label, way.text, way.over_network) for way in tree.start.ways] == [
        ("desk", "555-0101", True),
        ("red phone", "7-0101", False),
        ("pager", "0101", True),
        ("radio", "channel 3", False),
        ("radio", "EMS base", False),
        ("overhead", "“Team A”", True),
        ("runner", "room 4", False),
    ]
    assert tree.start.ways[2].note == "after 1900"


@pytest.mark.parametrize(
    ("way", "works"),
    [
        ({"by": "desk", "number": "555-0101"}, False),
        ({"by": "desk", "number": "555-0101", "analogue": "yes"}, True),
        ({"by": "pager", "number": "555-0101"}, False),
        ({"by": "pager", "number": "555-0101", "network": "no"}, True),
        ({"by": "overhead", "words": "x"}, False),
        ({"by": "overhead", "words": "x", "network": "no"}, True),
        ({"by": "mobile", "number": "555-0101"}, True),
        ({"by": "satellite", "number": "555-0101"}, True),
        ({"by": "in-person", "place": "here"}, True),
    ],
)
def test_each_contact_has_a_way_that_does_not_run_over_the_network(way: dict[str, str], works: bool) -> None:
    problems = tree_problems(spec("a", {}), {"a": contact("a", ways=[way])})
    assert [problem.path for problem in problems] == ([] if works else [("contacts", "a", "ways")])


def test_the_deputy_is_shown_with_the_ways_to_reach_him() -> None:
    contacts = {"a": contact("a", then="b"), "b": contact("b")}
    tree = build_phone_tree(spec("a", {}), contacts, today=TODAY, stale_after_days=90)
    assert tree.start.takeover.contact == "b"
    assert tree.start.takeover.title == "Title of b"
    assert tree.start.takeover.ways[0].text == "555-0100"


def test_at_the_end_of_the_line_stand_words() -> None:
    tree = build_phone_tree(spec("a", {}), {"a": contact("a")}, today=TODAY, stale_after_days=90)
    assert (tree.start.takeover.title, tree.start.takeover.contact) == ("send a runner", None)


def test_the_tree_speaks_for_contacts_without_a_deputy_of_their_own() -> None:
    silent = contact("a").model_copy(update={"no_answer": None})
    other = contact("b").model_copy(update={"no_answer": None})
    answer = {"after_minutes": "7", "then": "b"}
    contacts = {"a": silent, "b": other}
    tree = build_phone_tree(spec("a", {}, no_answer=answer), contacts, today=TODAY, stale_after_days=90)
    assert tree.start.takeover.after_minutes == 7
    assert [p.what for p in tree_problems(spec("a", {"a": ["b"]}, no_answer=answer), contacts)] == [
        "phone_tree.no_answer: b would take over from itself"
    ]


def test_a_circle_apart_from_the_start_is_told_once() -> None:
    contacts = {name: contact(name) for name in "abcd"}
    problems = tree_problems(spec("a", {"b": ["c"], "c": ["d"], "d": ["b"]}), contacts)
    assert [problem.what for problem in problems] == ["phone_tree goes round in a circle: b calls c calls d calls b"]


def test_a_long_chain_is_no_problem() -> None:
    names = [f"n{at}" for at in range(300)]
    calls = {one: [two] for one, two in itertools.pairwise(names)}
    tree = build_phone_tree(
        spec("n0", calls), {name: contact(name) for name in names}, today=TODAY, stale_after_days=90
    )
    assert len(tree.nodes) == 300
