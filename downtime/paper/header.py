"""What stands on every page of a form: title, patient block, allergies and weight, footer, re-entry strip."""

from __future__ import annotations

from downtime.library.schema import FieldSpec, FieldType, FormSpec
from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox, box
from downtime.paper.fields import draw_field, tick, width_mm
from downtime.paper.frame import Frame
from downtime.paper.imprint import (
    DRILL,
    NOT_APPROVED,
    Imprint,
    draw_bar,
    draw_drill,
    draw_not_approved,
    fitted_size,
    fitted_text,
    fitted_title,
    names_line,
)
from downtime.paper.ink import HAIRLINE_GRAY, HAIRLINE_PT, LABEL_GRAY, STRUCTURE_PT, Box, Line, Text
from downtime.paper.patient_block import draw_patient
from downtime.paper.pieces import Drawn, Sketch

# The weight line where it stands beside the allergies, in mm: figure, date, and three boxes.
BESIDE_ALLERGIES_MM = 106.0


def title_room(frame: Frame) -> float:
    """The width that the title has, in mm: less where a site's own code stands beside it."""
    beside = [place.x for place in frame.site_codes if place.y < frame.title.bottom]
    return min([frame.title.right, *(x - 2 for x in beside)]) - frame.title.x


def draw_header(form: FormSpec, frame: Frame, imprint: Imprint, page: int, pages: int) -> Drawn:
    """Title, patient block, label area, allergy and weight band of page `page` (1-based)."""
    sketch = Sketch()
    suffix = "" if page == 1 else f"@p{page}"
    room = title_room(frame)
    x = frame.title.x
    if form.header.high_alert:
        wide = width_mm("HIGH ALERT", 9, "bold") + 3
        sketch.ink(Box(Rect(x, frame.title.y + 0.8, wide, 5.2), None, fill=0.0))
        sketch.ink(Text(x + 1.5, frame.title.y + 4.7, "HIGH ALERT", 9, "bold", gray=1.0))
        x += wide + 2
    title, size = fitted_title(form.title, frame.title.x + room - x, 11)
    sketch.ink(Text(x, frame.title.y + 5.4, title, size, "bold"))
    under, size = names_line(imprint, frame.title.w, "DOWNTIME RECORD")
    sketch.ink(Text(frame.title.x, frame.title.y + 10.8, under, size, gray=LABEL_GRAY))
    if frame.patient and frame.label:
        draw_patient(sketch, frame, imprint.number_label, suffix)
    elif form.scope.value == "unit":
        _draw_unit_line(sketch, frame, suffix)
    if frame.band:
        _draw_band(sketch, form, frame.band, suffix)
    if not imprint.approved:
        draw_not_approved(sketch, frame)
    draw_bar(sketch, frame, imprint)
    if imprint.drill:
        draw_drill(sketch, frame)
    return sketch.done()


def _draw_unit_line(sketch: Sketch, frame: Frame, suffix: str) -> None:
    """Unit forms: date, shift and who started the sheet, at the height of the page code."""
    room = frame.codes[0].x - 4 - frame.body.x
    specs = (
        FieldSpec(id="date", type=FieldType.DATE, label="Date (DD MMM YYYY)", width=4),
        FieldSpec(id="from", type=FieldType.TIME, label="From (24 h)", width=2),
        FieldSpec(id="to", type=FieldType.TIME, label="To (24 h)", width=2),
        FieldSpec(id="started_by", type=FieldType.TEXT, label="Started by", width=4),
    )
    x = max(frame.body.x, 9.0 + 10.0 + 3.0) if not frame.mirrored else frame.title.x
    room = frame.codes[0].x - 4 - x
    for spec in specs:
        width = room * spec.width / 12
        drawn = draw_field(spec, Rect(x, 23.0, width - 3, 11.0), "unit.")
        sketch.inks.extend(drawn.inks)
        sketch.fields.extend(FieldBox(id=f.id + suffix, kind=f.kind, at=f.at) for f in drawn.fields)
        x += width


