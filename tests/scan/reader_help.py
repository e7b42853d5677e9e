"""Runs of `downtime scan` within the test's own process, on a pile that a test puts together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pile_of_scans import Pile
from play import Inline

from downtime.page.manifest import Manifest
from downtime.scan.result import ScanResult
from downtime.scan.run import Request, Run, start
from downtime.scan.settings import ScanSettings
from downtime.scan.watch import take_once


def request(pile: Pile, manifests: Sequence[Manifest] | None = None, settings: ScanSettings | None = None) -> Request:
    """What the pile is read with."""
    known = (pile.manifest,) if manifests is None else tuple(manifests)
    return Request(known, pile.manifest.facility.id, pile.key, settings or ScanSettings())


@contextmanager
def running(out: Path, wanted: Request) -> Iterator[Run]:
    """A run whose jobs are done in this process."""
    with start(out, wanted) as run:
        run.crew = Inline(run)  # type: ignore[assignment]
        yield run


def take(run: Run, *paths: Path) -> int:
    """Take files in that are whole; returns how many pages were read."""
    return take_once(run, paths, 0, lambda done, total: None, lambda seconds: None)


def read(out: Path, wanted: Request, *paths: Path) -> ScanResult:
    """One run over some paths."""
    with running(out, wanted) as run:
        take(run, *paths)
        return run.result()
