"""What passes between the stages of reading: frozen records, raw scores apart from verdicts.

``intake`` gives pages as images; ``identify`` and ``register`` say what page it is and where it lies; ``read`` scores
every box and write-in area; ``decide`` turns scores into marks under a site's thresholds; ``collate`` puts pages
together to sheets. Scores are stored, verdicts are made from them again whenever the thresholds change.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from downtime.page.code_failure import CodeReason
from downtime.page.states import PageReason, PageState

GreyImage = NDArray[np.uint8]
"""A page as height × width bytes: 0 is black, 255 white."""

Matrix = tuple[float, float, float, float, float, float, float, float, float]
"""A 3 × 3 homography by rows: page millimetres (x, y, 1) to image pixels."""

Share = Annotated[float, Field(ge=0, le=1)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PageSource(_Record):
    """Where an image came from: the file's name and SHA-256, and the page in it, from 0."""

    file: str
    sha256: str
    index: int


@dataclass(frozen=True, slots=True)
class IncomingPage:
    """One page that came in, decoded: grey pixels, their density where the file says it, and what intake noticed.

    Pixels are square: a fax of 204 × 98 dots an inch is made so before it comes here.
    """

    source: PageSource
    image: GreyImage
    dpi: float | None = None
    notes: tuple[PageReason, ...] = ()


class HowRead(StrEnum):
    """How a page's identity was found, from the surest to the least sure."""

    CODE = "code"
    REPAIRED = "repaired"
    SECOND_DECODER = "second_decoder"
    TYPED = "typed"


class Identity(_Record):
    """Which printed page an image shows, as its code says (see `downtime.page.code`)."""

    kit: str
    page: int
    pages: int
    layout48: int
    facility: int
    drill: bool
    copy_master: bool
    signed: bool
    how: HowRead


class Registration(_Record):
    """Where the page lies in the image: the transform, what it rests on, and how well it fits.

    `scale_x` and `scale_y` are the page's size against its layout, as far as the image's density is known (1.0 where
    it is not); `stretch` is their ratio and is always known. Residuals are in millimetres on the page.
    """

    matrix: Matrix
    marks: tuple[int, ...]
    codes_used: int
    residual_mm: float
    rotation_deg: float
    scale_x: float
    scale_y: float
    stretch: float


@dataclass(frozen=True, slots=True)
class BoxScore:
    """The ink in one tick box: share of new ink in its inner part, in the whole box, and around it.

    `pale` is the share of the innermost part with pale ink counted in. `outline` is how much of the printed outline was
    found: little of it means that the box is not where it should be. `strokes` says how many strokes leave the box at
    its left, top, right and bottom, `far` at how many of these sides there are strokes further out as well; `span` over
    what part of the inner width and height the ink reaches. `gaps`, `holes`, `thick_mm` and `bend_mm` are its shape,
    see `downtime.scan.read_shapes`.

    A plain dataclass, as `AreaScore`: a page has hundreds; pydantic checks them when a reading comes from JSON.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", allow_inf_nan=False)

    id: str
    inner: Share
    whole: Share
    around: Share
    pale: Share = 0.0
    outline: Share = 1.0
    strokes: tuple[int, int, int, int] = (0, 0, 0, 0)
    far: int = 0
    span: tuple[float, float] = (0.0, 0.0)
    gaps: int = 1
    holes: int = 0
    thick_mm: float = 0.0
    bend_mm: float = 0.0
    streak: bool = False
    off_page: bool = False


@dataclass(frozen=True, slots=True)
class AreaScore:
    """The ink in one write-in area beyond what was printed there: share, and its largest connected blob in mm².

    `pale_mm2` is the largest blob with pale ink counted in. `printed` says that a kit printed something into the field,
    which cannot be told from what a pen wrote there.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", allow_inf_nan=False)

    id: str
    ink: Share
    blob_mm2: float
    pale_mm2: float = 0.0
    printed: bool = False
    streak: bool = False
    off_page: bool = False


class Quality(_Record):
    """What the page looks like: grey of paper and of print, noise, and ink inside of the reference boxes.

    `line` is how dark thin printed lines are, from 0 (as the paper) to 1 (as large areas of print): out of focus they
    fade. `light_pen` is how much of the pale reference's cross was seen, by the share of pale ink that stands there.
    """

    paper: float
    print: float
    noise: float
    references: tuple[Share, ...]
    light_pen: Share = 1.0
    line: float = 1.0
    streaks_mm: tuple[float, ...] = ()


class PageReading(_Record):
    """What the machine saw on one image: raw scores, never a verdict.

    `failure` says why it was not read to the end; `identity` is set wherever a code could be read, so a page of a kit
    that nobody here knows has both. `barcodes` are other codes found in label areas: field id and text. They hold
    patient data, so they stand in results only, never in a log.
    """

    source: PageSource
    width_px: int
    height_px: int
    identity: Identity | None = None
    failure: PageReason | None = None
    code_failure: CodeReason | None = None
    registration: Registration | None = None
    quality: Quality | None = None
    boxes: tuple[BoxScore, ...] = ()
    areas: tuple[AreaScore, ...] = ()
    barcodes: tuple[tuple[str, str], ...] = ()
    loose_ink_mm2: float = 0.0
    ink: Share = 0.0
    notes: tuple[PageReason, ...] = ()


class Mark(StrEnum):
    """The verdict on one tick box."""

    BLANK = "blank"
    UNSURE = "unsure"
    MARKED = "marked"


class PageVerdict(_Record):
    """What the scores of one page mean under a site's thresholds.

    `marks` are the verdicts by box id; `written` the write-in fields that hold ink, `unsure_fields` those that perhaps
    do. `reasons` are sorted and empty exactly when the state is ``read`` or needs none.
    """

    state: PageState
    reasons: tuple[PageReason, ...] = ()
    marks: dict[str, Mark] = {}
    written: tuple[str, ...] = ()
    unsure_fields: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
