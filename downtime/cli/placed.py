"""`downtime placed`: declares a downtime box filled with a printed packet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from downtime.cli.console import Console
from downtime.cli.status import day_of
from downtime.errors import ExitCode


def placed(
    context: typer.Context,
    packet: Annotated[Path, typer.Argument(help="The packet's PDF, as `downtime packet` wrote it.")],
    site: Annotated[Path, typer.Option("--site", help="The site folder.")],
    box: Annotated[str, typer.Option("--box", help="The box it lies in, as ED-1.")],
    by: Annotated[str, typer.Option("--by", help="Who put it there.")],
    on: Annotated[str | None, typer.Option("--on", help="On which day (2026-11-23); today if not given.")] = None,
) -> int:
    """Declare a downtime box filled, so that `downtime status` can tell when its packet is out of date."""
    from downtime.paper.batch import read_site
    from downtime.paper.placement import place
    from downtime.paper.readiness import readiness
    from downtime.paper.surroundings import date_text

    console: Console = context.obj
    loaded, shelf = read_site(site)
    done = place(loaded, shelf, packet, box=box, by=by, on=day_of(on) if on else None)
    record, old = done.record, done.replaced
    (now,) = [
        found
        for found in readiness(loaded, shelf, [record], record.on).boxes
        if (found.department, found.box) == (record.department, record.box) and found.record
    ]
    if console.json:
        console.data({"file": str(done.path), "replaced": old.kit if old else None, **now.as_data()})
    else:
        console.say(f"Box {record.box} of {now.name} holds packet {record.kit} since {date_text(record.on)}.")
        if old and old.kit != record.kit:
            console.say(f"It replaces packet {old.kit}, placed on {date_text(old.on)}: destroy the old paper.")
        elif old:
            console.say("The same packet was declared placed there before; the new day and name stand now.")
        console.say(f"Use until {date_text(record.expires)}.")
    own = loaded.department(record.department).box.id
    if record.box != own:
        console.warn(f"{record.box} is not the box that the department's file names ({own}): it counts as one more box")
    for reason in now.reasons:
        console.warn(f"not ready: {reason} – set that right, print the packet again, and place that one")
    return int(ExitCode.FINDINGS if now.reasons else ExitCode.DONE)
