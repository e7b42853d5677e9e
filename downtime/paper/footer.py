"""The foot of every page of a form: its fate, the re-entry strip, what was issued, the ink references."""

from __future__ import annotations

from downtime.library.schema import FormSpec
from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox, box
from downtime.paper.fields import TICK_MM, tick, width_mm
from downtime.paper.frame import Frame
from downtime.paper.header import Imprint, fitted_size, fitted_text
from downtime.paper.ink import HAIRLINE_PT, LABEL_GRAY, STRUCTURE_PT, Box, Face, Line, Text
from downtime.paper.pieces import Drawn, Sketch
from downtime.paper.textflow import ellipsized, wrap

KIT_LINE = 1
# Blue ballpoint as a grey scanner sees it.
PALE_PEN_GRAY = 0.45
FOOT_FIRST_MM = 3.0
FOOT_STEP_MM = 3.35
STRIP_MM = 18.0
VOID_MM = 13.0
VOID_FIELD = "reentry#void"


def printed_words(imprint: Imprint) -> str:
    """When a page was printed, and until when it may be used, where that is limited."""
    until = "void after" if imprint.is_filled else "use until"
    return f"Printed {imprint.made_at}" + (f"  ·  {until} {imprint.expires}" if imprint.expires else "")


def kit_line(imprint: Imprint) -> str:
    """What was issued: the second line of every footer; the sheet's number follows it."""
    kind = "Drill" if imprint.drill else "Kit" if imprint.data_as_of else imprint.kind
    return f"{kind} {imprint.kit}"


def sheet_number_at(frame: Frame, imprint: Imprint) -> tuple[float, float]:
    """Where the sheet's number stands, in mm: behind the kit, the same on every copy's page."""
    x = frame.footer.x + width_mm(kit_line(imprint), 8, "bold") + 2.4
    return x, frame.footer.y + FOOT_FIRST_MM + KIT_LINE * FOOT_STEP_MM


