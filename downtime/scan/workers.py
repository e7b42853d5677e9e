"""Worker processes that may crash or hang without taking a job, or the others, with them.

Each worker has a pipe of its own: a worker that is killed cannot leave a lock held that others wait for, as it can in
pools with one queue for all. A job that is lost is tried once more, alone; then it is given back as lost. Workers are
spawned, because PDFium must not be forked, and they end by themselves when this process does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from downtime.errors import DowntimeError, MissingPartError
from downtime.scan.worker_process import Failed, Raised, Ready, Returned, work

START_SECONDS = 120.0
"""The most time for a worker to import what it needs, on a slow disk and a busy computer."""


@dataclass(frozen=True, slots=True)
class Job:
    """One call of a module's function; the worker puts what it was prepared with before the arguments."""

    key: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()


class Loss(StrEnum):
    """How a job was lost."""

    CRASHED = "crashed"
    HUNG = "hung"


@dataclass(frozen=True, slots=True)
class Done:
    """A job that came back, with its value."""

    job: Job
    value: Any


@dataclass(frozen=True, slots=True)
class Lost:
    """A job that was lost twice; `told` says where in the program, and never what was read."""

    job: Job
    loss: Loss
    told: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one job may take: wall-clock seconds, and the memory of its process where the system can limit it."""

    seconds: float
    memory_mb: int


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    deadline: float
    ready: bool = False
    job: Job | None = None


class Crew:
    """A few workers, prepared alike; use it as a context, so that none is left behind."""

    def __init__(self, size: int, bounds: Bounds, prepare: Callable[..., Any], *arguments: Any) -> None:
        """Workers are started as there is work; each calls `prepare(*arguments)` once."""
        self._size = max(1, size)
        self._bounds = bounds
        self._start = (prepare, arguments)
        self._workers: list[_Worker] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers, whatever they are doing."""
        for worker in list(self._workers):
            self._dismiss(worker)

    def run(self, jobs: Iterable[Job]) -> Iterator[Done | Lost]:
        """Do the jobs, in any order; every job comes back once.

        Raises the DowntimeError that a job raised: it is the operator's (the disk is full), not the page's.
        """
        again: list[Job] = []
        for outcome in self._round(iter(jobs), self._size):
            if isinstance(outcome, Lost):
                again.append(outcome.job)
            else:
                yield outcome
        for job in again:
            yield from self._round(iter([job]), 1)

    def _round(self, jobs: Iterator[Job], size: int) -> Iterator[Done | Lost]:
        # With one job to be done alone, the other workers would still hold memory that it may have lacked.
        for worker in self._workers[size:]:
            self._dismiss(worker)
        waiting: Job | None = next(jobs, None)
        while True:
            for worker in self._workers:
                if worker.ready and worker.job is None and waiting is not None:
                    self._hand_out(worker, waiting)
                    waiting = next(jobs, None)
            idle = any(worker.job is None for worker in self._workers)
            if waiting is not None and not idle and len(self._workers) < size:
                self._workers.append(self._hired())
            busy = [one for one in self._workers if one.job is not None or (not one.ready and waiting is not None)]
            if not busy:
                return
            yield from self._listen(busy)

    def _listen(self, busy: list[_Worker]) -> Iterator[Done | Lost]:
        """Wait until a worker says something, ends, or has had its time."""
        rest = max(0.0, min(one.deadline for one in busy) - time.monotonic())
        said = wait([one.pipe for one in busy], timeout=rest)
        for worker in busy:
            if worker.pipe in said:
                yield from self._heard(worker)
            elif time.monotonic() >= worker.deadline:
                job = worker.job
                self._dismiss(worker)
                if job is None:
                    raise _cannot_start("it did not start in time")
                yield Lost(job, Loss.HUNG)

    def _heard(self, worker: _Worker) -> Iterator[Done | Lost]:
        job = worker.job
        try:
            said = worker.pipe.recv()
        except (EOFError, OSError):
            self._dismiss(worker)
            if job is None:
                raise _cannot_start(f"it ended with {worker.process.exitcode}") from None
            yield Lost(job, Loss.CRASHED, f"exit {worker.process.exitcode}")
            return
        if isinstance(said, Ready):
            worker.ready = True
            return
        worker.job = None
        if isinstance(said, Raised):
            raise said.error
        if job is None:
            raise _cannot_start(said.told if isinstance(said, Failed) else "it answered before it was asked")
        if isinstance(said, Returned):
            yield Done(job, said.value)
        else:
            # What it has read so far may have left it in any state: a fresh one goes on.
            self._dismiss(worker)
            yield Lost(job, Loss.CRASHED, said.told)

    def _hired(self) -> _Worker:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        prepare, arguments = self._start
        process = context.Process(
            target=work, args=(theirs, self._bounds.seconds, self._bounds.memory_mb, prepare, arguments), daemon=True
        )
        process.start()
        # Only the worker may hold its end, or its death would not be heard.
        theirs.close()
        return _Worker(process, ours, time.monotonic() + START_SECONDS)

    def _hand_out(self, worker: _Worker, job: Job) -> None:
        worker.job = job
        worker.deadline = time.monotonic() + self._bounds.seconds
        try:
            worker.pipe.send((job.function, job.arguments))
        except OSError:
            # It has just died; listening to it will say so.
            return

    def _dismiss(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()


def _cannot_start(why: str) -> DowntimeError:
    return MissingPartError(
        "the processes that read scans cannot be started", why=why, do="check that downtime[desk] is installed whole"
    )
