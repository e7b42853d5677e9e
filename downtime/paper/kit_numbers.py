"""Downtime numbers for the kits of arrivals: taken from the store, so that none is ever handed out twice.

The numbers of the box are no choice: all of them stand on paper there already, waiting for somebody.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from downtime.census.snapshot import Snapshot
from downtime.errors import ConfigError, UsageError
from downtime.site import Department, Site
from downtime.site.department import DRILL_PREFIX, DowntimeNumbers
from downtime.site.number_source import NumberList, StationShare, read_number_list
from downtime.site.number_store import NumberStore
from downtime.textyaml import nearest

NUMBERS_FOLDER = Path(".downtime") / "numbers"
ONLY_STATION = "this computer"
MOST_ARRIVALS = 200
# A rehearsal must not use up numbers that a patient may need: a block of its own, with the prefix of drills.
_DRILL_BLOCK = DowntimeNumbers.model_construct(prefix=DRILL_PREFIX, site="00", first=1, last=9_999)


def no_census(now: datetime) -> Snapshot:
    """What a kit for arrivals alone is made from: nobody, of whom nothing is known."""
    return Snapshot(taken_at=now, source="no census: sets for arrivals alone", patients=())


def arrival_numbers(
    site: Site, department: Department, count: int, *, station: str | None, drill: bool, now: datetime
) -> tuple[str, ...]:
    """Take `count` downtime numbers for arrivals, none for 0.

    Raises UsageError for a count or a station that cannot be, ConfigError where the department has no numbers for kits
    or fewer than are wanted, WriteError where the store cannot be written.
    """
    if count == 0:
        return ()
    if not 0 < count <= MOST_ARRIVALS:
        raise UsageError(f"{count} kits for arrivals", do=f"ask for 1 to {MOST_ARRIVALS}")
    name, share = station_share(site, station)
    journal = f"{department.id}-drill" if drill else department.id
    store = NumberStore(site.root / NUMBERS_FOLDER, _source(site, department, drill), name, share, journal=journal)
    return store.take(count, purpose="kit for arrivals", now=now)


def station_share(site: Site, station: str | None) -> tuple[str, StationShare]:
    """The name of this station and its part of every block; raises UsageError where it must be named, and is not."""
    stations = site.facility.stations
    if not stations:
        return station or ONLY_STATION, StationShare()
    if station is None and len(stations) > 1:
        raise UsageError(
            "which computer this is must be said",
            why="each of the stations in facility.yaml hands out its own part of the numbers",
            do=f"add --station, one of: {', '.join(stations)}",
        )
    name = station or stations[0]
    if name not in stations:
        raise UsageError(f"there is no station “{name}”", do=nearest(name, list(stations)))
    return name, StationShare(stations.index(name) + 1, len(stations))


def _source(site: Site, department: Department, drill: bool) -> DowntimeNumbers | NumberList:
    if drill:
        return _DRILL_BLOCK
    if department.kit_number_list is not None:
        return read_number_list(site.root / department.kit_number_list)
    if department.kit_numbers is None:
        raise ConfigError(
            f"{department.name} has no downtime numbers for kits",
            why="those under downtime_numbers stand on the paper in its box already",
            do="add `kit_numbers: {prefix: …, site: …, first: …, last: …}` to its file, a block that nobody else has",
            where=str(site.root / site.department_files[department.id]),
        )
    return department.kit_numbers
