"""The cover of a packet: what to do first, what is inside and how many, and the inventory to tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from downtime.page.geometry import Rect
from downtime.paper.header import fitted_text
from downtime.paper.ink import STRUCTURE_PT, Box, Ink, Line, Text, bottom_of
from downtime.paper.paginate import paginate
from downtime.paper.pieces import Drawn, Piece, gap, stacked
from downtime.paper.textflow import ellipsized, wrap
from downtime.paper.tick_table import Column, Row, item_pieces, signing_piece, table_pieces

BANNER_MM = 20.0
_CONTENT_COLUMNS = (
    Column("", 8), Column("copies", 12, "right"), Column("what", 0), Column("form and revision", 52),
    Column("pages", 24, "right"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """One line of the contents: a document, how many copies, and the pages of the packet where they stand."""

    section: str
    title: str
    id: str
    revision: str
    copies: int
    pages: int
    first_page: int
    last_page: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class CoverWords:
    """What the cover says of the box."""

    department: str
    box: str
    location: str
    second_location: str
    use_until: str
    sides: str
    replaces: str


def cover_bodies(
    words: CoverWords,
    acts: Sequence[list[Ink]],
    contents: Sequence[Content],
    supplies: Sequence[tuple[str, int]],
    body: Rect,
) -> list[tuple[Ink, ...]]:
    """The ink of the cover's pages: banner, the pages of first acts, contents, supplies, seal."""
    pages: list[list[Ink]] = [[*_banner(words, body), *acts[0]], *(list(page) for page in acts[1:])]
    below = bottom_of(pages[-1]) + 6
    pieces = [
        *_content_pieces(contents, body),
        gap(4),
        *item_pieces("Beside the paper, in the box", supplies, name="supplies"),
        gap(4),
        *_seal_pieces(words, body),
    ]
    rest = paginate(
        pieces,
        lambda number: Rect(body.x, below, body.w, body.bottom - below) if number == 0 else body,
        "the cover",
    )
    pages[-1] += rest[0].inks
    pages += [list(drawn.inks) for drawn in rest[1:]]
    return [tuple(page) for page in pages]


def acts_body(body: Rect) -> Rect:
    """The room for the first acts on the cover's first page, under the banner."""
    top = body.y + BANNER_MM + 3
    return Rect(body.x, top, body.w, body.bottom - top)


def _banner(words: CoverWords, body: Rect) -> list[Ink]:
    bar = Rect(body.x, body.y, body.w, BANNER_MM)
    lines = [f"Box {words.box}  ·  {words.location}"]
    if words.second_location:
        lines[0] += f"  ·  second box: {words.second_location}"
    name, name_pt = fitted_text(words.department, "bold", 22, bar.w - 62, 12)
    place, place_pt = fitted_text(lines[0], "regular", 11, bar.w - 8, 8)
    inks: list[Ink] = [
        Box(bar, None, fill=0.0),
        Text(bar.x + 4, bar.y + 8.6, name, name_pt, "bold", gray=1.0),
        Text(bar.x + 4, bar.y + 15.6, place, place_pt, gray=1.0),
        Text(bar.right - 4, bar.y + 6.0, "use until", 9, "regular", "right", gray=1.0),
        Text(bar.right - 4, bar.y + 11.6, words.use_until, 15, "bold", "right", gray=1.0),
    ]
    return inks


def _content_pieces(contents: Sequence[Content], body: Rect) -> list[Piece]:
    """A table with a box to tick for each line, sections as bars."""
    groups = [
        (section, [_content_row(line) for line in lines])
        for section, lines in groupby(contents, key=lambda line: line.section)
    ]
    return table_pieces(_CONTENT_COLUMNS, groups, body.w, title="In this packet: count, tick, seal", name="contents")


def _content_row(line: Content) -> Row:
    title = line.title + (f"  ({line.note})" if line.note else "")
    pages = f"{line.first_page}" if line.first_page == line.last_page else f"{line.first_page} to {line.last_page}"
    return Row(str(line.copies), title, "", (f"{line.id} · {line.revision}", pages))


def _seal_pieces(words: CoverWords, body: Rect) -> list[Piece]:
    """Who counted and sealed; how the packet is meant to be printed; a ruler and tints to check the printer by."""
    notes = [
        words.sides,
        words.replaces,
        "Print at 100 % (no “fit to page”). The ruler is 100 mm: measure it, and look at the tints, on the first copy.",
    ]
    lines = [line for note in notes if note for line in wrap(note, "regular", 10, body.w)]

    def draw(at: Rect) -> Drawn:
        inks: list[Ink] = [Text(at.x, at.y + 3.8 + number * 4.8, line, 10) for number, line in enumerate(lines)]
        return Drawn((*inks, *_printer_check(at.x, at.y + 5.3 + len(lines) * 4.8)))

    def title(at: Rect) -> Drawn:
        return Drawn((Text(at.x, at.y + 4.4, "Counted and sealed", 12, "bold"),))

    boxes = signing_piece((("Seal number", 0.2), ("Counted by", 0.3), ("Checked by", 0.3), ("Date, time", 0.2)))
    return [stacked([Piece(6, title), boxes, Piece(19 + len(lines) * 4.8, draw)])]


def _printer_check(x: float, y: float) -> list[Ink]:
    inks: list[Ink] = [Line(x, y, x + 100, y, STRUCTURE_PT, 0)]
    inks += [Line(x + end, y - 2, x + end, y + 2, STRUCTURE_PT, 0) for end in (0, 50, 100)]
    inks += [Box(Rect(x + 112 + step * 9, y - 3, 8, 6), 0.25, 0.45, fill=1 - step * 0.05) for step in range(6)]
    return inks


def divider_body(section: str, note: str, lines: Sequence[Content], number: int, body: Rect) -> tuple[Ink, ...]:
    """A divider: the section's name large, a tab at the edge at its own height, and what stands behind it."""
    inks: list[Ink] = []
    tab_h = 22.0
    top = body.y + (number % 8) * (tab_h + 1.5)
    inks.append(Box(Rect(body.right - 14, top, 14, tab_h), None, fill=0.0))
    inks.append(Text(body.right - 5.2, top + tab_h / 2 + 0, str(number + 1), 20, "bold", "center", gray=1.0))
    room = body.w - 20
    y = body.y + 24
    for line in wrap(section, "bold", 34, room)[:3]:
        inks.append(Text(body.x, y, line, 34, "bold"))
        y += 14
    for line in wrap(note, "regular", 12, room) if note else []:
        inks.append(Text(body.x, y, line, 12))
        y += 6
    y += 6
    most = max(1, int((body.bottom - 6 - y) / 7.5))
    for content in lines if len(lines) <= most else lines[: most - 1]:
        inks.append(Text(body.x + 14, y, f"{content.copies} ×", 12, "bold", "right"))
        inks.append(Text(body.x + 18, y, ellipsized(content.title, "regular", 12, room - 26), 12))
        y += 7.5
    if len(lines) > most:
        inks.append(Text(body.x + 18, y, f"and {len(lines) - most + 1} more, in the contents", 12))
    return tuple(inks)
