"""Processes that work beside the server: started with it, started again if they die, stopped with it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from typing import Any

from downtime.desk.inbox.worker import read_until
from downtime.desk.printing.worker import work_until

Task = Callable[[Event], None]

TASKS: tuple[tuple[str, Task], ...] = (("reader", read_until), ("printer", work_until))
"""Each with its name; a task runs until its event is set. Add yours here."""

_LOOK_EVERY_S = 1.0
_STOP_SECONDS = 20


class Workers:
    """The processes of one desk. They are spawned: PDFium and database connections must not be forked."""

    def __init__(self, tasks: tuple[tuple[str, Task], ...] = TASKS) -> None:
        """Nothing is started yet."""
        self._context = get_context("spawn")
        self._tasks = tasks
        self._stop = self._context.Event()
        self._processes: dict[str, BaseProcess] = {}
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
        self._stop.set()
        for process in self._processes.values():
            process.join(_STOP_SECONDS)
            if process.is_alive():
                process.kill()
                process.join()

    def _start(self, name: str, task: Task) -> None:
        process = self._context.Process(target=task, args=(self._stop,), name=f"desk {name}")
        process.start()
        self._processes[name] = process

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
