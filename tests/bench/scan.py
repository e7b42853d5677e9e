"""How well and how fast pages are read: every kind of degradation, made fresh from a seed, printed as a table.

    python tests/bench/scan.py --seed 7              30 pages a kind, all kinds
    python tests/bench/scan.py --seed 7 --quick      3 pages a kind
    python tests/bench/scan.py --seed 7 --only fax   kinds with this word in their name

Wrong identity must be 0 on any seed. A box is wrong when it was read as marked and is not, or as blank and is marked,
and neither it nor its choice was sent to a person. A page is refused when it is read but called too poor (“scan again
at 300 dpi, grey”): its empty boxes are then all in doubt, and count neither as wrong nor as review. `ms` is the reading
without the decoding, `ratio` both together by the raw decoding of the same image, on processor time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import cv2
import numpy as np
from degraded import ALL_KINDS, KEY, Scanned, degraded, image_of, kind_name, known

from downtime.drill.truth import BoxState
from downtime.page.layout import choice_of
from downtime.page.states import PageReason
from downtime.scan.decide import decide
from downtime.scan.intake_pixels import DecodedPage, Density, fit_density
from downtime.scan.known import IssuedPage
from downtime.scan.limits import Limits
from downtime.scan.model import IncomingPage, Mark, PageReading, PageSource, PageVerdict
from downtime.scan.reading import read_page
from downtime.scan.thresholds import Thresholds

SOURCE = PageSource(file="scan", sha256="0" * 64, index=0)


@dataclass
class Tally:
    """The figures of one kind."""

    kind: str
    pages: int = 0
    identified: int = 0
    registered: int = 0
    refused: int = 0
    wrong_identity: int = 0
    boxes: int = 0
    boxes_refused: int = 0
    wrong: int = 0
    review: int = 0
    fields: int = 0
    fields_missed: int = 0
    fields_false: int = 0
    fields_unsure: int = 0
    loose: int = 0
    read_s: float = 0.0
    decode_s: float = 0.0
    off_mm: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    how: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for name, value in vars(other).items():
            if isinstance(value, (int, float)):
                setattr(self, name, getattr(self, name) + value)
            elif isinstance(value, Counter):
                getattr(self, name).update(value)
            elif isinstance(value, list):
                getattr(self, name).extend(value)


def incoming(scanned: Scanned, image: np.ndarray) -> IncomingPage:
    density = Density(*(scanned.dpi or (0.0, 0.0)))
    fitted = fit_density(image, density, Limits())
    assert isinstance(fitted, DecodedPage), fitted
    return IncomingPage(SOURCE, fitted.image, fitted.dpi, fitted.notes)


def count(tally: Tally, scanned: Scanned, packet: int, number: int, thresholds: Thresholds) -> None:
    """Read one image and hold what was read against the truth."""
    began = time.process_time()
    image = image_of(scanned)
    tally.decode_s += time.process_time() - began
    page = incoming(scanned, image)
    began = time.process_time()
    reading = read_page(page, known()[packet])
    tally.read_s += time.process_time() - began
    truth = scanned.page
    tally.pages += 1
    if reading.failure is not None:
        tally.failures[reading.failure.value] += 1
    if reading.identity is None:
        tally.notes.append(f"{scanned.kind} {number}: {reading.failure}")
        return
    tally.how[reading.identity.how.value] += 1
    if (reading.identity.kit, reading.identity.page) != (truth.kit, truth.page):
        tally.wrong_identity += 1
        return
    tally.identified += 1
    if reading.registration is None:
        tally.notes.append(f"{scanned.kind} {number}: {reading.failure}")
        return
    tally.registered += 1
    issued = known()[packet].issued(*_numbers(reading))
    assert isinstance(issued, IssuedPage)
    tally.off_mm.append(_off_mm(scanned, page, reading, issued))
    verdict = decide(reading, issued.page_layout, thresholds)
    tally.reasons.update(reason.value for reason in verdict.reasons)
    count_boxes(tally, scanned, reading, verdict, number)
    if PageReason.LOW_QUALITY in verdict.reasons:
        tally.refused += 1
        return
    count_fields(tally, scanned, reading, verdict, number)


def _numbers(reading: PageReading) -> tuple[int, int]:
    from downtime.page.typed_code import parse_kit

    assert reading.identity is not None
    kit = parse_kit(reading.identity.kit)
    assert isinstance(kit, int)
    return kit, reading.identity.page


def _off_mm(scanned: Scanned, page: IncomingPage, reading: PageReading, issued: IssuedPage) -> float:
    """The largest error of the registration over the page, in mm."""
    assert reading.registration is not None
    xs = np.linspace(0, issued.layout.width_mm, 5)
    ys = np.linspace(0, issued.layout.height_mm, 5)
    grid = np.array([(x, y) for x in xs for y in ys]).reshape(-1, 1, 2)
    true = cv2.perspectiveTransform(grid, np.array(scanned.to_pixels).reshape(3, 3))
    stretch = _square(scanned)
    true = (true + 0.5) * stretch - 0.5
    found = cv2.perspectiveTransform(grid, np.array(reading.registration.matrix).reshape(3, 3))
    px_mm = page.image.shape[0] / 280
    return float(np.linalg.norm(true - found, axis=2).max() / px_mm)


def _square(scanned: Scanned) -> np.ndarray:
    if not scanned.dpi or abs(scanned.dpi[0] - scanned.dpi[1]) < 0.02 * max(scanned.dpi):
        return np.array([1.0, 1.0])
    return max(scanned.dpi) / np.array(scanned.dpi)


def _hidden(scanned: Scanned, at: tuple[float, float, float, float]) -> bool:
    x, y, w, h = at
    return any(x < a + c and a < x + w and y < b + d and b < y + h for a, b, c, d in scanned.hidden)


def count_boxes(tally: Tally, scanned: Scanned, reading: PageReading, verdict: PageVerdict, number: int) -> None:
    conflicts = set(verdict.conflicts)
    scores = {box.id: box for box in reading.boxes}
    for truth in scanned.page.boxes:
        tally.boxes += 1
        mark = verdict.marks[truth.field]
        if mark is Mark.UNSURE and PageReason.LOW_QUALITY in verdict.reasons:
            tally.boxes_refused += 1
            continue
        if mark is Mark.UNSURE or choice_of(truth.field) in conflicts:
            tally.review += 1
            continue
        meant = truth.state is BoxState.MARKED
        if (mark is Mark.MARKED) != meant:
            tally.wrong += 1
            box = scores[truth.field]
            tally.notes.append(
                f"{scanned.kind} {number}: {scanned.page.form} p{scanned.page.page} {truth.field} {truth.state.value}"
                f" {[kind.value for kind in truth.kinds]} inside {truth.inside} beside {truth.beside}"
                f" faint {truth.faint} read {mark.value} inner {box.inner:.3f} around {box.around:.3f}"
                f" outline {box.outline:.2f} refs {reading.quality.references if reading.quality else ()}"
            )


def count_fields(tally: Tally, scanned: Scanned, reading: PageReading, verdict: PageVerdict, number: int) -> None:
    """Written fields that were not seen, empty ones that were called written; what is printed counts as neither."""
    written = {one.field for one in scanned.page.writings}
    printed = set(scanned.page.printed) | {label.field for label in scanned.page.labels}
    labels = [label.at for label in scanned.page.labels]
    extras = [extra.at for extra in scanned.page.extras]
    touched = [one.at for one in scanned.page.writings]
    issued = known()[_packet(scanned)].issued(*_numbers(reading))
    assert isinstance(issued, IssuedPage)
    at = {one.id: one.at for one in issued.page_layout.fields}
    for area in reading.areas:
        if area.id in printed or any(_meet(at[area.id], place) for place in (*labels, *extras)):
            continue
        tally.fields += 1
        seen = area.id in verdict.written
        tally.fields_unsure += area.id in verdict.unsure_fields
        if area.id in written and not seen and area.id not in verdict.unsure_fields:
            tally.fields_missed += 1
            tally.notes.append(f"{scanned.kind} {number}: field {area.id} missed {area}")
        if area.id not in written and seen and not any(_meet(at[area.id], place) for place in touched):
            tally.fields_false += 1
            tally.notes.append(f"{scanned.kind} {number}: {scanned.page.form} field {area.id} false {area}")
    if PageReason.INK_OUTSIDE_FIELDS in verdict.reasons and not extras and not scanned.page.void:
        tally.loose += 1
        tally.notes.append(f"{scanned.kind} {number}: loose ink {reading.loose_ink_mm2:.1f} mm²")


def _packet(scanned: Scanned) -> int:
    return next(index for index, pages in enumerate(known()) if pages.manifests and _kit(pages) == scanned.page.kit)


def _kit(pages: object) -> str:
    return next(iter(pages.manifests.values())).kit  # type: ignore[attr-defined]


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    room = 1.0
    return (
        one[0] < other[0] + other[2] + room and other[0] < one[0] + one[2] + room
        and one[1] < other[1] + other[3] + room and other[1] < one[1] + one[3] + room
    )  # fmt: skip


def run_kind(job: tuple[int, tuple[str, ...], int, str, Path | None]) -> Tally:
    """Make and read one kind."""
    seed, kinds, pages, profile, keep = job
    tally = Tally(kind_name(kinds))
    for number, (scanned, packet) in enumerate(degraded(seed, kinds, pages, profile, keep)):
        count(tally, scanned, packet, number, Thresholds())
    return tally


def percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.2f}" if whole else "-"


HEAD = (
    "kind", "pages", "ident.", "regist.", "refused", "wrong id", "off mm", "boxes", "wrong", "wrong %", "review %",
    "fields", "missed", "false", "unsure %", "loose", "ms", "ratio",
)  # fmt: skip


def row(tally: Tally) -> list[str]:
    off = f"{np.percentile(tally.off_mm, 95):.2f}" if tally.off_mm else "-"
    ratio = (tally.read_s + tally.decode_s) / tally.decode_s if tally.decode_s else 0.0
    return [
        tally.kind, str(tally.pages), str(tally.identified), str(tally.registered), str(tally.refused),
        str(tally.wrong_identity), off,
        str(tally.boxes), str(tally.wrong), percent(tally.wrong, tally.boxes),
        percent(tally.review, tally.boxes - tally.boxes_refused),
        str(tally.fields), str(tally.fields_missed), str(tally.fields_false),
        percent(tally.fields_unsure, tally.fields), str(tally.loose),
        f"{1000 * tally.read_s / max(tally.pages, 1):.1f}", f"{ratio:.2f}",
    ]  # fmt: skip


def table(tallies: list[Tally]) -> str:
    rows = ["| " + " | ".join(HEAD) + " |", "| --- " + "| ---: " * (len(HEAD) - 1) + "|"]
    rows += ["| " + " | ".join(row(tally)) + " |" for tally in tallies]
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--pages", type=int, default=30, help="pages of each kind")
    parser.add_argument("--quick", action="store_true", help="3 pages of each kind")
    parser.add_argument("--only", default="", help="only kinds with this word in their name")
    parser.add_argument("--profile", default="tired", help="careful, tired or hostile")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=None, help="a folder that keeps the images for the next run")
    parser.add_argument("--notes", action="store_true", help="print each finding")
    options = parser.parse_args()
    pages = 3 if options.quick else options.pages
    words = options.only.split(",")
    jobs = [
        (options.seed, kinds, pages, options.profile, options.keep)
        for kinds in ALL_KINDS
        if any(word in kind_name(kinds) for word in words)
    ]
    total, tallies = Tally("all"), []
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        for tally in pool.map(run_kind, jobs):
            tallies.append(tally)
            total.add(tally)
            print(f"{tally.kind}: {tally.identified} of {tally.pages}", file=sys.stderr, flush=True)
            if options.notes:
                print("\n".join(tally.notes), file=sys.stderr, flush=True)
    print(f"seed {options.seed}, profile {options.profile}\n")
    print(table([*tallies, total]))
    print("\nfailures:", dict(total.failures), "\nreasons:", dict(total.reasons), "\nhow:", dict(total.how))


if __name__ == "__main__":
    main()

__all__ = ["KEY"]
