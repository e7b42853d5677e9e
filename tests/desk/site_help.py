"""A small site folder of a test's own, that its desk was started with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from downtime.site.initialise import init_site


def own_site(settings: Any, folder: Path) -> Path:
    """A site folder as `downtime site init` makes it: one ward."""
    site = folder / "site"
    init_site(site, id="small", name="Small Hospital", country="US")
    settings.DESK = replace(settings.DESK, site=str(site), facility="Small Hospital", time_zone="America/Chicago")
    return site
