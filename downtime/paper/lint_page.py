"""What is wrong on one printed page: places too small, too near, over one another, under ink, or off the page.

Measured on the finished page, so that no way of drawing escapes it. Sizes are the design's, in millimetres:

- tick boxes of at least 4, with gaps of at least 2;
- cells for initials at least 9 wide;
- rows to write in at least 6.5 high (7 is the rule; half a millimetre is left for stretching and rounding);
- lines stacked inside one cell (a MAR's time, initials, code) at least 5, and 4.5 where such a line takes a number
  alone: a figure is written about 3.5 high, and needs half a millimetre of white above and below to be read as one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from downtime.library.schema import FieldType
from downtime.page.geometry import PT_PER_MM, Rect
from downtime.page.layout import FieldBox
from downtime.paper.fields import width_mm
from downtime.paper.frame import CODE_QUIET_MM, Frame
from downtime.paper.ink import Text
from downtime.paper.lint_walk import FieldIndex, FieldPlace
from downtime.paper.sheet import SheetPage

TICK_MM = 4.0
TICK_GAP_MM = 2.0
INITIALS_MM = 9.0
ROW_MM = 6.5
STACKED_MM = 5.0
STACKED_NUMBER_MM = 4.5
PLACE_MM = (4.0, 3.5)
# A cell's place to write is drawn this much inside its lines.
CELL_INSET_MM = 0.4
TOLERANCE_MM = 0.05
INK_OVER_MM = 0.4
MARK_QUIET_MM = 1.0
# Bounds of print in parts of its size: capitals reach up to 0.7, the tails of g and p are let over a line.
CAPITALS = 0.7
_TICKS = ("checkbox", "option")
_WRITTEN = ("text", "number", "date", "time", "datetime", "initials", "signature", "comb", "lines")
_BLANK = re.compile(r"\.text[0-9]*(@.*)?$")
SQUARE_MM = 15.0


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong at one place of a page: `about` is a field's id, or the text, that it is about."""

    rule: str
    about: str
    what: str
    why: str
    do: str
    warning: bool = False


def page_flaws(page: SheetPage, index: FieldIndex) -> Iterator[Flaw]:
    """Everything wrong on one page; `index` tells the form's own fields from those of the page's frame."""
    texts = [(ink, place) for ink in page.inks if isinstance(ink, Text) and (place := text_place(ink))]
    yield from _sizes(page, index)
    yield from _near_ticks(page.fields)
    yield from _overlaps(page.fields)
    yield from _outside(page, index)
    yield from _kept_clear(page, texts)
    yield from _ink_in_places(page.fields, texts)
    yield from _wide_texts(page.frame, texts)
    yield from _texts_over_texts(texts)


def text_place(text: Text) -> Rect | None:
    """Where a line of print stands: the height of capitals, without tails; None for print at a slant or of no width."""
    if not text.text.strip() or text.rotate_deg not in (0, 90):
        return None
    height = text.size_pt / PT_PER_MM * CAPITALS
    width = width_mm(text.text, text.size_pt, text.face)
    before = {"left": 0.0, "center": width / 2, "right": width}[text.align]
    if text.rotate_deg == 90:
        return Rect(text.x - height, text.y - width + before, height, width)
    return Rect(text.x - before, text.y - height, width, height)


def _sizes(page: SheetPage, index: FieldIndex) -> Iterator[Flaw]:
    for place in page.fields:
        rect, field = place.rect, index.field(place.id)
        if place.kind in _TICKS and min(rect.w, rect.h) < TICK_MM - TOLERANCE_MM:
            what = f"a tick box of {min(rect.w, rect.h):.1f} mm"
            yield Flaw("tick-size", place.id, what, f"under {TICK_MM:g} mm a tick misses it", "make it larger")
        if field is None or place.kind not in _WRITTEN or _BLANK.search(place.id):
            continue
        if rect.w < PLACE_MM[0] - TOLERANCE_MM or rect.h < PLACE_MM[1] - TOLERANCE_MM:
            what = f"a place to write of {rect.w:.1f} × {rect.h:.1f} mm"
            why = f"nobody can write in less than {PLACE_MM[0]:g} × {PLACE_MM[1]:g} mm"
            yield Flaw("place", place.id, what, why, "give it more room")
            continue
        inset = 0.0 if field.standing in ("flow", "card") else 2 * CELL_INSET_MM
        if place.kind == "initials" and rect.w + inset < INITIALS_MM - TOLERANCE_MM:
            what = f"{rect.w + inset:.1f} mm for initials"
            yield Flaw("initials", place.id, what, f"they need {INITIALS_MM:g} mm", "make the column wider")
        least = _least_height(field)
        height = (rect.h + inset) / (field.spec.lines if place.kind == "lines" else 1)
        if height < least - TOLERANCE_MM:
            what = f"a line to write on of {height:.1f} mm height"
            do = "raise `row_mm:` or `height_mm:`, or take lines away"
            yield Flaw("height", place.id, what, f"handwriting needs {least:g} mm here", do)


def _least_height(field: FieldPlace) -> float:
    lines_in_cell = field.standing == "column" and field.spec.lines > 1
    if field.standing == "cell" or field.turned or lines_in_cell:
        return STACKED_NUMBER_MM if field.spec.type is FieldType.NUMBER else STACKED_MM
    return ROW_MM


