"""Plays one scenario: makes its files with the simulated pen and scanner, reads them, and compares what came out.

The steps are those of `downtime scan`; only the worker processes are left out, which have tests of their own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from papers import Papers
from pydantic import Field

from downtime.drill.chance import chance
from downtime.drill.files import FORMATS, Frame
from downtime.drill.foreign import letter, white
from downtime.drill.pen import Pen
from downtime.drill.profiles import PROFILES
from downtime.drill.scanner import scan
from downtime.drill.scanpage import scan_page
from downtime.page.filled import field_name
from downtime.page.geometry import PaperSize
from downtime.page.typed_code import parse_kit, short_text
from downtime.scan.page_work import prepare
from downtime.scan.result import PageEntry, ScanResult
from downtime.scan.run import Request, Run, start
from downtime.scan.watch import take_once
from downtime.scan.workers import Done, Job
from downtime.textyaml import TextModel, read_yaml

sys.path.insert(0, str(Path(__file__).parents[1] / "scan"))
from scanned_files import image_stream, jbig2, scan_pdf

SEED = 1
LIVE = ("live", "again", "drill", "older", "fillable")


class Shot(TextModel):
    """One image: a page (or what lies under another one), what was written, and what happened to it."""

    page: str
    ink: int = 0
    then: str = "clean"
    under: str = ""


class Scenario(TextModel):
    """What is played, and what must come of it.

    `files` are lists of images by name, `same as NAME`, `unfilled PACKET`, or what is typed into a fillable form. An
    image is ``PAGE``, or ``PAGE | ink 1 | then skew+fax-fine | under PAGE``; other pages are ``back`` and ``letter``.
    `pages` are the states by file, with reasons that must be among those given; ``a/b`` allows either state.
    `sheets` are statuses by packet, form and copy.
    """

    what: str
    site: str = "ward"
    drill: bool = False
    format: str = "pdf"
    manifests: tuple[str, ...] = ("live",)
    files: dict[str, Any]
    typed: tuple[str, ...] = ()
    pages: dict[str, tuple[str, ...]]
    sheets: dict[str, str] = Field({})


@dataclass(frozen=True)
class Played:
    """A scenario that was played: its result, and the page that each image really shows (0: none of ours)."""

    scenario: Scenario
    result: ScanResult
    shown: dict[tuple[str, int], int] = field(default_factory=dict)

    def states(self) -> dict[str, list[str]]:
        """What came of each file's pages, as a scenario says it."""
        found: dict[str, list[str]] = {}
        for entry in self.result.pages:
            found.setdefault(entry.file, []).append(" ".join((entry.state.value, *entry.reasons)))
        return found


def read_scenario(folder: Path) -> Scenario:
    return read_yaml(folder / "scenario.yaml").parse(Scenario)


def play(scenario: Scenario, papers: Papers, folder: Path) -> Played:
    """Make the files, read them, and give the result."""
    scans = folder / "scans"
    scans.mkdir()
    shown: dict[tuple[str, int], int] = {}
    for name, content in scenario.files.items():
        for index, (data, pages) in enumerate(_file(content, name, scenario, papers, scans)):
            assert not index
            (scans / name).write_bytes(data)
            shown |= {(name, at): page for at, page in enumerate(pages)}
    manifests = tuple(papers.paper(name).manifest for name in scenario.manifests)
    site = None if scenario.site == "none" else papers.paper({"ward": "live"}.get(scenario.site, scenario.site))
    request = Request(
        manifests,
        site.manifest.facility.id if site else None,
        papers.key(scenario.site) if site else None,
        drill=scenario.drill,
    )
    with start(folder / "out", request) as run:
        run.crew = Inline(run)  # type: ignore[assignment]
        take_once(run, [scans], 0, _quiet, _no_pause)
        if scenario.typed:
            run.type_codes(dict(_typed(scenario, papers, run)))
            take_once(run, [scans], 0, _quiet, _no_pause)
        return Played(scenario, run.result(), shown)


class Inline:
    """Does the jobs of a run in this process."""

    def __init__(self, run: Run) -> None:
        self._desk = prepare(run.setting)

    def run(self, jobs: Iterable[Job]) -> Iterator[Done]:
        for job in jobs:
            yield Done(job, job.function(self._desk, *job.arguments))
        self._desk.close()


def _quiet(done: int, total: int) -> None:
    """No progress is shown."""


def _no_pause(seconds: float) -> None:
    """The files are whole."""


