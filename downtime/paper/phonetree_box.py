"""One box of the phone tree: who it is, every way in order, a tick and a time, and who takes over.

A box is measured before anything is placed, so its height never depends on where it stands. Text shrinks to 8 pt, then
takes more lines, then ends in “…”; only numbers to dial are never cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from downtime.page.geometry import Rect
from downtime.paper.ink import HEAVY_PT, LABEL_GRAY, STRUCTURE_PT, TINT, Box, Face, Ink, Line, Text, moved
from downtime.paper.textflow import baseline_mm, ellipsized, fitted, line_mm, set_line, width_mm, wrap, wrap_runs
from downtime.site.phonetree import PhoneNode, PhoneWay, Takeover

PAD_MM = 1.8
TICK_MM = 4.5
STRIP_MM = 5.4
LEADING = 1.12
OFF_NETWORK = "Network down"
"""The words before the ways that still work then, by their place in the order."""

# How generous a box is with lines for long texts: a box that would be higher than a page is measured again, tighter.
DETAILS = (6, 3, 1)


@dataclass(frozen=True, slots=True)
class Style:
    """The sizes of type in a box, in points, and the air under its parts, in mm."""

    title_pt: float
    person_pt: float
    number_pt: float
    label_pt: float
    air_mm: float


NORMAL = Style(title_pt=11, person_pt=10, number_pt=12, label_pt=9, air_mm=0.9)
COMPACT = Style(title_pt=10.5, person_pt=9.5, number_pt=11, label_pt=8, air_mm=0.5)
"""Taken where it saves a page: a tree on one page is easier to follow than large type on two."""


@dataclass(frozen=True, slots=True)
class PhoneBox:
    """A measured box; its ink stands at (0, 0). A box whose calls go on elsewhere is `STRIP_MM` higher."""

    number: str
    width_mm: float
    height_mm: float
    inks: tuple[Ink, ...]

    def drawn(self, x: float, y: float, *, first: bool, strip: str = "") -> tuple[Rect, list[Ink]]:
        """The box at (x, y), with a strip below for where its calls go on; gives its place and its ink."""
        height = self.height_mm + (STRIP_MM if strip else 0)
        rect = Rect(x, y, self.width_mm, height)
        inks = moved(self.inks, x, y)
        if strip:
            inks += strip_inks(Rect(x, y + self.height_mm, self.width_mm, STRIP_MM), strip)
        inks.append(Box(rect, stroke_pt=HEAVY_PT if first else STRUCTURE_PT))
        return rect, inks


def strip_inks(rect: Rect, words: str) -> list[Ink]:
    """A tinted strip that says where the calls go on."""
    lines, size = fitted(words, "bold", 9.5, rect.w - 2 * PAD_MM)
    y = rect.y + rect.h / 2 + size * 0.118
    return [Box(rect, STRUCTURE_PT, fill=TINT), Text(rect.x + PAD_MM, y, lines[0], size, "bold")]


def day(when: date) -> str:
    """A date as it stands on every page: 02 JUL 2026, whatever the computer's language."""
    month = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")[when.month - 1]
    return f"{when.day:02d} {month} {when.year:04d}"


def short_number(number: str, size_pt: float, room_mm: float) -> str:
    """A node's number; in a very deep chain its level and its last part: L14…2.1."""
    if width_mm(number, "bold", size_pt) <= room_mm:
        return number
    parts = number.split(".")
    for dropped in range(1, len(parts)):
        shown = f"L{len(parts)}…" + ".".join(parts[dropped:])
        if width_mm(shown, "bold", size_pt) <= room_mm:
            return shown
    return ellipsized(parts[-1], "bold", size_pt, room_mm)


class _Column:
    """Ink set line under line, from the top of a box."""

    def __init__(self, width: float, style: Style) -> None:
        self.width, self.style, self.y, self.inks = width, style, 0.0, list[Ink]()
        self.inner = width - 2 * PAD_MM

    def lines(self, lines: Iterable[str], size_pt: float, face: Face = "regular", gray: float = 0.0) -> None:
        for line in lines:
            self.inks.append(Text(PAD_MM, self.y + baseline_mm(size_pt, LEADING), line, size_pt, face, gray=gray))
            self.y += line_mm(size_pt, LEADING)


