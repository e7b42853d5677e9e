"""A batch of scans, planned before anything is drawn: which pages, in which order, with which mishaps, in which files.

A batch is what a runner brings to the scanner at the end of a shift: sheets of several patients, mostly in order, some
upside down, some fed together, some twice, and now and then a letter that is none of ours.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from downtime.drill.chance import chance, weighted
from downtime.drill.files import FORMATS, format_named
from downtime.drill.paper import IssuedPage, IssuedPaper
from downtime.drill.profiles import Profile
from downtime.drill.scanner import COMBINATIONS, kind_named
from downtime.drill.truth import Repeat, Shown
from downtime.errors import UsageError
from downtime.page.manifest import Sheet

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
_GREY_FORMATS = (("pdf", 6.0), ("pdf-colour", 1.0), ("pdf-compact", 1.0), ("tiff", 1.0), ("jpeg", 0.5), ("png", 0.5))
_BITS_FORMATS = (("pdf-bits", 3.0), ("tiff", 2.0), ("png", 0.3))
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


def plan_batch(paper: IssuedPaper, wanted: Rehearsal) -> Plan:
    """Plan a batch; raises UsageError where the paper has not so many pages to write on."""
    stream = chance("batch", wanted.seed, paper.manifest.kit)
    sheets = _chosen_sheets(paper, wanted.pages, stream)
    images = _in_order(paper, sheets, wanted, stream)
    images, lost = _with_mishaps(paper, images, wanted.mishaps, stream)
    images = [replace(image, kinds=_kinds(image, wanted, stream)) for image in images]
    files = _in_files(images, wanted, stream)
    return Plan(tuple(_with_repeated_files(files, wanted.mishaps, stream)), tuple(lost))


def _chosen_sheets(paper: IssuedPaper, pages: int, stream: random.Random) -> list[tuple[Sheet, list[IssuedPage]]]:
    """Sheets with something to fill in, of as many forms as there are, until there are enough pages."""
    by_form: dict[str, list[Sheet]] = {}
    for sheet in paper.manifest.sheets:
        if any(places.fields for places in paper.manifest.layouts[sheet.layout].pages):
            by_form.setdefault(sheet.form, []).append(sheet)
    chosen: list[tuple[Sheet, list[IssuedPage]]] = []
    missing = pages
    while missing > 0 and by_form:
        names = sorted(by_form)
        stream.shuffle(names)
        for name in names:
            if missing <= 0:
                break
            waiting = by_form[name]
            sheet = waiting.pop(stream.randrange(len(waiting)))
            if not waiting:
                del by_form[name]
            taken = list(paper.sheet_pages(sheet))[:missing]
            missing -= len(taken)
            chosen.append((sheet, taken))
    if missing > 0:
        raise UsageError(
            f"this paper has only {pages - missing} pages to write on, not {pages}", do="ask for fewer pages"
        )  # fmt: skip
    return chosen


def _in_order(
    paper: IssuedPaper, sheets: Sequence[tuple[Sheet, list[IssuedPage]]], wanted: Rehearsal, stream: random.Random
) -> list[Planned]:
    """The written pages in the order of the pile: by sheet, the sheets of all patients mixed."""
    people = max(1, len(sheets) // 5)
    pile = [(sheet, pages, stream.randrange(people)) for sheet, pages in sheets]
    stream.shuffle(pile)
    images = [Planned(Shown.PAGE, page.number, patient=patient) for _, pages, patient in pile for page in pages]
    for place in range(len(images) - 1):
        if stream.random() < wanted.mishaps.swapped:
            other = min(place + stream.randint(1, 5), len(images) - 1)
            images[place], images[other] = images[other], images[place]
    return images


def _with_mishaps(
    paper: IssuedPaper, images: Sequence[Planned], mishaps: Mishaps, stream: random.Random
) -> tuple[list[Planned], list[Planned]]:
    """The images with backs, foreign letters and repetitions among them, and the pages that got lost."""
    result: list[Planned] = []
    lost: list[Planned] = []
    for image in images:
        if result and stream.random() < mishaps.double_feed:
            lost.append(image)
            continue
        result.append(image)
        if stream.random() < mishaps.blank_back:
            # An empty back has its own page in the PDF, with the words that it is empty; other paper is just white.
            back = image.page + 1
            printed = back <= paper.page_count and paper.page(back) is None
            result.append(Planned(Shown.BLANK_BACK, back if printed else 0))
        if stream.random() < mishaps.foreign:
            result.append(Planned(Shown.FOREIGN))
        if stream.random() < mishaps.same_paper:
            result.insert(_later(result, stream), replace(image, repeat=Repeat.SAME_PAPER))
        if stream.random() < mishaps.other_ink:
            result.insert(_later(result, stream), replace(image, repeat=Repeat.OTHER_INK, again=1))
    return _firsts_first(result), lost


def _later(result: Sequence[Planned], stream: random.Random) -> int:
    return stream.randint(max(len(result) - 6, 1), len(result))


def _firsts_first(images: Sequence[Planned]) -> list[Planned]:
    """A repetition comes after what it repeats."""
    seen: set[int] = set()
    ordered: list[Planned] = []
    waiting: dict[int, list[Planned]] = {}
    for image in images:
        if image.repeat is not Repeat.NO and image.page not in seen:
            waiting.setdefault(image.page, []).append(image)
            continue
        ordered.append(image)
        if image.shows is Shown.PAGE:
            seen.add(image.page)
            ordered += waiting.pop(image.page, [])
    return ordered


def _kinds(image: Planned, wanted: Rehearsal, stream: random.Random) -> Kinds:
    chosen = stream.choice(wanted.degrade) if wanted.degrade else weighted(stream, IN_THE_FIELD)
    if image.shows is not Shown.PAGE:
        return ("clean",)
    if image.repeat is Repeat.OTHER_INK:
        # The empty form went through the copier before it was filled in.
        return tuple(dict.fromkeys(("copy", *chosen)))
    return chosen


@dataclass
class _Open:
    """A file that still has room."""

    format: str
    room: int
    images: list[Planned] = field(default_factory=list)


def _in_files(images: Sequence[Planned], wanted: Rehearsal, stream: random.Random) -> list[PlannedFile]:
    """Images of one kind of pixels share files: greys, black and white, faxes; photographs stand alone."""
    files: list[PlannedFile] = []
    opened: dict[str, _Open] = {}

    def close(pixels: str) -> None:
        done = opened.pop(pixels, None)
        if done:
            files.append(PlannedFile(done.format, tuple(done.images)))

    for image in images:
        pixels = _pixels(image.kinds)
        if pixels not in opened:
            name = _format(pixels, wanted, stream)
            room = stream.randint(1, wanted.most_in_a_file) if FORMATS[name].several else 1
            opened[pixels] = _Open(name, room)
        opened[pixels].images.append(image)
        if len(opened[pixels].images) >= opened[pixels].room:
            close(pixels)
    for pixels in list(opened):
        close(pixels)
    return files


def _pixels(kinds: Kinds) -> str:
    if any(kind.startswith("fax") for kind in kinds):
        return "fax"
    if "dither" in kinds or "threshold" in kinds:
        return "bits"
    return "photo" if "phone" in kinds else "grey"


def _format(pixels: str, wanted: Rehearsal, stream: random.Random) -> str:
    usual = {"fax": (("fax", 3.0), ("pdf-bits", 1.0)), "bits": _BITS_FORMATS, "photo": (("photo", 2.0), ("jpeg", 1.0))}
    choices = usual.get(pixels, _GREY_FORMATS)
    if wanted.formats:
        # What is asked for, as far as such pixels can be written so.
        allowed = [(name, weight) for name, weight in choices if name in wanted.formats]
        choices = tuple(allowed) or choices
    return weighted(stream, choices)


def _with_repeated_files(files: Sequence[PlannedFile], mishaps: Mishaps, stream: random.Random) -> list[PlannedFile]:
    """Now and then somebody sends a file a second time."""
    result = list(files)
    for place, made in enumerate(files):
        if stream.random() < mishaps.same_bytes * len(made.images):
            result.append(replace(made, repeats=place))
    return result
