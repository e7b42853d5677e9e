"""How right the reader is on pages that it was never tuned on: makes them, reads them, and writes the accuracy page.

    python tests/bench/accuracy.py --make --slice 1/4                  makes a quarter of the images, and stops
    python tests/bench/accuracy.py --write tests/ACCURACY.md           makes what is missing, reads all, writes the page
    python tests/bench/accuracy.py --seeds 6                           a small run, printed

One image for each second pair of a held-out seed and a kind of damage; the pens take turns. Images and the packets that
they show are kept in a folder (`--work`), so that a run that was broken off goes on where it was, and so that another
reader reads the same ones; remove the folder for a set of the forms as they are now. The second source of damage is a
library that is not ours: where it is not installed (tests/bench/augraphy.txt), its part is left out and the page says
so.
"""

from __future__ import annotations

import argparse
import os
import pickle
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import cv2  # noqa: E402
from accuracy_page import Results, page_text  # noqa: E402
from compare import Counts, compare_boxes, compare_fields  # noqa: E402
from degraded import ALL_KINDS, Scanned, Shelf, image_of, kind_name, known, make, packets  # noqa: E402
from other_damage import OTHER_KINDS, installed, make_other  # noqa: E402

from downtime import __version__  # noqa: E402
from downtime.drill.profiles import PROFILES  # noqa: E402
from downtime.page.states import PageReason  # noqa: E402
from downtime.page.typed_code import parse_kit  # noqa: E402
from downtime.scan.decide import decide  # noqa: E402
from downtime.scan.intake_pixels import DecodedPage, Density, fit_density  # noqa: E402
from downtime.scan.known import IssuedPage, KnownPages  # noqa: E402
from downtime.scan.limits import Limits  # noqa: E402
from downtime.scan.model import IncomingPage, PageSource  # noqa: E402
from downtime.scan.reading import read_page  # noqa: E402
from downtime.scan.thresholds import Thresholds  # noqa: E402

FIRST_SEED, SEEDS = 20_001, 104
OURS, OTHER = "ours", "other"
PENS = tuple(PROFILES)
SOURCE = PageSource(file="scan", sha256="0" * 64, index=0)
# Every pair of a seed and a kind would take twice as long and say little more.
EVERY = {OURS: 2, OTHER: 3}


@dataclass(frozen=True, slots=True)
class Job:
    """One image: where its damage comes from, of which kind, from which seed, and who wrote on the page."""

    source: str
    kinds: tuple[str, ...]
    seed: int
    number: int
    profile: str

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.source}-{self.seed}-{kind_name(self.kinds)}-{self.profile}.pickle"


def jobs(first_seed: int, seeds: int, sources: Iterable[str]) -> list[Job]:
    """All images of a run; each seed gives some of every source, each kind has every pen and both papers."""
    found = []
    for source in sources:
        kinds = ALL_KINDS if source == OURS else tuple((name,) for name in OTHER_KINDS)
        every = EVERY[source]
        for index, names in enumerate(kinds):
            mine = [seed for seed in range(first_seed, first_seed + seeds) if (seed + index) % every == 0]
            found += [Job(source, names, seed, place, PENS[place % len(PENS)]) for place, seed in enumerate(mine)]
    return found


def image(job: Job, work: Path) -> tuple[Scanned, int]:
    """The image of a job and its packet, made now or kept from before."""
    path = work / job.name
    if path.exists():
        made: tuple[Scanned, int] = pickle.loads(path.read_bytes())
        return made
    maker = make if job.source == OURS else make_other
    made = maker(job.seed, job.kinds, job.number, job.profile)
    begun = path.with_suffix(f".{os.getpid()}")
    begun.write_bytes(pickle.dumps(made))
    begun.replace(path)
    return made


