"""Packets of several departments: written one after another, or by two processes where there is enough to do.

Laying out and drawing is pure Python, so only processes help; each starts afresh (spawn), which costs half a second,
so a single department is always made in this one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from downtime.errors import ConfigError, DowntimeError
from downtime.library.procedures import procedure_paths
from downtime.library.shelf import Shelf
from downtime.paper.contents import Run
from downtime.paper.packet import Progress, make_packet
from downtime.paper.production import write_packet
from downtime.site import Site, load_site

WORTH_A_PROCESS = 3
MOST_PROCESSES = 8


@dataclass(frozen=True, slots=True)
class Written:
    """A packet that stands on disk."""

    department: str
    path: Path
    pages: int
    sheets_of_paper: int
    unapproved: tuple[str, ...]
    fillable: Path | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A department whose packet could not be made, and what its error said."""

    department: str
    error: DowntimeError


Outcome = Written | Failed


def read_site(folder: Path) -> tuple[Site, Shelf]:
    """Read a site folder and its shelf of forms; raises ConfigError with everything that is wrong."""
    shelf = Shelf(folder / "forms")
    return load_site(folder, known_forms=shelf.ids, known_procedures=tuple(procedure_paths(folder))), shelf


def write_packets(
    site: Site, shelf: Shelf, departments: Sequence[str], run: Run, out: Path, progress: Callable[[str], Progress]
) -> list[Written]:
    """Make and write the packets of `departments`, in this order; `progress` gives the bar of one of them.

    A department that fails does not keep the others from being written; afterwards its error is raised (all of them
    as one ConfigError, if there are several).
    """
    processes = min(os.cpu_count() or 1, len(departments), MOST_PROCESSES)
    if len(departments) >= WORTH_A_PROCESS and processes > 1 and sys.platform != "emscripten":
        outcomes = _in_processes(site.root, departments, run, out, processes, progress)
    else:
        outcomes = {name: _written(site, shelf, name, run, out, progress(name)) for name in departments}
    failed = [outcome.error for outcome in outcomes.values() if isinstance(outcome, Failed)]
    if len(failed) == 1:
        raise failed[0]
    if failed:
        raise ConfigError("\n".join(dict.fromkeys(str(error) for error in failed)))
    return [outcome for name in departments if isinstance(outcome := outcomes[name], Written)]


def _written(site: Site, shelf: Shelf, name: str, run: Run, out: Path, progress: Progress | None) -> Outcome:
    try:
        department = site.department(name)
        packet = make_packet(site, department, shelf, replace(run, fillable=False), progress)
        path = write_packet(out, site.facility.id, packet)
        fillable = None
        if run.fillable:
            # A file of its own: the paper stays the same bytes, and a page code never stands on two documents.
            on_screen = make_packet(site, department, shelf, replace(run, single_sided=True))
            fillable = write_packet(out, site.facility.id, on_screen)
    except DowntimeError as error:
        return Failed(name, error)
    return Written(name, path, packet.pages, packet.sheets_of_paper, packet.unapproved, fillable)


_loaded: dict[Path, tuple[Site, Shelf]] = {}


def _in_worker(folder: Path, name: str, run: Run, out: Path) -> Outcome:
    """What a worker process does; it reads the site once."""
    if folder not in _loaded:
        _loaded[folder] = read_site(folder)
    site, shelf = _loaded[folder]
    return _written(site, shelf, name, run, out, None)


def _in_processes(
    folder: Path, departments: Sequence[str], run: Run, out: Path, processes: int, progress: Callable[[str], Progress]
) -> dict[str, Outcome]:
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    outcomes: dict[str, Outcome] = {}
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(_in_worker, folder, name, run, out): name for name in departments}
        bar = progress("all departments")
        for future in as_completed(waiting):
            outcomes[waiting[future]] = future.result()
            bar(len(outcomes), len(departments))
    return outcomes
