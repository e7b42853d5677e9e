"""The reader's own process: started with the desk, it watches the folder and reads what is in the line."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from downtime.desk.environment import DeskEnvironment
from downtime.desk.serve.stopping import Stop

if TYPE_CHECKING:
    from downtime.desk.inbox.reader import ReaderSettings

SCRATCH = "reading"
_LOOK_EVERY_S = 2.0
_REST_S = 0.5
_AFTER_ERROR_S = 5.0


def read_until(stop: Stop) -> None:
    """Read until `stop` is set, or until the desk that started this has gone."""
    from downtime.desk.serve.prepare import load

    desk = DeskEnvironment.from_environ()
    # Ctrl-C reaches all processes of a terminal; the desk stops its readers itself, when they are at a good place.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    load(desk)
    from downtime.desk.inbox.reader import Reader
    from downtime.desk.inbox.watching import WatchedFolder
    from downtime.desk.store.files import give_back_claims

    settings = reader_settings(desk)
    scratch = clean_scratch(desk.store_folder)
    watched = WatchedFolder(Path(desk.watched), settings.scan.limits) if desk.watched else None
    give_back_claims()
    looked = 0.0
    with Reader(settings, scratch) as reader:
        while not stop.is_set():
            if watched is not None and time.monotonic() - looked >= _LOOK_EVERY_S:
                _carefully(lambda: watched.look(time.monotonic()) > 0, stop)
                looked = time.monotonic()
            if not _carefully(reader.work, stop):
                stop.wait(_REST_S)


def _carefully(act: Callable[[], bool], stop: Stop) -> bool:
    """Do what may fail for want of disk or database: say so, and go on later. Nothing in the line is lost."""
    from django.db import OperationalError

    from downtime.errors import DowntimeError

    try:
        return act()
    except DowntimeError as error:
        print(f"reader: {error}", file=sys.stderr, flush=True)
    except OperationalError as error:
        print(f"reader: the database does not answer ({type(error).__name__})", file=sys.stderr, flush=True)
    stop.wait(_AFTER_ERROR_S)
    return False


def clean_scratch(store: Path) -> Path:
    """The folder for files while they are read, without what a reader that was killed has left there."""
    import shutil

    scratch = store / SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700, exist_ok=True)
    return scratch


def reader_settings(desk: DeskEnvironment) -> ReaderSettings:
    """What to read with: the site's forms, key, limits and thresholds, if the desk was started with a site."""
    from downtime.desk.inbox.reader import ReaderSettings
    from downtime.paper.batch import read_site
    from downtime.paper.production import facility_key
    from downtime.scan.settings import read_settings

    # One process is left for the people at the desk.
    processes = max(1, (os.cpu_count() or 2) - 1)
    if desk.site_folder is None:
        return ReaderSettings(drill=desk.drill, processes=processes)
    site, _ = read_site(desk.site_folder)
    own = site.root / "scan.yaml"
    scan = read_settings(own) if own.exists() else None
    base = ReaderSettings(site=site, key=facility_key(site), drill=desk.drill, processes=processes)
    return base if scan is None else replace(base, scan=scan)