def draw_footer(form: FormSpec, frame: Frame, imprint: Imprint, page: int, pages: int) -> Drawn:
    """Fate, re-entry strip, identity of form and kit, page of pages, times, approval, ink reference boxes."""
    sketch = Sketch()
    suffix = "" if page == 1 else f"@p{page}"
    foot = frame.footer
    strip = strip_place(frame)
    _draw_strip(sketch, form, strip, suffix)
    room = strip.x - 2.5 - foot.x
    lines: list[tuple[str, Face]] = [
        (f"{form.form}  ·  revision {form.revision}  ·  page {page} of {pages}", "bold"),
        (kit_line(imprint), "bold"),
        (printed_words(imprint), "regular"),
        (imprint.approval, "regular"),
    ]
    if imprint.data_as_of:
        lines.insert(2, (f"DATA AS OF {imprint.data_as_of}", "bold"))
    y = foot.y + FOOT_FIRST_MM
    for number, (text, face) in enumerate(lines):
        if number <= KIT_LINE:
            shown, size = fitted_text(text, face, 8, room, 6.5)
            sketch.ink(Text(foot.x, y, shown, size, face))
            y += FOOT_STEP_MM
            continue
        free = min(2, int((frame.references[0].y - y) // FOOT_STEP_MM) + 1)
        if free < 1:
            break
        # Smaller before it is cut: an approval without its date says nothing. Nothing may be printed over the boxes.
        size = next((size for size in (8.0, 7.5, 7.0) if len(wrap(text, face, size, room)) <= free), 6.5)
        wrapped = wrap(text, face, size, room)
        if len(wrapped) > free:
            wrapped = [*wrapped[: free - 1], ellipsized(" ".join(wrapped[free - 1 :]), face, size, room)]
        for line in wrapped:
            sketch.ink(Text(foot.x, y, line, size, face))
            y += FOOT_STEP_MM
    draw_references(sketch, frame)
    tail = "print at 100 %  ·  errors: one line, initials, time  ·  black or blue pen"
    if not imprint.signed:
        tail = "UNSIGNED  ·  " + tail
    right = min([foot.right, *(place.x - 2 for place in frame.site_codes if place.y > foot.y)])
    room_tail = right - frame.references[-1].right - 4
    shown, size = fitted_text(tail, "regular", 8, room_tail, 6.5)
    x, y = frame.references[-1].right + 3, frame.references[0].bottom - 1.0
    sketch.ink(Text(x, y, shown, size, gray=LABEL_GRAY))
    return sketch.done()


def draw_references(sketch: Sketch, frame: Frame) -> None:
    """Boxes empty, crossed, filled, and crossed in pale grey: they tell a reader what ink looks like on this page."""
    empty, crossed, filled, pale = frame.references
    sketch.ink(Text(frame.footer.x, empty.bottom - 1.2, "ink reference", 8, gray=LABEL_GRAY))
    sketch.ink(Box(empty, STRUCTURE_PT), Box(crossed, STRUCTURE_PT), Box(filled, STRUCTURE_PT, fill=0.0))
    sketch.ink(Box(pale, STRUCTURE_PT))
    for place, gray in ((crossed, 0.0), (pale, PALE_PEN_GRAY)):
        inner = place.inset(0.5)
        sketch.ink(
            Line(inner.x, inner.y, inner.right, inner.bottom, 1.0, gray),
            Line(inner.x, inner.bottom, inner.right, inner.y, 1.0, gray),
        )


def strip_place(frame: Frame) -> Rect:
    """Where the re-entry strip stands; lower where the site has its own barcode under it."""
    foot = frame.footer
    width = 86.0 if frame.landscape else 75.0
    under = [place.y for place in frame.site_codes if place.y > foot.y]
    return Rect(foot.right - width, foot.y, width, min([STRIP_MM, *(y - 0.8 - foot.y for y in under)]))


def _draw_strip(sketch: Sketch, form: FormSpec, strip: Rect, suffix: str) -> None:
    """Fate and priority; what became of the page, by whom and when; and, well apart, the box that voids it."""
    record = form.record
    head_mm = min(4.9, strip.h * 0.3)
    sketch.ink(Box(strip, STRUCTURE_PT))
    sketch.ink(Text(strip.x + 1.5, strip.y + head_mm - 0.9, record.fate.value, 10, "bold"))
    x = strip.x + 1.5 + width_mm(record.fate.value, 10, "bold") + 2.5
    after = f"priority {record.priority.value}  ·  keep {record.keep.value}"
    size = fitted_size(after, "regular", 8, strip.right - x - 1, 6.5)
    sketch.ink(Text(x, strip.y + head_mm - 0.9, after, size))
    left = Rect(strip.x, strip.y + head_mm, strip.w - VOID_MM, strip.h - head_mm)
    void = Rect(left.right, left.y, VOID_MM, left.h)
    sketch.ink(Line(void.x, void.y, void.x, void.bottom, STRUCTURE_PT, 0))
    sketch.ink(Line(void.x, void.y, void.right, void.y, STRUCTURE_PT, 0))
    _draw_outcome(sketch, left, suffix)
    middle = void.x + void.w / 2
    first = void.y + (void.h - TICK_MM - 3.6) / 2
    tick(sketch, middle - TICK_MM / 2, first, f"{VOID_FIELD}{suffix}", "option")
    sketch.ink(Text(middle, first + TICK_MM + 3.3, "VOID", 9, "bold", "center"))


def _draw_outcome(sketch: Sketch, left: Rect, suffix: str) -> None:
    x = left.x + 1.5
    for name, words in (("entered", "entered"), ("scanned", "scanned"), ("not-needed", "not needed")):
        tick(sketch, x, left.y + 0.6, f"reentry#{name}{suffix}", "option")
        sketch.ink(Text(x + 5.0, left.y + 3.8, words, 8))
        x += 5.0 + width_mm(words, 8) + 2.6
    x = left.x + 1.5
    top = left.y + 0.6 + TICK_MM + 0.6
    for name, words, share in (("initials", "initials", 0.34), ("date", "date", 0.38), ("time", "time", 0.28)):
        width = (left.w - 2) * share
        start = x + width_mm(words, 8) + 0.8
        at = Rect(start, top, x + width - start - 1.0, left.bottom - 0.4 - top)
        sketch.ink(Text(x, at.bottom - 1.0, words, 8, gray=LABEL_GRAY))
        sketch.ink(Line(at.x, at.bottom - 0.6, at.right, at.bottom - 0.6, HAIRLINE_PT * 2))
        sketch.fields.append(FieldBox(id=f"reentry.{name}{suffix}", kind="text", at=box(at)))
        x += width
