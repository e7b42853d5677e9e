"""What is taken in at most: named limits, so that one file can never take the computer from all the others.

They are settings and no part of a reading: a site may raise them in its file of scan settings.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from downtime.textyaml import TextModel

BYTES_A_MB = 1_000_000
PIXELS_A_MEGAPIXEL = 1_000_000


class Limits(TextModel):
    """Limits of intake and of the worker processes."""

    file_mb: Annotated[int, Field(ge=1, description="the largest file, in megabytes")] = 500
    pages: Annotated[int, Field(ge=1, description="the most pages of one file")] = 2000
    # A0 at 300 dpi has 139 megapixels.
    megapixels: Annotated[int, Field(ge=1, le=1000, description="the largest picture, in millions of pixels")] = 150
    # A6 is 105 × 148 mm, A0 841 × 1189 mm; a feeder cuts and pulls up to a twentieth of it.
    smallest_mm: Annotated[float, Field(gt=0, description="the shorter side of the smallest page")] = 100.0
    largest_mm: Annotated[float, Field(gt=0, description="the longer side of the largest page")] = 1250.0
    # Our own pages are 1 to 1.42 at most, a phone's picture 1 to 1.78.
    longest_shape: Annotated[float, Field(ge=1.5, description="how many times longer than wide at most")] = 2.2
    smallest_pixels: Annotated[int, Field(ge=50, description="the shorter side of the smallest picture")] = 300
    settle_seconds: Annotated[float, Field(ge=0, description="how long a file must not change before it is read")] = 2.0
    page_seconds: Annotated[float, Field(gt=0, description="the most time for one page, wall clock")] = 60.0
    memory_mb: Annotated[int, Field(ge=500, description="the most memory of one worker process")] = 4000

    @model_validator(mode="after")
    def _in_order(self) -> Limits:
        if self.smallest_mm >= self.largest_mm:
            raise ValueError("smallest_mm must be less than largest_mm")
        return self

    @property
    def file_bytes(self) -> int:
        """The largest file in bytes."""
        return self.file_mb * BYTES_A_MB

    @property
    def pixels(self) -> int:
        """The largest picture in pixels."""
        return self.megapixels * PIXELS_A_MEGAPIXEL
