"""Shares a phone tree out over pages: what does not fit is cut at a caller, and its calls go on under a letter.

The first page holds the start of the tree, opened up as far as it goes. Every continuation is some calls of one caller;
small ones share a page.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count

from downtime.paper.phonetree_box import STRIP_MM
from downtime.paper.phonetree_layout import STUB_MM, Block, Grid, Layout, Spot, Wire
from downtime.site.phonetree import PhoneTree

SHELF_GAP_MM = 7.0


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
        layout = Layout(grid, heights, children)
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


def _filled(layout: Layout, fragment: Fragment, room_mm: float, top_mm: float) -> tuple[Block, int]:
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
