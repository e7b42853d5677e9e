"""`downtime scan` that is killed at a chosen step of its work on disk, in the worker or in the process that leads."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

WHO, AT = "DOWNTIME_TEST_KILL_WHO", "DOWNTIME_TEST_KILL_AT"
_steps = 0


def _counted(function: Any) -> Any:
    def step(*arguments: Any, **options: Any) -> Any:
        global _steps
        _steps += 1
        if _steps == int(os.environ[AT]):
            leader = os.getppid() if os.environ[WHO] == "worker" else os.getpid()
            os.kill(leader, signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)

    return step


def prepare(setting: Any) -> Any:
    """A worker's start: its steps are the writing of files and the renaming of folders."""
    from downtime.scan import page_work

    if os.environ[WHO] == "worker":
        Path.write_bytes = _counted(Path.write_bytes)  # type: ignore[method-assign]
        os.rename = _counted(os.rename)
    return page_work.prepare(setting)


if __name__ == "__main__":
    import downtime.scan.run
    from downtime.cli.app import run

    downtime.scan.run.prepare = prepare
    if os.environ[WHO] == "leader":
        os.replace = _counted(os.replace)
    sys.exit(run(sys.argv[1:]))