def measured(
    node: PhoneNode, width: float, tallest_mm: float, numbers: dict[str, str], style: Style = NORMAL
) -> PhoneBox:
    """Measure a node's box; `numbers` tells the number of each contact that stands in the tree.

    A box that would not fit a page is set tighter; one with more ways than a page holds is still too high.
    """
    box = _measured(node, width, numbers, DETAILS[0], style)
    for detail in DETAILS[1:]:
        if box.height_mm > tallest_mm:
            box = _measured(node, width, numbers, detail, style)
    return box


def _measured(node: PhoneNode, width: float, numbers: dict[str, str], most_lines: int, style: Style) -> PhoneBox:
    column = _Column(width, style)
    _header(column, node, min(most_lines, 3))
    _person(column, node, min(most_lines, 2))
    for order, way in enumerate(node.ways, start=1):
        _way(column, order, way, most_lines)
    _off_network(column, node.ways)
    _reached(column)
    _no_answer(column, node.takeover, numbers, min(most_lines, 4))
    return PhoneBox(node.number, width, column.y, tuple(column.inks))


def _header(column: _Column, node: PhoneNode, most_lines: int) -> None:
    size = column.style.title_pt
    number = short_number(node.number, size, column.inner * 0.4)
    title_x = PAD_MM + width_mm(number, "bold", size) + 2.2
    lines, title_pt = fitted(node.title, "bold", size, column.width - PAD_MM - title_x, most_lines=most_lines)
    height = len(lines) * line_mm(title_pt, LEADING) + 1.9
    height = max(height, line_mm(size, LEADING) + 1.9)
    top = (height - len(lines) * line_mm(title_pt, LEADING)) / 2
    column.inks.append(Box(Rect(0, 0, column.width, height), STRUCTURE_PT, fill=TINT))
    first = top + baseline_mm(title_pt, LEADING)
    column.inks.append(Text(PAD_MM, first, number, size, "bold"))
    for count, line in enumerate(lines):
        column.inks.append(Text(title_x, first + count * line_mm(title_pt, LEADING), line, title_pt, "bold"))
    column.y = height + column.style.air_mm * 0.7


def _person(column: _Column, node: PhoneNode, most_lines: int) -> None:
    verified = f"verified {day(node.verified)}"
    size = column.style.person_pt
    lines, size = fitted(node.person, "regular", size, column.inner, most_lines=most_lines)
    wide = width_mm(lines[0], "regular", size) + width_mm(verified, "regular", 8) + 2.5
    if not node.stale and len(lines) == 1 and wide <= column.inner:
        y = column.y + baseline_mm(size, LEADING)
        column.inks.append(Text(column.width - PAD_MM, y, verified, 8, align="right", gray=LABEL_GRAY))
        column.lines(lines, size)
        return
    column.lines(lines, size)
    if not node.stale:
        column.lines([verified], 8, gray=LABEL_GRAY)
        return
    # Black and white, in words: a stale number must be seen on a bad photocopy, too.
    mark = width_mm("STALE", "bold", 9) + 2.4
    column.inks.append(Box(Rect(PAD_MM, column.y + 0.2, mark, 4.2), None, fill=0.0))
    column.inks.append(Text(PAD_MM + 1.2, column.y + 3.4, "STALE", 9, "bold", gray=1.0))
    words = f"last verified {day(node.verified)}"
    beside = column.inner - mark - 1.5
    size = next((pt for pt in (9.0, 8.5, 8.0) if width_mm(words, "bold", pt) <= beside), 0.0)
    if size:
        column.inks.append(Text(PAD_MM + mark + 1.5, column.y + 3.4, words, size, "bold"))
    column.y += 4.7
    if not size:  # a date is never cut
        column.lines(wrap(words, "bold", 8, column.inner), 8, "bold")


