"""Kits made ahead: whole sets or none, the old ones gone, and never a downtime number used up."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from downtime.census.reading import read_census
from downtime.errors import ConfigError, UsageError, WriteError
from downtime.keep import ahead as ahead_module
from downtime.keep.ahead import departments_ahead, kit_sets
from downtime.keep.events import Event, Happening
from downtime.keep.rounds import AheadOf, one_round
from downtime.keep.store import opened_store
from downtime.page.manifest import ManifestKind
from downtime.page.opening import manifest_of
from downtime.paper.kit import make_kit
from downtime.paper.kit_model import FinishedKit, KitOptions
from downtime.paper.production import print_run

sys.path.insert(0, str(Path(__file__).parent))
from test_watch_killed import kills
from watch_help import SECRET, Bench, census

SETTINGS = "snapshots: {kits: {departments: [icu], keep: 2}}\n"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> FinishedKit:
    """One real kit, so that the tests of sets need not print again and again."""
    bench = Bench(tmp_path_factory.mktemp("kit"))
    bench.drop("icu.csv", census("2026-11-17T06:30", 1))
    snapshot = read_census([bench.inbox], facility=bench.site.facility, now=bench.now)
    run = print_run(bench.site, made_at="2026-11-17T0700")
    return make_kit(bench.site, bench.site.department("icu"), bench.shelf, snapshot, KitOptions(hours=4), run)


@pytest.fixture
def quick(finished: FinishedKit, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """`make_kit` gives the one kit; the list says for whom it was asked."""
    asked: list[str] = []

    def make(site: object, department: object, *_: object) -> FinishedKit:
        asked.append(department.id)  # type: ignore[attr-defined]
        if department.id == "ed":  # type: ignore[attr-defined]
            raise ConfigError("the form “Abara’s own” cannot be printed", do="correct it")
        return finished

    monkeypatch.setattr(ahead_module, "make_kit", make)
    yield asked


def go_round(bench: Bench, *departments: str, minutes: int = 15) -> list[Event]:
    bench.now += timedelta(minutes=minutes)
    made_at = f"{bench.now:%Y-%m-%dT%H%M}"
    ahead = AheadOf(bench.shelf, departments or ("icu",), lambda: print_run(bench.site, made_at=made_at))
    with opened_store(bench.watch.folder):
        return list(one_round(bench.watch, ahead))


def sets(bench: Bench) -> list[str]:
    return [item.folder.name for item in kit_sets(bench.site.kits_folder, "riverside")]


def test_a_real_kit_stands_ready_after_a_good_drop(tmp_path: Path) -> None:
    bench = Bench(tmp_path, SETTINGS)
    bench.drop("icu.csv", census("2026-11-17T06:55", 1))
    events = go_round(bench)
    assert [event.what for event in events] == [Happening.KEPT, Happening.KITS]
    (found,) = kit_sets(bench.site.kits_folder, "riverside")
    manifest = manifest_of(found.folder / found.made.kits["icu"], SECRET)
    assert (manifest.kind, manifest.department.id, manifest.downtime_numbers) == (ManifestKind.KIT, "icu", ())
    assert manifest.data_as_of == found.made.data_as_of
    for path in (bench.site.kits_folder, found.folder, *found.folder.iterdir()):
        assert path.stat().st_mode & 0o077 == 0
    assert not any("Abara" in f"{event.line}{event.as_data()}" for event in events)


def test_only_new_data_make_new_kits_and_old_sets_go(tmp_path: Path, quick: list[str]) -> None:
    bench = Bench(tmp_path, SETTINGS)
    for minute in (10, 20, 30, 40):
        bench.drop("icu.csv", census(f"2026-11-17T06:{minute}", 1))
        assert go_round(bench)[-1].what is Happening.KITS
        assert go_round(bench)[-1].what is Happening.UNCHANGED
    assert len(quick) == 4 and sets(bench) == ["kits-2026-11-17-0640", "kits-2026-11-17-0630"]
    bench.watch = bench.new_watch()
    assert go_round(bench)[-1].what is Happening.UNCHANGED and len(quick) == 4


def test_kits_are_made_up_for_where_a_run_was_killed_before_them(tmp_path: Path, quick: list[str]) -> None:
    bench = Bench(tmp_path, SETTINGS)
    bench.drop("icu.csv", census("2026-11-17T06:55", 1))
    bench.round()
    bench.watch = bench.new_watch()
    assert [event.what for event in go_round(bench)] == [Happening.UNCHANGED, Happening.KITS]


def test_a_department_that_fails_is_told_and_keeps_no_other_from_its_kit(tmp_path: Path, quick: list[str]) -> None:
    bench = Bench(tmp_path, SETTINGS)
    bench.drop("icu.csv", census("2026-11-17T06:55", 1))
    events = go_round(bench, "ed", "icu")
    assert [event.what for event in events] == [Happening.KEPT, Happening.KITS, Happening.WARNING]
    assert "no kit for ed: the form “…” cannot be printed" in events[-1].words
    assert [event.what for event in go_round(bench, "ed", "icu")] == [Happening.UNCHANGED], "not tried every time"


def test_a_department_without_a_new_kit_keeps_its_last_one(tmp_path: Path, quick: list[str]) -> None:
    bench = Bench(tmp_path, "snapshots: {kits: {departments: [icu], keep: 1}}\n")
    for minute, departments in ((10, ("icu",)), (20, ("icu", "oncology")), (30, ("icu", "ed")), (40, ("icu",))):
        bench.drop("icu.csv", census(f"2026-11-17T06:{minute}", 1))
        go_round(bench, *departments)
    root, units = bench.site.kits_folder, ("icu", "oncology")
    assert sets(bench) == ["kits-2026-11-17-0640"], "only the departments that are asked for are looked after"
    for minute, departments in ((45, units), (50, ("icu",)), (55, ("icu",))):
        bench.drop("icu.csv", census(f"2026-11-17T06:{minute}", 1))
        bench.round()
        snapshot = bench.watch.last_good(bench.kept())
        assert snapshot is not None
        ahead_module.make_set(bench.site, bench.shelf, departments, snapshot, print_run(bench.site), root, None)
        ahead_module.prune_sets(root, bench.site, units, bench.now)
    assert sets(bench) == ["kits-2026-11-17-0655", "kits-2026-11-17-0645"]
    ahead_module.prune_sets(root, bench.site, units, bench.now + timedelta(days=400))
    assert sets(bench) == ["kits-2026-11-17-0655"], "not for ever"


def test_what_somebody_put_into_a_set_is_not_removed(tmp_path: Path, quick: list[str]) -> None:
    bench = Bench(tmp_path, "snapshots: {kits: {departments: [icu], keep: 1}}\n")
    bench.drop("icu.csv", census("2026-11-17T06:10", 1))
    go_round(bench)
    (first,) = kit_sets(bench.site.kits_folder, "riverside")
    (first.folder / "notes.txt").write_text("mine")
    bench.drop("icu.csv", census("2026-11-17T06:20", 1))
    go_round(bench)
    assert [path.name for path in first.folder.iterdir()] == ["notes.txt"]
    assert sets(bench) == ["kits-2026-11-17-0620"]


def test_a_full_disk_leaves_the_set_before(tmp_path: Path, quick: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(tmp_path, SETTINGS)
    bench.drop("icu.csv", census("2026-11-17T06:10", 1))
    go_round(bench)
    bench.drop("icu.csv", census("2026-11-17T06:20", 1))
    bench.round()

    def full(*_: object, **__: object) -> None:
        raise WriteError("cannot be written", why="No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(ahead_module, "write_kit", full)
        event = go_round(bench)[-1]
    assert event.what is Happening.NOT_WRITTEN and "No space left" in event.words
    assert sets(bench) == ["kits-2026-11-17-0610"] and len(list(bench.site.kits_folder.iterdir())) == 1
    assert go_round(bench)[-1].what is Happening.KITS


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the test kills a fork of itself")
def test_killed_at_any_point_every_set_is_whole(tmp_path: Path, quick: list[str], finished: FinishedKit) -> None:
    bench = Bench(tmp_path, "snapshots: {kits: {departments: [icu], keep: 1}, protected: no}\n", passphrase=None)
    bench.drop("icu.csv", census("2026-11-17T06:10", 1))
    go_round(bench)
    seen = set()
    bench.drop("icu.csv", census("2026-11-17T06:20", 1))
    for _ in kills(lambda: go_round(bench)):
        found = [item for item in kit_sets(bench.site.kits_folder, "riverside") if item.made.kits]
        assert found, "there is a kit at any time"
        seen.add(found[0].folder.name)
        assert (found[0].folder / found[0].made.kits["icu"]).read_bytes() == finished.pdf
    assert sets(bench)[0] == "kits-2026-11-17-0620"
    go_round(bench)
    assert not list(bench.site.kits_folder.glob(".downtime-*"))
    assert seen == {"kits-2026-11-17-0610", "kits-2026-11-17-0620"}


def test_which_departments(tmp_path: Path) -> None:
    bench = Bench(tmp_path, SETTINGS)
    assert departments_ahead(bench.site, ()) == ("icu",)
    assert departments_ahead(bench.site, ("ed", "icu", "ed")) == ("ed", "icu")
    with pytest.raises(UsageError, match="did you mean"):
        departments_ahead(bench.site, ("icuu",))
