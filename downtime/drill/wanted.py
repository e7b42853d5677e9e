"""What a drill is asked for, and the plan that is made of it: images, files, and pages that get lost."""

from __future__ import annotations

from dataclasses import dataclass

from downtime.drill.files import format_named
from downtime.drill.profiles import Profile
from downtime.drill.scanner import COMBINATIONS, kind_named
from downtime.drill.truth import Repeat, Shown
from downtime.errors import UsageError

Kinds = tuple[str, ...]

# How often what comes in, where nothing is asked for. Most pages come off a good scanner.
IN_THE_FIELD: tuple[tuple[Kinds, float], ...] = (
    (("clean",), 45), (("skew",), 8), (("turned-180",), 8), (("turned-90",), 2), (("turned-270",), 1),
    (("dpi-200",), 5), (("copy",), 4), (("streak",), 4), (("holes",), 4), (("staple",), 4), (("fold",), 3),
    (("jpeg-30",), 2),
    (("grey-background",), 2), (("bleed-through",), 2), (("phone",), 2), (("fax-fine",), 2), (("threshold",), 2),
    (("folded-corner",), 2), (("coffee",), 2), (("scaled",), 1), (("stretch",), 1), (("cut-edges",), 1),
    (("blur",), 1), (("salt",), 1), (("low-toner",), 1), (("scribble",), 1), (("torn-corner",), 1),
    (("crumpled",), 1), (("dither",), 1), (("dpi-150",), 1), (("fax-standard",), 1),
    *((kinds, 0.4) for kinds in COMBINATIONS),
)  # fmt: skip
MOST_PAGES = 20_000


@dataclass(frozen=True, slots=True)
class Mishaps:
    """How often each mishap comes, a page; `none` for a batch in which nothing is missing and nothing twice."""

    double_feed: float = 0.012
    same_bytes: float = 0.003
    same_paper: float = 0.012
    other_ink: float = 0.006
    foreign: float = 0.01
    blank_back: float = 0.05
    swapped: float = 0.05


NO_MISHAPS = Mishaps(0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What is asked for: how many written pages, by whom, damaged how, and in which kinds of file.

    `degrade` are the choices for each page, None for what comes in the field; `formats` are names of `FORMATS`.
    """

    seed: int
    pages: int
    profile: Profile
    degrade: tuple[Kinds, ...] | None = None
    formats: tuple[str, ...] = ()
    mishaps: Mishaps = Mishaps()
    most_in_a_file: int = 14

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not 1 <= self.pages <= MOST_PAGES:
            raise UsageError(f"a drill of {self.pages} pages", do=f"ask for 1 to {MOST_PAGES:,}")
        for name in self.formats:
            format_named(name)


@dataclass(frozen=True, slots=True)
class Planned:
    """One image to be made: what it shows, `again` for other ink on the same page, and what happens to it."""

    shows: Shown
    page: int = 0
    again: int = 0
    kinds: Kinds = ("clean",)
    repeat: Repeat = Repeat.NO
    patient: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file to be written; one that `repeats` another (by its place) has the same bytes."""

    format: str
    images: tuple[Planned, ...]
    repeats: int | None = None


@dataclass(frozen=True)
class Plan:
    """The whole batch; `lost` are pages that were written but never seen by the scanner."""

    files: tuple[PlannedFile, ...]
    lost: tuple[Planned, ...] = ()


def parse_degrade(text: str) -> tuple[Kinds, ...]:
    """``skew,copy+turned-180`` as choices; raises UsageError for a kind that there is not."""
    choices = tuple(tuple(part.strip() for part in choice.split("+")) for choice in text.split(",") if choice.strip())
    if not choices:
        raise UsageError("no degradation is named", do="name kinds with commas between them, or leave the option out")
    for choice in choices:
        for name in choice:
            kind_named(name)
    return choices