def read(scanned: Scanned, pages: KnownPages) -> Counts:
    """Read one image, knowing some pages, and compare it with its truth."""
    pixels = image_of(scanned)
    fitted = fit_density(pixels, Density(*(scanned.dpi or (0.0, 0.0))), Limits())
    counts = Counts(pages=1, forms={scanned.page.form})
    if not isinstance(fitted, DecodedPage):
        counts.outcomes[str(fitted)] += 1
        return counts
    reading = read_page(IncomingPage(SOURCE, fitted.image, fitted.dpi, fitted.notes), pages)
    if reading.failure is not None:
        counts.outcomes[reading.failure.value] += 1
    if reading.identity is None:
        return counts
    if (reading.identity.kit, reading.identity.page) != (scanned.page.kit, scanned.page.page):
        counts.wrong_page += 1
        counts.findings.append(f"{scanned.page.form} page {scanned.page.page}: taken for page {reading.identity.page}")
        return counts
    counts.identified += 1
    kit = parse_kit(reading.identity.kit)
    issued = pages.issued(kit, reading.identity.page) if isinstance(kit, int) else kit
    if reading.failure is not None or not isinstance(issued, IssuedPage):
        return counts
    verdict = decide(reading, issued.page_layout, Thresholds())
    counts.read += 1
    counts.again += PageReason.LOW_QUALITY in verdict.reasons
    compare_boxes(counts, scanned, verdict)
    compare_fields(counts, scanned, verdict, issued.page_layout)
    return counts


def do(order: tuple[Job, Path, bool]) -> tuple[Job, Counts]:
    """Make an image; read it, too, where that is asked for."""
    job, work, reads = order
    cv2.setNumThreads(1)
    Shelf.folder = work
    made = image(job, work)
    counts = read(made[0], known()[made[1]]) if reads else Counts()
    counts.findings = [f"{kind_name(job.kinds)}, seed {job.seed}, {job.profile}: {one}" for one in counts.findings]
    return job, counts


def run(wanted: list[Job], work: Path, processes: int, *, reads: bool) -> Iterator[tuple[Job, Counts]]:
    """Do all jobs, in processes of their own."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for place, done in enumerate(pool.map(do, ((job, work, reads) for job in wanted), chunksize=8), start=1):
            yield done
            if place % 50 == 0 or place == len(wanted):
                print(f"{place} of {len(wanted)}", file=sys.stderr, flush=True)


def part(wanted: list[Job], slice_text: str) -> list[Job]:
    """The jobs of a slice: ``2/4`` is the second of four."""
    number, _, of = slice_text.partition("/")
    return wanted[int(number) - 1 :: int(of)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="the first of the held-out seeds")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many seeds")
    parser.add_argument("--source", choices=(OURS, OTHER), default=None, help="only this source of damage")
    parser.add_argument("--only", default="", help="only kinds with this word in their name")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "downtime-accuracy")
    parser.add_argument("--make", action="store_true", help="make the images, and read none")
    parser.add_argument("--slice", default="1/1", help="with --make: the part of the images to make, as 2/4")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--write", type=Path, default=None, help="the file to write the page to")
    parser.add_argument("--findings", action="store_true", help="print each wrong answer")
    options = parser.parse_args()
    sources = [source for source in (OURS, OTHER) if options.source in (None, source)]
    if OTHER in sources and not installed():
        print("augraphy is not installed: its part is left out", file=sys.stderr)
        sources.remove(OTHER)
    wanted = [job for job in jobs(options.seed, options.seeds, sources) if options.only in kind_name(job.kinds)]
    Shelf.folder = options.work
    packets()
    if options.make:
        for _ in run(part(wanted, options.slice), options.work, options.processes, reads=False):
            pass
        return
    results = Results(options.seed, options.seeds, f"{datetime.now():%d %b %Y} with version {__version__}")
    for job, counts in run(wanted, options.work, options.processes, reads=True):
        results.take(job.source == OURS, kind_name(job.kinds), job.profile, counts)
        if options.findings:
            print("\n".join(counts.findings), file=sys.stderr, flush=True)
    text = page_text(results)
    if options.write:
        options.write.write_text(text, "utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