def _file(
    content: Any, name: str, scenario: Scenario, papers: Papers, scans: Path
) -> Iterator[tuple[bytes, list[int]]]:
    if isinstance(content, str) and content.startswith("same as "):
        yield (scans / content.removeprefix("same as ")).read_bytes(), []
    elif isinstance(content, str) and content.startswith("unfilled "):
        yield papers.pdf(content.removeprefix("unfilled ")), []
    elif isinstance(content, dict):
        yield _filled(content, papers), []
    else:
        frames, pages = [], []
        for number, line in enumerate(content):
            frame, page = image_of(shot_of(line), papers, chance(SEED, name, number))
            frames.append(frame)
            pages.append(page)
        yield packed(scenario.format, frames), pages


def shot_of(line: str) -> Shot:
    page, *more = (part.strip() for part in line.split("|"))
    return Shot.model_validate({"page": page, **dict(part.split(" ", 1) for part in more)})


def image_of(shot: Shot, papers: Papers, stream: Any) -> tuple[Frame, int]:
    """One image as it leaves the scanner, and the number of the page that it shows."""
    if shot.page in ("back", "letter"):
        pixels = white(PaperSize.LETTER) if shot.page == "back" else letter(PaperSize.LETTER, stream)
        lying, number = scan_page(pixels, None, pixels.shape[1] * 25.4 / 300, pixels.shape[0] * 25.4 / 300), 0
    else:
        _, paper, page = papers.page(shot.page)
        pixels = paper.image(page.number).copy()
        if shot.ink:
            pixels = Pen(paper, SEED, PROFILES["careful"]).write(page, again=shot.ink - 1)[0]
        if shot.under:
            # Pulled in together, a little apart: each hides one half of the other.
            _, other, below = papers.page(shot.under)
            half = pixels.shape[0] // 2
            pixels = np.vstack([pixels[:half], other.image(below.number)[half:]])
        lying, number = scan_page(pixels, page, page.layout.width_mm, page.layout.height_mm), page.number
    done = scan(lying, shot.then.split("+"), stream)
    return Frame(done.image, done.dpi, done.bilevel), number


def packed(kind: str, frames: list[Frame]) -> bytes:
    if kind == "jbig2":
        [frame] = frames
        bits = np.where(frame.image < 140, 0, 255).astype(np.uint8)
        size = bits.shape[1] * 72 / 300, bits.shape[0] * 72 / 300
        content = f"q {size[0]:g} 0 0 {size[1]:g} 0 0 cm /Im Do Q"
        stream = image_stream(bits, jbig2(bits, shapes=True), "/JBIG2Decode", bits=1)
        return scan_pdf(stream, content=content, size=size)
    return FORMATS[kind].pack(frames)


def _filled(values: dict[str, dict[str, str]], papers: Papers) -> bytes:
    """A fillable packet with values typed into some sheets, by form and field; `drawn` adds a stroke of a stylus."""
    import io

    from pypdf import PdfWriter
    from pypdf.annotations import Rectangle

    writer = PdfWriter(clone_from=io.BytesIO(papers.pdf("fillable")))
    for form, fields in values.items():
        _, _, page = papers.page(f"fillable/{form}")
        typed = {field_name(page.sheet.number, name): value for name, value in fields.items() if name != "drawn"}
        if "drawn" in fields:
            writer.add_annotation(page.number - 1, Rectangle(rect=(100, 300, 220, 330), interior_color="000000"))
        for number in page.sheet.pages:
            writer.update_page_form_field_values(writer.pages[number - 1], typed)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _typed(scenario: Scenario, papers: Papers, run: Run) -> Iterator[tuple[str, str]]:
    """What somebody typed: ``FILE PAGE: PAGE OF A PACKET``."""
    ids = {(entry.file, entry.index): entry.id for entry in run.result().pages}
    for line in scenario.typed:
        place, _, named = line.partition(": ")
        file, _, index = place.rpartition(" ")
        _, paper, page = papers.page(named)
        kit = parse_kit(paper.manifest.kit)
        assert isinstance(kit, int)
        yield ids[file, int(index) - 1], short_text(kit, page.number, paper.is_drill)


def matches(expected: str, entry: PageEntry) -> bool:
    """Whether a page came out as expected: ``needs_review/read scaled``."""
    state, *reasons = expected.split()
    return entry.state.value in state.split("/") and set(reasons) <= {str(reason) for reason in entry.reasons}
