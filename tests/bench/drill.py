"""How fast a drill is made: pages a second, and as a ratio to the bare PDFium rendering of the same pages.

    python tests/bench/drill.py                 40 pages of the example ICU, each step by itself
    python tests/bench/drill.py --pages 200

Times are those of the processor, of one core, so that a busy machine counts less; medians of the pages.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "drill")]

from drill_help import drill_paper  # noqa: E402

from downtime.drill.batch import plan_batch  # noqa: E402
from downtime.drill.chance import chance  # noqa: E402
from downtime.drill.files import FORMATS  # noqa: E402
from downtime.drill.pdf_files import Frame  # noqa: E402
from downtime.drill.pen import Pen  # noqa: E402
from downtime.drill.profiles import PROFILES  # noqa: E402
from downtime.drill.scanner import COMBINATIONS, KINDS, scan  # noqa: E402
from downtime.drill.scanpage import scan_page  # noqa: E402
from downtime.drill.wanted import NO_MISHAPS, Rehearsal  # noqa: E402


def timed(job: Callable[[], object]) -> tuple[float, object]:
    """Milliseconds of the processor that a job takes, and what it gives."""
    started = time.process_time()
    result = job()
    return (time.process_time() - started) * 1000, result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    paper = drill_paper()
    profile = PROFILES["tired"]
    plan = plan_batch(paper, Rehearsal(asked.seed, asked.pages, profile, mishaps=NO_MISHAPS))
    pages = [paper.page(image.page) for made in plan.files for image in made.images]
    pen = Pen(paper, asked.seed, profile)
    times: dict[str, list[float]] = {"render": [], "pen": []}
    written = []
    for page in pages:
        spent, _ = timed(lambda page=page: paper.image(page.number))
        times["render"].append(spent)
        spent, made = timed(lambda page=page: pen.write(page)[0])
        times["pen"].append(spent)
        if len(written) < 12:
            written.append((page, made))
    kinds = [*((name,) for name in KINDS), *COMBINATIONS]
    for names in kinds:
        for page, image in written:
            lying = scan_page(image, page, page.layout.width_mm, page.layout.height_mm)
            stream = chance("bench", asked.seed, page.number, *names)
            spent, scanned = timed(lambda lying=lying, names=names, stream=stream: scan(lying, names, stream))
            times.setdefault("+".join(names), []).append(spent)
            if names == ("clean",):
                for made in FORMATS.values():
                    frame = [Frame(scanned.image, scanned.dpi)]
                    spent, _ = timed(lambda made=made, frame=frame: made.pack(frame))
                    times.setdefault(f"file {made.name}", []).append(spent)
    typical = {name: statistics.median(spent) for name, spent in times.items()}
    whole = typical["render"] + typical["pen"] + typical["clean"] + typical["file pdf"]
    print(f"{'step':32} {'ms a page':>9} {'of render':>9}")
    for name, spent in typical.items():
        print(f"{name:32} {spent:9.1f} {spent / typical['render']:9.2f}")
    print(f"{'rendered, written, clean, PDF':32} {whole:9.1f} {whole / typical['render']:9.2f}")
    print(f"{1000 / whole:.1f} pages a second on one core at 300 dpi")


if __name__ == "__main__":
    main()
