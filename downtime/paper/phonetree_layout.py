"""Where the boxes of a phone tree go: columns and rows on each page, and which calls go on elsewhere.

A page is `columns` wide. A caller stands centred above those it calls; its own columns belong to nobody else, so wires
never cross. Where a caller calls more leaves than it has columns, they wrap into rows, and a wire comes down the lane
left of each column. What does not fit is cut at a caller, and its calls go on elsewhere under a letter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from downtime.paper.phonetree_box import STRIP_MM
from downtime.site.phonetree import PhoneTree

BUS_MM = 6.4
ROW_GAP_MM = 4.0
LANE_MM = 4.5
STUB_MM = 11.0
SHELF_GAP_MM = 7.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """The top-left corner of a box; `key` is a node's number, or a continuation's letter behind an @."""

    key: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Wire:
    """An arrow from the caller's lower edge to the called one's upper or left edge."""

    caller: str
    callee: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Boxes and wires that stand together, from (0, 0)."""

    columns: int
    height_mm: float
    spots: tuple[Spot, ...] = ()
    wires: tuple[Wire, ...] = ()

    def moved(self, dx: float, dy: float) -> Block:
        """The same block, shifted; its height stays."""
        spots = tuple(Spot(spot.key, spot.x + dx, spot.y + dy) for spot in self.spots)
        wires = tuple(replace(wire, points=tuple((x + dx, y + dy) for x, y in wire.points)) for wire in self.wires)
        return Block(self.columns, self.height_mm, spots, wires)


@dataclass(frozen=True, slots=True)
class Fragment:
    """Some of the calls of one caller; `letter` names it, and is empty at the start of the tree."""

    caller: str
    called: tuple[str, ...]
    letter: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class PagePlan:
    """What one page holds; `cut` tells for a node or letter the letter under which its calls go on."""

    block: Block
    fragments: tuple[Fragment, ...]
    cut: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Grid:
    """The room of a page: columns, their distance, and the height."""

    columns: int
    pitch_mm: float
    height_mm: float

    @property
    def box_mm(self) -> float:
        """The width of a box."""
        return self.pitch_mm - LANE_MM

    def x(self, column: float) -> float:
        """The left edge of the box in a column."""
        return column * self.pitch_mm + LANE_MM


