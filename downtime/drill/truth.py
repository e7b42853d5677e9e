"""The truth of a drill: what was written on each page, and what each scanned image shows.

Written as ``truth.json`` beside the scans, so that what a reader says can be compared with it, box by box. It holds
everything that the simulated pen meant; it never holds what a reader ought to answer, because that is a reader's rule.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from downtime.errors import InputError
from downtime.page.layout import Box, canonical_json

FORMAT_VERSION = 1

Share = Annotated[float, Field(ge=0, le=1)]

Matrix = tuple[float, float, float, float, float, float, float, float, float]
"""A 3 × 3 homography by rows: page millimetres (x, y, 1) to image pixels, counted as OpenCV does (the middle of the
top-left pixel is 0, 0)."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class BoxState(StrEnum):
    """What the person meant with a tick box.

    ``corrected`` was marked and then taken back: read as marked it is wrong, and a person has to look at it. ``stray``
    holds ink that was never meant as a mark, by a slip, a stamp or a line through the page: it counts as blank, and a
    reader may ask a person.
    """

    BLANK = "blank"
    MARKED = "marked"
    CORRECTED = "corrected"
    STRAY = "stray"


class MarkKind(StrEnum):
    """How a mark was made."""

    TICK = "tick"
    CROSS = "cross"
    FILL = "fill"
    DOT = "dot"
    LINE = "line"
    SCRIBBLE = "scribble"
    RING = "ring"
    STRUCK = "struck"


class BoxTruth(_Record):
    """One tick box of a page, marked or not.

    `inside` is the share of the box's inner part (0.4 mm within its edges) that carries new ink on the paper, before
    any scanner; a mark that misses its box has little of it. `beside` says that the mark was meant for this box but
    stands next to it. `faint` is a pen that hardly wrote. `printed` boxes were crossed when the page was made, as a
    kit's are for known allergies: they are marked (or corrected by hand), and their ink is no new ink.
    """

    field: str
    state: BoxState = BoxState.BLANK
    kinds: tuple[MarkKind, ...] = ()
    inside: Share = 0.0
    beside: bool = False
    faint: bool = False
    printed: bool = False


class WritingState(StrEnum):
    """What became of a piece of handwriting: it stands, it was written anew after an error, or it was struck out."""

    WRITTEN = "written"
    CORRECTED = "corrected"
    STRUCK = "struck"


class WritingKind(StrEnum):
    """Letters and figures, a signature, or a drawing."""

    TEXT = "text"
    SIGNATURE = "signature"
    DRAWING = "drawing"


class Writing(_Record):
    """What stands in one write-in field: `text` is what was meant, `struck` what was written first and struck out."""

    field: str
    text: str
    kind: WritingKind = WritingKind.TEXT
    state: WritingState = WritingState.WRITTEN
    struck: str = ""
    hand: str = ""
    at: Box
    faint: bool = False


class StuckLabel(_Record):
    """A sticky label: where its middle is in mm, how it is turned, what it says, and its barcode."""

    field: str
    at: Box
    turned_deg: float
    symbology: Literal["code128", "datamatrix"]
    barcode: str
    lines: tuple[str, ...]


class Extra(_Record):
    """Ink that belongs to no field: a slip of the pen, a stamp, a highlighter, a note in the margin."""

    kind: str
    at: Box
    text: str = ""


class WrittenPage(_Record):
    """One printed page after the pen.

    `boxes` lists every tick box of the page in the order of its layout, `writings` only the fields that hold writing:
    a write-in field that is not listed is blank, unless it was `printed`. `printed` are the fields that held a value
    when the page was made, as the manifest says, in the order of the layout; the pen writes in none of them.
    """

    kit: str
    page: int
    sheet: int
    form: str
    layout: str
    index: int
    copy_number: int = 1
    patient: str = ""
    drill: bool
    boxes: tuple[BoxTruth, ...] = ()
    writings: tuple[Writing, ...] = ()
    printed: tuple[str, ...] = ()
    labels: tuple[StuckLabel, ...] = ()
    extras: tuple[Extra, ...] = ()
    void: bool = False

    @property
    def states(self) -> dict[str, BoxState]:
        """The state of every tick box, by field id."""
        return {box.field: box.state for box in self.boxes}

    @property
    def values(self) -> dict[str, str]:
        """What is meant to stand in each write-in field, by field id; what was struck out is not in it."""
        return {one.field: one.text for one in self.writings if one.state is not WritingState.STRUCK}


class Shown(StrEnum):
    """What an image shows."""

    PAGE = "page"
    BLANK_BACK = "blank_back"
    FOREIGN = "foreign"


class Repeat(StrEnum):
    """How an image stands to those before it, in the order of the files: same bytes, same paper again, other ink."""

    NO = "no"
    SAME_BYTES = "same_bytes"
    SAME_PAPER = "same_paper"
    OTHER_INK = "other_ink"


class Degradation(_Record):
    """One thing that the scanner, the copier or a hand did to the paper, with its parameters (units in their names)."""

    kind: str
    parameters: dict[str, float | str] = {}


class ScannedImage(_Record):
    """One image of an output file (`index` from 0) and which page it shows.

    `format` is how the file was packed (see `downtime.drill.files`). `written` is the place of the page in
    `Truth.pages`. `to_pixels` leads from the page's millimetres to the image's pixels; `off_mm` is how far it may be
    wrong anywhere on the page, because paper was bent or stretched unevenly. Sizes and pixels are those of the image
    as it is shown, turned as EXIF says.
    `hidden` are the rectangles of the page in mm that cannot be seen any more. `dpi` is what the file says.
    """

    file: str
    index: int
    format: str
    shows: Shown
    kit: str = ""
    page: int = 0
    written: int | None = None
    repeat: Repeat = Repeat.NO
    degradations: tuple[Degradation, ...] = ()
    rotation: Literal[0, 90, 180, 270] = 0
    width_px: int
    height_px: int
    dpi: tuple[float, float] | None = None
    to_pixels: Matrix | None = None
    off_mm: float = 0.0
    hidden: tuple[Box, ...] = ()


class LostPage(_Record):
    """A page that was written but went through the scanner together with another one."""

    kit: str
    page: int
    written: int


class Truth(_Record):
    """Everything about one drill."""

    format_version: Annotated[int, Field(ge=1, le=FORMAT_VERSION)] = FORMAT_VERSION
    software_version: str
    seed: int
    profile: str
    manifests: dict[str, str]
    pages: tuple[WrittenPage, ...] = ()
    images: tuple[ScannedImage, ...] = ()
    lost: tuple[LostPage, ...] = ()

    def to_json(self) -> bytes:
        """The canonical JSON: sorted keys, UTF-8."""
        return canonical_json(self.model_dump(mode="json")).encode("utf-8")


def read_truth(content: bytes) -> Truth:
    """Read ``truth.json``; raises InputError for anything else."""
    try:
        return Truth.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(
            "this is not the truth of a drill", why=f"{place}: {first['msg']}", do="make the drill again"
        ) from None
