"""What a page prints on every copy, as rectangles for the layout record: a reader must not take print for handwriting.

Tenths of a millimetre are enough here: a reader leaves half a millimetre round each, for printers and scanners that
draw thicker than they should.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from downtime.page.geometry import PT_PER_MM, Rect
from downtime.page.layout import Box, FieldBox, bounded_box, box, choice_of
from downtime.paper.fonts import text_width_pt
from downtime.paper.frame import Frame
from downtime.paper.ink import Box as Rectangle
from downtime.paper.ink import Ink, Line, Polygon, Text
from downtime.paper.lint_walk import FieldIndex

# How far letters reach above and below their baseline, in parts of the size: Atkinson Hyperlegible's own figures.
ASCENT, DESCENT = 0.74, 0.23
# Lighter than this no scanner shows as ink: tinted headings, the words NOT APPROVED across the page.
LIGHT_GRAY = 0.75
# Lines drawn cell by cell that touch are one line.
_TOUCH_MM = 0.2
_CODE_TEXT_MM = 7.4

# Words up to a blank, or a blank; single spaces are part of the words.
_PARTS = re.compile(r"_{4,}|[^\s_](?:(?!_{4})[\s\S])*(?<!\s)")
# x, y, width, height: some ten thousand of them pass through here for each packet, as plain tuples.
_Sides = tuple[float, float, float, float]
_TEXT_FIELD = re.compile(r"(?P<owner>.+)\.text\d*(?P<page>@.+)?")


def static_ink(inks: Iterable[Ink], fields: Iterable[FieldBox], changing: Iterable[Box]) -> tuple[Box, ...]:
    """The rectangles of all ink that is dark enough to be seen, but for tick boxes and what differs between copies."""
    ticks = {field.at for field in fields if field.kind in ("option", "checkbox")}
    tick_widths = {at[2] for at in ticks}
    upright: list[_Sides] = []
    level: list[_Sides] = []
    others: list[_Sides] = []
    for ink in inks:
        if isinstance(ink, Rectangle) and round(ink.rect.w, 2) in tick_widths and box(ink.rect) in ticks:
            continue
        for sides in _rects(ink):
            _, _, w, h = sides
            if isinstance(ink, Text) or (w > 1 and h > 1):
                others.append(sides)
            else:
                (upright if h > w else level).append(sides)
    lines = _merged_down(upright) + _turned(_merged_down(_turned(level)))
    places = [(x, y, x + w, y + h) for x, y, w, h in changing]
    rounded = set()
    for x, y, w, h in lines + others:
        mid_x, mid_y = x + w / 2, y + h / 2
        for left, top, right, bottom in places:
            if left <= mid_x <= right and top <= mid_y <= bottom:
                break
        else:
            rounded.add((round(y, 1), round(x, 1), round(max(w, 0.1), 1), round(max(h, 0.1), 1)))
    return tuple(bounded_box(x, y, w, h) for y, x, w, h in sorted(rounded))


def changing_ink(frame: Frame, fields: Sequence[FieldBox]) -> tuple[Box, ...]:
    """Where words stand that differ between facilities, packets, drills and copies: never a place to write."""
    mid = frame.height_mm / 2
    code, foot, reference = frame.codes[0], frame.footer, frame.references[0]
    numbers = [field.rect for field in fields if field.id.startswith("patient.mrn")]
    strip = min((field.rect.x for field in fields if field.id.startswith("reentry")), default=foot.right)
    places = [
        frame.title,
        Rect(frame.width_mm / 2 - 45, 2.8, 90, 5.6),  # NOT APPROVED, above the title
        Rect(3.0, mid - 55, 5.6, 110),  # DRILL, in both margins
        Rect(frame.width_mm - 8.6, mid - 55, 5.6, 110),
        Rect(code.x - 1, code.bottom + 1, code.w + 2, _CODE_TEXT_MM),
        Rect(foot.x - 0.5, foot.y - 0.5, strip - 2 - foot.x, foot.h + 1),
        Rect(foot.x - 0.5, reference.y - 0.5, foot.w + 1, reference.h + 1.5),
    ]
    # The label of the patient's number, above it or at its left, is the facility's own word for it.
    places += [
        Rect(at.x, at.y - 2.5, at.w, 2.5)
        if frame.landscape
        else Rect(frame.body.x, at.y - 0.4, at.x - frame.body.x, at.h + 0.8)
        for at in numbers
    ]
    return tuple(box(place) for place in places)


def several_allowed(index: FieldIndex, fields: Iterable[FieldBox]) -> tuple[str, ...]:
    """The choices of a page of which several boxes may be marked; in the re-entry strip as well."""
    choices = {choice_of(field.id): field.id for field in fields if field.kind == "option"}
    found = []
    for choice, box_id in choices.items():
        place = index.field(box_id.partition("#")[0])
        if choice.startswith("reentry") or (place is not None and place.spec.multiple):
            found.append(choice)
    return tuple(sorted(found))


def words_asked(fields: Iterable[FieldBox]) -> tuple[tuple[str, str], ...]:
    """Each box that asks for words, with the field that they go into: ``site.other.text`` belongs to ``site#other``."""
    ids = {field.id for field in fields}
    pairs = []
    for name in ids:
        found = _TEXT_FIELD.fullmatch(name)
        if found is None:
            continue
        owner, page = found["owner"], found["page"] or ""
        choice, _, option = owner.rpartition(".")
        boxes = (owner + page, f"{choice}#{option}{page}", f"{owner}#listed{page}")
        pairs += [(asking, name) for asking in boxes if asking in ids]
    return tuple(sorted(pairs))