def _draw_band(sketch: Sketch, form: FormSpec, band: Rect, suffix: str) -> None:
    """Allergies and weight: cannot be switched off on a form that gives or orders a drug."""
    sketch.ink(Box(band, STRUCTURE_PT))
    both = form.header.allergies and form.header.weight
    two_lines = both and band.h > 12
    line_h = band.h / 2 if two_lines else band.h
    weight_w = BESIDE_ALLERGIES_MM if both and not two_lines else band.w
    if form.header.allergies:
        width = band.w if two_lines or not form.header.weight else band.w - weight_w
        _draw_allergies(sketch, Rect(band.x, band.y, width, line_h), suffix, narrow=both and not two_lines)
    if form.header.weight:
        x = band.x if two_lines or not form.header.allergies else band.right - weight_w
        y = band.y + (line_h if two_lines else 0)
        if two_lines:
            sketch.ink(Line(band.x, y, band.right, y, HAIRLINE_PT * 2))
        elif form.header.allergies:
            sketch.ink(Line(x, band.y, x, band.bottom, STRUCTURE_PT, 0))
        _draw_weight(sketch, Rect(x, y, weight_w if not two_lines else band.w, line_h), suffix)


def _draw_allergies(sketch: Sketch, rect: Rect, suffix: str, *, narrow: bool) -> None:
    """The allergy line; where it is narrow the words beside its boxes stand on two lines."""
    mid = rect.y + rect.h / 2
    x = rect.x + 1.2
    sketch.ink(Text(x, mid + 1.2, "Allergies *", 10, "bold"))
    x += width_mm("Allergies *", 10, "bold") + 2.4
    for option, words in (
        ("none", "none\nknown"),
        ("not-asked", "not able\nto ask"),
        ("listed", "listed, with\nreaction:"),
    ):
        tick(sketch, x, mid - 2.1, f"allergies#{option}{suffix}", "option")
        lines, size = (words.split("\n"), 8.0) if narrow else ([words.replace("\n", " ")], 8.5)
        for number, line in enumerate(lines):
            sketch.ink(Text(x + 5.2, mid + 1.1 + (number - (len(lines) - 1) / 2) * 3.2, line, size))
        x += 5.2 + max(width_mm(line, size) for line in lines) + 2.4
    at = Rect(x, rect.y + 0.5, rect.right - x - 0.5, rect.h - 1)
    sketch.ink(Line(at.x, at.bottom - 0.6, at.right - 1, at.bottom - 0.6))
    sketch.fields.append(FieldBox(id="allergies.text" + suffix, kind="text", at=box(at)))


def _draw_weight(sketch: Sketch, rect: Rect, suffix: str) -> None:
    mid = rect.y + rect.h / 2
    x = rect.x + 1.2
    sketch.ink(Text(x, mid + 1.2, "Weight *", 10, "bold"))
    x += width_mm("Weight *", 10, "bold") + 1.6
    wide = rect.w > BESIDE_ALLERGIES_MM
    at = Rect(x, rect.y + 0.7, 16 if wide else 15, rect.h - 1.4)
    sketch.ink(Box(at, HAIRLINE_PT * 2, HAIRLINE_GRAY))
    sketch.fields.append(FieldBox(id="weight.kg" + suffix, kind="number", at=box(at)))
    sketch.ink(Text(at.right + 0.8, mid + 1.1, "kg", 9, "bold"))
    x = at.right + 6
    if not wide:
        x = _beside(sketch, rect, x, "on", 18.0, f"weight.date{suffix}") + 1.2
    words = (("measured", "measured"), ("stated", "stated"), ("estimated", "estimated")) if wide else (
        ("measured", "meas."), ("stated", "stated"), ("estimated", "est."))  # fmt: skip
    for option, word in words:
        tick(sketch, x, mid - 2.1, f"weight#{option}{suffix}", "option")
        sketch.ink(Text(x + 4.9, mid + 1.1, word, 8))
        x += 4.9 + width_mm(word, 8) + (2.4 if wide else 2.2)
    if wide:
        for name, label, width in (("date", "on", 24.0), ("height_cm", "height", 14.0)):
            x = _beside(sketch, rect, x, label, width, f"weight.{name}{suffix}") + 1.5
        sketch.ink(Text(x - 0.8, mid + 1.1, "cm", 8.5))


def _beside(sketch: Sketch, rect: Rect, x: float, label: str, width: float, name: str) -> float:
    """A line to write on behind its label, within the weight line; returns where it ends."""
    sketch.ink(Text(x, rect.y + rect.h / 2 + 1.1, label, 8.5))
    x += width_mm(label, 8.5) + 1
    place = Rect(x, rect.y + 0.7, min(width, rect.right - x - 0.6), rect.h - 1.4)
    sketch.ink(Line(place.x, place.bottom, place.right, place.bottom, HAIRLINE_PT * 2))
    sketch.fields.append(FieldBox(id=name, kind="text", at=box(place)))
    return place.right


__all__ = [
    "DRILL", "NOT_APPROVED", "Imprint", "draw_drill", "draw_header", "draw_not_approved", "fitted_size", "fitted_text",
    "names_line", "title_room",
]  # fmt: skip
