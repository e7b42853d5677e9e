"""What the caller says, in a box beside the start of the phone tree, and how the tree is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from downtime.page.geometry import Rect
from downtime.paper.ink import LABEL_GRAY, STRUCTURE_PT, Box, Ink, Text
from downtime.paper.phonetree_box import OFF_NETWORK, PAD_MM
from downtime.paper.phonetree_layout import BUS_MM, LANE_MM, Grid
from downtime.paper.textflow import ellipsized, paragraph

SCRIPT_TITLE = "Say the same words to everyone"
SCRIPT = (
    "What is down: ________________",
    "Since: ______  What still works: ______",
    "Paper from now. Next message at ____",
    "Do not restart, log in again, or reconnect",
)
HOW_TO = (
    "Start at the top, call from left to right. Tick, and write the time.",
    "Report back by number: “1.2 reached”.",
    f"“{OFF_NETWORK}: use 2, 3”: only these ways work then.",
)


class ScriptBox:
    """The words to say, beside the start of the tree, or above it where there are fewer than three columns."""

    def __init__(self, lines: Sequence[str], grid: Grid, body: Rect) -> None:
        self._beside = grid.columns >= 3
        self._grid, self._body = grid, body
        self._width = grid.box_mm if self._beside else body.w - LANE_MM
        self._inks, height = self._set(lines)
        self.height_mm = min(height, grid.height_mm / 3)
        self.top_mm = self.height_mm if self._beside else 0.0
        self.above_mm = 0.0 if self._beside else self.height_mm + BUS_MM / 2

    def _set(self, lines: Sequence[str]) -> tuple[list[Ink], float]:
        most = self._grid.height_mm / 3
        for size, gap in ((9.5, 1.6), (9.0, 0.8), (8.5, 0.3), (8.0, 0.0)):
            inks, y = paragraph(PAD_MM, 1.4, self._width - 2 * PAD_MM, [(SCRIPT_TITLE, "bold")], size + 0.5, 1.15)
            y += 1.4 + gap
            for line in lines:
                more, height = paragraph(PAD_MM, y, self._width - 2 * PAD_MM, line, size, 1.15)
                inks, y = inks + more, y + height + gap
            if y + 0.8 <= most:
                break
        # The script may be 12 lines of 200 characters; what a third of a page cannot hold is left off, and seen to be.
        kept = [ink for ink in inks if isinstance(ink, Text) and ink.y <= most - 1.0]
        if len(kept) < len(inks):
            last = kept[-1]
            kept[-1] = replace(
                last, text=ellipsized(last.text + " …", last.face, last.size_pt, self._width - 2 * PAD_MM)
            )
        return list(kept), y + 0.8

    def drawn(self) -> list[Ink]:
        """The box, and a few words on how to use the tree where a column is free for them."""
        x = self._body.x + (self._grid.x(self._grid.columns - 1) if self._beside else LANE_MM)
        inks: list[Ink] = [Box(Rect(x, self._body.y, self._width, self.height_mm), STRUCTURE_PT, fill=0.95)]
        inks += [Text(ink.x + x, ink.y + self._body.y, ink.text, ink.size_pt, ink.face) for ink in self._inks
                 if isinstance(ink, Text)]  # fmt: skip
        if self._beside:
            y = self._body.y
            for line in HOW_TO:
                more, height = paragraph(self._body.x + self._grid.x(0), y, self._grid.box_mm, line, 9, gray=LABEL_GRAY)
                inks, y = inks + more, y + height + 1.4
        return inks
