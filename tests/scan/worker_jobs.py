"""What workers are made to do in tests: work, and every way of failing to."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from downtime.errors import WriteError


def prepare(greeting: str) -> str:
    return greeting


def cannot_prepare() -> None:
    os._exit(3)


def greet(greeting: str, name: str) -> str:
    return f"{greeting} {name}"


def crash(_: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail(_: str) -> None:
    raise KeyError("a patient's name")


def hang(_: str) -> None:
    while True:
        time.sleep(60)


def eat(_: str) -> int:
    return len(bytearray(3_000_000_000))


def disk_full(_: str) -> None:
    raise WriteError("cannot be written", why="no space left", where="out")


def crash_once(_: str, marker: str) -> str:
    """Crash the first time, and say the second time how many others are at work."""
    if not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "second time"


def process_id(_: str) -> int:
    return os.getpid()
