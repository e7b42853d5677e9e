"""The database: SQLite in the store folder, or PostgreSQL where ``DATABASE_URL`` names one."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from downtime.errors import ConfigError

FILE_NAME = "desk.sqlite3"

# How long a writer waits for the one before it. A write takes milliseconds; thirty clerks never wait this long.
BUSY_SECONDS = 30

# WAL lets readers go on while one writes. FULL syncs at each commit: in an outage the power may go as well, and what a
# clerk was told is saved must be there afterwards.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; "
    "PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;"
)


def database(store: Path, url: str | None) -> dict[str, Any]:
    """Django's description of the database; raises ConfigError for an address that is not PostgreSQL's."""
    if url:
        return _postgresql(url)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(store / FILE_NAME),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": BUSY_SECONDS, "init_command": _PRAGMAS},
    }


def _postgresql(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _not_usable("it is not an address") from None
    if parts.scheme not in ("postgres", "postgresql"):
        raise _not_usable("it does not begin with postgresql://")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise _not_usable("it names no database")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _not_usable(why: str) -> ConfigError:
    # The address itself is not shown: it holds a password.
    return ConfigError(
        "DATABASE_URL cannot be used", why=why, do="write it as postgresql://USER:PASSWORD@HOST:5432/DATABASE"
    )
