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

    For comparison, published shares of a box: 0.055 for a blank one, 0.18 for a line, 0.20 for a tick, 0.25 for a cross
    (vxsuite issue 1895). Where no source is named, a value was set on the degraded set with seeds 1 to 5, and
    tests/ACCURACY.md has what it gives on others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    box_marginal: Annotated[Part, Field(description="from this share of ink inside on, a box is in doubt")] = 0.03
    box_definite: Annotated[Part, Field(description="from this share of ink inside on, a box is marked")] = 0.12
    box_thin: Annotated[Part, Field(description="so is one with this share, if thin strokes run right over it")] = 0.05
    pale_marginal: Annotated[
        Part, Field(description="from this share of pale ink inside on, an empty box is in doubt")
    ] = 0.10
    around_marginal: Annotated[Part, Field(description="an empty box with so much ink around it is in doubt")] = 0.06
    around_most: Annotated[
        Part, Field(description="a mark with so much ink around it may be struck out, or a stamp")
    ] = 0.16
    strokes_most: Annotated[int, Field(ge=0, description="a mark that leaves its box more often may be struck out")] = 4
    small: Annotated[Part, Field(description="a mark smaller than this must also reach over most of the box")] = 0.35
    small_span: Annotated[
        Part, Field(description="how much of the box's width or height a small mark must reach over")
    ] = 0.72
    straight_mm: Annotated[
        Millimetre, Field(description="a stroke that goes on at two sides of its box and bends less runs through it")
    ] = 0.9
    black: Annotated[Part, Field(description="a mark with more ink than this may be one that was blacked out")] = 0.75
    black_mm: Annotated[Millimetre, Field(description="so may one that is thicker than this anywhere")] = 1.75
    black_habit: Annotated[
        Part, Field(description="it is meant, if this part of the page's other marks are black as well")
    ] = 0.5
    black_ratio: Annotated[
        Part, Field(description="and if the page's other marks have at least this part of its ink")
    ] = 0.65
    outline_least: Annotated[Part, Field(description="so much of the printed outline must be found")] = 0.5
    written_marginal_mm2: Annotated[
        SquareMm, Field(description="from this blob of ink on, pale or not, a field may be written on")
    ] = 0.5
    written_definite_mm2: Annotated[SquareMm, Field(description="from this blob of ink on, a field is written on")] = (
        1.2
    )
    written_pale_mm2: Annotated[SquareMm, Field(description="from this blob of pale ink on, a field is written on")] = (
        3.0
    )
    loose_mm2: Annotated[
        SquareMm, Field(description="from this much ink outside of all fields on, a page is looked at")
    ] = 4.0
    residual_mm: Annotated[Millimetre, Field(description="a page whose marks are further off is in doubt")] = 0.5
    scale: Annotated[Part, Field(description="a page that is smaller or larger by more says so")] = 0.02
    stretch: Annotated[Part, Field(description="a page whose width and height differ by more in scale says so")] = 0.012
    contrast: Annotated[float, Field(ge=0, le=255, description="fewer greys between paper and print are too few")] = 60
    light_pen: Annotated[Part, Field(description="less than this of the pale reference, and light pens are lost")] = (
        0.15
    )
    noise: Annotated[Part, Field(description="more specks than this a pixel are too many")] = 0.008

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for marginal, definite, what in (
            (self.box_marginal, self.box_definite, "box"),
            (self.written_marginal_mm2, min(self.written_definite_mm2, self.written_pale_mm2), "written"),
            (self.around_marginal, self.around_most, "around"),
        ):
            if marginal > definite:
                raise ValueError(f"{what}: the marginal threshold {marginal:g} is over the definite one {definite:g}")
        return self
