"""The watch over the inbox: what is good is kept, what is not says why, and a good one is never lost to a bad one."""

from __future__ import annotations

import errno
import os
import stat
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from downtime.census.reading import read_census
from downtime.errors import DowntimeError, ExitCode, InputError, WriteError
from downtime.keep.events import Happening, Teller
from downtime.keep.inbox import settled
from downtime.keep.store import opened_store, prune
from downtime.keep.watch import PROBLEM_NAME

sys.path.insert(0, str(Path(__file__).parent))
from watch_help import SECRET, START, Bench, census


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def happened(bench: Bench, minutes: int = 15) -> list[Happening]:
    return [event.what for event in bench.round(minutes)]


def test_each_good_drop_is_kept_and_comes_back_as_a_census(bench: Bench) -> None:
    for number, taken in enumerate(("2026-11-17T06:55", "2026-11-17T07:10"), start=8):
        bench.drop("icu.csv", census(taken, number))
        (event,) = bench.round(15)
        assert event.what is Happening.KEPT and event.figures["patients"] == number
    found = read_census([bench.watch.folder], facility=bench.site.facility, now=bench.now, passphrase=SECRET)
    assert len(found.patients) == 9
    assert f"{found.taken_at:%H%M}" == "0710"
    assert len(bench.kept().kept) == 2


def test_the_inbox_is_only_read(bench: Bench) -> None:
    path = bench.drop("icu.csv", census("2026-11-17T06:55", 8))
    os.chmod(bench.inbox, 0o500)
    before = path.stat()
    try:
        bench.round()
    finally:
        os.chmod(bench.inbox, 0o700)
    assert path.stat().st_mtime_ns == before.st_mtime_ns and [item.name for item in bench.inbox.iterdir()] == [
        "icu.csv"
    ]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_what_is_kept_is_closed_and_private(bench: Bench) -> None:
    bench.drop("icu.csv", census("2026-11-17T06:55", 8))
    bench.round()
    assert stat.S_IMODE(bench.watch.folder.stat().st_mode) == 0o700
    for path in bench.watch.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"Abara" not in path.read_bytes() and b"42871" not in path.read_bytes()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (census("2026-11-17T07:10", 8) + 'x,"', "quote"),
        ("", "empty"),
        ("%PDF-1.7", "PDF"),
        (census("2026-11-17T07:10", 0), "no patient stands in the files"),
        (census("2026-11-17T07:10", 3), "only 3 patients, where the last good snapshot has 8"),
        (census("2026-11-17T06:10", 8), "older than those of the last good"),
        ("nothing,that,is,known\n1,2,3,4\n", "no row of it names columns"),
    ],
)
def test_a_bad_drop_never_takes_the_place_of_a_good_one(bench: Bench, text: str, says: str) -> None:
    bench.drop("icu.csv", census("2026-11-17T06:55", 8))
    bench.round()
    before = bench.names()
    bench.drop("icu.csv", text)
    (event,) = bench.round(15)
    assert event.what is Happening.REFUSED and says in event.words
    assert "Last good data: 17 NOV 2026 0655, 20 min old." in event.line
    assert event.as_data()["age_minutes"] == 20
    assert bench.names() == before
    assert isinstance(bench.watch.failed, InputError)
    bench.drop("icu.csv", census("2026-11-17T07:25", 7))
    assert happened(bench) == [Happening.KEPT]


