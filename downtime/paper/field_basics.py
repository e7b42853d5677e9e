"""What all fields share: their sizes, their words and ids, and the tick box.

Sizes are the design's: write-in rows of at least 7 mm, tick boxes of at least 4 mm with gaps of at least 2 mm, initials
at least 9 mm wide, labels of at least 8 pt beside or above the place, never in it.
"""

from __future__ import annotations

from downtime.library.option_ids import BLANK as BLANK
from downtime.library.option_ids import slug as slug
from downtime.library.schema import FieldSpec, FieldType
from downtime.page.geometry import PT_PER_MM, Rect
from downtime.page.layout import FieldBox, FieldKind, box
from downtime.paper.fonts import text_width_pt
from downtime.paper.ink import STRUCTURE_PT, Box, Face
from downtime.paper.pieces import Sketch

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
REQUIRED_MARK = "\u00a0*"


def width_mm(text: str, size_pt: float, face: Face = "regular") -> float:
    """How wide `text` prints, in millimetres."""
    return text_width_pt(text, face, size_pt) / PT_PER_MM


def label_text(spec: FieldSpec) -> str:
    """The printed label: what to write, the unit, and a star where the form must not be closed without it."""
    unit = f" ({spec.unit})" if spec.unit and spec.type is not FieldType.NUMBER else ""
    return f"{spec.label}{unit}{REQUIRED_MARK if spec.required and spec.label else ''}"


def tick(sketch: Sketch, x: float, y: float, name: str, kind: FieldKind = "checkbox", size: float = TICK_MM) -> None:
    """An empty tick box whose top-left corner is at x, y."""
    sketch.ink(Box(Rect(x, y, size, size), STRUCTURE_PT))
    sketch.fields.append(FieldBox(id=name, kind=kind, at=box(Rect(x, y, size, size))))
