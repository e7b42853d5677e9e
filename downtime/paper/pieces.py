"""Pieces of a form between definition and page: each knows its height and how to draw itself in a rectangle."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox
from downtime.paper.ink import Ink


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a piece puts on the page: ink that is the same on every copy, places to write, and what does not fit."""

    inks: tuple[Ink, ...] = ()
    fields: tuple[FieldBox, ...] = ()
    notes: tuple[str, ...] = ()


class Sketch:
    """Collects ink and fields while a piece is drawn, then becomes a `Drawn`."""

    def __init__(self) -> None:
        self.inks: list[Ink] = []
        self.fields: list[FieldBox] = []
        self.notes: list[str] = []

    def ink(self, *inks: Ink) -> None:
        """Add ink."""
        self.inks.extend(inks)

    def add(self, drawn: Drawn) -> None:
        """Add what another piece drew."""
        self.inks.extend(drawn.inks)
        self.fields.extend(drawn.fields)
        self.notes.extend(drawn.notes)

    def done(self) -> Drawn:
        """The finished drawing."""
        return Drawn(tuple(self.inks), tuple(self.fields), tuple(self.notes))


Draw = Callable[[Rect], Drawn]


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that stands on one page as a whole.

    `head` is drawn again when a following piece of the same `group` starts a new page; `keep_with_next` ties a heading
    to what it heads; `more` makes further pieces of the same kind, to fill a page (empty rows of a log);
    `stretch` says that spare height may go into this piece.
    """

    height: float
    draw: Draw
    group: str = ""
    head: Piece | None = None
    keep_with_next: bool = False
    stretch: bool = False
    more: Callable[[int], Piece] | None = field(default=None, compare=False)
    breaks_page: bool = False


def page_break() -> Piece:
    """A piece of no height after which a new page starts."""
    return Piece(0, lambda _rect: Drawn(), breaks_page=True)


def gap(mm: float) -> Piece:
    """White space."""
    return Piece(mm, lambda _rect: Drawn())


def stacked(pieces: Iterable[Piece]) -> Piece:
    """Several pieces under one another as one that never breaks; spare height goes into those that may stretch."""
    parts = [piece for piece in pieces if not piece.breaks_page]
    needed = sum(part.height for part in parts)
    stretching = sum(part.height for part in parts if part.stretch)

    def draw(rect: Rect) -> Drawn:
        sketch = Sketch()
        factor = 1 + max(rect.h - needed, 0) / stretching if stretching else 1.0
        y = rect.y
        for part in parts:
            height = part.height * factor if part.stretch else part.height
            sketch.add(part.draw(Rect(rect.x, y, rect.w, height)))
            y += height
        return sketch.done()

    return Piece(needed, draw, stretch=stretching > 0)


def side_by_side(columns: list[tuple[float, Piece]], gutter_mm: float) -> Piece:
    """Pieces next to one another; each has a share of the width."""
    total = sum(share for share, _ in columns)

    def draw(rect: Rect) -> Drawn:
        sketch = Sketch()
        room = rect.w - gutter_mm * (len(columns) - 1)
        x = rect.x
        for share, piece in columns:
            width = room * share / total
            sketch.add(piece.draw(Rect(x, rect.y, width, rect.h if piece.stretch else piece.height)))
            x += width + gutter_mm
        return sketch.done()

    stretch = any(piece.stretch for _, piece in columns)
    return Piece(max(piece.height for _, piece in columns), draw, stretch=stretch)
