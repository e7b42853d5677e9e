"""Manifests to read with: from PDFs and beside them, closed and open; what cannot be used is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from collate_help import manifest
from papers import Papers

from downtime.errors import InputError
from downtime.page.passphrase import Passphrase
from downtime.paper.protect import write_private
from downtime.scan.manifests import find_manifests

WORDS = Passphrase.of("four random words here")


def test_a_kit_is_found_once_however_often_it_lies_there(papers: Papers, tmp_path: Path) -> None:
    """Beside its PDF, inside it, and in a copy of it in a folder below."""
    live = papers.paper("live").manifest
    (tmp_path / "deep").mkdir()
    (tmp_path / "live.manifest.json").write_bytes(live.to_json())
    (tmp_path / "live.pdf").write_bytes(papers.pdf("live"))
    (tmp_path / "deep" / "copy.pdf").write_bytes(papers.pdf("live"))
    found = find_manifests([tmp_path, tmp_path / "deep" / "copy.pdf"])
    assert found.manifests == (live,) and not found.findings


def test_what_is_no_kit_is_passed_over_and_what_is_damaged_is_told(papers: Papers, tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7\n%%EOF")
    (tmp_path / "other.json").write_text("{}")
    (tmp_path / "bad.manifest.json").write_text('{"format_version": 1}')
    (tmp_path / "again.manifest.json").write_bytes(papers.paper("again").manifest.to_json())
    found = find_manifests([tmp_path])
    assert [one.kit for one in found.manifests] == [papers.paper("again").manifest.kit]
    assert {Path(finding.file).name for finding in found.findings} == {"bad.manifest.json", "letter.pdf"}
    with pytest.raises(InputError, match="not a usable manifest"):
        find_manifests([tmp_path / "bad.manifest.json"])


def test_a_closed_kit_opens_with_its_passphrase_and_is_told_without(papers: Papers, tmp_path: Path) -> None:
    live = papers.paper("live")
    write_private(tmp_path, "live", papers.pdf("live"), live.manifest, WORDS)
    assert find_manifests([tmp_path], WORDS).manifests == (live.manifest,)
    closed = find_manifests([tmp_path])
    assert not closed.manifests
    assert ["no passphrase" in str(finding) for finding in closed.findings] == [True]


def test_two_files_that_differ_about_one_kit_stop_the_run(tmp_path: Path) -> None:
    """Pages would be read by whichever file came first."""
    for name, sheets in (("a", 2), ("b", 3)):
        (tmp_path / f"{name}.manifest.json").write_bytes(manifest(7, sheets=sheets).to_json())
    with pytest.raises(InputError, match="say different things of kit"):
        find_manifests([tmp_path])
