"""A pile of scans on disk: where it lies and how the command line reads it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from downtime.page.manifest import Manifest


@dataclass(frozen=True)
class Pile:
    """Scans in a folder, the manifests' folder, the site; `pages` are how many pages there are."""

    scans: Path
    manifests: Path
    site: Path
    manifest: Manifest
    key: bytes | None
    pages: int

    def arguments(self, out: Path, *more: str) -> list[str]:
        """The command line that reads it."""
        return [
            "scan", str(self.scans), "--manifests", str(self.manifests), "--site", str(self.site), "-o", str(out), *more
        ]  # fmt: skip
