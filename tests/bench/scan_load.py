"""Whether reading keeps its memory, and what a second process brings, on pages that are read over and over.

    python tests/bench/scan_load.py --pages 2000     memory, then one process against two

Twelve clean pages are made once and kept; memory is the resident set of the reading process, every tenth of the way.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import cv2
from degraded import Scanned, degraded, image_of, known
from scan import incoming

from downtime.scan.reading import read_page

DIFFERENT = 12


@cache
def pages() -> tuple[tuple[Scanned, int], ...]:
    """The pages that are read: clean, as a good scanner makes them."""
    cv2.setNumThreads(1)
    return tuple(degraded(1, ("clean",), DIFFERENT, "careful"))


def resident_mb() -> float:
    """The memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def read(count: int) -> list[float]:
    """Decode and read so many pages; the memory in MB after every tenth of them."""
    held = []
    for number in range(count):
        scanned, packet = pages()[number % DIFFERENT]
        read_page(incoming(scanned, image_of(scanned)), known()[packet])
        if (number + 1) % max(count // 10, 1) == 0:
            held.append(resident_mb())
    return held


def seconds(processes: int, count: int) -> float:
    """How long so many pages take, in processes that are warm."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        list(pool.map(read, [DIFFERENT] * 2 * processes))
        began = time.perf_counter()
        list(pool.map(read, [count // 8] * 8))
        return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000)
    options = parser.parse_args()
    read(2 * DIFFERENT)
    held = read(options.pages)
    print("memory, MB:", " ".join(f"{one:.0f}" for one in held), f"(grown by {held[-1] - held[0]:.1f})")
    share = max(options.pages // 5, 80)
    one, two = seconds(1, share), seconds(2, share)
    print(f"pages a second: one process {share / one:.1f}, two {share / two:.1f}, ratio {one / two:.2f}")


if __name__ == "__main__":
    main()