def test_a_bug_in_a_reader_ends_one_round_and_not_the_watch(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise KeyError("00042871 Abara")

    bench.drop("icu.csv", census("2026-11-17T06:55", 8))
    with monkeypatch.context() as patched:
        patched.setattr("downtime.keep.watch.read_census", fails)
        (event,) = bench.round()
    assert event.what is Happening.REFUSED and "bug in Downtime (KeyError)" in event.words
    assert "Abara" not in event.line
    assert "in _snapshot" in (bench.watch.folder / PROBLEM_NAME).read_text("utf-8")
    assert bench.watch.failed and bench.watch.failed.exit_code == ExitCode.BUG
    assert happened(bench) == [Happening.KEPT]


def test_no_name_number_or_file_name_is_told(bench: Bench) -> None:
    """An engine that names its files by patient, and an error that quotes the file."""
    bench.drop("ABARA_NGOZI_42871001.csv", "PAT_MRN,PAT_MRN,LAST_NAME\n42871001,42871001,Abara\n")
    (event,) = bench.round()
    told = f"{event.line} {event.as_data()}"
    for secret in ("ABARA", "Abara", "42871001", "PAT_MRN"):
        assert secret not in told
    details = (bench.watch.folder / PROBLEM_NAME).read_text("utf-8")
    assert "ABARA_NGOZI_42871001.csv" in details and "PAT_MRN" in details


def test_nothing_new_is_not_kept_again(bench: Bench) -> None:
    bench.drop("icu.csv", census("2026-11-17T06:55", 8))
    assert happened(bench) == [Happening.KEPT]
    assert happened(bench) == [Happening.UNCHANGED]
    bench.watch = bench.new_watch()  # started anew: the files say the same
    assert happened(bench) == [Happening.UNCHANGED]
    bench.drop("icu.csv", census("2026-11-17T06:55", 8))
    assert happened(bench) == [Happening.UNCHANGED]
    assert len(bench.names()) == 1


def test_fewer_patients_are_believed_when_a_person_says_so(bench: Bench) -> None:
    bench.drop("icu.csv", census("2026-11-17T06:55", 24))
    bench.round()
    bench.drop("icu.csv", census("2026-11-17T07:25", 3))
    assert happened(bench, 30) == [Happening.REFUSED]
    bench.watch = bench.new_watch(accept_fewer=True)
    assert happened(bench) == [Happening.KEPT]


def test_a_small_unit_may_empty(bench: Bench) -> None:
    bench.drop("icu.csv", census("2026-11-17T06:55", 4))
    bench.round()
    bench.drop("icu.csv", census("2026-11-17T07:10", 1))
    assert happened(bench) == [Happening.KEPT]


def test_files_that_are_still_written_wait(bench: Bench) -> None:
    path = bench.drop("icu.csv", census("2026-11-17T06:55", 8))
    bench.on_wait = [path]
    assert happened(bench) == [Happening.UNSETTLED]
    assert bench.names() == []
    bench.on_wait = []
    assert happened(bench) == [Happening.KEPT]


def test_a_file_that_changes_while_it_is_read_waits(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.drop("icu.csv", census("2026-11-17T06:55", 8))

    def read(*arguments: object, **more: object) -> object:
        found = read_census(*arguments, **more)  # type: ignore[arg-type]
        bench.drop("icu.csv", census("2026-11-17T07:10", 9))
        return found

    with monkeypatch.context() as patched:
        patched.setattr("downtime.keep.watch.read_census", read)
        assert happened(bench) == [Happening.UNSETTLED]
    assert bench.names() == []
    assert happened(bench) == [Happening.KEPT]


def test_the_newest_of_each_pattern_and_all_of_the_others(tmp_path: Path) -> None:
    bench = Bench(tmp_path, 'snapshots: {newest_of: ["icu-*.csv", "ED-*.csv"], all_of: ["*.hl7"]}\n')
    for name in (
        "icu-0600.csv",
        "icu-0615.csv",
        "ed-1.csv",
        "a.hl7",
        "b.HL7",
        "README.txt",
        ".hidden.hl7",
        "~$icu-1.csv",
    ):
        bench.drop(name, "x")
        bench.now += timedelta(minutes=1)
    bench.drop("icu-0600.csv", "newest by its time")
    (bench.inbox / "icu-9999.csv").mkdir()
    seen = settled(bench.inbox, bench.site.facility.snapshots, bench.waited)
    assert {file.name for file in seen.files} == {"icu-0600.csv", "ed-1.csv", "a.hl7", "b.HL7"}  # type: ignore[union-attr]


def test_an_inbox_that_goes_and_comes_back(bench: Bench) -> None:
    bench.drop("icu.csv", census("2026-11-17T06:55", 8))
    bench.round()
    away = bench.inbox.rename(bench.folder / "away")
    assert happened(bench) == [Happening.INBOX_LOST]
    assert bench.watch.failed and bench.watch.failed.exit_code == ExitCode.INPUT
    bench.inbox.write_text("a file in its place")
    assert happened(bench) == [Happening.INBOX_LOST]
    bench.inbox.unlink()
    away.rename(bench.inbox)
    bench.drop("icu.csv", census("2026-11-17T07:40", 9))
    assert happened(bench) == [Happening.INBOX_BACK, Happening.KEPT]


def test_an_empty_inbox_is_told(bench: Bench) -> None:
    (event,) = bench.round()
    assert event.what is Happening.REFUSED and "no census file stands in the inbox" in event.words
    assert event.line.endswith("There is no good snapshot.")


def test_a_full_disk_loses_nothing_and_is_tried_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.drop("icu.csv", census("2026-11-17T06:55", 8))
    bench.round()
    before = bench.names()
    bench.drop("icu.csv", census("2026-11-17T07:10", 9))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        (event,) = bench.round(15)
        assert event.what is Happening.NOT_WRITTEN and "No space left" in event.words
        assert isinstance(bench.watch.failed, WriteError)
    assert bench.names() == before and not list(bench.watch.folder.glob(".*.part"))
    assert happened(bench) == [Happening.KEPT]


def test_two_watches_at_once_are_one_too_many(bench: Bench) -> None:
    with opened_store(bench.watch.folder), pytest.raises(WriteError, match="another run is using this folder"):
        bench.round()
    assert happened(bench) == [Happening.REFUSED], "it is free again"


def test_old_and_superfluous_ones_go_and_the_last_stays(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "snapshots: {keep: 3, keep_hours: 2}\n")
    for number in range(6):
        bench.drop("icu.csv", census(f"2026-11-17T06:{10 + number}", 8))
        bench.round(1)
    assert [item.about.data_as_of.minute for item in bench.kept().kept if item.about.data_as_of] == [15, 14, 13]
    bench.now += timedelta(hours=5)
    bench.drop("icu.csv", census("2026-11-17T07:20", 8))
    bench.round()
    assert [item.about.data_as_of.minute for item in bench.kept().kept if item.about.data_as_of] == [20]
    bench.now += timedelta(days=400)  # the clock jumps: the last one stays all the same
    assert prune(bench.kept(), bench.site.facility.snapshots, bench.now) == ()
    assert len(bench.kept().kept) == 1


def test_a_damaged_snapshot_is_neither_the_last_nor_removed(bench: Bench) -> None:
    for minute in (10, 11):
        bench.drop("icu.csv", census(f"2026-11-17T07:{minute}", 8))
        bench.round(15)
    last = bench.kept().last
    assert last is not None
    last.path.write_bytes(last.path.read_bytes()[:-300])
    found = bench.kept()
    assert found.damaged == (last.path,) and found.last is not None and found.last.data_as_of.minute == 10
    bench.drop("icu.csv", census("2026-11-17T07:12", 8))
    assert happened(bench) == [Happening.KEPT] and last.path.exists()


def test_a_clock_set_back_is_told_and_does_not_stop_the_keeping(bench: Bench) -> None:
    bench.now = START + timedelta(days=300)
    bench.drop("icu.csv", census("2027-09-13T06:00", 8))
    assert happened(bench, 0) == [Happening.KEPT]
    bench.now = START
    bench.drop("icu.csv", census("2026-11-17T06:55", 8))
    events = bench.round()
    assert [event.what for event in events] == [Happening.WARNING, Happening.KEPT]
    assert "dated after now" in events[0].words
    found = read_census([bench.watch.folder], facility=bench.site.facility, now=bench.now, passphrase=SECRET)
    assert f"{found.taken_at:%Y-%m-%d %H%M}" == "2026-11-17 0655"
    bench.drop("icu.csv", census("2026-11-17T07:05", 8))
    assert happened(bench) == [Happening.KEPT], "it is told once"


def test_a_new_passphrase_keeps_on(bench: Bench) -> None:
    from downtime.page.passphrase import Passphrase

    bench.drop("icu.csv", census("2026-11-17T06:55", 8))
    bench.round()
    bench.passphrase = Passphrase.of("another lamp over nine stairs")
    bench.watch = bench.new_watch()
    bench.drop("icu.csv", census("2026-11-17T07:10", 8))
    assert happened(bench) == [Happening.KEPT]


def test_repeats_are_told_once_an_hour(bench: Bench) -> None:
    bench.drop("icu.csv", 'x,"')
    teller = Teller()
    told = [teller.lets_through(event) for _ in range(9) for event in bench.round(15)]
    lines = [event for event in told if event]
    assert [place for place, event in enumerate(told) if event] == [0, 4, 8]
    assert [event.as_data().get("repeats", 0) for event in lines] == [0, 3, 3]


def test_errors_of_the_folder_are_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(DowntimeError, match="cannot be written to"):
        bench.round()
