"""A rehearsal from end to end: plan the batch, write each page, scan it, and leave files and the truth in a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from downtime import __version__
from downtime.drill.batch import plan_batch
from downtime.drill.chance import chance
from downtime.drill.files import FORMATS
from downtime.drill.foreign import letter, white
from downtime.drill.paper import IssuedPaper
from downtime.drill.pdf_files import Frame
from downtime.drill.pen import Pen
from downtime.drill.people import Patient, invented_patient
from downtime.drill.scanner import scan
from downtime.drill.scanpage import ScanPage, scan_page
from downtime.drill.truth import LostPage, Repeat, ScannedImage, Shown, Truth, WrittenPage
from downtime.drill.wanted import Plan, Planned, PlannedFile, Rehearsal
from downtime.errors import WriteError
from downtime.files import make_folder, write_whole
from downtime.page.geometry import PAPER_MM, PaperSize

SCANS_FOLDER, MANIFESTS_FOLDER, TRUTH_NAME = "scans", "manifests", "truth.json"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What was made: the folder of the scans, how many files and images, how many pages were written and lost."""

    scans: Path
    files: int
    images: int
    written: int
    lost: int
    truth: Truth


def new_folders(out: Path) -> tuple[Path, Path]:
    """The folders for scans and manifests; raises WriteError where an earlier drill stands, which must not be mixed."""
    for name in (SCANS_FOLDER, MANIFESTS_FOLDER, TRUTH_NAME):
        there = out / name
        if there.is_file() or (there.is_dir() and any(there.iterdir())):
            raise WriteError(
                "there is a drill already", why="two drills in one folder would be taken for one", where=str(there),
                do="choose an empty folder with -o",
            )  # fmt: skip
    return make_folder(out / SCANS_FOLDER), make_folder(out / MANIFESTS_FOLDER)


def rehearse(
    paper: IssuedPaper, manifest_name: str, wanted: Rehearsal, out: Path, progress: Progress | None = None
) -> Rehearsed:
    """Fill in and scan paper that was issued; writes ``scans/`` and ``truth.json`` into `out`.

    The paper may be live as well, for tests. The truth is written last: a folder without it is not whole. Files are
    private where the paper names patients. Raises WriteError, and UsageError where there is too little paper.
    """
    plan = plan_batch(paper, wanted)
    scans = make_folder(out / SCANS_FOLDER)
    maker = _Maker(paper, wanted, frozenset(made.repeats for made in plan.files if made.repeats is not None))
    private = paper.manifest.data_as_of is not None
    total, done = sum(len(made.images) for made in plan.files), 0
    for number, planned in enumerate(plan.files):
        name = f"scan-{number + 1:04d}{FORMATS[planned.format].suffix}"
        write_whole(scans / name, maker.file(planned, number, name), private=private)
        done += len(planned.images)
        if progress is not None:
            progress(done, total)
    truth = maker.truth(plan, manifest_name)
    write_whole(out / TRUTH_NAME, truth.to_json(), private=private)
    return Rehearsed(scans, len(plan.files), total, len(truth.pages), len(truth.lost), truth)


class _Maker:
    """Makes the images of one batch, file by file, and remembers what was written on which page."""

    def __init__(self, paper: IssuedPaper, wanted: Rehearsal, repeated: frozenset[int]) -> None:
        """`repeated` are the places of the files that come again: only their bytes are kept."""
        self._paper, self._wanted, self._repeated = paper, wanted, repeated
        self._pen = Pen(paper, wanted.seed, wanted.profile)
        self._written: dict[tuple[int, int], tuple[int, WrittenPage]] = {}
        self._images: list[ScannedImage] = []
        self._packed: dict[int, tuple[bytes, list[ScannedImage]]] = {}
        first = next(iter(paper.manifest.layouts.values()), None)
        self._size = first.paper if first is not None else PaperSize.A4

    def file(self, planned: PlannedFile, number: int, name: str) -> bytes:
        """The bytes of one file."""
        if planned.repeats is not None:
            packed, before = self._packed[planned.repeats]
            update: dict[str, Any] = {"file": name, "repeat": Repeat.SAME_BYTES}
            self._images += [image.model_copy(update=update) for image in before]
            return packed
        frames, truths = [], []
        for index, image in enumerate(planned.images):
            page, written = self._image(image, number, index)
            frames.append(Frame(page.image, page.dpi, page.bilevel))
            truths.append(self._told(image, page, written, name, planned.format, index))
        packed = FORMATS[planned.format].pack(frames)
        self._images += truths
        if number in self._repeated:
            self._packed[number] = packed, truths
        return packed

    def truth(self, plan: Plan, manifest_name: str) -> Truth:
        """The truth of all that was made; a lost page is written now, because somebody wrote it."""
        lost = []
        for image in plan.lost:
            place, _ = self._write(image)
            lost.append(LostPage(kit=self._paper.manifest.kit, page=image.page, written=place))
        return Truth(
            software_version=__version__,
            seed=self._wanted.seed,
            profile=self._wanted.profile.name,
            manifests={self._paper.manifest.kit: manifest_name},
            pages=tuple(page for _, page in self._written.values()),
            images=tuple(self._images),
            lost=tuple(lost),
        )

    def _patient(self, image: Planned) -> Patient | None:
        if image.patient is None:
            return None
        made = self._paper.manifest.made_at.date()
        return invented_patient(self._wanted.seed, "person", image.patient, image.again, today=made)

    def _write(self, image: Planned) -> tuple[int, Any]:
        page = self._paper.page(image.page)
        if page is None:
            raise ValueError(f"page {image.page} is an empty back")
        pixels, written = self._pen.write(page, self._patient(image), image.again)
        place, _ = self._written.setdefault((image.page, image.again), (len(self._written), written))
        return place, pixels

    def _image(self, image: Planned, file: int, index: int) -> tuple[ScanPage, int | None]:
        """One image as it comes from the scanner, and the place of its page in the truth."""
        stream = chance(self._wanted.seed, self._paper.manifest.kit, "scan", file, index)
        written = None
        if image.shows is Shown.PAGE:
            page = self._paper.page(image.page)
            written, pixels = self._write(image)
            layout = self._paper.manifest.layouts[page.sheet.layout] if page is not None else None
            wide, high = (layout.width_mm, layout.height_mm) if layout is not None else PAPER_MM[self._size]
            lying = scan_page(pixels, page, wide, high)
        else:
            pixels = self._other(image, stream)
            wide, high = pixels.shape[1] * 25.4 / 300, pixels.shape[0] * 25.4 / 300
            lying = scan_page(pixels, None, wide, high)
        return scan(lying, image.kinds, stream), written

    def _other(self, image: Planned, stream: Any) -> Any:
        if image.shows is Shown.FOREIGN:
            return letter(self._size, stream)
        return self._paper.image(image.page) if image.page else white(self._size)

    def _told(
        self, image: Planned, page: ScanPage, written: int | None, name: str, file_format: str, index: int
    ) -> ScannedImage:
        ours = image.shows is Shown.PAGE
        return ScannedImage(
            file=name,
            index=index,
            format=file_format,
            shows=image.shows,
            kit=self._paper.manifest.kit if ours else "",
            page=image.page if ours else 0,
            written=written,
            repeat=image.repeat,
            degradations=page.degradations,
            rotation=page.rotation,
            width_px=page.image.shape[1],
            height_px=page.image.shape[0],
            dpi=page.dpi,
            to_pixels=page.matrix() if ours else None,
            off_mm=round(page.off_mm, 3),
            hidden=page.hidden,
        )