class _Layout:
    """Lays out the calls of one caller, given which of the boxes below it are opened up here."""

    def __init__(self, grid: Grid, heights: Mapping[str, float], children: Mapping[str, tuple[str, ...]]) -> None:
        self.grid, self.heights, self.children = grid, heights, children
        self.opened: dict[str, tuple[str, ...]] = {}
        self._known: dict[str, list[Block | None]] = {}

    def height(self, key: str) -> float:
        """The height of a box, with its strip where its calls go on elsewhere."""
        return self.heights[key] + (STRIP_MM if self.children.get(key) and key not in self.opened else 0)

    def under(self, caller: str, caller_mm: float, called: Sequence[str], extra_mm: float = 0) -> Block | None:
        """The caller above all it calls here, in as many columns as the grid has; None if it cannot be."""
        self._known = {}
        forest = self._forest(called, self.grid.columns)
        return forest and self._topped(caller, caller_mm, forest, called, extra_mm)

    def _node(self, key: str, columns: int) -> Block | None:
        known = self._known.setdefault(key, [None] * (self.grid.columns + 1))
        found = known[columns]
        if found is None:
            if key in self.opened:
                forest = self._forest(self.opened[key], columns)
                found = forest and self._topped(key, self.heights[key], forest, self.opened[key])
            else:
                found = Block(1, self.height(key), (Spot(key, self.grid.x(0), 0),))
            known[columns] = found
        return found

    def _topped(
        self, caller: str, caller_mm: float, forest: Block, called: Sequence[str], extra_mm: float = 0
    ) -> Block:
        """A caller centred above a forest, with a wire to each box that it calls."""
        grid = self.grid
        x = grid.x((forest.columns - 1) / 2)
        middle = x + grid.box_mm / 2
        top = caller_mm + extra_mm + BUS_MM
        bus = top - BUS_MM / 2
        lower = forest.moved(0, top)
        places = {spot.key: spot for spot in lower.spots}
        wires = list(lower.wires)
        for key in called:
            spot = places[key]
            if abs(spot.y - top) < 0.01:
                enter = spot.x + grid.box_mm / 2
                turns = [] if abs(enter - middle) < 0.01 else [(middle, bus), (enter, bus)]
                points = [(middle, caller_mm), *turns, (enter, spot.y)]
            else:
                lane, height = spot.x - LANE_MM * 0.7, spot.y + 3.4
                points = [(middle, caller_mm), (middle, bus), (lane, bus), (lane, height), (spot.x, height)]
            wires.append(Wire(caller, key, tuple(points)))
        return Block(forest.columns, top + forest.height_mm, (Spot(caller, x, 0), *lower.spots), tuple(wires))

    def _forest(self, keys: Sequence[str], columns: int) -> Block | None:
        """Boxes under one caller: side by side, or, where none of them is opened, in rows; the lower of the two."""
        beside = self._beside(keys, columns) if len(keys) <= columns else None
        if beside is not None or any(key in self.opened for key in keys):
            # Rows of unopened boxes side by side are a row already.
            return beside
        return self._rows(keys, columns)

    def _rows(self, keys: Sequence[str], columns: int) -> Block:
        rows = -(-len(keys) // columns)
        across = -(-len(keys) // rows)
        spots: list[Spot] = []
        y = 0.0
        for start in range(0, len(keys), across):
            row = keys[start : start + across]
            spots += [Spot(key, self.grid.x(at), y) for at, key in enumerate(row)]
            y += max(map(self.height, row)) + ROW_GAP_MM
        return Block(across, y - ROW_GAP_MM, tuple(spots))

    def _beside(self, keys: Sequence[str], columns: int) -> Block | None:
        """Side by side, the columns shared out so that the highest is as low as can be, then as narrow as can be."""
        best: dict[int, tuple[float, tuple[Block, ...]]] = {0: (0.0, ())}
        for left, key in enumerate(keys, start=1):
            fuller: dict[int, tuple[float, tuple[Block, ...]]] = {}
            for used, (height, blocks) in best.items():
                for room in range(1, columns - used - (len(keys) - left) + 1):
                    block = self._node(key, room)
                    if block is None:
                        continue
                    total, higher = used + block.columns, max(height, block.height_mm)
                    if total not in fuller or higher < fuller[total][0]:
                        fuller[total] = (higher, (*blocks, block))
            best = fuller
        if not best:
            return None
        height, total = min((height, total) for total, (height, _) in best.items())
        spots: list[Spot] = []
        wires: list[Wire] = []
        at = 0
        for block in best[total][1]:
            here = block.moved(at * self.grid.pitch_mm, 0)
            spots += here.spots
            wires += here.wires
            at += block.columns
        return Block(total, height, tuple(spots), tuple(wires))


def plan_pages(
    tree: PhoneTree, heights: Mapping[str, float], grid: Grid, top_mm: float, above_mm: float
) -> list[PagePlan]:
    """Share a tree out over pages.

    The first page begins `above_mm` lower, and its caller's row is at least `top_mm` high (the script stands there).
    """
    children = {node.number: node.calls for node in tree.nodes}
    letters = (_letter(number) for number in count())
    waiting = deque([Fragment(tree.start.number, tree.start.calls)])
    pages: list[PagePlan] = []
    shelf = _Shelves(grid)
    while waiting:
        fragment = waiting.popleft()
        layout = _Layout(grid, heights, children)
        first = not fragment.letter
        room = grid.height_mm - (above_mm if first else 0)
        block, taken = _filled(layout, fragment, room, top_mm if first else 0)
        cut: dict[str, str] = {}
        rest = fragment.called[taken:]
        key = "@" + fragment.letter if fragment.letter else fragment.caller
        if rest:
            cut[key] = next(letters)
            waiting.append(Fragment(fragment.caller, rest, cut[key], after=fragment.letter))
        for spot in block.spots:
            if spot.key != key and children.get(spot.key) and spot.key not in layout.opened:
                cut[spot.key] = next(letters)
                waiting.append(Fragment(spot.key, children[spot.key], cut[spot.key]))
        if first:
            dx = (grid.columns - block.columns) / 2 * grid.pitch_mm
            pages.append(PagePlan(block.moved(dx, above_mm), (fragment,), cut))
        else:
            shelf.add(block, replace(fragment, called=fragment.called[:taken]), cut)
    return pages + shelf.pages()


def _filled(layout: _Layout, fragment: Fragment, room_mm: float, top_mm: float) -> tuple[Block, int]:
    """As many of the fragment's calls as the room holds, opened up from the top as far as the room goes."""
    caller = "@" + fragment.letter if fragment.letter else fragment.caller
    own = STUB_MM if fragment.letter else layout.heights[caller]

    def block(taken: int) -> Block | None:
        height = own + (STRIP_MM if taken < len(fragment.called) else 0)
        if not taken:
            return Block(1, height, (Spot(caller, layout.grid.x(0), 0),))
        return layout.under(caller, height, fragment.called[:taken], max(0.0, top_mm - height))

    taken = min(len(fragment.called), layout.grid.columns * 12)
    best = block(taken)
    while taken and (best is None or best.height_mm > room_mm):
        taken -= 1
        best = block(taken)
    if best is None:  # block(0) is never None
        raise RuntimeError("a caller alone must fit")
    tries = deque(fragment.called[:taken])
    while tries:
        key = tries.popleft()
        if layout.children.get(key):
            layout.opened[key] = layout.children[key]
            opened = block(taken)
            if opened is None or opened.height_mm > room_mm:
                del layout.opened[key]
            else:
                best = opened
                tries.extend(layout.children[key])
    return best, taken


class _Shelves:
    """Puts continuations side by side, then below, then on a new page."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._pages: list[list[list[tuple[Block, Fragment, dict[str, str]]]]] = []

    def add(self, block: Block, fragment: Fragment, cut: dict[str, str]) -> None:
        """Put a block behind the others, on the last page if it fits there."""
        entry = (block, fragment, cut)
        if self._pages:
            shelves = self._pages[-1]
            above = sum(max(held.height_mm for held, _, _ in shelf) + SHELF_GAP_MM for shelf in shelves[:-1])
            used = sum(held.columns for held, _, _ in shelves[-1])
            tall = max(held.height_mm for held, _, _ in shelves[-1])
            if used + block.columns <= self.grid.columns and above + block.height_mm <= self.grid.height_mm:
                shelves[-1].append(entry)
                return
            if above + tall + SHELF_GAP_MM + block.height_mm <= self.grid.height_mm:
                shelves.append([entry])
                return
        self._pages.append([[entry]])

    def pages(self) -> list[PagePlan]:
        """The pages that have come together."""
        return [self._page(shelves) for shelves in self._pages]

    def _page(self, shelves: list[list[tuple[Block, Fragment, dict[str, str]]]]) -> PagePlan:
        spots: list[Spot] = []
        wires: list[Wire] = []
        fragments: list[Fragment] = []
        cut: dict[str, str] = {}
        y = 0.0
        for shelf in shelves:
            at = (self.grid.columns - sum(block.columns for block, _, _ in shelf)) / 2
            for block, fragment, its_cut in shelf:
                here = block.moved(at * self.grid.pitch_mm, y)
                spots += here.spots
                wires += here.wires
                fragments.append(fragment)
                cut |= its_cut
                at += block.columns
            y += max(block.height_mm for block, _, _ in shelf) + SHELF_GAP_MM
        return PagePlan(Block(self.grid.columns, y - SHELF_GAP_MM, tuple(spots), tuple(wires)), tuple(fragments), cut)


def _letter(number: int) -> str:
    """A, B, … Z, AA, AB …; without I and O, which are read as 1 and 0."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, len(letters))
        name = letters[rest] + name
    return name
