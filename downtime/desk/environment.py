"""What one running desk was started with: passed to Django's settings and to worker processes through the environment.

Worker processes are spawned, not forked, so everything that they need to know travels as text.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Self

VARIABLE = "DOWNTIME_DESK"
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class DeskEnvironment:
    """A desk's store folder, site folder, facility and address; `tls` is HTTPS, `drill` a desk for rehearsals."""

    store: str
    site: str = ""
    facility: str = ""
    host: str = "127.0.0.1"
    port: int = 8765
    tls: bool = False
    drill: bool = False
    time_zone: str = "UTC"
    watched: str = ""
    idle_minutes: int = 15

    @property
    def store_folder(self) -> Path:
        """Where database, pictures and keys lie."""
        return Path(self.store)

    @property
    def site_folder(self) -> Path | None:
        """The site folder, if the desk was started with one."""
        return Path(self.site) if self.site else None

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that a browser may ask for; any other is refused."""
        return tuple(dict.fromkeys((*LOOPBACK_HOSTS, self.host)))

    @property
    def address(self) -> str:
        """The address to type into a browser."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}/"

    def to_environ(self) -> None:
        """Put this into the environment of this process and of those it starts."""
        os.environ[VARIABLE] = json.dumps(asdict(self))

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read it back; without it (checks, migrations being written) a store that does not exist is named."""
        text = environ.get(VARIABLE)
        if not text:
            return cls(store=str(default_store("unnamed", environ)))
        data = json.loads(text)
        return cls(**{field.name: data[field.name] for field in fields(cls) if field.name in data})


def default_store(name: str, environ: Mapping[str, str] = os.environ) -> Path:
    """Where a desk keeps its data unless told otherwise: in the user's own data folder, never in the site folder.

    A site folder is shared, copied and put under version control; what the desk keeps are patients' records.
    """
    if sys.platform == "win32":
        base = Path(environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "downtime" / name
