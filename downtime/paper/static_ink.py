"""What a page prints on every copy, as rectangles for the layout record: a reader must not take print for handwriting.

Tenths of a millimetre are enough here: a reader leaves half a millimetre round each, for printers and scanners that
draw thicker than they should.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from downtime.library.schema import FormSpec
from downtime.page.geometry import PT_PER_MM, Rect
from downtime.page.layout import Box, FieldBox, box, choice_of
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
_TEXT_FIELD = re.compile(r"(?P<owner>.+)\.text\d*(?P<page>@.+)?")


def static_ink(inks: Iterable[Ink], fields: Iterable[FieldBox], changing: Iterable[Box]) -> tuple[Box, ...]:
    """The rectangles of all ink that is dark enough to be seen, but for tick boxes and what differs between copies."""
    ticks = {field.at for field in fields if field.kind in ("option", "checkbox")}
    tick_widths = {at[2] for at in ticks}
    upright: list[Rect] = []
    level: list[Rect] = []
    others: list[Rect] = []
    for ink in inks:
        if isinstance(ink, Rectangle) and round(ink.rect.w, 2) in tick_widths and box(ink.rect) in ticks:
            continue
        for rect in _rects(ink):
            if isinstance(ink, Text) or min(rect.w, rect.h) > 1:
                others.append(rect)
            else:
                (upright if rect.h > rect.w else level).append(rect)
    lines = [*_merged_down(upright), *(_turned(rect) for rect in _merged_down(_turned(rect) for rect in level))]
    places = [Rect(*place) for place in changing]
    kept = [rect for rect in (*lines, *others) if not any(_middle_in(rect, place) for place in places)]
    rounded = {(round(r.x, 1), round(r.y, 1), round(max(r.w, 0.1), 1), round(max(r.h, 0.1), 1)) for r in kept}
    return tuple(box(Rect(*sides)) for sides in sorted(rounded, key=lambda sides: (sides[1], sides[0], sides)))


def _middle_in(rect: Rect, place: Rect) -> bool:
    x, y = rect.x + rect.w / 2, rect.y + rect.h / 2
    return place.x <= x <= place.right and place.y <= y <= place.bottom


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


def several_allowed(form: FormSpec, fields: Iterable[FieldBox]) -> tuple[str, ...]:
    """The choices of a page of which several boxes may be marked; in the re-entry strip as well."""
    index = FieldIndex(form)
    found = set()
    for field in fields:
        if field.kind != "option":
            continue
        choice = choice_of(field.id)
        place = index.field(field.id.partition("#")[0])
        if choice.startswith("reentry") or (place is not None and place.spec.multiple):
            found.add(choice)
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


def _rects(ink: Ink) -> Iterator[Rect]:
    match ink:
        case Text():
            if ink.gray < LIGHT_GRAY:
                yield from _text_rects(ink)
        case Line():
            if ink.gray < LIGHT_GRAY:
                half = ink.width_pt / PT_PER_MM / 2
                left, right = sorted((ink.x1, ink.x2))
                top, bottom = sorted((ink.y1, ink.y2))
                yield Rect(left - half, top - half, right - left + 2 * half, bottom - top + 2 * half)
        case Rectangle():
            if ink.fill is not None and ink.fill < LIGHT_GRAY:
                yield ink.rect
            elif ink.stroke_pt is not None and ink.gray < LIGHT_GRAY:
                yield from _outline(ink.rect, ink.stroke_pt / PT_PER_MM)
        case Polygon():
            xs, ys = [x for x, _ in ink.points], [y for _, y in ink.points]
            yield Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _outline(rect: Rect, wide: float) -> Iterator[Rect]:
    half = wide / 2
    yield Rect(rect.x - half, rect.y - half, rect.w + wide, wide)
    yield Rect(rect.x - half, rect.bottom - half, rect.w + wide, wide)
    yield Rect(rect.x - half, rect.y - half, wide, rect.h + wide)
    yield Rect(rect.right - half, rect.y - half, wide, rect.h + wide)


def _text_rects(ink: Text) -> Iterator[Rect]:
    """The words of a line; of a blank to write on (____) only its stroke."""
    wide = _wide(ink, ink.text)
    start = {"left": 0.0, "center": -wide / 2, "right": -wide}[ink.align]
    up, down = ink.size_pt * ASCENT / PT_PER_MM, ink.size_pt * DESCENT / PT_PER_MM
    for part in _PARTS.finditer(ink.text):
        left, width = start, wide
        if part.end() - part.start() < len(ink.text):
            left, width = start + _wide(ink, ink.text[: part.start()]), _wide(ink, part.group())
        if ink.rotate_deg == 90:
            yield Rect(ink.x - up, ink.y - left - width, up + down, width)
        elif part.group().startswith("____"):
            yield Rect(ink.x + left, ink.y + 0.1, width, down - 0.1)
        else:
            yield Rect(ink.x + left, ink.y - up, width, up + down)


def _wide(ink: Text, text: str) -> float:
    return text_width_pt(text, ink.face, ink.size_pt) / PT_PER_MM


def _turned(rect: Rect) -> Rect:
    return Rect(rect.y, rect.x, rect.h, rect.w)


def _merged_down(rects: Iterable[Rect]) -> list[Rect]:
    """Upright lines; those at the same x that touch are joined."""
    merged: list[Rect] = []
    for rect in sorted(rects, key=lambda rect: (round(rect.x + rect.w / 2, 1), rect.y)):
        last = merged[-1] if merged else rect
        beside = abs(last.x + last.w / 2 - rect.x - rect.w / 2) < 0.1
        if merged and beside and rect.y <= last.bottom + _TOUCH_MM and rect.bottom >= last.y - _TOUCH_MM:
            left, top = min(last.x, rect.x), min(last.y, rect.y)
            merged[-1] = Rect(left, top, max(last.right, rect.right) - left, max(last.bottom, rect.bottom) - top)
        else:
            merged.append(rect)
    return merged
