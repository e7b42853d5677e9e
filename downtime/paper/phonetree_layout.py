"""Where the boxes of a phone tree go: a caller and those it calls, in the columns of one page.

A caller stands centred above those it calls; its own columns belong to nobody else, so wires never cross. Where a
caller calls more leaves than it has columns, they wrap into rows, and a wire comes down the lane left of each column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from downtime.paper.phonetree_box import STRIP_MM

BUS_MM = 5.6
ROW_GAP_MM = 4.0
LANE_MM = 4.5
STUB_MM = 11.0

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


class Layout:
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
