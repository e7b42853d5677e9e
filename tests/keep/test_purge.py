"""The purge: what is old goes, whole; what is young, foreign, changed or linked stays."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from downtime.census.kept import kept_bytes
from downtime.census.snapshot import Snapshot
from downtime.cli.app import run
from downtime.errors import UsageError
from downtime.keep.purge import Limits, find_old, remove
from downtime.page.manifest import ManifestKind
from downtime.site import load_site

sys.path.insert(0, str(Path(__file__).parent))
from kit_help import one_page, small_kit
from watch_help import RIVERSIDE, SECRET, Bench, census, site_copy

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OLD, YOUNG = NOW - timedelta(hours=73), NOW - timedelta(hours=71)
LIMITS = Limits(timedelta(hours=72), timedelta(hours=72), "riverside")
FACILITY = load_site(RIVERSIDE).facility
Capture = pytest.CaptureFixture[str]


def purged(folder: Path, limits: Limits = LIMITS) -> list[str]:
    gone, stuck = remove(find_old(folder, limits, NOW))
    assert not stuck
    return sorted(path.name for path in gone)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if not path.is_dir())


def snapshot_file(folder: Path, name: str, kept_at: datetime, facility: str = "riverside") -> None:
    whose = FACILITY.model_copy(update={"id": facility})
    content = kept_bytes(Snapshot(taken_at=kept_at, source="x", patients=()), whose, kept_at, SECRET)
    (folder / name).write_bytes(content)


@pytest.mark.parametrize("passphrase", [None, SECRET])
def test_old_kits_go_with_their_manifests_and_young_ones_stay(tmp_path: Path, passphrase: object) -> None:
    small_kit(tmp_path, "old", OLD, passphrase)  # type: ignore[arg-type]
    small_kit(tmp_path, "young", YOUNG, passphrase)  # type: ignore[arg-type]
    before = names(tmp_path)
    assert find_old(tmp_path, LIMITS, NOW).counts == {"kit": 1} and names(tmp_path) == before
    assert [name.split(".")[0] for name in purged(tmp_path)] == ["old", "old"]
    assert [name.split(".")[0] for name in names(tmp_path)] == ["young", "young"]


def test_the_disks_time_and_the_name_say_nothing(tmp_path: Path) -> None:
    young = small_kit(tmp_path, "riverside-icu-kit-19990101-0000", YOUNG)
    os.utime(young, (0, 0))
    old = small_kit(tmp_path, "riverside-icu-kit-20990101-0000", OLD)
    os.utime(old, (4e9, 4e9))
    assert purged(tmp_path) == [old.with_suffix(".manifest.json").name, old.name]


def test_packets_and_blank_drills_stay_and_drills_with_a_census_go(tmp_path: Path) -> None:
    small_kit(tmp_path, "packet", OLD, kind=ManifestKind.PACKET, census=False)
    small_kit(tmp_path, "blank-drill", OLD, kind=ManifestKind.DRILL, census=False)
    small_kit(tmp_path, "drill", OLD, kind=ManifestKind.DRILL)
    assert purged(tmp_path) == ["drill.manifest.json", "drill.pdf"]


def test_old_snapshots_go_by_what_they_say(tmp_path: Path) -> None:
    snapshot_file(tmp_path, "a.snapshot", OLD)
    snapshot_file(tmp_path, "b.snapshot", YOUNG)
    (tmp_path / "c.snapshot").write_text("a snapshot of something else")
    found = find_old(tmp_path, LIMITS, NOW)
    assert [item.path.name for item in found.left] == ["c.snapshot"] and found.young == 1
    assert purged(tmp_path) == ["a.snapshot"]


def test_what_is_not_ours_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(one_page())
    (tmp_path / "letter.pdf").write_bytes(b"no PDF at all")
    (tmp_path / "kits.json").write_text('{"kits": "of somebody"}')
    (tmp_path / "notes.txt").write_text("old")
    (tmp_path / "x.manifest.json").write_text('{"name": "a web app"}')
    before = names(tmp_path)
    found = find_old(tmp_path, LIMITS, NOW)
    assert not found.old and [item.path.name for item in found.left] == ["x.manifest.json"]
    assert purged(tmp_path) == [] and names(tmp_path) == before


@pytest.mark.parametrize("passphrase", [None, SECRET])
def test_a_pdf_that_is_not_that_of_its_manifest_stays(tmp_path: Path, passphrase: object) -> None:
    """Somebody wrote on it and saved it, or put another one there: that must not be lost."""
    pdf = small_kit(tmp_path, "old", OLD, passphrase)  # type: ignore[arg-type]
    other = small_kit(tmp_path / "x", "other", OLD, passphrase)  # type: ignore[arg-type]
    pdf.write_bytes(other.read_bytes())
    found = find_old(pdf.parent, LIMITS, NOW)
    assert [item.path for item in found.left] == [pdf] and "changed or replaced" in found.left[0].why
    remove(found)
    assert pdf.exists() and len(names(tmp_path)) == 2


def test_a_pdf_that_was_copied_alone_is_judged_by_its_own_manifest(tmp_path: Path) -> None:
    plain, closed = small_kit(tmp_path, "plain", OLD), small_kit(tmp_path, "closed", OLD, SECRET)
    (tmp_path / "plain.manifest.json").unlink()
    (tmp_path / "closed.manifest.sealed").unlink()
    found = find_old(tmp_path, LIMITS, NOW)
    assert [item.paths for item in found.old] == [(plain,)]
    assert [item.path for item in found.left] == [closed] and "encrypted" in found.left[0].why


def test_a_manifest_whose_pdf_is_gone_goes(tmp_path: Path) -> None:
    small_kit(tmp_path, "old", OLD, SECRET).unlink()
    assert purged(tmp_path) == ["old.manifest.sealed"]


def test_other_facilities_are_not_judged(tmp_path: Path) -> None:
    small_kit(tmp_path, "theirs", OLD, facility="hillview")
    snapshot_file(tmp_path, "theirs.snapshot", OLD, "hillview")
    found = find_old(tmp_path, LIMITS, NOW)
    assert not found.old and found.of_others == 2
    assert len(purged(tmp_path, Limits(timedelta(hours=72), timedelta(hours=72)))) == 3


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_links_are_not_followed(tmp_path: Path) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "kits"
    pdf = small_kit(elsewhere, "old", OLD)
    folder.mkdir()
    (folder / "inner").symlink_to(elsewhere)
    (folder / "old.pdf").symlink_to(pdf)
    (folder / "old.manifest.json").symlink_to(elsewhere / "old.manifest.json")
    found = find_old(folder, LIMITS, NOW)
    assert not found.old and len(found.left) == 3 and all("link" in item.why for item in found.left)
    link = tmp_path / "link"
    link.symlink_to(folder)
    with pytest.raises(UsageError, match="this is a link"):
        find_old(link, LIMITS, NOW)
    assert pdf.exists()


def test_unfinished_files_of_a_killed_run_go_when_they_are_old(tmp_path: Path) -> None:
    for name, when in ((".downtime-abc.part", OLD), (".downtime-def.part", YOUNG)):
        (tmp_path / name).write_text("half")
        os.utime(tmp_path / name, (when.timestamp(), when.timestamp()))
    assert purged(tmp_path) == [".downtime-abc.part"]


def test_sets_of_kits_go_with_list_and_folder(tmp_path: Path) -> None:
    for name, made_at in (("kits-old", OLD), ("kits-young", YOUNG), ("kits-shared", OLD)):
        pdf = small_kit(tmp_path / name, "riverside-icu-kit", made_at, SECRET)
        made = {"facility": "riverside", "data_as_of": made_at, "made_at": made_at, "kits": {"icu": pdf.name}}
        (tmp_path / name / "kits.json").write_text(json.dumps(made, default=str))
    (tmp_path / "kits-shared" / "mine.txt").write_text("mine")
    assert len(purged(tmp_path)) == 6
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kits-shared", "kits-young"]
    assert names(tmp_path / "kits-shared") == ["mine.txt"]


def test_a_carried_folder_is_not_taken_apart(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<meta name="generator" content="Downtime carry">')
    with pytest.raises(UsageError, match="--no-kits"):
        find_old(tmp_path, LIMITS, NOW)


def test_a_file_that_cannot_be_removed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = small_kit(tmp_path, "old", OLD)

    def busy(*_: object, **__: object) -> None:
        raise PermissionError(13, "in use")

    found = find_old(tmp_path, LIMITS, NOW)
    monkeypatch.setattr(os, "unlink", busy)
    gone, stuck = remove(found)
    assert not gone and [item.path for item in stuck] == [pdf] and stuck[0].why == "in use"


def test_the_command_on_a_site(tmp_path: Path, capsys: Capture) -> None:
    bench = Bench(tmp_path, "snapshots: {}\n")
    bench.now = datetime.now(UTC) - timedelta(hours=100)
    bench.drop("icu.csv", census(f"{bench.now:%Y-%m-%dT%H:%M}", 2))
    bench.round()
    old = small_kit(bench.site.kits_folder, "old", bench.now, SECRET)
    site = str(bench.site.root)
    assert run(["--json", "purge", site, "--dry-run"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["counts"] == {"snapshot": 1, "kit": 1} and len(said["files"]) == 3 and old.exists()
    assert run(["purge", site]) == 0
    out = capsys.readouterr().out
    assert f"removed  {old}" in out and "Old enough to go: 1 snapshot, 1 kit. Young enough to stay: 0." in out
    assert not old.exists() and not list(bench.watch.folder.glob("*.snapshot"))
    assert run(["purge", site]) == 0
    assert "Old enough to go: nothing." in capsys.readouterr().out


def test_the_command_on_a_folder(tmp_path: Path, capsys: Capture) -> None:
    site, folder = site_copy(tmp_path), tmp_path / "kits"
    small_kit(folder, "old", datetime.now(UTC) - timedelta(hours=100))
    assert run(["purge", str(folder)]) == 2
    assert "--older-than 72h" in capsys.readouterr().err
    assert run(["purge", str(folder), "--older-than", "5d"]) == 0
    assert run(["purge", str(site), "--site", str(site)]) == 2
    assert run(["purge", str(tmp_path / "no"), "--older-than", "1d"]) == 2
    (folder / "x.snapshot").write_text("")
    capsys.readouterr()
    assert run(["purge", str(folder), "--site", str(site)]) == 1
    out, err = capsys.readouterr()
    assert "1 kit" in out and "left" in err and "x.snapshot" in err
    assert names(folder) == ["x.snapshot"]
