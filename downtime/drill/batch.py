"""A batch of scans, planned before anything is drawn: which pages, in which order, with which mishaps, in which files.

A batch is what a runner brings to the scanner at the end of a shift: sheets of several patients, mostly in order, some
upside down, some fed together, some twice, and now and then a letter that is none of ours.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from downtime.drill.chance import chance, weighted
from downtime.drill.files import FORMATS
from downtime.drill.paper import IssuedPage, IssuedPaper
from downtime.drill.truth import Repeat, Shown
from downtime.drill.wanted import IN_THE_FIELD, Kinds, Mishaps, Plan, Planned, PlannedFile, Rehearsal
from downtime.errors import UsageError
from downtime.page.manifest import Sheet

_GREY_FORMATS = (("pdf", 6.0), ("pdf-colour", 1.0), ("pdf-compact", 1.0), ("tiff", 1.0), ("jpeg", 0.5), ("png", 0.5))
_BITS_FORMATS = (("pdf-bits", 3.0), ("tiff", 2.0), ("png", 0.3))


def plan_batch(paper: IssuedPaper, wanted: Rehearsal) -> Plan:
    """Plan a batch; raises UsageError where the paper has not so many pages to write on."""
    stream = chance("batch", wanted.seed, paper.manifest.kit)
    sheets = _chosen_sheets(paper, wanted.pages, stream)
    images = _in_order(paper, sheets, wanted, stream)
    images, lost = _with_mishaps(paper, images, wanted.mishaps, stream)
    images = [replace(image, kinds=_kinds(image, wanted, stream)) for image in images]
    files = _told_apart(_in_files(images, wanted, stream))
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
            result.insert(_later(result, stream), image)
        if stream.random() < mishaps.other_ink:
            result.insert(_later(result, stream), replace(image, again=1))
    return result, lost


def _later(result: Sequence[Planned], stream: random.Random) -> int:
    return stream.randint(max(len(result) - 6, 1), len(result))


def _kinds(image: Planned, wanted: Rehearsal, stream: random.Random) -> Kinds:
    chosen = stream.choice(wanted.degrade) if wanted.degrade else weighted(stream, IN_THE_FIELD)
    if image.shows is not Shown.PAGE:
        return ("clean",)
    if image.again:
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


def _told_apart(files: Sequence[PlannedFile]) -> list[PlannedFile]:
    """The files with each image told how it stands to those that come before it, in the order of the files."""
    seen: dict[int, set[int]] = {}
    result = []
    for made in files:
        images = []
        for image in made.images:
            repeat = Repeat.NO
            if image.shows is Shown.PAGE:
                inks = seen.setdefault(image.page, set())
                if inks:
                    repeat = Repeat.SAME_PAPER if image.again in inks else Repeat.OTHER_INK
                inks.add(image.again)
            images.append(replace(image, repeat=repeat))
        result.append(replace(made, images=tuple(images)))
    return result


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
