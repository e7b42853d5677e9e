"""Ten thousand hostile census files, and what came of each: read, read with findings, or one clear refusal.

    python tests/bench/hostile_census.py --files 10000 --seed 1
    python tests/bench/hostile_census.py --seed 1 --only 1234      one file of a run again, with all that is told of it

Files are made from a known truth (tests/census/hostile_truth.py) and read in processes of their own, with a limit of
time and of memory. The run fails (exit code 1) where there is a traceback, a hang, too much memory, or what the oracle
(tests/census/hostile_oracle.py) calls wrong: something of one patient with another, somebody missing without a word,
an order or allergy lost in silence, a wrong value, a patient's name in an error.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "census")]

SECONDS, MEGABYTES = 30.0, 700
"""A file may take so long, and its process so much memory; the largest of them have 10 MB."""

CHUNK = 250
HANG, TRACEBACK, TOO_BIG, WRONG = "hang", "traceback", "memory", "wrong"
COLUMNS = ("read", "read with findings", "clear refusal", TRACEBACK, HANG, TOO_BIG, WRONG)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one file."""

    number: int
    kind: str
    outcome: str
    faults: tuple[str, ...]
    seconds: float
    peak_mb: float


@dataclass
class Row:
    """All files of one kind."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    peak_mb: float = 0.0


def forget_peak() -> None:
    """Begin to count the most memory anew, where the system can (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_mb() -> float:
    """The most memory that this process has had, in MB; since `forget_peak` where the system can tell."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
    import resource

    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / (1024 * 1024 if sys.platform == "darwin" else 1024)


def one(seed: int, number: int) -> Result:
    """Make one file and read it."""
    from hostile_kinds import hostile_file
    from hostile_run import outcome_of

    file = hostile_file(seed, number)
    forget_peak()
    began = time.perf_counter()
    try:
        outcome, faults = outcome_of(file)
    except Exception:  # every exception is what this run looks for
        outcome, faults = TRACEBACK, [traceback.format_exc(limit=-4)]
    seconds, peak = time.perf_counter() - began, peak_mb()
    if peak > MEGABYTES and not faults:
        outcome, faults = TOO_BIG, [f"{peak:.0f} MB"]
    return Result(number, file.kind, outcome, tuple(faults), seconds, peak)


def work(pipe: Connection, seed: int, numbers: range) -> None:
    """A worker: says which file it begins, then what came of it."""
    for number in numbers:
        pipe.send(number)
        pipe.send(one(seed, number))
    pipe.send(None)


def run(seed: int, files: int, processes: int) -> Iterator[Result]:
    """All files, in processes that are ended where one takes too long."""
    todo = [range(at, min(at + CHUNK, files)) for at in range(0, files, CHUNK)][::-1]
    spawn = multiprocessing.get_context("spawn")
    workers: dict[Connection, tuple[multiprocessing.process.BaseProcess, range, int, float]] = {}
    while todo or workers:
        while todo and len(workers) < processes:
            numbers = todo.pop()
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=work, args=(theirs, seed, numbers), daemon=True)
            process.start()
            theirs.close()
            workers[ours] = (process, numbers, numbers.start, time.monotonic() + SECONDS)
        for pipe in wait(list(workers), timeout=1.0):
            process, numbers, at, _ = workers[pipe]
            try:
                said = pipe.recv()
            except EOFError:  # the process died: the kernel ended it, or the interpreter broke
                said = Result(at, "?", TRACEBACK, (f"the process died, exit code {process.exitcode}",), 0.0, 0.0)
                todo.append(range(at + 1, numbers.stop))
            if isinstance(said, int):
                workers[pipe] = (process, numbers, said, time.monotonic() + SECONDS)
                continue
            if said is not None:
                yield said
            if said is None or said.kind == "?":
                process.join()
                del workers[pipe]
        for pipe, (process, numbers, at, until) in list(workers.items()):
            if time.monotonic() > until:
                process.kill()
                process.join()
                del workers[pipe]
                todo.append(range(at + 1, numbers.stop))
                yield Result(at, "?", HANG, (f"more than {SECONDS:.0f} s",), SECONDS, 0.0)


def table(rows: dict[str, Row]) -> None:
    """Print what came of each kind."""
    width = max(len(kind) for kind in rows)
    heads = ("read", "findings", "refused", TRACEBACK, HANG, TOO_BIG, WRONG)
    print(f"{'kind':{width}} {'files':>6} " + " ".join(f"{head:>9}" for head in heads) + f" {'slowest s':>9} {'MB':>5}")
    total: Counter[str] = Counter()
    for kind, row in sorted(rows.items()):
        total += row.counts
        counts = " ".join(f"{row.counts[name]:9}" for name in COLUMNS)
        print(f"{kind:{width}} {row.counts['files']:6} {counts} {row.slowest:9.2f} {row.peak_mb:5.0f}")
    print(f"{'all':{width}} {total['files']:6} " + " ".join(f"{total[name]:9}" for name in COLUMNS))


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", type=int, help="read one file of the run, and say all that is told of it")
    options = parser.parse_args()
    if options.only is not None:
        from hostile_run import explained

        print(explained(options.seed, options.only))
        return 0
    rows: dict[str, Row] = {}
    wrong: list[Result] = []
    began = time.monotonic()
    for result in run(options.seed, options.files, options.processes):
        row = rows.setdefault(result.kind, Row())
        row.counts["files"] += 1
        row.counts[WRONG if result.faults and result.outcome not in (TRACEBACK, HANG, TOO_BIG) else result.outcome] += 1
        row.slowest, row.peak_mb = max(row.slowest, result.seconds), max(row.peak_mb, result.peak_mb)
        if result.faults:
            wrong.append(result)
    table(rows)
    print(
        f"seed {options.seed}, {options.files} files, {time.monotonic() - began:.0f} s in {options.processes} processes"
    )
    for result in wrong[:40]:
        print(f"\n--seed {options.seed} --only {result.number} ({result.kind}, {result.outcome}):")
        print("\n".join(result.faults[:5]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