def _rects(ink: Ink) -> list[_Sides]:
    match ink:
        case Text():
            return _text_rects(ink) if ink.gray < LIGHT_GRAY else []
        case Line():
            if ink.gray >= LIGHT_GRAY:
                return []
            half = ink.width_pt / PT_PER_MM / 2
            left, right = (ink.x1, ink.x2) if ink.x1 <= ink.x2 else (ink.x2, ink.x1)
            top, bottom = (ink.y1, ink.y2) if ink.y1 <= ink.y2 else (ink.y2, ink.y1)
            return [(left - half, top - half, right - left + 2 * half, bottom - top + 2 * half)]
        case Rectangle():
            if ink.fill is not None and ink.fill < LIGHT_GRAY:
                return [ink.rect]
            if ink.stroke_pt is not None and ink.gray < LIGHT_GRAY:
                return _outline(ink.rect, ink.stroke_pt / PT_PER_MM)
            return []
        case Polygon():
            xs, ys = [x for x, _ in ink.points], [y for _, y in ink.points]
            return [(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))]


def _outline(rect: Rect, wide: float) -> list[_Sides]:
    half = wide / 2
    x, y, w, h = rect
    return [
        (x - half, y - half, w + wide, wide),
        (x - half, y + h - half, w + wide, wide),
        (x - half, y - half, wide, h + wide),
        (x + w - half, y - half, wide, h + wide),
    ]


def _text_rects(ink: Text) -> list[_Sides]:
    """The words of a line; of a blank to write on (____) only its stroke."""
    wide = _wide(ink, ink.text)
    start = {"left": 0.0, "center": -wide / 2, "right": -wide}[ink.align]
    up, down = ink.size_pt * ASCENT / PT_PER_MM, ink.size_pt * DESCENT / PT_PER_MM
    found = []
    for part in _PARTS.finditer(ink.text):
        left, width = start, wide
        if part.end() - part.start() < len(ink.text):
            left, width = start + _wide(ink, ink.text[: part.start()]), _wide(ink, part.group())
        if ink.rotate_deg == 90:
            found.append((ink.x - up, ink.y - left - width, up + down, width))
        elif part.group().startswith("____"):
            found.append((ink.x + left, ink.y + 0.1, width, down - 0.1))
        else:
            found.append((ink.x + left, ink.y - up, width, up + down))
    return found


def _wide(ink: Text, text: str) -> float:
    return text_width_pt(text, ink.face, ink.size_pt) / PT_PER_MM


def _turned(rects: Iterable[_Sides]) -> list[_Sides]:
    return [(y, x, h, w) for x, y, w, h in rects]


def _merged_down(rects: Iterable[_Sides]) -> list[_Sides]:
    """Upright lines; those at the same x that touch are joined."""
    merged: list[_Sides] = []
    for x, y, w, h in sorted(rects, key=lambda sides: (round(sides[0] + sides[2] / 2, 1), sides[1])):
        if merged:
            last_x, last_y, last_w, last_h = merged[-1]
            beside = abs(last_x + last_w / 2 - x - w / 2) < 0.1
            if beside and y <= last_y + last_h + _TOUCH_MM and y + h >= last_y - _TOUCH_MM:
                left, top = min(last_x, x), min(last_y, y)
                merged[-1] = (left, top, max(last_x + last_w, x + w) - left, max(last_y + last_h, y + h) - top)
                continue
        merged.append((x, y, w, h))
    return merged
