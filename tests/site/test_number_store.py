"""The store of downtime numbers: no number is handed out twice, whatever happens to the program or its journal."""

import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from downtime.errors import ConfigError, ExitCode, UsageError, WriteError
from downtime.lock import only_one
from downtime.site.department import DowntimeNumbers
from downtime.site.number_source import StationShare, read_number_list
from downtime.site.number_store import LOCK_WORDS, NumbersExhaustedError, NumberStore
from downtime.site.numbers import block_numbers, downtime_number

BLOCK = DowntimeNumbers(prefix="DT", site="04", first=1, last=100)
LARGE = DowntimeNumbers(prefix="DT", site="04", first=1, last=1000)
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
ALL = tuple(block_numbers(BLOCK))
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")


def take(store: NumberStore, count: int) -> tuple[str, ...]:
    return store.take(count, purpose="blank kits", now=NOW)


def take_singly(folder: str, count: int) -> list[str]:
    """Runs in another process; opens the store anew for each number."""
    return [number for _ in range(count) for number in take(NumberStore(Path(folder), LARGE, "icu-1"), 1)]


def test_numbers_come_in_order_and_survive_a_new_start(tmp_path):
    assert take(NumberStore(tmp_path / "new" / "folder", BLOCK, "icu-1"), 3) == ALL[:3]
    again = NumberStore(tmp_path / "new" / "folder", BLOCK, "icu-1")
    assert take(again, 2) == ALL[3:5]
    assert again.used() == ALL[:5]
    assert again.left() == 95


@posix
def test_the_journal_is_the_owners_alone(tmp_path):
    store = NumberStore(tmp_path, BLOCK, "icu-1", journal="icu")
    take(store, 1)
    assert store.path == tmp_path / "icu.journal"
    assert store.path.stat().st_mode & 0o777 == 0o600


def test_a_voided_number_is_never_handed_out(tmp_path):
    store = NumberStore(tmp_path, BLOCK, "icu-1")
    taken = take(store, 1)
    store.void(ALL[1], "label torn", now=NOW)
    store.void(taken[0], "written on the wrong chart\nby mistake")
    store.void(ALL[1], "again", now=NOW)
    assert take(store, 1) == (ALL[2],)
    assert store.voided() == {ALL[1]: "label torn", ALL[0]: "written on the wrong chart by mistake"}
    with pytest.raises(UsageError, match="not a number of this station"):
        store.void("DT-05-00001-1", "no such number", now=NOW)
    with pytest.raises(UsageError, match="no reason"):
        store.void(ALL[5], "  ", now=NOW)


def test_an_exhausted_part_hands_out_nothing_and_never_begins_again(tmp_path):
    store = NumberStore(tmp_path, BLOCK, "icu-1")
    take(store, 98)
    for count in (3, 101):
        with pytest.raises(NumbersExhaustedError, match="2 are left") as caught:
            take(store, count)
        assert caught.value.exit_code is ExitCode.CONFIG
        assert caught.value.do
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert take(store, 2) == ALL[98:]
    with pytest.raises(NumbersExhaustedError):
        take(store, 1)
    with pytest.raises(UsageError):
        take(store, 0)


def test_a_longer_block_goes_on_where_the_shorter_ended(tmp_path):
    take(NumberStore(tmp_path, BLOCK, "icu-1"), 100)
    assert take(NumberStore(tmp_path, LARGE, "icu-1"), 1) == (downtime_number(LARGE, 101),)


@given(st.integers(1, 400), st.integers(1, 30))
def test_parts_are_disjoint_contiguous_and_together_everything(count, of):
    parts = [StationShare(index, of).positions(count) for index in range(1, of + 1)]
    assert [position for part in parts for position in part] == list(range(count))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_stations_with_folders_of_their_own_hand_out_different_numbers(tmp_path):
    stores = [NumberStore(tmp_path / f"s{i}", BLOCK, f"s{i}", StationShare(i, 3)) for i in (1, 2, 3)]
    everything = [number for store in stores for number in take(store, store.left())]
    assert sorted(everything) == sorted(ALL)
    assert all(store.left() == 0 for store in stores)


