"""The words of issuing that stand on every page of a document: whose, when, approved or not, drill or not."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from downtime.page.geometry import Rect
from downtime.paper.field_basics import width_mm
from downtime.paper.frame import Frame
from downtime.paper.ink import Box, Face, Text
from downtime.paper.pieces import Sketch
from downtime.paper.textflow import ellipsized

NOT_APPROVED = "NOT APPROVED FOR PATIENT CARE"
DRILL = "DRILL – TRAINING, NOT A RECORD"
SEPARATOR = "  ·  "
# Laser printers leave a little over 4 mm of each edge empty: the words of a bar lie within that, its edge need not.
BAR_EDGE_MM, BAR_MM = 3.2, 4.8
# A title's baseline is 5.4 mm below its zone's top: marks upon marks (Thai, Vietnamese capitals) rise 1.15 of its size.
TITLE_PT, STACKED_TITLE_PT = 16.0, 13.0


@dataclass(frozen=True, slots=True)
class Imprint:
    """The words that are the same on every copy of a form in one document."""

    facility: str
    department: str
    made_at: str
    expires: str
    approval: str
    kit: str
    software: str
    approved: bool
    signed: bool
    drill: bool = False
    data_as_of: str = ""
    number_label: str = "MRN"
    kind: str = "Packet"
    warning: str = ""

    @property
    def is_filled(self) -> bool:
        """Whether the pages hold data, so that they are void some time after it was taken."""
        return bool(self.data_as_of)


def fitted_size(text: str, face: Face, size_pt: float, room_mm: float, least_pt: float = 8.0) -> float:
    """The largest size from `size_pt` down to `least_pt` at which the text fits `room_mm`."""
    wide = width_mm(text, size_pt, face)
    return size_pt if wide <= room_mm else max(least_pt, size_pt * room_mm / wide)


def fitted_text(text: str, face: Face, size_pt: float, room_mm: float, least_pt: float = 8.0) -> tuple[str, float]:
    """A text and its size on one line of `room_mm`: shrunk down to `least_pt`, then cut with “…”.

    Nothing may run into the page code: a page with a long name on it must still be read back.
    """
    size = fitted_size(text, face, size_pt, room_mm, least_pt)
    fits = width_mm(text, size, face) <= room_mm + 0.01
    return text if fits else ellipsized(text, face, size, room_mm), size


def fitted_title(text: str, room_mm: float, least_pt: float) -> tuple[str, float]:
    """A title and its size, as `fitted_text`; smaller from the start where a letter carries mark upon mark."""
    marks = "".join("m" if unicodedata.category(char) == "Mn" else "-" for char in unicodedata.normalize("NFD", text))
    return fitted_text(text, "bold", STACKED_TITLE_PT if "mm" in marks else TITLE_PT, room_mm, least_pt)


def names_line(imprint: Imprint, room_mm: float, tail: str = "") -> tuple[str, float]:
    """Facility, department and `tail` on one line, and its size; names too long for it are cut with “…”."""
    names = [imprint.facility, imprint.department]
    whole = SEPARATOR.join([*names, tail] if tail else names)
    size = fitted_size(whole, "regular", 10, room_mm)
    if width_mm(whole, size) <= room_mm + 0.01:
        return whole, size
    ends = [SEPARATOR, SEPARATOR + tail if tail else ""]
    rest = room_mm - sum(width_mm(end, size) for end in ends)
    # A short name leaves its share to the long one.
    shares = [max(rest / 2, rest - width_mm(other, size)) for other in reversed(names)]
    cut = [name if width_mm(name, size) <= share else ellipsized(name, "regular", size, share)
           for name, share in zip(names, shares, strict=True)]  # fmt: skip
    return cut[0] + ends[0] + cut[1] + ends[1], size


def draw_not_approved(sketch: Sketch, frame: Frame) -> None:
    """The words across the page, light enough to write on; `draw_bar` has them once more in black."""
    centre_x, centre_y = frame.width_mm / 2, frame.height_mm / 2
    size = 40 if frame.landscape else 33
    sketch.inks.insert(
        0, Text(centre_x, centre_y + 30, NOT_APPROVED, size, "bold", "center", 0.86, 30 if frame.landscape else 50)
    )


def draw_bar(sketch: Sketch, frame: Frame, imprint: Imprint) -> None:
    """A black bar in the margin: not approved, or data that are old.

    Over the top of a blank page; at the foot of a filled one, whose top is for what must be known of the patient.
    """
    words = SEPARATOR.join(text for text in (imprint.warning, "" if imprint.approved else NOT_APPROVED) if text)
    if not words:
        return
    shown, size = fitted_text(words, "bold", 9, frame.width_mm - 30, 7)
    wide = width_mm(shown, size, "bold") + 4
    y = frame.height_mm - BAR_EDGE_MM - BAR_MM if imprint.is_filled else BAR_EDGE_MM
    sketch.ink(Box(Rect(frame.width_mm / 2 - wide / 2, y, wide, BAR_MM), None, fill=0.0))
    sketch.ink(Text(frame.width_mm / 2, y + 3.5, shown, size, "bold", "center", 1.0))


def draw_drill(sketch: Sketch, frame: Frame) -> None:
    """The drill's words in both margins."""
    mid = frame.height_mm / 2
    sketch.ink(Text(7.0, mid, DRILL, 12, "bold", "center", 0.0, 90))
    sketch.ink(Text(frame.width_mm - 4.5, mid, DRILL, 12, "bold", "center", 0.0, 90))
