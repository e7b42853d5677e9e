"""The facility whose desk this is."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from downtime.errors import ConfigError
from downtime.paper.production import facility_key
from downtime.site.load import load_site
from downtime.site.model import Site


def site() -> Site | None:
    """The site that the desk was started with, read again when one of its files changes; nothing without one.

    Raises ConfigError while the site folder has errors: pages that need it show them, all others go on.
    """
    folder = settings.DESK.site_folder
    return _read(folder, _stamp(folder)) if folder else None


def facility_key_or_none() -> bytes | None:
    """The facility's key, to check scanned page codes with; None where there is none, or it cannot be read now."""
    try:
        loaded = site()
        return facility_key(loaded) if loaded else None
    except ConfigError:
        return None


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What the files of a site folder look like from outside: cheap enough to ask at each page."""
    found = []
    for path in (*folder.glob("*.yaml"), *folder.glob("departments/*.yaml")):
        try:
            state = path.stat()
        except OSError:
            continue  # it went away between the listing and now: the next look sees the folder without it
        found.append((path.name, state.st_mtime_ns, state.st_size))
    return tuple(sorted(found))


@lru_cache(maxsize=2)
def _read(folder: Path, stamp: tuple[tuple[str, int, int], ...]) -> Site:
    return load_site(folder)
