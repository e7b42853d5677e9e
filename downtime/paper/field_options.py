"""Fields that are ticked: one box with its words, a box for each option, and printed words with blanks to write on."""

from __future__ import annotations

import re

from downtime.library.schema import FieldSpec
from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox, box
from downtime.paper.field_basics import (
    BLANK,
    OPTION_LINE_MM,
    OPTION_PT,
    TICK_GAP_MM,
    TICK_MM,
    label_text,
    slug,
    tick,
    width_mm,
)
from downtime.paper.ink import Text
from downtime.paper.pieces import Drawn, Sketch
from downtime.paper.textflow import wrap


def tick_lines(spec: FieldSpec, width: float) -> list[str]:
    """The words of a single tick box, in lines beside it."""
    text = label_text(spec) + (f" {spec.hint}" if spec.hint else "")
    return wrap(text, "regular", OPTION_PT, width - TICK_MM - 1.6)


def draw_tick(sketch: Sketch, spec: FieldSpec, rect: Rect, name: str) -> None:
    """One box with its words at the right."""
    tick(sketch, rect.x, rect.y + 0.4, name)
    for number, line in enumerate(tick_lines(spec, rect.w)):
        sketch.ink(Text(rect.x + TICK_MM + 1.6, rect.y + 3.7 + number * OPTION_LINE_MM, line, OPTION_PT))
        blank_fields(sketch, line, rect.x + TICK_MM + 1.6, rect.y + 4.6 + number * OPTION_LINE_MM, f"{name}.text")


def blank_fields(sketch: Sketch, line: str, x: float, bottom: float, name: str) -> None:
    """The blanks (____) in a printed line are places to write: record them."""
    for number, found in enumerate(re.finditer(r"_{4,}", line), start=1):
        left = x + width_mm(line[: found.start()], OPTION_PT)
        width = width_mm(found.group(), OPTION_PT)
        suffix = "" if number == 1 else str(number)
        sketch.fields.append(FieldBox(id=name + suffix, kind="text", at=box(Rect(left, bottom - 5, width, 5))))


def _option_label(option: str) -> str:
    return option.replace(BLANK, "_" * 12)


def option_rows(spec: FieldSpec, width: float) -> tuple[list[list[tuple[str, float, list[str]]]], float]:
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


def draw_options(sketch: Sketch, spec: FieldSpec, place: Rect, name: str) -> None:
    """A box for each option of a choice, in rows."""
    rows, _ = option_rows(spec, place.w)
    y = place.y + 0.4
    for row in rows:
        height = 0.0
        for option, dx, lines in row:
            x = place.x + dx
            tick(sketch, x, y, f"{name}#{slug(option)}", "option")
            for number, line in enumerate(lines):
                sketch.ink(Text(x + TICK_MM + 1.4, y + 3.3 + number * OPTION_LINE_MM, line, OPTION_PT))
                blank_fields(
                    sketch, line, x + TICK_MM + 1.4, y + 4.2 + number * OPTION_LINE_MM, f"{name}.{slug(option)}.text"
                )
            height = max(height, TICK_MM + TICK_GAP_MM, len(lines) * OPTION_LINE_MM + 1.6)
        y += height


def draw_print(spec: FieldSpec, rect: Rect, name: str) -> Drawn:
    """Printed words, whose blanks are places to write."""
    sketch = Sketch()
    for number, line in enumerate(wrap(spec.print, "regular", OPTION_PT, rect.w) if spec.print else []):
        baseline = rect.y + 3.2 + number * OPTION_LINE_MM
        sketch.ink(Text(rect.x, baseline, line, OPTION_PT))
        blank_fields(sketch, line, rect.x, baseline + 0.9, f"{name}.{number + 1}.text")
    if spec.data:
        sketch.fields.append(FieldBox(id=name, kind="print", at=box(rect)))
    return sketch.done()
