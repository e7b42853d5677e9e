"""`downtime snapshot`: keeps the last good snapshots of the files that the interface engine drops into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from downtime.cli.console import Console
from downtime.cli.passphrases import PassphraseFile, closing_passphrase
from downtime.errors import ExitCode

if TYPE_CHECKING:
    from downtime.page.passphrase import Passphrase
    from downtime.site import Site


def snapshot(
    context: typer.Context,
    site: Annotated[Path, typer.Argument(help="The site folder.")],
    inbox: Annotated[Path, typer.Option("--from", help="The folder of the dropped files; it is only ever read.")],
    every: Annotated[str, typer.Option(help="How often to look: 30s, 15m, 1h.")] = "15m",
    once: Annotated[bool, typer.Option("--once", help="Look once and end, as from a scheduler.")] = False,
    settle: Annotated[str, typer.Option(help="How long files must stay unchanged before they are read.")] = "2s",
    accept_fewer: Annotated[
        bool, typer.Option("--accept-fewer", help="Believe a drop with far fewer patients than before.")
    ] = False,
    pre_render: Annotated[
        list[str] | None,
        typer.Option(
            "--pre-render", help="Make kits of this department after each, instead of those that the site names."
        ),
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> int:
    """Keep the last good snapshots of the census, and kits made ahead, ready for the next outage.

    With --once it leaves with 4 where the files cannot be used, and with 5 where nothing can be written.
    """
    import time
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from downtime.keep.ahead import departments_ahead
    from downtime.keep.events import Teller
    from downtime.keep.rounds import AheadOf, one_round, rounds
    from downtime.keep.spans import span_of
    from downtime.keep.store import opened_store
    from downtime.keep.watch import Watch
    from downtime.paper.batch import read_site
    from downtime.paper.production import facility_key, print_run

    console: Console = context.obj
    rhythm = span_of(every, least=timedelta(seconds=5), most=timedelta(days=1))
    gap_s = span_of(settle, least=timedelta(), most=timedelta(minutes=10)).total_seconds()
    loaded, shelf = read_site(site)
    departments = departments_ahead(loaded, pre_render or ())
    key = facility_key(loaded)
    passphrase = _passphrase(console, loaded, passphrase_file)
    zone = ZoneInfo(str(loaded.facility.timezone))
    watch = Watch(
        loaded, inbox, passphrase, clock=lambda: datetime.now(zone), wait=lambda: time.sleep(gap_s),
        accept_fewer=accept_fewer,
    )  # fmt: skip
    ahead = AheadOf(shelf, departments, lambda: print_run(loaded, key=key))
    teller = Teller()
    _end_softly()
    with opened_store(watch.folder) as warnings:
        for warning in warnings:
            console.warn(warning)
        events = one_round(watch, ahead) if once else rounds(watch, ahead, rhythm, time.sleep, time.monotonic)
        for event in events:
            if told := teller.lets_through(event):
                console.event(told.line, told.as_data())
    return int(watch.failed.exit_code if watch.failed else ExitCode.DONE)


def _passphrase(console: Console, site: Site, file: Path | None) -> Passphrase | None:
    """The passphrase; None only where the site says that its snapshots stay unencrypted. Raises ConfigError."""
    from downtime.errors import ConfigError
    from downtime.page.passphrase import VARIABLE

    passphrase = closing_passphrase(console, site, file, protect=False, unprotected=False)
    if passphrase is None and site.facility.snapshots.protected:
        raise ConfigError(
            "there is no passphrase to encrypt the snapshots with", why="they hold patient data, for days",
            do="name a file with --passphrase-file or in facility.yaml (protection: passphrase_file), or set "
            f"{VARIABLE}; where the whole disk is encrypted, say so there with snapshots: {{protected: no}}",
        )  # fmt: skip
    return passphrase


def _end_softly() -> None:
    """Let an end by the system clean up, as Ctrl-C does: half-written files go."""
    import signal

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
