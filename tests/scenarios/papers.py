"""The papers that scenarios are played with: one small ward, printed live, again, older, as a drill, by strangers."""

from __future__ import annotations

import sys
from pathlib import Path

from downtime.drill.paper import IssuedPage, IssuedPaper, composed_forms
from downtime.page.key import make_key_file, read_key
from downtime.paper.batch import read_site
from downtime.paper.packet import make_packet
from downtime.paper.production import facility_key, print_run

sys.path.insert(0, str(Path(__file__).parents[1] / "paper"))
from sample_site import site as sample_site

OWN_FORM = """\
form: own-form
title: A form of our own
revision: "{revision}"
owner: Nursing
source: [a test]
scope: unit
audience: RN
record: {{targets: [ops_only], priority: NONE, fate: SCAN ONLY, by: RN, keep: R-OPS}}
sections:
  - fields:
      - {{id: note, type: lines, label: Note, lines: {lines}}}
      - {{id: done, type: checkbox, label: Done, width: 4}}
      - {{id: route, type: choice, label: Route, options: [oral, iv, im], width: 8}}
      - {{id: name, type: text, label: Name, width: 6}}
      - {{id: by, type: initials, label: Initials, width: 3}}
"""
_SITE_OF = {"live": "ward", "again": "ward", "drill": "ward", "fillable": "ward"}
_MADE_AT = {"again": "2026-11-24T0930", "older": "2026-01-05T0800"}


class Papers:
    """Sites and their packets, each made when it is first asked for.

    Sites: ``ward``; ``older`` with an older revision of a form; ``keyless`` without a key; ``stranger`` with another
    key; ``other``, another hospital. Packets: those of the sites, and ``live``, ``again`` (a day later), ``drill`` and
    ``fillable`` of the ward.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sites: dict[str, Path] = {}
        self._papers: dict[str, tuple[IssuedPaper, bytes]] = {}

    def site(self, name: str) -> Path:
        """A site folder by its name."""
        if name not in self._sites:
            self._sites[name] = self._made(name)
        return self._sites[name]

    def key(self, name: str) -> bytes | None:
        """The key of a site; None for the one that never had any."""
        return None if name == "keyless" else read_key(self.site(name) / "facility.key")

    def paper(self, name: str) -> IssuedPaper:
        """A packet by its name."""
        if name not in self._papers:
            root = self.site(_SITE_OF.get(name, name))
            site, shelf = read_site(root)
            run = print_run(
                site, made_at=_MADE_AT.get(name, "2026-11-23T0930"), drill=name == "drill", key=facility_key(site),
                fillable=name == "fillable", single_sided=True,
            )  # fmt: skip
            packet = make_packet(site, site.department("ward"), shelf, run)
            forms = composed_forms(root, "ward", [sheet.form for sheet in packet.manifest.sheets])
            self._papers[name] = IssuedPaper(packet.pdf, packet.manifest, forms), packet.pdf
        return self._papers[name][0]

    def pdf(self, name: str) -> bytes:
        """A packet as the printer, or the person at the screen, got it."""
        self.paper(name)
        return self._papers[name][1]

    def page(self, named: str) -> tuple[str, IssuedPaper, IssuedPage]:
        """A page by packet, form, copy and place in it, as ``live/log-phone-runner/1/2``; without them the first."""
        name, form, *rest = named.split("/")
        copy, place = (*map(int, rest), 1, 1)[:2]
        paper = self.paper(name)
        sheets = [sheet for sheet in paper.manifest.sheets if sheet.form == form]
        return name, paper, list(paper.sheet_pages(sheets[copy - 1]))[place - 1]

    def _made(self, name: str) -> Path:
        root = sample_site(self._folder / name)
        (root / "forms" / "own-form.yaml").write_text(
            OWN_FORM.format(revision="2026-01" if name == "older" else "2026-11", lines=5 if name == "older" else 3)
        )
        _replace(root / "departments" / "ward.yaml", "{form: log-incident, copies: 2}", "{form: own-form, copies: 3}")
        if name == "other":
            _replace(root / "facility.yaml", "id: mill-hill", "id: far-hill")
        if name == "keyless":
            return root
        with (root / "facility.yaml").open("a", encoding="utf-8") as file:
            file.write("key: facility.key\n")
        if name == "older":
            (root / "facility.key").write_bytes((self.site("ward") / "facility.key").read_bytes())
            (root / "facility.key").chmod(0o600)
        else:
            make_key_file(root / "facility.key")
        return root


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