def test_parts_dealt_out_anew_are_refused(tmp_path):
    take(NumberStore(tmp_path, BLOCK, "a", StationShare(1, 2)), 5)
    assert take(NumberStore(tmp_path, BLOCK, "b", StationShare(2, 2)), 1) == (ALL[50],)
    for block, station, share in [
        (BLOCK, "a", StationShare(1, 3)),
        (BLOCK, "a", StationShare(2, 2)),
        (BLOCK, "c", StationShare(1, 2)),
        (BLOCK, "a", StationShare()),
        (LARGE, "a", StationShare(1, 2)),
    ]:
        with pytest.raises(ConfigError, match="another station may have handed out the same") as caught:
            take(NumberStore(tmp_path, block, station, share), 1)
        assert not isinstance(caught.value, NumbersExhaustedError)
    elsewhere = DowntimeNumbers(prefix="DT", site="04", first=101, last=200)
    assert take(NumberStore(tmp_path, elsewhere, "a", StationShare(1, 3)), 1) == (downtime_number(elsewhere, 101),)


@pytest.mark.parametrize(("index", "of"), [(0, 1), (2, 1), (-1, 3), (1, 0)])
def test_a_part_that_cannot_be_is_refused(index, of):
    with pytest.raises(UsageError):
        StationShare(index, of)


def test_two_processes_at_once_take_different_numbers(tmp_path):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        one, two = pool.map(take_singly, [str(tmp_path)] * 2, [200] * 2)
    assert len({*one, *two}) == 400
    assert NumberStore(tmp_path, LARGE, "icu-1").left() == 600


def test_two_threads_at_once_take_different_numbers(tmp_path):
    taken: list[str] = []
    threads = [threading.Thread(target=lambda: taken.extend(take_singly(str(tmp_path), 30))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({*taken}) == 120


def test_a_lock_that_is_held_too_long_is_said(tmp_path):
    path = tmp_path / "held"
    with (
        path.open("wb") as one,
        path.open("r+b") as two,
        only_one(one.fileno(), path, LOCK_WORDS, wait_s=0.05),
        pytest.raises(WriteError, match="another run"),
        only_one(two.fileno(), path, LOCK_WORDS, wait_s=0.05),
    ):
        pass


@posix
@pytest.mark.parametrize("after", [1, 7, 40])
def test_a_run_killed_in_the_middle_loses_its_lock_and_none_of_its_numbers(tmp_path, after):
    script = (
        "import sys; from pathlib import Path; from test_number_store import *\n"
        "store = NumberStore(Path(sys.argv[1]), LARGE, 'icu-1')\n"
        "while True: print(*take(store, 3), sep='\\n', flush=True)\n"
    )
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[2])])
    run = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True,
                           env={**os.environ, "PYTHONPATH": path})  # fmt: skip
    assert run.stdout is not None
    printed = [run.stdout.readline().strip() for _ in range(after)]
    run.kill()
    printed += [line.strip() for line in run.stdout.read().splitlines() if len(line) == len(ALL[0])]
    run.wait()
    store = NumberStore(tmp_path, LARGE, "icu-1")
    assert {*printed} <= {*store.used()}
    assert not {*take(store, 5)} & {*printed}


@posix
def test_a_run_killed_while_it_holds_the_lock_does_not_keep_it(tmp_path):
    script = (
        "import os, signal, sys; from pathlib import Path; from test_number_store import *\n"
        "real = os.write\n"
        "def half(handle, content): real(handle, content[: len(content) // 2]); os.kill(os.getpid(), signal.SIGKILL)\n"
        "os.write = half\n"
        "take(NumberStore(Path(sys.argv[1]), BLOCK, 'icu-1'), 10)\n"
    )
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[2])])
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], env={**os.environ, "PYTHONPATH": path})
    assert done.returncode == -9
    store = NumberStore(tmp_path, BLOCK, "icu-1")
    assert not store.path.read_bytes().endswith(b"\n")
    assert store.used() == ALL[:10]
    assert take(store, 1) == (ALL[10],)


def test_wherever_a_line_is_torn_its_numbers_count_as_used(tmp_path):
    original = NumberStore(tmp_path, BLOCK, "icu-1")
    take(original, 2)
    kept = original.path.stat().st_size
    take(original, 12)
    whole = original.path.read_bytes()
    for end in range(kept + 1, len(whole)):
        original.path.write_bytes(whole[:end])
        count_is_known = end >= kept + len('{"take":12,')
        assert {*original.used()} >= {*(ALL[:14] if count_is_known else ALL[:3])}, whole[kept:end]
        before = original.used()
        assert take(original, 1) == (ALL[len(before)],)
        assert original.used() == (*before, ALL[len(before)])
        assert original.path.read_bytes().startswith(whole[:end])


