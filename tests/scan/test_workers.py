"""Worker processes: whatever one job does to its worker, every job comes back once, and no worker is left behind."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import worker_jobs

from downtime.errors import MissingPartError, WriteError
from downtime.scan.workers import Bounds, Crew, Done, Job, Loss, Lost

BOUNDS = Bounds(seconds=60, memory_mb=2000)


def greetings(count: int) -> list[Job]:
    return [Job(f"g{number}", worker_jobs.greet, (str(number),)) for number in range(count)]


def crew(size: int = 2, bounds: Bounds = BOUNDS) -> Crew:
    return Crew(size, bounds, worker_jobs.prepare, "hello")


def test_every_job_comes_back_once_whatever_the_others_do(tmp_path: Path) -> None:
    """Crash, failure, too much memory, and one crash that the second try survives: among ordinary jobs."""
    jobs = greetings(30)
    jobs.insert(3, Job("crash", worker_jobs.crash))
    jobs.insert(9, Job("fail", worker_jobs.fail))
    jobs.insert(12, Job("eat", worker_jobs.eat))
    jobs.insert(17, Job("once", worker_jobs.crash_once, (str(tmp_path / "marker"),)))
    with crew() as workers:
        outcomes = list(workers.run(jobs))
    assert sorted(one.job.key for one in outcomes) == sorted(job.key for job in jobs)
    done = {one.job.key: one.value for one in outcomes if isinstance(one, Done)}
    lost = {one.job.key: one for one in outcomes if isinstance(one, Lost)}
    assert done == {f"g{number}": f"hello {number}" for number in range(30)} | {"once": "second time"}
    assert {key: one.loss for key, one in lost.items()} == dict.fromkeys(["crash", "fail", "eat"], Loss.CRASHED)
    assert "KeyError at worker_jobs.py" in lost["fail"].told and "patient" not in lost["fail"].told


def test_a_job_that_hangs_is_ended_and_the_others_go_on() -> None:
    with crew(bounds=Bounds(seconds=0.5, memory_mb=2000)) as workers:
        outcomes = list(workers.run([Job("hang", worker_jobs.hang), *greetings(5)]))
    assert [one.loss for one in outcomes if isinstance(one, Lost)] == [Loss.HUNG]
    assert len(outcomes) == 6


def test_what_concerns_the_operator_ends_the_run() -> None:
    with crew() as workers, pytest.raises(WriteError, match="no space left"):
        list(workers.run([*greetings(3), Job("full", worker_jobs.disk_full), *greetings(50)]))


def test_workers_that_cannot_start_are_told_and_not_started_for_ever() -> None:
    with Crew(2, BOUNDS, worker_jobs.cannot_prepare) as workers, pytest.raises(MissingPartError, match="ended with 3"):
        list(workers.run(greetings(1)))


def test_a_crew_is_used_again_and_leaves_nobody_behind() -> None:
    with crew(1) as workers:
        [first] = workers.run([Job("a", worker_jobs.process_id)])
        [second] = workers.run([Job("b", worker_jobs.process_id)])
    assert isinstance(first, Done) and isinstance(second, Done)
    assert first.value == second.value
    assert not is_alive(first.value)


def is_alive(pid: int) -> bool:
    import os

    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_workers_end_when_the_process_that_hired_them_is_killed(tmp_path: Path) -> None:
    import os
    import signal
    import subprocess

    script = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import worker_jobs\n"
        "from downtime.scan.workers import *\n"
        "if __name__ == '__main__':\n"
        "    crew = Crew(1, Bounds(60, 2000), worker_jobs.prepare, 'x')\n"
        "    [done] = crew.run([Job('a', worker_jobs.process_id)])\n"
        "    print(done.value, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    (tmp_path / "hire.py").write_text(script)
    root = str(Path(__file__).parents[2])
    hiring = subprocess.Popen(
        [sys.executable, str(tmp_path / "hire.py")], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    assert hiring.stdout is not None
    worker = int(hiring.stdout.readline())
    hiring.send_signal(signal.SIGKILL)
    hiring.wait()
    for _ in range(1000):
        if not is_alive(worker):
            return
        time.sleep(0.02)
    pytest.fail("the worker outlived the process that hired it")
