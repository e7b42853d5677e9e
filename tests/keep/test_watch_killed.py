"""The watch killed with SIGKILL before every single thing it does to the disk: no good snapshot is ever lost."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from downtime.keep.events import Happening

sys.path.insert(0, str(Path(__file__).parent))
from watch_help import Bench, census

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the test kills a fork of itself")

TOUCHES = ("open", "mkdir", "replace", "rename", "unlink", "rmdir", "fsync", "chmod", "write")


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do the work in a process that is killed before its `step`-th touch of the disk; False where it got through."""
    child = os.fork()
    if child == 0:
        for name in TOUCHES:
            # A killed process loses nothing that the system holds: waiting for the disk would only cost time.
            real = (lambda handle: None) if name == "fsync" else getattr(os, name)
            setattr(os, name, deadly(real, steps))
        steps[0] = step
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return os.WIFSIGNALED(status)


steps = [0]


def deadly(real: Callable[..., Any], left: list[int]) -> Callable[..., Any]:
    def touch(*arguments: Any, **more: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **more)

    return touch


def kills(work: Callable[[], object]) -> Iterator[int]:
    step = 1
    while killed_at(step, work):
        yield step
        step += 1
    assert step > 5, "the work hardly touches the disk: the test kills nothing"


def test_killed_at_any_point_the_last_good_one_is_there(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "snapshots: {keep: 2, keep_hours: 24}\n", passphrase=None)
    for minute in (10, 20):
        bench.drop("icu.csv", census(f"2026-11-17T06:{minute}", 8))
        bench.round(1)
    bench.drop("icu.csv", census("2026-11-17T06:30", 9))
    bench.watch = bench.new_watch()
    minutes = set()
    for _ in kills(lambda: bench.round()):
        found = bench.kept()
        assert found.damaged == () and found.last is not None
        minutes.add(found.last.data_as_of.minute)
        assert minutes <= {20, 30} and len(list(bench.watch.folder.glob(".downtime-*"))) <= 1
        # put back what this run may have done, so that the next one does it again
        for item in found.kept:
            if item.data_as_of.minute == 30:
                item.path.unlink()
        if not any(item.data_as_of.minute == 10 for item in bench.kept().kept):
            bench.drop("icu.csv", census("2026-11-17T06:10", 8))
            restore(bench)
    assert minutes == {20, 30}
    assert [item.data_as_of.minute for item in bench.kept().kept] == [30, 20]


def restore(bench: Bench) -> None:
    from downtime.keep.store import keep, opened_store

    with opened_store(bench.watch.folder):
        from downtime.census.reading import read_census

        snapshot = read_census([bench.inbox / "icu.csv"], facility=bench.site.facility, now=bench.now)
        keep(bench.watch.folder, snapshot, bench.site.facility, bench.now, None)
    bench.drop("icu.csv", census("2026-11-17T06:30", 9))


def test_a_killed_run_leaves_no_lock_and_no_half_files(tmp_path: Path) -> None:
    bench = Bench(tmp_path, passphrase=None)
    bench.drop("icu.csv", census("2026-11-17T06:30", 9))
    left = 0
    for _ in kills(lambda: bench.round()):
        left += len(list(bench.watch.folder.glob(".downtime-*")))
        for path in bench.watch.folder.glob("*.snapshot"):
            path.unlink()
    assert left, "no run was killed with a file half written"
    assert [event.what for event in bench.round()] == [Happening.UNCHANGED]
    assert not list(bench.watch.folder.glob(".downtime-*"))
