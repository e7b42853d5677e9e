"""Drawing one field: its label, the place to write or mark, and the boxes that the layout record keeps.

Sizes are the design's: write-in rows of at least 7 mm, tick boxes of at least 4 mm with gaps of at least 2 mm, initials
at least 9 mm wide, labels of at least 8 pt beside or above the place, never in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from downtime.library.schema import FieldSpec, FieldType, GraphSpec
from downtime.page.geometry import PT_PER_MM, Rect
from downtime.page.layout import FieldBox, FieldKind, box
from downtime.paper.fonts import text_width_pt
from downtime.paper.ink import HAIRLINE_GRAY, HAIRLINE_PT, LABEL_GRAY, STRUCTURE_PT, Box, Face, Line, Text
from downtime.paper.pieces import Drawn, Sketch
from downtime.paper.textflow import wrap

WRITE_MM = 7.0
LINE_MM = 7.5
SIGN_MM = 9.5
TICK_MM = 4.2
TICK_GAP_MM = 2.2
LABEL_PT = 8.5
OPTION_PT = 9.0
LABEL_LINE_MM = 3.5
OPTION_LINE_MM = 3.9
COMB_MM = 5.0
BLANK = "____"
REQUIRED_MARK = "\u00a0*"

_KINDS: dict[FieldType, FieldKind] = {
    FieldType.TEXT: "text", FieldType.LINES: "lines", FieldType.NUMBER: "number", FieldType.DATE: "date",
    FieldType.TIME: "time", FieldType.DATETIME: "datetime", FieldType.CHECKBOX: "checkbox",
    FieldType.INITIALS: "initials", FieldType.SIGNATURE: "signature", FieldType.LABEL: "label",
    FieldType.BARCODE: "barcode", FieldType.COMB: "comb", FieldType.DIAGRAM: "diagram", FieldType.CHOICE: "option",
    FieldType.PRINT: "text",
}  # fmt: skip

SIGNATURE_PARTS = {
    "signature": ("Signature", 4.2),
    "name": ("Printed name", 3.6),
    "credential": ("Credential", 1.6),
    "contact": ("Pager or ext.", 2.0),
    "date": ("Date", 2.2),
    "time": ("Time", 1.4),
}
DEFAULT_PARTS = ("name", "credential", "date", "time")
_LEAST_PART_MM = {"date": 16.0, "time": 10.0}
_NARROW_PARTS = {"name": "Name", "credential": "Cred.", "contact": "Ext."}


def width_mm(text: str, size_pt: float, face: Face = "regular") -> float:
    """How wide `text` prints, in millimetres."""
    return text_width_pt(text, face, size_pt) / PT_PER_MM


def slug(text: str) -> str:
    """An option's text as a stable id: ``walk-in``, ``type-1``; signs that tell options apart are spelled."""
    spelled = text.replace(BLANK, " ").replace("+", " plus ").replace("−", " minus ").replace("%", " percent ")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().lower()
    words: str = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words or "x" + text.encode("utf-8").hex()[:12]


