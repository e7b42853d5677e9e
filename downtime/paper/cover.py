"""The cover of a packet: what to do first, what is inside and how many, and the inventory to tick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from downtime.library.procedures import Procedure
from downtime.page.geometry import Rect
from downtime.paper.cards import card_pages
from downtime.paper.header import fitted_size
from downtime.paper.ink import HAIRLINE_GRAY, HAIRLINE_PT, LABEL_GRAY, STRUCTURE_PT, TINT, Box, Ink, Line, Text
from downtime.paper.textflow import wrap

ROW_MM = 6.0
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
    acts: Procedure,
    context: Mapping[str, object],
    contents: Sequence[Content],
    supplies: Sequence[tuple[str, int]],
    body: Rect,
) -> list[tuple[Ink, ...]]:
    """The ink of the cover's pages: banner and first acts, contents, supplies, seal."""
    first: list[Ink] = list(_banner(words, body))
    top = body.y + BANNER_MM + 3
    room = Rect(body.x, top, body.w, body.bottom - top)
    cards = card_pages(acts, context, room, body)
    pages: list[list[Ink]] = [first + cards[0], *cards[1:]]
    pages += _contents_pages(contents, body)
    pages += _supply_pages(words, supplies, body)
    return [tuple(page) for page in pages]


def _banner(words: CoverWords, body: Rect) -> list[Ink]:
    bar = Rect(body.x, body.y, body.w, BANNER_MM)
    name = words.department
    lines = [f"Box {words.box}  ·  {words.location}"]
    if words.second_location:
        lines[0] += f"  ·  second box: {words.second_location}"
    inks: list[Ink] = [
        Box(bar, None, fill=0.0),
        Text(bar.x + 4, bar.y + 8.6, name, fitted_size(name, "bold", 22, bar.w - 62, 12), "bold", gray=1.0),
        Text(bar.x + 4, bar.y + 15.6, lines[0], fitted_size(lines[0], "regular", 11, bar.w - 8, 8), gray=1.0),
        Text(bar.right - 4, bar.y + 6.0, "use until", 9, "regular", "right", gray=1.0),
        Text(bar.right - 4, bar.y + 11.6, words.use_until, 15, "bold", "right", gray=1.0),
    ]
    return inks


def _contents_pages(contents: Sequence[Content], body: Rect) -> list[list[Ink]]:
    """A table with a box to tick for each line, sections as bars; as many pages as it needs."""
    pages: list[list[Ink]] = [[]]
    y = body.y

    def heading() -> None:
        nonlocal y
        pages[-1].append(Text(body.x, y + 4.4, "In this packet: count, tick, seal", 12, "bold"))
        y += 7.0
        for x, text, align in _columns(body):
            pages[-1].append(Text(x, y + 3.4, text, 8.5, "bold", align, gray=LABEL_GRAY))
        y += 4.8
        pages[-1].append(Line(body.x, y, body.right, y, STRUCTURE_PT, 0))

    heading()
    section = ""
    for line in contents:
        needed = ROW_MM + (ROW_MM if line.section != section else 0)
        if y + needed > body.bottom:
            pages.append([])
            y = body.y
            heading()
        if line.section != section:
            section = line.section
            pages[-1].append(Box(Rect(body.x, y, body.w, ROW_MM), None, fill=TINT))
            pages[-1].append(Text(body.x + 1.5, y + 4.3, section, 10, "bold"))
            y += ROW_MM
        pages[-1] += _content_row(line, body, y)
        y += ROW_MM
    return pages


def _columns(body: Rect) -> list[tuple[float, str, str]]:  # type: ignore[type-arg]
    return [
        (body.x + 18, "copies", "right"),
        (body.x + 22, "what", "left"),
        (body.right - 58, "form and revision", "left"),
        (body.right - 1.5, "pages", "right"),
    ]


def _content_row(line: Content, body: Rect, y: float) -> list[Ink]:
    title = line.title + (f"  ({line.note})" if line.note else "")
    room = body.w - 22 - 60
    base = y + 4.3
    pages = f"{line.first_page}" if line.first_page == line.last_page else f"{line.first_page} to {line.last_page}"
    form = f"{line.id}  {line.revision}"
    return [
        Box(Rect(body.x + 1.5, y + 0.9, TICK_MM, TICK_MM), STRUCTURE_PT),
        Text(body.x + 18, base, str(line.copies), 11, "bold", "right"),
        Text(body.x + 22, base, wrap(title, "regular", 10, room)[0], fitted_size(title, "regular", 10, room, 10)),
        Text(body.right - 58, base, form, fitted_size(form, "regular", 8.5, 40, 6.5), gray=LABEL_GRAY),
        Text(body.right - 1.5, base, pages, 8.5, "regular", "right"),
        Line(body.x, y + ROW_MM, body.right, y + ROW_MM, HAIRLINE_PT, HAIRLINE_GRAY),
    ]


def _supply_pages(words: CoverWords, supplies: Sequence[tuple[str, int]], body: Rect) -> list[list[Ink]]:
    inks: list[Ink] = [Text(body.x, body.y + 4.4, "Beside the paper, in the box", 12, "bold")]
    y = body.y + 8
    half = (body.w - 6) / 2
    rows = -(-len(supplies) // 2)
    for index, (item, quantity) in enumerate(supplies):
        column, row = divmod(index, max(rows, 1))
        x, top = body.x + column * (half + 6), y + row * 7
        inks += [
            Box(Rect(x + 1.5, top + 1.2, TICK_MM, TICK_MM), STRUCTURE_PT),
            Text(x + 18, top + 4.8, str(quantity), 11, "bold", "right"),
            Text(x + 22, top + 4.8, item, fitted_size(item, "regular", 10, half - 23, 7)),
            Line(x, top + 7, x + half, top + 7, HAIRLINE_PT, HAIRLINE_GRAY),
        ]
    y += rows * 7 + 10
    inks.append(Text(body.x, y, "Counted and sealed", 12, "bold"))
    y += 4
    x = body.x
    for label, share in (("Seal number", 0.2), ("Counted by", 0.3), ("Checked by", 0.3), ("Date, time", 0.2)):
        width = body.w * share
        inks.append(Text(x + 0.5, y + 3.2, label, 8.5, gray=LABEL_GRAY))
        inks.append(Box(Rect(x, y + 4, width - 2, 9), STRUCTURE_PT))
        x += width
    y += 19
    notes = [
        words.sides,
        words.replaces,
        "Print at 100 % (no “fit to page”), black on white. The line below is 100 mm long: measure it on the first page.",
    ]
    for note in notes:
        for line in wrap(note, "regular", 10, body.w) if note else []:
            inks.append(Text(body.x, y, line, 10))
            y += 4.8
    y += 2
    inks.append(Line(body.x, y, body.x + 100, y, STRUCTURE_PT, 0))
    inks += [Line(body.x + end, y - 2, body.x + end, y + 2, STRUCTURE_PT, 0) for end in (0, 50, 100)]
    for step in range(6):
        inks.append(Box(Rect(body.x + 112 + step * 9, y - 3, 8, 6), 0.25, 0.45, fill=1 - step * 0.05))
    inks.append(Text(body.x + 168, y + 1, "tints", 8, gray=LABEL_GRAY))
    return [inks]


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