def test_a_completion_that_is_torn_itself_is_completed_again(tmp_path):
    store = NumberStore(tmp_path, BLOCK, "icu-1")
    take(store, 4)
    store.path.write_bytes(store.path.read_bytes()[:-9])
    torn = store.path.stat().st_size
    assert take(store, 1) == (ALL[4],)
    whole = store.path.read_bytes()
    for end in range(torn + 1, len(whole)):
        store.path.write_bytes(whole[:end])
        assert {*store.used()} >= {*ALL[:4]}
        next_one = take(store, 1)
        assert not {*next_one} & {*ALL[:4]}
        assert {*store.used()} >= {*ALL[:4], *next_one}


def test_zeros_left_by_a_disk_count_as_all_the_numbers_they_can_have_been(tmp_path):
    store = NumberStore(tmp_path, BLOCK, "icu-1")
    take(store, 1)
    kept = store.path.stat().st_size
    take(store, 20)
    whole = store.path.read_bytes()
    store.path.write_bytes(whole[:kept] + bytes(len(whole) - kept))
    assert {*store.used()} >= {*ALL[:21]}
    assert not {*take(store, 1)} & {*ALL[:21]}


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_journal_changed_anywhere_is_refused_with_its_line(data):
    with tempfile.TemporaryDirectory() as folder:
        store = NumberStore(Path(folder), BLOCK, "icu-1")
        for count in (2, 1, 3):
            take(store, count)
        content = store.path.read_bytes()
        at = data.draw(st.integers(0, content.rindex(b'{"take"') - 1))
        byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[at]))
        store.path.write_bytes(content[:at] + bytes([byte]) + content[at + 1 :])
        for use in (store.used, store.left, lambda: take(store, 1)):
            with pytest.raises(ConfigError, match=r"numbers\.journal:[123]: .*damaged"):
                use()


def test_a_line_taken_out_of_the_journal_is_noticed(tmp_path):
    store = NumberStore(tmp_path, BLOCK, "icu-1")
    for _ in range(3):
        take(store, 1)
    lines = store.path.read_bytes().splitlines(keepends=True)
    store.path.write_bytes(lines[0] + lines[2])
    with pytest.raises(ConfigError, match=r"numbers\.journal:2: "):
        store.left()


def test_each_line_says_who_took_what_when_and_for_what(tmp_path):
    store = NumberStore(tmp_path, BLOCK, "icu-1")
    store.take(2, purpose="kit\n--blank 2", now=NOW)
    record = json.loads(store.path.read_bytes())
    assert record["numbers"] == list(ALL[:2])
    assert (record["station"], record["purpose"], record["at"]) == ("icu-1", "kit --blank 2", NOW.isoformat())


def test_a_folder_that_cannot_be_written_hands_out_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(WriteError, match="no number was handed out"):
        take(NumberStore(tmp_path / "file", BLOCK, "icu-1"), 1)


@posix
@pytest.mark.parametrize("room", [0, 30, 150])
def test_a_full_disk_hands_out_nothing_and_the_store_goes_on_afterwards(tmp_path, room):
    store = NumberStore(tmp_path, BLOCK, "icu-1")
    take(store, 2)
    script = (
        "import resource, sys; from pathlib import Path; from test_number_store import *\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)\n"
        "try: take(NumberStore(Path(sys.argv[1]), BLOCK, 'icu-1'), 5)\n"
        "except WriteError as error: sys.exit(int(error.exit_code))\n"
    )
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[2])])
    limit = str(store.path.stat().st_size + room)
    done = subprocess.run([sys.executable, "-B", "-c", script, str(tmp_path), limit],
                          env={**os.environ, "PYTHONPATH": path})  # fmt: skip
    assert done.returncode == ExitCode.CANNOT_WRITE
    assert take(store, 1) == ((ALL[7],) if room else (ALL[2],))


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_journal_without_permission_is_said(tmp_path):
    store = NumberStore(tmp_path, BLOCK, "icu-1")
    take(store, 1)
    store.path.chmod(0o400)
    with pytest.raises(WriteError):
        take(store, 1)
    assert store.left() == 99


