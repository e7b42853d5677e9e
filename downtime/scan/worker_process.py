"""The inside of a worker process: its bounds, and the loop that does one job after another."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from downtime.errors import DowntimeError

_BYTES_A_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker is prepared."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A job's value."""

    value: Any


@dataclass(frozen=True, slots=True)
class Raised:
    """An error for the operator."""

    error: DowntimeError


@dataclass(frozen=True, slots=True)
class Failed:
    """A job that failed in a way nobody foresaw; places in the program, without anything that was read."""

    told: str


def work(
    pipe: Connection, seconds: float, memory_mb: int, prepare: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    """Do jobs until the other end of the pipe goes away."""
    # Ctrl-C goes to every process of the terminal: the one that hired us decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _be_silent()
    try:
        prepared = prepare(*arguments)
        _bound_memory(memory_mb)
        pipe.send(Ready())
        while True:
            function, values = pipe.recv()
            _bound_time(seconds)
            pipe.send(_outcome(function, prepared, values))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _outcome(function: Callable[..., Any], prepared: Any, values: tuple[Any, ...]) -> Returned | Raised | Failed:
    try:
        return Returned(function(prepared, *values))
    except DowntimeError as error:
        return Raised(error)
    except Exception as error:
        # The boundary of a page: whatever is wrong with one must not be the end of the others. It is told, not hidden.
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        return Failed(f"{type(error).__name__} at {place}")


def _be_silent() -> None:
    """Image libraries print what they think of a file, with its name, into the middle of a progress bar."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    os.close(sink)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


if sys.platform == "win32":

    def _bound_memory(memory_mb: int) -> None:
        """Windows has no such limit for a process without a job object; the time limit holds."""

    def _bound_time(seconds: float) -> None:
        """The process that hired us watches the clock."""

else:
    import resource

    def _bound_memory(memory_mb: int) -> None:
        """Let allocations fail before the computer starts to swap; and leave no core dump, which would show a page."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError, IndexError):
            return  # macOS: its limit on address space is not kept anyway
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = used + memory_mb * _BYTES_A_MB
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))

    def _bound_time(seconds: float) -> None:
        """A worker whose employer was killed in the middle of an endless job must end some time, too."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        most = int(usage.ru_utime + usage.ru_stime + 2 * seconds) + 5
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
