"""Bars in the margins of kit pages: what must be known of this patient, and how old the data are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from downtime.page.geometry import PT_PER_MM
from downtime.paper.fonts import FontBook, text_width_pt
from downtime.paper.frame import Frame
from downtime.paper.textflow import ellipsized

BAR_MM = 4.8
EDGE_MM = 3.2
_SIDES_MM = 14.0
_LARGE_PT, _LEAST_PT = 10.0, 7.5


def alert_bar(book: FontBook, alerts: Sequence[str], frame: Frame) -> str:
    """The operators of a black bar over the top of a page with a patient's alerts, the gravest first."""
    return bar(book, "  ·  ".join(alerts), frame, EDGE_MM)


def bar(book: FontBook, words: str, frame: Frame, y_mm: float) -> str:
    """A black bar, centred, with white words as large as they fit; `y_mm` is its top."""
    shown, size, width = _fitted(words, frame.width_mm - 2 * _SIDES_MM)
    x, low = (frame.width_mm - width) / 2, frame.height_mm - y_mm - BAR_MM
    box = f"0 g {x * PT_PER_MM:.2f} {low * PT_PER_MM:.2f} {width * PT_PER_MM:.2f} {BAR_MM * PT_PER_MM:.2f} re f"
    text = book.text_ops(shown, "bold", size, (x + 2) * PT_PER_MM, (low + 1.35) * PT_PER_MM, 1.0)
    return f"{box}\n{text}"


@lru_cache(maxsize=512)
def _fitted(words: str, room_mm: float) -> tuple[str, float, float]:
    room = (room_mm - 4) * PT_PER_MM
    wide = text_width_pt(words, "bold", 1.0)
    size = max(_LEAST_PT, min(_LARGE_PT, room / wide))
    if wide * size > room:
        words = ellipsized(words, "bold", size, room_mm - 4)
        wide = text_width_pt(words, "bold", 1.0)
    return words, size, wide * size / PT_PER_MM + 4