def _way(column: _Column, order: int, way: PhoneWay, most_lines: int) -> None:
    """A way: its place in the order, its kind, and the number, large, at the right."""
    label_pt = column.style.label_pt
    label_x = PAD_MM + width_mm(f"{order}", "bold", label_pt) + 1.6
    right = column.width - PAD_MM
    y = column.y + baseline_mm(column.style.number_pt, 1.06)
    column.inks.append(Text(PAD_MM, y, str(order), label_pt, "bold", gray=LABEL_GRAY))
    column.inks.append(Text(label_x, y, way.label, label_pt, gray=LABEL_GRAY))
    room = right - label_x - width_mm(way.label, "regular", label_pt) - 2.0
    size = column.style.number_pt
    while size > 10 and width_mm(way.text, "bold", size) > room:
        size -= 0.5
    if width_mm(way.text, "bold", size) <= room:
        column.inks.append(Text(right, y, way.text, size, "bold", "right"))
        column.y += line_mm(column.style.number_pt, 1.06)
    else:  # too long to stand beside its label: lines of its own
        column.y += line_mm(label_pt, LEADING)
        lines, size = fitted(way.text, "bold", column.style.number_pt, right - label_x, most_lines=most_lines)
        for line in lines:
            column.inks.append(Text(right, column.y + baseline_mm(size, LEADING), line, size, "bold", "right"))
            column.y += line_mm(size, LEADING)
    if way.note:
        lines, size = fitted(
            way.note, "regular", min(8.5, label_pt), right - label_x, most_lines=max(1, most_lines // 3)
        )
        for line in lines:
            column.inks.append(Text(label_x, column.y - 0.6 + baseline_mm(size, 1.05), line, size, gray=LABEL_GRAY))
            column.y += line_mm(size, 1.05)


def _off_network(column: _Column, ways: Sequence[PhoneWay]) -> None:
    """Which ways still work when the hospital's own network is down."""
    orders = [str(order) for order, way in enumerate(ways, start=1) if not way.over_network]
    which = (
        "any way"
        if len(orders) == len(ways)
        else f"use {', '.join(orders)}"
        if orders
        else "no way left, send a runner"
    )
    column.y += column.style.air_mm * 0.4
    lines, size = fitted(f"{OFF_NETWORK}: {which}", "bold", column.style.label_pt, column.inner)
    column.lines(lines, size, "bold")


def _reached(column: _Column) -> None:
    y = column.y + column.style.air_mm + 0.1
    column.inks.append(Box(Rect(PAD_MM, y, TICK_MM, TICK_MM), 1.0))
    words_x = PAD_MM + TICK_MM + 2.0
    column.inks.append(Text(words_x, y + 3.3, "reached at", column.style.label_pt))
    line_x = words_x + width_mm("reached at", "regular", column.style.label_pt) + 1.5
    column.inks.append(Line(line_x, y + 4.0, column.width - PAD_MM, y + 4.0, STRUCTURE_PT, 0.0))
    column.y = y + TICK_MM + column.style.air_mm


def _no_answer(column: _Column, takeover: Takeover, numbers: dict[str, str], most_lines: int) -> None:
    size = min(8.5, column.style.label_pt)
    who = ellipsized(takeover.title, "bold", size, column.inner * max(1, most_lines - 2))
    number = numbers.get(takeover.contact or "", "")
    if number and len(number) <= 8:
        who = f"{number} {who}"
    dial = takeover.ways[0].text if takeover.ways and len(takeover.ways[0].text) <= 40 else ""
    if dial:  # held together by no-break spaces
        who, dial = f"{who}: ", dial.replace(" ", "\u00a0")
    runs = [(f"No answer: {takeover.after_minutes} min, then ", "regular"), (who + dial, "bold")]
    for line in wrap_runs(runs, size, column.inner)[: most_lines + 1]:  # type: ignore[arg-type]
        column.inks += set_line(PAD_MM, column.y + baseline_mm(size, LEADING), column.inner, line, size)
        column.y += line_mm(size, LEADING)
    column.y += column.style.air_mm
