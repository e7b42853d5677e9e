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
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
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


def made(folder: Path) -> list[str]:
    """What the last run wrote: files with their sizes, and for each form its sheets, pages and empty backs."""
    path = max((folder / "out").glob("*.manifest.json"), key=lambda path: path.stat().st_mtime)
    pdf = path.with_name(path.name.replace(".manifest.json", ".pdf"))
    sheets = sorted(json.loads(path.read_bytes())["sheets"], key=lambda sheet: sheet["first_page"])
    sides = sheets[-1]["last_page"] + sheets[-1]["last_page"] % 2
    rows: Counter[tuple[str, str]] = Counter()
    for sheet, after in zip(sheets, [*sheets[1:], {"first_page": sides + 1}], strict=True):
        pages = (sheet["last_page"] - sheet["first_page"]) // sheet.get("step", 1) + 1
        rows[sheet["form"], "sheets"] += 1
        rows[sheet["form"], "pages"] += pages
        rows[sheet["form"], "empty"] += after["first_page"] - sheet["first_page"] - pages
    forms = sorted({form for form, _ in rows}, key=lambda form: -rows[form, "pages"])
    lines = [f"{'form':26}{'sheets':>8}{'pages':>8}{'empty backs':>13}"]
    lines += [f"{form:26}{rows[form, 'sheets']:8}{rows[form, 'pages']:8}{rows[form, 'empty']:13}" for form in forms]
    return [*lines, f"PDF {pdf.stat().st_size:,} bytes, manifest {path.stat().st_size:,} bytes"]


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
        for asked, name, command, repeats in (
            ("24", "24 patients, 12 hours", icu, 5),
            ("1000", "1,000 patients, 12 pages", thousand, 1),
        ):
            if asked in wanted:
                inside = Path(folder) / asked
                inside.mkdir()
                measure(name, command(inside), repeats)
                print("\n".join(f"    {line}" for line in made(inside)))
