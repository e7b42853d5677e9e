"""How verbs speak: results on standard output, everything else on standard error, progress only where it helps."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from downtime.errors import Finding

PROGRESS_AFTER_S = 0.4


@dataclass(frozen=True, slots=True)
class Console:
    """What the global options ask for."""

    quiet: bool = False
    verbose: bool = False
    json: bool = False

    def say(self, text: str) -> None:
        """Print a line of result, unless quiet."""
        if not self.quiet:
            print(text)

    def warn(self, text: str) -> None:
        """Print a line that must be seen."""
        print(text, file=sys.stderr)

    def data(self, value: Any) -> None:
        """Print a result as JSON."""
        print(json.dumps(value, indent=2, ensure_ascii=False))

    def event(self, line: str, value: Any) -> None:
        """Print one thing that happened, at once: a line for people, or a line of JSON."""
        if self.json:
            print(json.dumps(value, ensure_ascii=False), flush=True)
        elif not self.quiet:
            print(line, flush=True)

    def findings(self, findings: Iterable[Finding]) -> None:
        """Print findings, one a line, as ``file:line: level: what – why – do``."""
        for finding in findings:
            print(finding)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()) -> None:
        """Print a table: by rich on a terminal, as plain aligned text otherwise."""
        if self.quiet:
            return
        texts = [[str(cell) for cell in row] for row in rows]
        if sys.stdout.isatty():
            from rich.console import Console as RichConsole
            from rich.table import Table

            table = Table(box=None, pad_edge=False)
            for index, head in enumerate(heads):
                table.add_column(head, justify="right" if index in right else "left", overflow="fold")
            for row in texts:
                table.add_row(*row)
            RichConsole(highlight=False, markup=False).print(table)
            return
        widths = [max(len(row[index]) for row in [list(heads), *texts]) for index in range(len(heads))]
        for row in [list(heads), *texts]:
            cells = [
                cell.rjust(width) if index in right else cell.ljust(width)
                for index, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            print("  ".join(cells).rstrip())

    @contextmanager
    def progress(self, label: str) -> Iterator[Progress]:
        """A progress bar on a terminal for work that takes a while; silent otherwise."""
        bar = Progress(label, active=not self.quiet and sys.stderr.isatty())
        try:
            yield bar
        finally:
            bar.close()

    @contextmanager
    def progress_bars(self) -> Iterator[Callable[[str], Progress]]:
        """Bars made by name as the work goes on; the last one is taken away at the end."""
        bars: list[Progress] = []

        def named(label: str) -> Progress:
            if bars:
                bars[-1].close()
            bars.append(Progress(label, active=not self.quiet and sys.stderr.isatty()))
            return bars[-1]

        try:
            yield named
        finally:
            for bar in bars:
                bar.close()


class Progress:
    """A bar that appears only when the work is still going on after a moment: imports of rich cost time, too."""

    def __init__(self, label: str, *, active: bool) -> None:
        """`active` is false where nobody looks (a pipe, quiet)."""
        self._label, self._active = label, active
        self._started = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def __call__(self, done: int, total: int) -> None:
        """Say how much is done."""
        if not self._active or (self._bar is None and time.monotonic() - self._started < PROGRESS_AFTER_S):
            return
        if self._bar is None:
            from rich.console import Console as RichConsole
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
            from rich.progress import Progress as RichProgress

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bar = RichProgress(*columns, console=RichConsole(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(self._label, total=total)
        self._bar.update(self._task, completed=done, total=total)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
