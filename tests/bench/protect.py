"""What encryption costs beside making the kit itself: ratios in one run, in processor seconds.

python tests/bench/protect.py
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path

from downtime.census.reading import read_census
from downtime.cli import ALLOCATIONS_BETWEEN_COLLECTIONS
from downtime.page.envelope import wrapped
from downtime.page.passphrase import Passphrase
from downtime.paper.batch import read_site
from downtime.paper.kit import KitOptions, make_kit
from downtime.paper.production import print_run
from downtime.paper.protect import about_manifest, encrypted_pdf

RIVERSIDE = Path(__file__).resolve().parents[2] / "examples" / "riverside"
ROUNDS = 3


def seconds(work: Callable[[], object]) -> float:
    """The least processor time of a few rounds: what else the computer does only adds to it."""
    times = []
    for _ in range(ROUNDS):
        gc.collect()
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def main() -> None:
    """Print the cost of the kit, of its encryption, and of closing its manifest."""
    gc.set_threshold(ALLOCATIONS_BETWEEN_COLLECTIONS, 20, 20)  # as the command line has it
    site, shelf = read_site(RIVERSIDE)
    run = print_run(site, made_at="2026-11-16T0700")
    census = read_census([RIVERSIDE / "census" / "icu.csv"], facility=site.facility, now=run.made_at)
    secret = Passphrase.of("quiet lamp over seven stairs")

    for hours in (4, 12, 24):
        options = KitOptions(hours=hours)
        kit = make_kit(site, site.department("icu"), shelf, census, options, run)
        content, about = kit.manifest.to_json(), about_manifest(kit.manifest, kit.pdf)
        making = seconds(lambda options=options: make_kit(site, site.department("icu"), shelf, census, options, run))
        closing = seconds(lambda kit=kit: encrypted_pdf(kit.pdf, secret))
        sealing = seconds(lambda content=content, about=about: wrapped(content, about, secret))
        print(
            f"{kit.pages:5,} pages  making {making:.2f} s  "
            f"PDF encrypted {closing:.2f} s ({closing / making:.2f} of it)  manifest closed {sealing:.2f} s"
        )


if __name__ == "__main__":
    main()
