"""The cover of a packet: what to do first, what is inside and how many, and the inventory to tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from downtime.page.geometry import Rect
from downtime.paper.header import fitted_size, fitted_text
from downtime.paper.ink import (
    HAIRLINE_GRAY,
    HAIRLINE_PT,
    LABEL_GRAY,
    STRUCTURE_PT,
    TINT,
    Align,
    Box,
    Ink,
    Line,
    Text,
    bottom_of,
)
from downtime.paper.paginate import paginate
from downtime.paper.pieces import Drawn, Piece, gap
from downtime.paper.textflow import ellipsized, wrap

ROW_MM = 6.2
TICK_MM = 4.2
BANNER_MM = 20.0


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
    rest = paginate(
        [*_content_pieces(contents, body), gap(4), *_supply_pieces(supplies, body), gap(4), *_seal_pieces(words, body)],
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
    """A table with a box to tick for each line, sections as bars; the heading stands on every page of it."""
    head = Piece(11.8, lambda at: Drawn(tuple(_content_head(at))), group="contents", keep_with_next=True)
    pieces = [head]
    section = ""
    for line in contents:
        if line.section != section:
            section = line.section
            pieces.append(_bar(section, head))
        pieces.append(Piece(ROW_MM, partial(_content_row, line), group="contents", head=head))
    return pieces


def _content_head(at: Rect) -> list[Ink]:
    inks: list[Ink] = [Text(at.x, at.y + 4.4, "In this packet: count, tick, seal", 12, "bold")]
    columns: list[tuple[float, str, Align]] = [
        (at.x + 18, "copies", "right"),
        (at.x + 22, "what", "left"),
        (at.right - 58, "form and revision", "left"),
        (at.right - 1.5, "pages", "right"),
    ]
    inks += [Text(x, at.y + 10.4, text, 8.5, "bold", align, gray=LABEL_GRAY) for x, text, align in columns]
    return [*inks, Line(at.x, at.bottom, at.right, at.bottom, STRUCTURE_PT, 0)]


def _bar(section: str, head: Piece) -> Piece:
    def draw(at: Rect) -> Drawn:
        return Drawn((Box(at, None, fill=TINT), Text(at.x + 1.5, at.y + 4.3, section, 10, "bold")))

    return Piece(ROW_MM, draw, group="contents", head=head, keep_with_next=True)


def _content_row(line: Content, at: Rect) -> Drawn:
    title = line.title + (f"  ({line.note})" if line.note else "")
    room = at.w - 22 - 60
    base = at.y + 4.3
    pages = f"{line.first_page}" if line.first_page == line.last_page else f"{line.first_page} to {line.last_page}"
    form = f"{line.id}  {line.revision}"
    return Drawn(
        (
            Box(Rect(at.x + 1.5, at.y + 0.9, TICK_MM, TICK_MM), STRUCTURE_PT),
            Text(at.x + 18, base, str(line.copies), 11, "bold", "right"),
            Text(at.x + 22, base, ellipsized(title, "regular", 10, room), 10),
            Text(at.right - 58, base, form, fitted_size(form, "regular", 8.5, 40, 6.5), gray=LABEL_GRAY),
            Text(at.right - 1.5, base, pages, 8.5, "regular", "right"),
            Line(at.x, at.bottom, at.right, at.bottom, HAIRLINE_PT, HAIRLINE_GRAY),
        )
    )


def _supply_pieces(supplies: Sequence[tuple[str, int]], body: Rect) -> list[Piece]:
    """What lies in the box beside the paper: two columns of boxes to tick."""
    if not supplies:
        return []

    def title(at: Rect) -> Drawn:
        return Drawn((Text(at.x, at.y + 4.4, "Beside the paper, in the box", 12, "bold"),))

    head = Piece(7.0, title, group="supplies", keep_with_next=True)
    rows = -(-len(supplies) // 2)
    pairs = [[supplies[row], *supplies[row + rows : row + rows + 1]] for row in range(rows)]
    return [head, *(Piece(ROW_MM, partial(_supply_row, pair), group="supplies", head=head) for pair in pairs)]


def _supply_row(pair: Sequence[tuple[str, int]], at: Rect) -> Drawn:
    half = (at.w - 6) / 2
    inks: list[Ink] = []
    for column, (item, quantity) in enumerate(pair):
        x = at.x + column * (half + 6)
        inks += [
            Box(Rect(x + 1.5, at.y + 0.9, TICK_MM, TICK_MM), STRUCTURE_PT),
            Text(x + 18, at.y + 4.3, str(quantity), 11, "bold", "right"),
            Text(x + 22, at.y + 4.3, ellipsized(item, "regular", 10, half - 23), 10),
            Line(x, at.bottom, x + half, at.bottom, HAIRLINE_PT, HAIRLINE_GRAY),
        ]
    return Drawn(tuple(inks))


def _seal_pieces(words: CoverWords, body: Rect) -> list[Piece]:
    """Who counted and sealed; how the packet is meant to be printed; a ruler and tints to check the printer by."""
    notes = [
        words.sides,
        words.replaces,
        "Print at 100 % (no “fit to page”). The ruler is 100 mm: measure it, and look at the tints, on the first copy.",
    ]
    lines = [line for note in notes if note for line in wrap(note, "regular", 10, body.w)]

    def draw(at: Rect) -> Drawn:
        inks: list[Ink] = [Text(at.x, at.y + 4.4, "Counted and sealed", 12, "bold")]
        x, y = at.x, at.y + 6
        for label, share in (("Seal number", 0.2), ("Counted by", 0.3), ("Checked by", 0.3), ("Date, time", 0.2)):
            width = at.w * share
            inks.append(Text(x + 0.5, y + 3.2, label, 8.5, gray=LABEL_GRAY))
            inks.append(Box(Rect(x, y + 4, width - 2, 9), STRUCTURE_PT))
            x += width
        inks += [Text(at.x, y + 18.5 + number * 4.8, line, 10) for number, line in enumerate(lines)]
        return Drawn((*inks, *_printer_check(at.x, y + 20 + len(lines) * 4.8)))

    return [Piece(34 + len(lines) * 4.8, draw)]


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
    for content in lines:
        shown = wrap(content.title, "regular", 12, room - 26)[0]
        inks.append(Text(body.x + 14, y, f"{content.copies} ×", 12, "bold", "right"))
        inks.append(Text(body.x + 18, y, shown, 12))
        y += 7.5
        if y > body.bottom - 6:
            break
    return tuple(inks)
