"""Fields that are written: lines, signatures with their parts, boxes for single characters, and graphs."""

from __future__ import annotations

from collections.abc import Sequence

from downtime.library.schema import FieldSpec, FieldType, GraphSpec
from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox, FieldKind, box
from downtime.paper.field_basics import (
    COMB_MM,
    LABEL_LINE_MM,
    LABEL_PT,
    OPTION_PT,
    WRITE_MM,
    width_mm,
)
from downtime.paper.ink import HAIRLINE_GRAY, HAIRLINE_PT, LABEL_GRAY, STRUCTURE_PT, Box, Line, Text
from downtime.paper.pieces import Sketch

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


def draw_lines(sketch: Sketch, spec: FieldSpec, place: Rect) -> None:
    """Rules to write on, evenly over the height of `place`."""
    step = place.h / spec.lines
    for number in range(1, spec.lines + 1):
        y = place.y + number * step
        sketch.ink(Line(place.x, y, place.right, y, HAIRLINE_PT * 2, HAIRLINE_GRAY))


def draw_signature(sketch: Sketch, spec: FieldSpec, place: Rect, name: str) -> None:
    """A signature and what stands beside it, each under its own small label."""
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


def draw_comb(sketch: Sketch, spec: FieldSpec, place: Rect) -> Rect:
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


def draw_diagram(sketch: Sketch, spec: FieldSpec, place: Rect) -> None:
    """A place to draw: empty, squared, or with the axes of a graph."""
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
