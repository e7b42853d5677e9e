"""A pile of scans on disk, with what is needed to read it: made once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scenarios"))
from papers import Papers
from pile_of_scans import Pile
from play import image_of, packed, shot_of

from downtime.drill.chance import chance

SHOTS = (
    "live/own-form/1 | ink 1", "back", "live/own-form/2 | then turned-180", "live/log-phone-runner/1/1 | ink 1",
    "letter", "live/own-form/1 | ink 1 | then dpi-200",
)  # fmt: skip


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return Papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture(scope="session")
def pile(papers: Papers, tmp_path_factory: pytest.TempPathFactory) -> Pile:
    folder = tmp_path_factory.mktemp("pile")
    scans, manifests = folder / "scans", folder / "manifests"
    scans.mkdir()
    manifests.mkdir()
    frames = [image_of(shot_of(line), papers, chance(1, "pile", number))[0] for number, line in enumerate(SHOTS)]
    (scans / "a.pdf").write_bytes(packed("pdf", frames[:4]))
    (scans / "b.tif").write_bytes(packed("tiff", frames[4:]))
    (scans / "again.pdf").write_bytes((scans / "a.pdf").read_bytes())
    (scans / "notes.txt").write_text("not a scan")
    manifest = papers.paper("live").manifest
    (manifests / "live.manifest.json").write_bytes(manifest.to_json())
    return Pile(scans, manifests, papers.site("ward"), manifest, papers.key("ward"), 4 + 4 + 2 + 1)
