"""The packets of the example sites, printed by the command line: what most rendering tests look at."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from downtime.page.layout import Layout, PageLayout
from downtime.page.manifest import Manifest, Sheet, from_json
from downtime.paper.header import Imprint

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ("riverside", "hillview-gp")
MADE_AT = "2026-11-23T0930"
LIVE = Imprint(
    facility="Riverside General Hospital", department="Medical Intensive Care Unit", made_at="23 NOV 2026 0930",
    expires="22 MAY 2027", approval="Approved: A. Nwosu, chief nursing officer, 01 NOV 2026", kit="00000-00000",
    software="0.1.0", approved=True, signed=True,
)  # fmt: skip


@dataclass(frozen=True)
class PrintedPage:
    """One page that the manifest knows: its number in the PDF, its sheet, and its place in the sheet (0-based)."""

    number: int
    sheet: Sheet
    index: int
    layout: Layout

    @property
    def places(self) -> PageLayout:
        """Where everything lies on this page."""
        return self.layout.pages[self.index]


@dataclass(frozen=True)
class ExamplePacket:
    """A PDF on disk, and the manifest beside it."""

    path: Path

    @property
    def name(self) -> str:
        """Site and department: riverside-icu."""
        return self.path.stem.removesuffix("-packet")

    @property
    def manifest_path(self) -> Path:
        """The manifest that was written beside the PDF."""
        return self.path.with_suffix(".manifest.json")

    @cached_property
    def manifest(self) -> Manifest:
        """The manifest, read as any reader would."""
        return from_json(self.manifest_path.read_bytes())

    @cached_property
    def pdf(self) -> bytes:
        """The whole PDF."""
        return self.path.read_bytes()

    def pages(self) -> Iterator[PrintedPage]:
        """Every page of every sheet, in the order of printing."""
        for sheet in self.manifest.sheets:
            for index, number in enumerate(sheet.pages):
                yield PrintedPage(number, sheet, index, self.manifest.layouts[sheet.layout])

    def distinct_pages(self) -> list[PrintedPage]:
        """The first copy of every page that differs in more than codes and values."""
        first: dict[tuple[str, str, int], PrintedPage] = {}
        for page in self.pages():
            first.setdefault((page.sheet.layout, page.sheet.title, page.index), page)
        return list(first.values())


def downtime(*arguments: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "downtime", *arguments]
    environment = {"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)


def print_examples(folder: Path) -> Sequence[ExamplePacket]:
    """Print the packets of all examples; two at a time."""
    with ThreadPoolExecutor(2) as threads:
        jobs = [
            threads.submit(downtime, "packet", f"examples/{site}", "-o", str(folder), "--made-at", MADE_AT)
            for site in EXAMPLES
        ]
    for job in jobs:
        done = job.result()
        assert done.returncode == 0, done.stderr
    return [ExamplePacket(path) for path in sorted(folder.glob("*.pdf"))]