def label_text(spec: FieldSpec) -> str:
    """The printed label: what to write, the unit, and a star where the form must not be closed without it."""
    unit = f" ({spec.unit})" if spec.unit and spec.type is not FieldType.NUMBER else ""
    return f"{spec.label}{unit}{REQUIRED_MARK if spec.required and spec.label else ''}"


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
            return max(TICK_MM + 1.2, len(_tick_lines(spec, width)) * OPTION_LINE_MM + 1.2)
        case FieldType.CHOICE:
            return label + _option_rows(spec, width)[1]
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
        _draw_tick(sketch, spec, rect, name)
        return sketch.done()
    if spec.type is FieldType.PRINT:
        return _draw_print(spec, rect, name)
    top = rect.y + _draw_label(sketch, spec, rect.x, rect.y, rect.w)
    place = Rect(rect.x, top, rect.w, rect.bottom - top)
    match spec.type:
        case FieldType.CHOICE:
            _draw_options(sketch, spec, place, name)
        case FieldType.SIGNATURE:
            _draw_signature(sketch, spec, place, name)
        case FieldType.LINES:
            _draw_lines(sketch, spec, place)
            sketch.fields.append(FieldBox(id=name, kind="lines", at=box(place)))
        case FieldType.LABEL:
            sketch.ink(Box(place, 0.6, 0.4, dash=(3, 2)))
            sketch.fields.append(FieldBox(id=name, kind="label", at=box(place)))
        case FieldType.DIAGRAM:
            _draw_diagram(sketch, spec, place)
            place = plot_area(spec.graph, place) if spec.graph else place
            sketch.fields.append(FieldBox(id=name, kind="diagram", at=box(place)))
        case FieldType.DATE | FieldType.TIME | FieldType.DATETIME | FieldType.NUMBER | FieldType.COMB:
            place = _draw_comb(sketch, spec, place)
            sketch.fields.append(FieldBox(id=name, kind=_KINDS[spec.type], at=box(place)))
        case _:
            sketch.ink(Box(place, HAIRLINE_PT * 2, HAIRLINE_GRAY))
            sketch.fields.append(FieldBox(id=name, kind=_KINDS[spec.type], at=box(place)))
    if spec.type is FieldType.INITIALS and place.w < 9:
        sketch.notes.append(f"{name}: initials need 9 mm, there are {place.w:.1f}")
    return sketch.done()


def tick(sketch: Sketch, x: float, y: float, name: str, kind: FieldKind = "checkbox", size: float = TICK_MM) -> None:
    """An empty tick box whose top-left corner is at x, y."""
    sketch.ink(Box(Rect(x, y, size, size), STRUCTURE_PT))
    sketch.fields.append(FieldBox(id=name, kind=kind, at=box(Rect(x, y, size, size))))


def _tick_lines(spec: FieldSpec, width: float) -> list[str]:
    text = label_text(spec) + (f" {spec.hint}" if spec.hint else "")
    return wrap(text, "regular", OPTION_PT, width - TICK_MM - 1.6)


def _draw_tick(sketch: Sketch, spec: FieldSpec, rect: Rect, name: str) -> None:
    tick(sketch, rect.x, rect.y + 0.4, name)
    for number, line in enumerate(_tick_lines(spec, rect.w)):
        sketch.ink(Text(rect.x + TICK_MM + 1.6, rect.y + 3.7 + number * OPTION_LINE_MM, line, OPTION_PT))
        _blank_fields(sketch, line, rect.x + TICK_MM + 1.6, rect.y + 4.6 + number * OPTION_LINE_MM, f"{name}.text")


def _blank_fields(sketch: Sketch, line: str, x: float, bottom: float, name: str) -> None:
    """The blanks (____) in a printed line are places to write: record them."""
    for number, found in enumerate(re.finditer(r"_{4,}", line), start=1):
        left = x + width_mm(line[: found.start()], OPTION_PT)
        width = width_mm(found.group(), OPTION_PT)
        suffix = "" if number == 1 else str(number)
        sketch.fields.append(FieldBox(id=name + suffix, kind="text", at=box(Rect(left, bottom - 5, width, 5))))


def _option_label(option: str) -> str:
    return option.replace(BLANK, "_" * 12)


def _option_rows(spec: FieldSpec, width: float) -> tuple[list[list[tuple[str, float, list[str]]]], float]:
    """Options in rows: each is (text, x offset in mm, lines of its label); and the height of all rows."""
    rows: list[list[tuple[str, float, list[str]]]] = [[]]
    heights = [0.0]
    x = 0.0
    column = width / spec.across if spec.across else None
    for option in spec.options:
        text_room = (column or width) - TICK_MM - 1.4 - (TICK_GAP_MM if column else 0)
        lines = wrap(_option_label(option), "regular", OPTION_PT, text_room)
        needed = TICK_MM + 1.4 + max(width_mm(line, OPTION_PT) for line in lines)
        step = needed + TICK_GAP_MM + 1.2 if column is None else column
        full = len(rows[-1]) >= spec.across if spec.across else x + needed > width + 0.01
        if rows[-1] and full:
            rows.append([])
            heights.append(0.0)
            x = 0.0
        rows[-1].append((option, x, lines))
        heights[-1] = max(heights[-1], TICK_MM + TICK_GAP_MM, len(lines) * OPTION_LINE_MM + 1.6)
        x += step
    return rows, sum(heights)


