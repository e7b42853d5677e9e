"""How fast a census is read: 2,000 patients in each format, each in a process of its own; nothing is asserted.

    python tests/bench/census.py                 CSV, FHIR Bundle, FHIR NDJSON, HL7 v2, a kept snapshot
    python tests/bench/census.py --patients 200

Patients are made up with two to four orders on average (tests/census/hostile_truth.py), and written without any fault.
For each file: its size, patients, orders and findings that came out, seconds to read, and the most memory of a process
that reads it. On a machine that does other work too, the processor seconds are what counts.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "census")]


def written(folder: Path, patients: int) -> list[Path]:
    """The same patients in every format, and as a snapshot that was kept of one of them."""
    from example_table import TAKEN_AT
    from hostile_truth import TruePatient, people
    from hostile_write import csv_sheet, fhir_sheet, hl7_sheet, settings
    from reading_help import riverside

    from downtime.census.kept import kept_bytes
    from downtime.census.reading import read_census

    chance = Random(7)
    made: list[TruePatient] = []
    while len(made) < patients:
        for one in people(chance):
            at = len(made)
            orders = tuple(replace(order, number=f"{order.number}-{at}") for order in one.orders)
            made.append(replace(one, mrn=f"{10_000_000 + at}", visit=f"V{at}", bed=f"B{at:04d}", orders=orders))
    everybody = tuple(made[:patients])
    sheets = {
        "census.csv": csv_sheet(everybody), "bundle.json": fhir_sheet(everybody),
        "census.ndjson": fhir_sheet(everybody, lines=True), "feed.hl7": hl7_sheet(everybody),
    }  # fmt: skip
    paths = []
    for name, sheet in sheets.items():
        path = folder / name
        text = sheet.before + sheet.between.join(record.text for record in sheet.records) + sheet.after
        path.write_bytes(sheet.bom + text.encode(sheet.encoding))
        paths.append(path)
    facility = riverside().model_copy(update={"census": settings()})
    snapshot = read_census([paths[0]], facility=facility, now=TAKEN_AT)
    kept = folder / "kept.json"
    kept.write_bytes(kept_bytes(snapshot, facility, TAKEN_AT, None))
    return [*paths, kept]


def read(path: Path) -> None:
    """Read one file and print what came of it; in a process of its own."""
    from example_table import TAKEN_AT
    from hostile_write import settings
    from reading_help import riverside

    from downtime.census.reading import read_census

    facility = riverside().model_copy(update={"census": settings()})
    started, processor = time.perf_counter(), time.process_time()
    snapshot = read_census([path], facility=facility, now=TAKEN_AT)
    wall, used = time.perf_counter() - started, time.process_time() - processor
    orders = sum(len(patient.medications) for patient in snapshot.patients)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{path.name:16}{path.stat().st_size / 1e6:8.1f} MB{len(snapshot.patients):10,}{orders:9,}"
        f"{len(snapshot.problems):10,}{wall:9.2f} s{used:9.2f} s{peak:8.0f} MB"
    )


def main() -> None:
    """Write the files, and read each in a new process."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--patients", type=int, default=2000)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read(options.read)
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = written(Path(folder), options.patients)
        print(
            f"{'file':16}{'size':>11}{'patients':>10}{'orders':>9}{'findings':>10}{'wall':>11}{'processor':>11}{'peak':>11}"
        )
        for path in paths:
            subprocess.run([sys.executable, __file__, "--read", str(path)], check=True)


if __name__ == "__main__":
    main()
