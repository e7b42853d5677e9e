"""How long what holds patient data is kept: as an administrator set it here, or as the site's files say."""

from __future__ import annotations

from downtime.desk.store.preferences import KEEP_KITS_HOURS, KEEP_PICTURES_DAYS, preferred
from downtime.desk.web.facility import site
from downtime.errors import ConfigError
from downtime.site.keeping import Protection


def keep_pictures_days() -> int:
    """How long page pictures are kept after a kit's sign-off, in days."""
    return preferred(KEEP_PICTURES_DAYS) or _of_the_site().keep_pictures_days


def keep_kits_hours() -> int:
    """How long the PDF of a kit is kept, in hours."""
    return preferred(KEEP_KITS_HOURS) or _of_the_site().keep_kits_hours


def _of_the_site() -> Protection:
    try:
        loaded = site()
    except ConfigError:
        loaded = None
    return loaded.facility.protection if loaded else Protection()