def _draw_options(sketch: Sketch, spec: FieldSpec, place: Rect, name: str) -> None:
    rows, _ = _option_rows(spec, place.w)
    y = place.y + 0.4
    for row in rows:
        height = 0.0
        for option, dx, lines in row:
            x = place.x + dx
            tick(sketch, x, y, f"{name}#{slug(option)}", "option")
            for number, line in enumerate(lines):
                sketch.ink(Text(x + TICK_MM + 1.4, y + 3.3 + number * OPTION_LINE_MM, line, OPTION_PT))
                _blank_fields(
                    sketch, line, x + TICK_MM + 1.4, y + 4.2 + number * OPTION_LINE_MM, f"{name}.{slug(option)}.text"
                )
            height = max(height, TICK_MM + TICK_GAP_MM, len(lines) * OPTION_LINE_MM + 1.6)
        y += height


def _draw_print(spec: FieldSpec, rect: Rect, name: str) -> Drawn:
    sketch = Sketch()
    for number, line in enumerate(wrap(spec.print, "regular", OPTION_PT, rect.w) if spec.print else []):
        baseline = rect.y + 3.2 + number * OPTION_LINE_MM
        sketch.ink(Text(rect.x, baseline, line, OPTION_PT))
        _blank_fields(sketch, line, rect.x, baseline + 0.9, f"{name}.{number + 1}.text")
    return sketch.done()


def _draw_lines(sketch: Sketch, spec: FieldSpec, place: Rect) -> None:
    step = place.h / spec.lines
    for number in range(1, spec.lines + 1):
        y = place.y + number * step
        sketch.ink(Line(place.x, y, place.right, y, HAIRLINE_PT * 2, HAIRLINE_GRAY))


def _draw_signature(sketch: Sketch, spec: FieldSpec, place: Rect, name: str) -> None:
    parts = ("signature", *(spec.parts if spec.parts is not None else DEFAULT_PARTS))
    x = place.x
    for part, width in zip(parts, _signature_widths(parts, place.w), strict=True):
        label = SIGNATURE_PARTS[part][0]
        if width_mm(label, LABEL_PT - 0.5) > width - 0.6:
            label = _NARROW_PARTS.get(part, label)
        part_label = spec.signer or label if part == "signature" else label
        sketch.ink(Text(x + 0.3, place.y + 2.7, part_label, LABEL_PT - 0.5, gray=LABEL_GRAY))
        if width_mm(part_label, LABEL_PT - 0.5) > width:
            sketch.notes.append(f"{name}: the label “{part_label}” does not fit {width:.1f} mm")
        at = Rect(x, place.y + LABEL_LINE_MM, width, place.h - LABEL_LINE_MM)
        sketch.ink(Box(at, HAIRLINE_PT * 2, HAIRLINE_GRAY))
        kind: FieldKind = "signature" if part == "signature" else "text"
        if part in ("date", "time"):
            kind = "date" if part == "date" else "time"
        sketch.fields.append(FieldBox(id=f"{name}.{part}", kind=kind, at=box(at)))
        x += width


def _signature_widths(parts: Sequence[str], width: float) -> list[float]:
    """How wide each part is: its share, but date and time never too narrow to write, at the cost of the two names."""
    total = sum(SIGNATURE_PARTS[part][1] for part in parts)
    widths = [width * SIGNATURE_PARTS[part][1] / total for part in parts]
    missing = [max(_LEAST_PART_MM.get(part, 0.0) - own, 0.0) for part, own in zip(parts, widths, strict=True)]
    givers = sum(own for part, own in zip(parts, widths, strict=True) if part in ("signature", "name"))
    if sum(missing) > givers / 3:
        return widths
    return [
        own * (1 - sum(missing) / givers) if part in ("signature", "name") else own + more
        for part, own, more in zip(parts, widths, missing, strict=True)
    ]


