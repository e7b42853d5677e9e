"""Kills `downtime scan` at random moments of one batch, again and again, and compares the end with a calm run.

python tests/bench/survival.py --pages 200 --kills 50 --seed 1

Prints one line a kill, then whether every page is in exactly one state and the result is that of an undisturbed run.
Leaves with 1 where it is not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "examples" / "riverside"


def command(folder: Path, out: Path) -> list[str]:
    """The reading of the drill in `folder`."""
    return [
        sys.executable, "-m", "downtime", "scan", str(folder / "scans"), "--manifests", str(folder / "manifests"),
        "--site", str(SITE), "--drill", "-o", str(out),
    ]  # fmt: skip


def contents(out: Path) -> dict[str, bytes]:
    """Every file of a batch folder but its lock."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def main() -> int:
    """Make the batch, read it in peace, read it under fire, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    chance = random.Random(wanted.seed)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    folder = Path(tempfile.mkdtemp(prefix="downtime-survival-"))
    drill = [
        sys.executable, "-m", "downtime", "drill", str(SITE), "-d", "icu", "--pages", str(wanted.pages),
        "--seed", str(wanted.seed), "--made-at", "2026-11-23T0600", "-o", str(folder),
    ]  # fmt: skip
    subprocess.run(drill, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    calm, killed = folder / "calm", folder / "killed"
    begun = time.monotonic()
    subprocess.run(command(folder, calm), cwd=ROOT, env=environment, check=False, stdout=subprocess.DEVNULL)
    calm_seconds = time.monotonic() - begun
    pages = len(list((calm / "pages").iterdir()))
    for number in range(wanted.kills):
        running = subprocess.Popen(
            command(folder, killed), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            # A few runs for the whole batch: kills fall before the first page, between pages, and after the last one.
            running.wait(timeout=chance.uniform(0.0, calm_seconds / 3))
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
        code = running.wait()
        there = len(list((killed / "pages").glob("*-*"))) if (killed / "pages").is_dir() else 0
        print(f"{number + 1:3d}: left with {code}, {there} of {pages} pages are there", flush=True)
        if there == pages:
            # Begin anew, so that every kill meets work that is going on.
            shutil.rmtree(killed)
    subprocess.run(command(folder, killed), cwd=ROOT, env=environment, check=False, stdout=subprocess.DEVNULL)
    same = contents(calm) == contents(killed)
    result = json.loads((killed / "result.json").read_bytes())
    names = [page["id"] for page in result["pages"]]
    once = len(names) == len(set(names)) == sum(result["states"].values())
    print(f"every page in exactly one state: {once} ({len(names)} pages); equal to the undisturbed run: {same}")
    shutil.rmtree(folder)
    return 0 if once and same else 1


if __name__ == "__main__":
    sys.exit(main())
