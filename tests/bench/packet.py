"""How fast whole packet commands are, from their start to their end; printed, never asserted.

    python tests/bench/packet.py       three rounds
    python tests/bench/packet.py 7     seven rounds

Three commands, imports included: the ICU of the example hospital with a smaller census, so that it prints about 150
pages; its ICU as it stands; all its departments. The goals are 1 second for the first and 5 for the last.
Seconds depend on the machine and on what else it does, so each round also times two plain measures: an interpreter that
starts and ends, and one that counts words for a while. Processor seconds, the children's too, are given as multiples of
both; the clock's seconds are the best of all rounds.
"""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "examples/riverside"
SMALL_CENSUS = 1
PLAIN = {
    "interpreter start": "pass",
    # The same mix as laying out a page: small objects, dictionaries, text. It stands for the speed of the machine.
    "counting words": "from collections import Counter\n"
    "found = Counter()\n"
    "for number in range(300000): found[f'{number % 977:03d} mg'] += 1",
}


def small_icu(folder: Path) -> Path:
    """A copy of the example hospital whose ICU has few patients: about 150 pages."""
    site = folder / "small"
    shutil.copytree(SITE, site, ignore=shutil.ignore_patterns(".downtime"))
    unit = site / "departments/icu.yaml"
    unit.write_text(re.sub("(?m)^census: [0-9]+", f"census: {SMALL_CENSUS}", unit.read_text("utf-8")), "utf-8")
    return site


def timed(command: list[str]) -> tuple[float, float, str]:
    """Processor seconds, seconds by the clock, and what the command printed."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, done.stdout


def pages(printed: str) -> int:
    """The pages of all packets that a command says it made."""
    return sum(int(count) for count in re.findall("([0-9]+) pages,", printed))


def main(rounds: int) -> None:
    """Run everything once a round, one after another, and print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        packet = [sys.executable, "-m", "downtime", "packet"]
        out = ["-o", str(folder / "out")]
        commands = {what: [sys.executable, "-c", code] for what, code in PLAIN.items()} | {
            "ICU, few patients": [*packet, str(small_icu(folder)), "--department", "icu", *out],
            "ICU as it stands": [*packet, str(SITE), "--department", "icu", *out],
            "whole hospital": [*packet, str(SITE), *out],
        }
        results: dict[str, list[tuple[float, float, str]]] = {what: [] for what in commands}
        for _ in range(rounds):
            for what, command in commands.items():
                results[what].append(timed(command))
    start, words = (median(seconds for seconds, _, _ in results[what]) for what in PLAIN)
    print(f"{'':<18} {'pages':>6} {'clock s':>8} {'processor s':>12} {'× start':>8} {'× words':>8}")
    for what, rows in results.items():
        seconds = median(seconds for seconds, _, _ in rows)
        clock = min(wall for _, wall, _ in rows)
        count = pages(rows[0][2]) or ""
        print(f"{what:<18} {count:>6} {clock:>8.2f} {seconds:>12.3f} {seconds / start:>8.1f} {seconds / words:>8.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
