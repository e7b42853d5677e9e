"""Processes that work beside the server: started with it, started again if they die, stopped with it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from downtime.desk.inbox.worker import read_until
from downtime.desk.printing.worker import work_until
from downtime.desk.serve.stopping import Stop

Task = Callable[[Stop], None]

TASKS: tuple[tuple[str, Task], ...] = (("reader", read_until), ("printer", work_until))
"""Each with its name; a task runs until it is told to stop. Add yours here."""

_LOOK_EVERY_S = 1.0
_STOP_SECONDS = 20


class Workers:
    """The processes of one desk. They are spawned: PDFium and database connections must not be forked."""

    def __init__(self, tasks: tuple[tuple[str, Task], ...] = TASKS) -> None:
        """Nothing is started yet."""
        self._context = get_context("spawn")
        self._tasks = tasks
        self._processes: dict[str, BaseProcess] = {}
        self._pipes: dict[str, Connection] = {}
        self._over = threading.Event()
        self._guard = threading.Thread(target=self._watch_over, name="worker guard", daemon=True)

    def __enter__(self) -> Workers:
        for name, task in self._tasks:
            self._start(name, task)
        self._guard.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._over.set()
        self._guard.join()
        for pipe in self._pipes.values():
            pipe.close()
        for process in self._processes.values():
            process.join(_STOP_SECONDS)
            if process.is_alive():
                process.kill()
                process.join()

    def _start(self, name: str, task: Task) -> None:
        theirs, ours = self._context.Pipe(duplex=False)
        process = self._context.Process(target=task, args=(Stop(theirs),), name=f"desk {name}")
        process.start()
        theirs.close()
        if name in self._pipes:
            self._pipes[name].close()
        self._processes[name], self._pipes[name] = process, ours

    def _watch_over(self) -> None:
        """Start again what has died: what it had in hand is taken from the line once more."""
        while not self._over.wait(_LOOK_EVERY_S):
            for name, task in self._tasks:
                process = self._processes[name]
                if not process.is_alive():
                    print(
                        f"desk: the {name} ended ({process.exitcode}) and is started again", file=sys.stderr, flush=True
                    )
                    self._over.wait(_LOOK_EVERY_S)
                    self._start(name, task)
