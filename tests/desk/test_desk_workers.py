"""The processes beside the server: they end when told to, and nothing that befalls them keeps the desk open."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from downtime.desk.serve import workers
from downtime.desk.serve.stopping import Stop
from downtime.desk.serve.workers import Workers

PATIENCE_S = 60
_DESK = """
import sys
sys.path.insert(0, sys.argv[1])
from test_desk_workers import wait_for_the_end
from downtime.desk.serve.workers import Workers
if __name__ == "__main__":
    with Workers((("waiter", wait_for_the_end),)) as all:
        print(all._processes["waiter"].pid, flush=True)
        sys.stdin.read()
"""


def wait_for_the_end(stop: Stop) -> None:
    """A task that does nothing but wait."""
    while not stop.wait(0.1):
        pass


def stopped(crew: Workers) -> bool:
    """Whether stopping comes to an end."""
    thread = threading.Thread(target=crew.__exit__, args=(None, None, None), daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    return not thread.is_alive()


def test_a_process_ends_by_itself_when_the_desk_stops():
    crew = Workers((("waiter", wait_for_the_end),)).__enter__()
    process = crew._processes["waiter"]
    assert process.is_alive()
    assert stopped(crew) and process.exitcode == 0


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_a_process_killed_while_it_waits_does_not_keep_the_desk_from_stopping(monkeypatch):
    monkeypatch.setattr(workers, "_LOOK_EVERY_S", PATIENCE_S)  # the guard does not start it again meanwhile
    crew = Workers((("waiter", wait_for_the_end), ("other", wait_for_the_end))).__enter__()
    killed, other = (crew._processes[name] for name in ("waiter", "other"))
    killed.join(3)  # by then it waits
    killed.kill()
    killed.join()
    assert stopped(crew) and other.exitcode == 0


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_no_process_outlives_a_desk_that_was_killed(tmp_path):
    script = tmp_path / "desk.py"
    script.write_text(_DESK)
    here = [sys.executable, str(script), str(Path(__file__).parent)]
    with subprocess.Popen(here, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None
        waiter = int(desk.stdout.readline())
        watched = os.pidfd_open(waiter) if hasattr(os, "pidfd_open") else None
        desk.send_signal(signal.SIGKILL)
        desk.wait()
    if watched is None:
        pytest.skip("this system cannot wait for a process that is not its own child")
    import select

    ready, _, _ = select.select([watched], [], [], PATIENCE_S)
    os.close(watched)
    assert ready
