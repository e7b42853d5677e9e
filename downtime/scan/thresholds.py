"""What counts as blank, unsure or marked: settings of a site, apart from forms and scores.

Scores are stored, so a new threshold never needs a new scan; `downtime scan --scores` shows a site its own marks.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Part = Annotated[float, Field(ge=0, le=1)]
Millimetre = Annotated[float, Field(ge=0)]
SquareMm = Annotated[float, Field(ge=0)]


class Thresholds(BaseModel):
    """When a box is marked, a field written, a page in doubt; a marginal value may not be over its definite one.

    Boxes: published shares are 0.055 for a blank, 0.18 for a line, 0.20 for a tick, 0.25 for a cross (vxsuite issue
    1895); 0.05 to 0.18 in doubt left 2 of 16,200 wrong in our own measurements. Both are scaled by what the page's own
    crossed reference box shows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    box_marginal: Part = 0.05
    """From this share of ink inside on a box is in doubt."""
    box_definite: Part = 0.12
    """From this share of ink inside on a box is marked."""
    around_marginal: Part = 0.20
    """An empty box with so much ink around it is in doubt: a mark may have missed it, or a correction ring it."""
    outline_least: Part = 0.45
    """So much of the printed outline must be found, or the box is not where it should be."""
    written_marginal_mm2: SquareMm = 0.8
    """From this blob of ink on a field perhaps holds writing."""
    written_definite_mm2: SquareMm = 1.6
    """From this blob of ink on a field is written: a 4 mm stroke of a 0.4 mm pen."""
    written_share: Part = 0.025
    """A field with this share of ink is written, however small its blobs: vxsuite PR 8741."""
    loose_mm2: SquareMm = 6.0
    """From this much ink outside of all fields on a page is looked at: a letter is about 2 mm²."""
    residual_mm: Millimetre = 0.5
    """A page whose marks are further off is in doubt: an eighth of a box."""
    scale: Part = 0.02
    """A page smaller or larger by more says so: vxsuite PR 6649 refused 1.5 %, here boxes are found all the same."""
    stretch: Part = 0.012
    """A page whose width and height differ by more in scale says so."""
    contrast: float = Field(default=60.0, ge=0, le=255)
    """Fewer greys than this between paper and print are too few."""
    noise: Part = 0.004
    """More specks than this a coarse pixel are too many."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for marginal, definite, what in (
            (self.box_marginal, self.box_definite, "box"),
            (self.written_marginal_mm2, self.written_definite_mm2, "written"),
        ):
            if marginal > definite:
                raise ValueError(f"{what}: the marginal threshold {marginal:g} is over the definite one {definite:g}")
        return self
