"""Drawing one field of a flow: its label, the place to write or mark, and the boxes that the layout record keeps."""

from __future__ import annotations

from downtime.library.schema import FieldSpec, FieldType
from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox, FieldKind, box
from downtime.paper.field_basics import (
    BLANK,
    LABEL_LINE_MM,
    LABEL_PT,
    LINE_MM,
    OPTION_LINE_MM,
    OPTION_PT,
    REQUIRED_MARK,
    SIGN_MM,
    TICK_GAP_MM,
    TICK_MM,
    WRITE_MM,
    label_text,
    slug,
    tick,
    width_mm,
)
from downtime.paper.field_boxes import (
    SIGNATURE_PARTS,
    comb_groups,
    draw_comb,
    draw_diagram,
    draw_lines,
    draw_signature,
    plot_area,
)
from downtime.paper.field_options import draw_options, draw_print, draw_tick, option_rows, tick_lines
from downtime.paper.ink import HAIRLINE_GRAY, HAIRLINE_PT, LABEL_GRAY, Box, Face, Text
from downtime.paper.pieces import Drawn, Sketch
from downtime.paper.textflow import wrap

FIELD_KINDS: dict[FieldType, FieldKind] = {
    FieldType.TEXT: "text", FieldType.LINES: "lines", FieldType.NUMBER: "number", FieldType.DATE: "date",
    FieldType.TIME: "time", FieldType.DATETIME: "datetime", FieldType.CHECKBOX: "checkbox",
    FieldType.INITIALS: "initials", FieldType.SIGNATURE: "signature", FieldType.LABEL: "label",
    FieldType.BARCODE: "barcode", FieldType.COMB: "comb", FieldType.DIAGRAM: "diagram", FieldType.CHOICE: "option",
    FieldType.PRINT: "print",
}  # fmt: skip


def _label_lines(spec: FieldSpec, width: float) -> list[tuple[str, bool]]:
    lines = [(line, False) for line in wrap(label_text(spec), "regular", LABEL_PT, width)] if spec.label else []
    lines += [(line, True) for line in wrap(spec.hint, "italic", LABEL_PT, width)] if spec.hint else []
    return lines


def _draw_label(sketch: Sketch, spec: FieldSpec, x: float, y: float, width: float) -> float:
    """Draw label and hint from `y` down; returns their height."""
    lines = _label_lines(spec, width)
    for number, (line, is_hint) in enumerate(lines):
        face: Face = "italic" if is_hint else "regular"
        baseline = y + 2.8 + number * LABEL_LINE_MM
        sketch.ink(Text(x, baseline, line, LABEL_PT, face, gray=LABEL_GRAY))
    return len(lines) * LABEL_LINE_MM


def field_height(spec: FieldSpec, width: float) -> float:
    """The height that a field needs in a flow, in mm, label included."""
    label = len(_label_lines(spec, width)) * LABEL_LINE_MM
    match spec.type:
        case FieldType.CHECKBOX:
            return max(TICK_MM + 1.2, len(tick_lines(spec, width)) * OPTION_LINE_MM + 1.2)
        case FieldType.CHOICE:
            return label + option_rows(spec, width)[1]
        case FieldType.LINES:
            return label + (spec.height_mm or LINE_MM * spec.lines)
        case FieldType.SIGNATURE:
            return label + LABEL_LINE_MM + (spec.height_mm or SIGN_MM)
        case FieldType.LABEL:
            return label + (spec.height_mm or 28)
        case FieldType.DIAGRAM:
            return label + (spec.height_mm or 40)
        case FieldType.PRINT:
            return len(wrap(spec.print, "regular", OPTION_PT, width)) * OPTION_LINE_MM + 0.8 if spec.print else WRITE_MM
        case FieldType.BARCODE:
            return label + (spec.height_mm or 12)
        case _:
            return label + (spec.height_mm or WRITE_MM)


def draw_field(spec: FieldSpec, rect: Rect, prefix: str = "") -> Drawn:
    """Draw one field of a flow into `rect` (label above); its id is `prefix` + the spec's id."""
    sketch = Sketch()
    name = prefix + spec.id
    if spec.type is FieldType.CHECKBOX:
        draw_tick(sketch, spec, rect, name)
        return sketch.done()
    if spec.type is FieldType.PRINT:
        return draw_print(spec, rect, name)
    top = rect.y + _draw_label(sketch, spec, rect.x, rect.y, rect.w)
    place = Rect(rect.x, top, rect.w, rect.bottom - top)
    match spec.type:
        case FieldType.CHOICE:
            draw_options(sketch, spec, place, name)
        case FieldType.SIGNATURE:
            draw_signature(sketch, spec, place, name)
        case FieldType.LINES:
            draw_lines(sketch, spec, place)
            sketch.fields.append(FieldBox(id=name, kind="lines", at=box(place)))
        case FieldType.LABEL:
            sketch.ink(Box(place, 0.6, 0.4, dash=(3, 2)))
            sketch.fields.append(FieldBox(id=name, kind="label", at=box(place)))
        case FieldType.DIAGRAM:
            draw_diagram(sketch, spec, place)
            place = plot_area(spec.graph, place) if spec.graph else place
            sketch.fields.append(FieldBox(id=name, kind="diagram", at=box(place)))
        case FieldType.DATE | FieldType.TIME | FieldType.DATETIME | FieldType.NUMBER | FieldType.COMB:
            place = draw_comb(sketch, spec, place)
            sketch.fields.append(FieldBox(id=name, kind=FIELD_KINDS[spec.type], at=box(place)))
        case _:
            sketch.ink(Box(place, HAIRLINE_PT * 2, HAIRLINE_GRAY))
            sketch.fields.append(FieldBox(id=name, kind=FIELD_KINDS[spec.type], at=box(place)))
    if spec.type is FieldType.INITIALS and place.w < 9:
        sketch.notes.append(f"{name}: initials need 9 mm, there are {place.w:.1f}")
    return sketch.done()


__all__ = [
    "BLANK", "FIELD_KINDS", "LABEL_LINE_MM", "OPTION_PT", "REQUIRED_MARK", "SIGNATURE_PARTS", "TICK_GAP_MM", "TICK_MM",
    "WRITE_MM", "Drawn", "Sketch", "comb_groups", "draw_field", "field_height", "label_text", "slug", "tick",
    "width_mm",
]  # fmt: skip
