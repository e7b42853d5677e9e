"""A site, an inbox and a watch whose clock the test turns."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from downtime.keep.events import Event
from downtime.keep.store import Listing, listing, opened_store
from downtime.keep.watch import Watch
from downtime.library.shelf import Shelf
from downtime.page.passphrase import Passphrase
from downtime.site import Site, load_site

ROOT = Path(__file__).resolve().parents[2]
RIVERSIDE = ROOT / "examples" / "riverside"
ZONE = ZoneInfo("America/Chicago")
START = datetime(2026, 11, 17, 7, 0, tzinfo=ZONE)
SECRET = Passphrase.of("quiet lamp over seven stairs")

HEADER = "Data as of,PAT_MRN,LAST_NAME,FIRST_NAME,DOB,Sex,Unit,Bed"


def census(taken: str, patients: int, name: str = "Abara") -> str:
    """A census of so many patients, taken at a moment as 2026-11-17T06:30."""
    rows = [
        f"{taken},{42_871_000 + number},{name},Ngozi {number},1980-01-{number % 28 + 1:02d},F,ICU,{number}"
        for number in range(1, patients + 1)
    ]
    return "\n".join((HEADER, *rows)) + "\n"


def site_copy(folder: Path, settings: str = "snapshots: {}\n") -> Path:
    """Riverside with snapshot settings of its own."""
    root = folder / "site"
    shutil.copytree(RIVERSIDE, root, ignore=shutil.ignore_patterns("census"))
    path = root / "facility.yaml"
    text = path.read_text("utf-8")
    start, end = (
        text.index("# What `downtime snapshot` keeps"),
        text.index("# What lies in every box beside the paper."),
    )
    path.write_text(text[:start] + settings + text[end:], "utf-8")
    return root


@dataclass
class Bench:
    """A watch to be tested: `inbox` to drop files into, `now` to turn the clock."""

    folder: Path
    settings: str = "snapshots: {}\n"
    now: datetime = START
    passphrase: Passphrase | None = SECRET
    on_wait: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.inbox = self.folder / "inbox"
        self.inbox.mkdir()
        self.site: Site = load_site(site_copy(self.folder, self.settings))
        self.shelf = Shelf(self.site.root / "forms")
        self.watch = self.new_watch()

    def new_watch(self, accept_fewer: bool = False) -> Watch:
        return Watch(self.site, self.inbox, self.passphrase, lambda: self.now, self.waited, accept_fewer)

    def waited(self) -> None:
        """Stands in for the time between two looks: a writer goes on writing."""
        for path in self.on_wait:
            with path.open("a") as file:
                file.write("\n")

    def drop(self, name: str, text: str) -> Path:
        path = self.inbox / name
        path.write_text(text, "utf-8")
        stamp = self.now.timestamp()
        os.utime(path, (stamp, stamp))
        return path

    def round(self, minutes: int = 0) -> list[Event]:
        self.now += timedelta(minutes=minutes)
        with opened_store(self.watch.folder):
            return list(self.watch.round())

    def kept(self) -> Listing:
        return listing(self.watch.folder, self.site.facility, self.now)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.watch.folder.iterdir() if not path.name.startswith("."))
