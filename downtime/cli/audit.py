"""`downtime audit`: whether anybody changed the desk's audit log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from downtime.cli.console import Console
from downtime.cli.desk import environment_of, need_desk
from downtime.errors import ExitCode, InputError

app = typer.Typer(help="The desk's audit log.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _audit() -> None:
    """Keep `verify` a verb of its own, though it is the only one."""


@app.command("verify")
def verify(
    context: typer.Context,
    site: Annotated[Path | None, typer.Argument(help="The site folder that the desk is started with.")] = None,
    store: Annotated[Path | None, typer.Option("--store", help="The desk's data folder.")] = None,
    expect: Annotated[
        str | None, typer.Option("--expect", help="The last digest, as written down earlier: it must be in the log.")
    ] = None,
) -> int:
    """Check every line of the audit log; leaves with 1 if one was changed, added or taken away."""
    need_desk()
    console: Console = context.obj
    desk = environment_of(site, store)
    from downtime.desk.audit.checking import check_log

    if not desk.store_folder.is_dir():
        raise InputError("there is no desk here", where=desk.store, do="name its folder with --store")
    report = check_log(desk, expect)
    if console.json:
        console.data({"lines": report.lines, "last": report.digest, "faults": list(report.faults)})
    else:
        for fault in report.faults:
            console.warn(fault)
        console.say(f"{report.lines} lines are sound. Last digest: {report.digest}")
        if report.faults:
            console.say("Next: keep the store as it is and tell the security officer; only then restore a backup.")
    return int(ExitCode.FINDINGS if report.faults else ExitCode.DONE)
