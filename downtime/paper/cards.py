"""Procedure cards on paper: framed phases, a box to tick and a line for the time beside each act.

A card gets the largest type, from 12 down to 10 pt, that needs no more pages than the smallest would. A
section stays on one page where it can; a section longer than a page goes on under its own name, “continued”.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from downtime.errors import ConfigError, Finding, Level
from downtime.library.procedures import Procedure
from downtime.page.geometry import Rect
from downtime.paper.card_rows import HEAD_MM, Row, head_inks, rows_of
from downtime.paper.ink import HEAVY_PT, STRUCTURE_PT, Box, Ink, moved
from downtime.paper.richtext import Block, Heading, Item, parse_markdown

SIZES_PT = (12.0, 11.5, 11.0, 10.5)
LEAST_PT = 10.0
GAP_MM = 2.5
FOOT_MM = 0.8
COLUMN_GAP_MM = 5.0
TWO_COLUMNS_FROM_MM = 220.0
SIDE_BY_SIDE_FROM_MM = 150.0
MAX_PAGES = 40
_BADGE = re.compile(r"(P[0-4]|R)\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Section:
    """One framed part of a card: its badge (P0 … P4, R), its heading and its rows."""

    badge: str
    heading: str
    rows: tuple[Row, ...]

    @property
    def height_mm(self) -> float:
        """The height of the whole frame."""
        return HEAD_MM + sum(row.height_mm for row in self.rows) + FOOT_MM


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a card as written: its heading and the blocks under it."""

    heading: str
    blocks: tuple[Block, ...]

    @property
    def timed(self) -> bool:
        """Whether acts with a time stand in it."""
        return any(isinstance(block, Item) and block.task for block in self.blocks)


def card_pages(
    procedure: Procedure, context: Mapping[str, object], body: Rect, continuation_body: Rect
) -> list[list[Ink]]:
    """Lay a procedure card out for one department; gives the ink of each page.

    `body` is the room on the first page, `continuation_body` on the others; a wide body gets two columns.
    Raises ConfigError with the template's file and line for whatever cannot be printed.
    """
    blocks = parse_markdown(procedure.rendered(context))
    if not blocks:
        raise ConfigError(
            findings=[Finding(procedure.shown_as, procedure.first_line, Level.ERROR, "the card prints nothing")]
        )
    best = _paginated(blocks, LEAST_PT, body, continuation_body)
    for size_pt in SIZES_PT:
        pages = _paginated(blocks, size_pt, body, continuation_body)
        if len(pages) <= len(best):
            best = pages
            break
    if len(best) > MAX_PAGES:
        raise ConfigError(
            findings=[
                Finding(
                    procedure.shown_as, procedure.first_line, Level.ERROR, f"the card has {len(best)} pages",
                    f"nobody reads more than {MAX_PAGES}", "look for a loop that runs too often",
                )
            ]
        )  # fmt: skip
    return best


def _paginated(blocks: Sequence[Block], size_pt: float, body: Rect, continuation_body: Rect) -> list[list[Ink]]:
    wide = body.w >= TWO_COLUMNS_FROM_MM
    tallest = min(body.h, continuation_body.h)
    pages: list[list[Ink]] = []
    columns: list[Rect] = []
    column = Rect(0, 0, 0, 0)
    y = 0.0

    def next_column() -> None:
        nonlocal column, columns, y
        if not columns:
            columns = _columns(continuation_body if pages else body, wide)
            pages.append([])
        column, *columns = columns
        y = column.y

    next_column()
    for shelf in _shelves(list(_parts(blocks)), column.w, size_pt, tallest):
        height = max(section.height_mm for section in shelf)
        if y > column.y and height > column.bottom - y and height <= tallest:
            next_column()
        if len(shelf) > 1:
            for section, place in zip(shelf, _columns(column, two=True, gap_mm=GAP_MM), strict=True):
                pages[-1] += _framed(section, section.rows, Rect(place.x, y, place.w, height), False, size_pt)
            y += height + GAP_MM
            continue
        rows, continued = list(shelf[0].rows), False
        while rows:
            count = _how_many(rows, column.bottom - y - HEAD_MM - FOOT_MM)
            if not count and y > column.y:
                next_column()
                continue
            count = max(count, 1)
            height = HEAD_MM + sum(row.height_mm for row in rows[:count]) + FOOT_MM
            pages[-1] += _framed(shelf[0], rows[:count], Rect(column.x, y, column.w, height), continued, size_pt)
            y += height + GAP_MM
            rows, continued = rows[count:], True
            if rows:
                next_column()
    return pages


def _shelves(parts: Sequence[Part], width_mm: float, size_pt: float, tallest_mm: float) -> Iterator[list[Section]]:
    """Sections as they go down the page: two neighbours without acts stand side by side where they fit."""
    half = (width_mm - GAP_MM) / 2
    at = 0
    while at < len(parts):
        pair = parts[at : at + 2]
        if width_mm >= SIDE_BY_SIDE_FROM_MM and len(pair) == 2 and not any(part.timed for part in pair):
            shelf = [_section(part, half, size_pt) for part in pair]
            if all(section.height_mm <= tallest_mm for section in shelf):
                yield shelf
                at += 2
                continue
        yield [_section(parts[at], width_mm, size_pt)]
        at += 1


def _columns(body: Rect, two: bool, gap_mm: float = COLUMN_GAP_MM) -> list[Rect]:
    if not two:
        return [body]
    width = (body.w - gap_mm) / 2
    return [Rect(body.x, body.y, width, body.h), Rect(body.right - width, body.y, width, body.h)]


def _how_many(rows: Sequence[Row], room_mm: float) -> int:
    """How many rows fit; a row that leads the next one does not stand last."""
    used, count = 0.0, 0
    for row in rows:
        used += row.height_mm
        if used > room_mm:
            break
        count += 1
    while 0 < count < len(rows) and rows[count - 1].leads:
        count -= 1
    return count


def _parts(blocks: Iterable[Block]) -> Iterator[Part]:
    heading: Heading | None = None
    held: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            if heading or held:
                yield Part(heading.text if heading else "", tuple(held))
            heading, held = block, []
        else:
            held.append(block)
    yield Part(heading.text if heading else "", tuple(held))


def _section(part: Part, width_mm: float, size_pt: float) -> Section:
    match = _BADGE.match(part.heading)
    rest = part.heading[match.end() :] if match else part.heading
    rows = [row for block in part.blocks for row in rows_of(block, width_mm, size_pt)]
    # A heading with nothing under it still shows: a nurse wonders less about an empty frame than about a missing one.
    return Section(match[1] if match else "", rest.lstrip("·–- "), tuple(rows) or (Row(FOOT_MM, ()),))


def _framed(section: Section, rows: Sequence[Row], frame: Rect, continued: bool, size_pt: float) -> list[Ink]:
    inks: list[Ink] = []
    y = frame.y + HEAD_MM
    for number, row in enumerate(rows, start=1):
        ruled = (row.rule,) if row.rule and number < len(rows) else ()
        inks += moved((*row.inks, *ruled), frame.x, y)
        y += row.height_mm
    timed = any(row.task for row in rows)
    heading = section.heading + (" (continued)" if continued else "")
    weight = HEAVY_PT if timed and not section.badge else STRUCTURE_PT  # the first acts stand out
    return [*head_inks(section.badge, heading, frame, timed, size_pt), *inks, Box(frame, stroke_pt=weight)]