def _draw_diagram(sketch: Sketch, spec: FieldSpec, place: Rect) -> None:
    if spec.graph:
        _draw_axes(sketch, spec.graph, place)
        return
    sketch.ink(Box(place, STRUCTURE_PT))
    if spec.diagram == "graph":
        for index in range(1, int(place.w / 5)):
            sketch.ink(Line(place.x + 5 * index, place.y, place.x + 5 * index, place.bottom))
        for index in range(1, int(place.h / 5)):
            sketch.ink(Line(place.x, place.y + 5 * index, place.right, place.y + 5 * index))


def plot_area(graph: GraphSpec, place: Rect) -> Rect:
    """Where a graph with axes is drawn into: right of its labels, above those of its columns."""
    left = place.w * graph.label_width / 100
    return Rect(place.x + left, place.y + 1.6, place.w - left, place.h - (5.4 if graph.below else 1.6) - 1.6)


def _draw_axes(sketch: Sketch, graph: GraphSpec, place: Rect) -> None:
    plot = plot_area(graph, place)
    step = plot.h / (len(graph.left) - 1)
    for number, label in enumerate(graph.left):
        y = plot.y + number * step
        sketch.ink(Line(plot.x, y, plot.right, y, HAIRLINE_PT * 2, HAIRLINE_GRAY))
        sketch.ink(Text(plot.x - 1.2, y + 1.1, label, OPTION_PT, align="right"))
    across = plot.w / graph.columns
    for number in range(1, graph.columns):
        x = plot.x + number * across
        sketch.ink(Line(x, plot.y, x, plot.bottom, HAIRLINE_PT * 2, HAIRLINE_GRAY))
    for number, label in enumerate(graph.below):
        sketch.ink(Text(plot.x + (number + 0.5) * across, plot.bottom + 3.8, label, LABEL_PT - 0.5, "bold", "center"))
    sketch.ink(Box(plot, STRUCTURE_PT))


def comb_groups(spec: FieldSpec) -> tuple[int, ...]:
    """How many character boxes a field has, in groups: DD MMM YYYY, HHMM, digits before and after the point."""
    match spec.type:
        case FieldType.DATE:
            return (2, 3, 4)
        case FieldType.TIME:
            return (4,)
        case FieldType.DATETIME:
            return (2, 3, 4, 4)
        case FieldType.COMB:
            return (spec.boxes or 1,)
        case _:
            whole = spec.boxes or 3
            return (whole, spec.decimals) if spec.decimals else (whole,)


def _draw_comb(sketch: Sketch, spec: FieldSpec, place: Rect) -> Rect:
    """Boxes for single characters where they fit at 4 mm and more, one plain box otherwise; returns the place."""
    groups = comb_groups(spec)
    unit = f" {spec.unit}" if spec.unit else ""
    room = place.w - (width_mm(unit, OPTION_PT) + 0.6 if unit else 0)
    height = min(place.h, WRITE_MM)
    cell = min(COMB_MM, (room - 1.6 * (len(groups) - 1)) / sum(groups))
    if cell < 4.0 or (spec.type is FieldType.NUMBER and spec.boxes is None and spec.decimals is None):
        at = Rect(place.x, place.y, room, height)
        sketch.ink(Box(at, HAIRLINE_PT * 2, HAIRLINE_GRAY))
    else:
        x = place.x
        for index, count in enumerate(groups):
            if index:
                if spec.type is FieldType.NUMBER:
                    sketch.ink(Text(x + 0.8, place.y + height - 0.9, ".", 14, "bold", "center"))
                x += 1.6
            sketch.ink(Box(Rect(x, place.y, cell * count, height), HAIRLINE_PT * 2, HAIRLINE_GRAY))
            for inner in range(1, count):
                sketch.ink(Line(x + inner * cell, place.y, x + inner * cell, place.y + height))
            x += cell * count
        at = Rect(place.x, place.y, x - place.x, height)
    if unit:
        sketch.ink(Text(at.right + 0.6, place.y + height - 2.2, unit.strip(), OPTION_PT))
    return at


__all__ = [
    "Drawn", "Sketch", "comb_groups", "draw_field", "field_height", "label_text", "slug", "tick", "width_mm",
]  # fmt: skip
