"""The phone tree on paper, drawn as a tree: who calls whom, how, ticked and timed; any size, over as many pages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from downtime.errors import ConfigError
from downtime.page.geometry import Rect
from downtime.paper.ink import STRUCTURE_PT, Box, Ink, Line, Polygon, Text
from downtime.paper.phonetree_box import (
    COMPACT,
    NORMAL,
    PAD_MM,
    STRIP_MM,
    PhoneBox,
    Style,
    measured,
    short_number,
    strip_inks,
)
from downtime.paper.phonetree_layout import (
    BUS_MM,
    ROW_GAP_MM,
    STUB_MM,
    Grid,
    Point,
    Wire,
)
from downtime.paper.phonetree_plan import PagePlan, plan_pages
from downtime.paper.phonetree_script import SCRIPT, ScriptBox
from downtime.paper.textflow import fitted, width_mm
from downtime.site.phonetree import PhoneTree

WIDE_COLUMN_MM = 57.0
NARROW_COLUMN_MM = 49.0
WIRE_PT = 1.0
ARROW_MM = 2.6


@dataclass(frozen=True, slots=True)
class Arrow:
    """One drawn arrow: from the caller (a number, or a continuation's letter behind an @) to the one called."""

    caller: str
    callee: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Continuation:
    """The calls of `caller` that go on under `letter`: marked on `from_page`, drawn on `on_page` (both from 1)."""

    letter: str
    caller: str
    from_page: int
    on_page: int


@dataclass(frozen=True, slots=True)
class TreePage:
    """One page of a phone tree: its ink, what to add to the title, and what was drawn where."""

    inks: tuple[Ink, ...]
    title_suffix: str
    boxes: dict[str, Rect]
    arrows: tuple[Arrow, ...]
    continuations: tuple[Continuation, ...]


def phone_tree_pages(
    tree: PhoneTree, body: Rect, *, continuation_body: Rect | None = None, first_page: int = 1
) -> list[TreePage]:
    """Draw a phone tree of any size; every contact stands exactly once.

    `first_page` is the number printed on the first page, for “continues on page 3 as B”. The column count that needs
    the fewest pages, then the fewest continuations, is taken; where it does not matter, the larger type.
    """
    other = continuation_body or body
    height = min(body.h, other.h)
    plans: list[tuple[Grid, dict[str, PhoneBox], list[PagePlan], ScriptBox]] = []
    counts = sorted({max(1, int(body.w // WIDE_COLUMN_MM)), max(1, int(body.w // NARROW_COLUMN_MM))})
    for style in (NORMAL, COMPACT):
        for columns in counts:
            grid = Grid(columns, min(body.w, other.w) / columns, height)
            boxes = _measured(tree, grid, style)
            script = ScriptBox(tree.script or SCRIPT, grid, body)
            heights = {key: box.height_mm for key, box in boxes.items()}
            plans.append((grid, boxes, plan_pages(tree, heights, grid, script.top_mm, script.above_mm), script))
        if min(len(plan[2]) for plan in plans) == 1:
            break
    grid, boxes, pages, script = min(plans, key=lambda plan: (len(plan[2]), sum(len(page.cut) for page in plan[2])))
    return _drawn(tree, grid, boxes, pages, script, (body, other), first_page)


def _measured(tree: PhoneTree, grid: Grid, style: Style) -> dict[str, PhoneBox]:
    # The room that is left for one box under the head of a continuation that goes on again.
    tallest = grid.height_mm - STUB_MM - 2 * STRIP_MM - BUS_MM - ROW_GAP_MM
    numbers = {node.contact: node.number for node in tree.nodes}
    boxes = {node.number: measured(node, grid.box_mm, tallest, numbers, style) for node in tree.nodes}
    for node in tree.nodes:
        if boxes[node.number].height_mm > tallest:
            raise ConfigError(
                f"contact “{node.contact}” has {len(node.ways)} ways to be reached, more than a page holds",
                why="nobody tries so many", do="keep the best few",
            )  # fmt: skip
    return boxes


def _drawn(
    tree: PhoneTree, grid: Grid, boxes: dict[str, PhoneBox], plans: list[PagePlan], script: ScriptBox,
    bodies: tuple[Rect, Rect], first_page: int,
) -> list[TreePage]:  # fmt: skip
    on_page = {
        fragment.letter: number for number, plan in enumerate(plans, first_page) for fragment in plan.fragments
    }  # fmt: skip
    marked = {letter: number for number, plan in enumerate(plans, first_page) for letter in plan.cut.values()}
    titles = {node.number: node.title for node in tree.nodes}
    pages: list[TreePage] = []
    for number, plan in enumerate(plans, first_page):
        body = bodies[0] if number == first_page else bodies[1]
        fragments = {fragment.letter: fragment for fragment in plan.fragments}
        inks: list[Ink] = [] if pages else script.drawn()
        rects: dict[str, Rect] = {}
        for wire in plan.block.wires:
            inks += _wire_inks(wire, body)
        for spot in plan.block.spots:
            letter = plan.cut.get(spot.key, "")
            strip = f"continues on page {on_page[letter]} as {letter}" if letter else ""
            if spot.key.startswith("@"):
                fragment = fragments[spot.key[1:]]
                place = Rect(body.x + spot.x, body.y + spot.y, grid.box_mm, STUB_MM)
                source = (fragment.caller, titles[fragment.caller], marked[fragment.letter], fragment.after)
                inks += _stub_inks(fragment.letter, source, place, strip)
                continue
            rect, drawn = boxes[spot.key].drawn(
                body.x + spot.x, body.y + spot.y, first=spot.key == tree.start.number, strip=strip
            )
            rects[spot.key] = rect
            inks += drawn
        names = ", ".join(fragment.letter for fragment in plan.fragments)
        pages.append(
            TreePage(
                tuple(dict.fromkeys(inks)),
                f"continued: {names}" if names else "",
                rects,
                tuple(Arrow(wire.caller, wire.callee, _placed(wire, body)) for wire in plan.block.wires),
                tuple(
                    Continuation(
                        letter, fragments[key[1:]].caller if key.startswith("@") else key, number, on_page[letter]
                    )
                    for key, letter in plan.cut.items()
                ),
            )
        )
    return pages


def _placed(wire: Wire, body: Rect) -> tuple[Point, ...]:
    return tuple((x + body.x, y + body.y) for x, y in wire.points)


def _wire_inks(wire: Wire, body: Rect) -> list[Ink]:
    points = _placed(wire, body)
    (bx, _), (tx, ty) = points[-2:]
    if abs(bx - tx) < 0.01:
        head = ((tx, ty), (tx - 1.3, ty - ARROW_MM), (tx + 1.3, ty - ARROW_MM))
        tail = (tx, ty - ARROW_MM + 0.3)
    else:
        head = ((tx, ty), (tx - ARROW_MM, ty - 1.3), (tx - ARROW_MM, ty + 1.3))
        tail = (tx - ARROW_MM + 0.3, ty)
    path = [*points[:-1], tail]
    inks: list[Ink] = [
        Line(x1, y1, x2, y2, WIRE_PT, 0.0) for (x1, y1), (x2, y2) in pairwise(path)
    ]  # fmt: skip
    return [*inks, Polygon(head)]


def _stub_inks(letter: str, source: tuple[str, str, int, str], place: Rect, strip: str) -> list[Ink]:
    """The head of a continuation: its letter, large, and whose calls these are."""
    caller, title, page, after = source
    letter_w = max(8.0, width_mm(letter, "bold", 16) + 3)
    inks: list[Ink] = [Box(Rect(place.x, place.y, letter_w, place.h), None, fill=0.0)]
    inks.append(Text(place.x + letter_w / 2, place.y + place.h / 2 + 1.95, letter, 16, "bold", "center", gray=1.0))
    x = place.x + letter_w + PAD_MM
    room = place.right - x - PAD_MM
    number = short_number(caller, 10, room * 0.4)
    lines, size = fitted(f"{number} {title}", "bold", 10, room, most_lines=2)
    # A long title takes two lines, in the small type that it has been brought to by then.
    first = 4.6 if len(lines) == 1 else 3.5
    inks += [Text(x, place.y + first + at * 3.2, line, size, "bold") for at, line in enumerate(lines)]
    where = f"from {after}, page {page}" if after else f"from page {page}"
    small, small_pt = fitted(where, "regular", 9 if len(lines) == 1 else 8, room)
    inks.append(Text(x, place.y + (9.0 if len(lines) == 1 else 9.9), small[0], small_pt))
    inks.append(Box(place, STRUCTURE_PT, fill=None))
    if strip:
        inks += strip_inks(Rect(place.x, place.bottom, place.w, STRIP_MM), strip)
    return inks
