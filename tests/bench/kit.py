"""How fast kits are made: whole commands from their start, with processor seconds and peak memory; nothing is asserted.

    python tests/bench/kit.py            24 patients of intensive care for 12 hours; 1,000 patients of 12 pages each
    python tests/bench/kit.py 24         the first of them, as often as the machine is quiet
    python tests/bench/kit.py 1000       the second

The first takes the example hospital and its census as they stand. The second gives the same patients forty-two times,
each with a number, name and bed of their own, to a department whose kit has 12 pages. Both write the PDF and its
manifest. On a machine that does other work too, the processor seconds are what counts.
"""

from __future__ import annotations

import csv
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "examples/riverside"
CENSUS = SITE / "census/icu.csv"
MADE_AT = "2026-11-16T0730"
# 12 pages a patient: face sheet 2, list of orders 1, chart 3, flowsheet 2, order sheet 1, notes 2, labels 1.
TWELVE = ("reg-known-patient", "mar-orders", "mar-scheduled", "flow-vitals-ews", "ord-general", "note-nursing",
          "reg-patient-label-sheet")  # fmt: skip


def icu(folder: Path) -> list[str]:
    """The command for the example's intensive care unit."""
    return [
        "kit",
        str(SITE),
        "--department",
        "icu",
        "--census",
        str(CENSUS),
        "--hours",
        "12",
        "-o",
        str(folder / "out"),
    ]


def thousand(folder: Path) -> list[str]:
    """A site with one large unit, a census of 1,000, and the command for its kit."""
    site = folder / "site"
    shutil.copytree(SITE, site, ignore=shutil.ignore_patterns(".downtime"))
    unit = site / "departments/icu.yaml"
    text = unit.read_text("utf-8")
    start, end = text.index("\nkit:\n"), text.index("\n# A form of the first-hour set")
    forms = "".join(f"    - {{form: {form}}}\n" for form in TWELVE)
    unit.write_text(f"{text[:start]}\nkit:\n  patient:\n{forms}{text[end:]}", "utf-8")
    census = folder / "census.csv"
    with CENSUS.open(encoding="utf-8-sig", newline="") as source, census.open("w", encoding="utf-8", newline="") as out:
        rows = list(csv.DictReader(source))
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        # Those who died or left get no paper: 22 of the 24 are in each round.
        gone = ("Deceased", "Discharged", "Merged into MRN")
        here = [row for row in rows if all(row[column] in ("", "no") for column in gone)]
        numbers = list(dict.fromkeys(row["PAT_MRN"] for row in here))
        for patient in range(1000):
            for row in here:
                if row["PAT_MRN"] == numbers[patient % len(numbers)]:
                    again = {
                        "PAT_MRN": f"{10_000_000 + patient}",
                        "LAST_NAME": f"{row['LAST_NAME']} {patient}",
                        "Bed": f"B{patient:04d}",
                        "Room": "",
                        "Merged into MRN": "",
                        "Visit number": f"V{patient}",
                    }
                    writer.writerow(row | again | {"Name": ""})
    return ["kit", str(site), "-d", "icu", "--census", str(census), "--hours", "12", "-o", str(folder / "out")]


def measure(name: str, arguments: list[str], repeats: int) -> None:
    """Run a command several times; print its best and middle wall seconds, processor seconds, memory and pages."""
    walls, said = [], ""
    for _ in range(repeats):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        command = [sys.executable, "-m", "downtime", *arguments, "--made-at", MADE_AT]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        walls.append(time.perf_counter() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode not in (0, 1):
            raise SystemExit(done.stderr)
        said = done.stdout.splitlines()[0].partition("  ")[2]
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"  {walls[-1]:6.2f} s wall, {cpu:6.2f} s processor, {after.ru_maxrss / 1024:5.0f} MB")
    print(f"{name}: best {min(walls):.2f} s, middle {sorted(walls)[len(walls) // 2]:.2f} s   {said}")


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["24", "1000"]
    with tempfile.TemporaryDirectory() as folder:
        if "24" in wanted:
            measure("24 patients, 12 hours", icu(Path(folder)), 5)
        if "1000" in wanted:
            measure("1,000 patients, 12 pages", thousand(Path(folder)), 1)