def _near_ticks(fields: Sequence[FieldBox]) -> Iterator[Flaw]:
    ticks = [place for place in fields if place.kind in _TICKS]
    for one, other in _meetings([_grown(place.rect, TICK_GAP_MM / 2) for place in ticks]):
        gap = -_over(ticks[one].rect, ticks[other].rect)
        if gap < TICK_GAP_MM - TOLERANCE_MM:
            what = f"tick boxes {max(gap, 0):.1f} mm apart"
            why = f"under {TICK_GAP_MM:g} mm nobody can tell which one a stroke means"
            yield Flaw("tick-gap", ticks[other].id, what, why, "give the options more room")


def _overlaps(fields: Sequence[FieldBox]) -> Iterator[Flaw]:
    for one, other in _meetings([place.rect for place in fields]):
        what = f"{fields[other].id} lies over {fields[one].id}"
        why = "what is written in one is read as the other"
        yield Flaw("overlap", fields[other].id, what, why, "give it a place of its own")


def _outside(page: SheetPage, index: FieldIndex) -> Iterator[Flaw]:
    frame = page.frame
    sheet = Rect(0, 0, frame.width_mm, frame.height_mm)
    for place in page.fields:
        room = frame.body if index.path(place.id) else sheet
        if not place.rect.within(room, 0.1):
            what = f"{place.id} leaves the room that the page has for it"
            yield Flaw("outside", place.id, what, "it would be cut off, or lie over the frame", "make it smaller")


def _kept_clear(page: SheetPage, texts: Sequence[tuple[Text, Rect]]) -> Iterator[Flaw]:
    """Marks, codes and ink references need white around them, or the page cannot be read."""
    frame = page.frame
    clear = [("a corner mark", _grown(mark, MARK_QUIET_MM)) for mark in frame.marks]
    clear += [("a page code", _grown(code, CODE_QUIET_MM)) for code in frame.codes]
    clear += [("an ink reference", _grown(reference, MARK_QUIET_MM / 2)) for reference in frame.references]
    clear += [("the site's own barcode", place) for place in frame.site_codes]
    for name, zone in clear:
        why = "then the page cannot be read back"
        for place in page.fields:
            if place.rect.overlaps(zone, TOLERANCE_MM):
                yield Flaw("clear", place.id, f"{place.id} lies in the white around {name}", why, "make room")
        for text, rect in texts:
            if rect.overlaps(zone, TOLERANCE_MM):
                what = f"“{_short(text.text)}” lies in the white around {name}"
                yield Flaw("clear", text.text, what, why, "shorten it")


def _ink_in_places(fields: Sequence[FieldBox], texts: Sequence[tuple[Text, Rect]]) -> Iterator[Flaw]:
    """Print where handwriting goes; the blanks in a sentence (____) and the point of a decimal are meant."""
    places = [place for place in fields if place.kind not in ("label", "diagram", "print")]
    near = _by_square([place.rect for place in places])
    for text, rect in texts:
        if text.text in (".", ":", "/"):
            continue
        for number in sorted({number for square in _squares(rect) for number in near.get(square, ())}):
            place = places[number]
            blank = "____" in text.text and _BLANK.search(place.id)
            if not blank and _over(rect, place.rect) > INK_OVER_MM:
                what = f"“{_short(text.text)}” is printed where {place.id} is written"
                do = "shorten it, or give it more room"
                yield Flaw("ink", place.id, what, "the reader takes it for handwriting", do)


def _wide_texts(frame: Frame, texts: Sequence[tuple[Text, Rect]]) -> Iterator[Flaw]:
    body = frame.body
    for text, rect in texts:
        inside = body.y <= rect.y and rect.bottom <= body.bottom + 2
        left, right = (body.x, body.right) if inside else (3.0, frame.width_mm - 3.0)
        over = max(left - rect.x, rect.right - right, -rect.y, rect.bottom - frame.height_mm)
        if over > INK_OVER_MM:
            what = f"“{_short(text.text)}” is {over:.1f} mm wider than its place"
            yield Flaw("wide", text.text, what, "it runs out of the printed area", "shorten it")


def _texts_over_texts(texts: Sequence[tuple[Text, Rect]]) -> Iterator[Flaw]:
    for one, other in _meetings([rect for _, rect in texts]):
        if _over(texts[one][1], texts[other][1]) > INK_OVER_MM:
            first, second = texts[one][0].text, texts[other][0].text
            what = f"“{_short(second)}” is printed over “{_short(first)}”"
            yield Flaw("over", second, what, "neither can be read", "shorten one of them, or give it more room")


def _short(text: str) -> str:
    return text if len(text) <= 50 else text[:47] + "…"


def _grown(rect: Rect, mm: float) -> Rect:
    return rect.inset(-mm)


def _over(one: Rect, other: Rect) -> float:
    """How far two rectangles lie over one another, in the direction in which it is less."""
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    return min(across, down)


def _squares(rect: Rect) -> Iterator[tuple[int, int]]:
    for column in range(int(rect.x // SQUARE_MM), int(rect.right // SQUARE_MM) + 1):
        for row in range(int(rect.y // SQUARE_MM), int(rect.bottom // SQUARE_MM) + 1):
            yield column, row


def _by_square(rects: Sequence[Rect]) -> dict[tuple[int, int], list[int]]:
    """Rectangles, by their numbers, in each square of the page: only neighbours need comparing."""
    squares: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, rect in enumerate(rects):
        for square in _squares(rect):
            squares[square].append(number)
    return squares


def _meetings(rects: Sequence[Rect]) -> list[tuple[int, int]]:
    """The pairs of rectangles that share more than a line, by their numbers, in order."""
    return sorted(
        {
            (one, other)
            for numbers in _by_square(rects).values()
            for one, other in combinations(numbers, 2)
            if rects[one].overlaps(rects[other], TOLERANCE_MM)
        }
    )