def test_a_flush_that_fails_hands_out_nothing(tmp_path, monkeypatch):
    def fails(_):
        raise OSError(5, "Input/output error")

    store = NumberStore(tmp_path, BLOCK, "icu-1")
    take(store, 1)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fails)
        with pytest.raises(WriteError, match="no number was handed out"):
            take(store, 2)
    assert take(store, 1) == (ALL[3],)


def test_a_list_from_registration_serves_like_a_block(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("\ufeff# registration, 20 Nov 2026\n E-100 \r\ne-101\n\nDT-04-00123-6 # ours\n", encoding="utf-8")
    store = NumberStore.from_list(path, tmp_path, "icu-1", journal="icu")
    assert take(store, 2) == ("E-100", "E-101")
    store.void("e-100", "spoiled", now=NOW)
    path.write_text(path.read_text(encoding="utf-8") + "E-102\n", encoding="utf-8")
    longer = NumberStore.from_list(path, tmp_path, "icu-1", journal="icu")
    assert take(longer, 2) == ("DT-04-00123-6", "E-102")
    with pytest.raises(NumbersExhaustedError):
        take(longer, 1)


def test_every_wrong_line_of_a_list_is_named(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text(
        "E-100\nE100\nDT-04-00123-7\nJohn Smith\n=1+1\n12\nXX-04-00123-6\nE-１01\n" + "9" * 21, encoding="utf-8"
    )
    with pytest.raises(ConfigError) as caught:
        read_number_list(path)
    assert [finding.line for finding in caught.value.findings] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert "stands already on line 1" in caught.value.findings[0].what
    assert "check digit" in caught.value.findings[1].what
    assert all(finding.do for finding in caught.value.findings)


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"E-1\n\xff\xfe", b"E-1234567\n" * 200_000])
def test_a_list_that_is_none_is_refused(tmp_path, content):
    (tmp_path / "list.txt").write_bytes(content)
    with pytest.raises(ConfigError, match=r"list\.txt"):
        read_number_list(tmp_path / "list.txt")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_number_list(tmp_path / "missing.txt")


@pytest.mark.parametrize("station", ["", " ", "a\nb", "x" * 61])
def test_a_station_has_a_name(tmp_path, station):
    with pytest.raises(UsageError):
        NumberStore(tmp_path, BLOCK, station)


class NeverTwice(RuleBasedStateMachine):
    """Takes, voids, crashes and starts anew in any order; what was handed out stays handed out."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = NumberStore(self.folder, LARGE, "icu-1", StationShare(2, 2))
        self.handed_out: list[str] = []
        self.not_to_use: set[str] = set()

    @rule(count=st.integers(1, 40))
    def takes(self, count):
        left = self.store.left()
        try:
            taken = take(self.store, count)
        except NumbersExhaustedError:
            assert left < count
            return
        assert len(taken) == count
        assert not {*taken} & self.not_to_use
        self.handed_out += taken

    @rule(serial=st.integers(501, 1000))
    def voids(self, serial):
        number = downtime_number(LARGE, serial)
        self.store.void(number, "spoiled", now=NOW)
        self.not_to_use.add(number)

    @rule(count=st.integers(1, 40), keep=st.floats(0, 1), zeros=st.booleans())
    def crashes_while_taking(self, count, keep, zeros):
        before = self.store.path.read_bytes() if self.store.path.exists() else b""
        try:
            take(self.store, count)
        except NumbersExhaustedError:
            return
        after = self.store.path.read_bytes()
        end = len(before) + int(keep * (len(after) - len(before)))
        rest = bytes(len(after) - end) if zeros else b""
        self.store.path.write_bytes(after[:end] + rest)

    @rule()
    def starts_anew(self):
        self.store = NumberStore(self.folder, LARGE, "icu-1", StationShare(2, 2))

    @invariant()
    def all_are_distinct_and_remembered(self):
        assert len({*self.handed_out}) == len(self.handed_out)
        used = {*self.store.used()}
        assert {*self.handed_out} | self.not_to_use <= used
        assert self.store.left() == 500 - len(used)

    def teardown(self):
        shutil.rmtree(self.folder)


NeverTwice.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestNeverTwice = NeverTwice.TestCase
