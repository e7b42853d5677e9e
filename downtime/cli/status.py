"""`downtime status`: which downtime boxes are ready, which are not, and why."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from downtime.cli.console import Console
from downtime.errors import ExitCode, UsageError


def status(
    context: typer.Context,
    site: Annotated[Path, typer.Argument(help="The site folder.")],
    html: Annotated[Path | None, typer.Option("--html", help="Also write the table as a web page.")] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="As it will be on this day (2026-11-23); today if not given.")
    ] = None,
) -> int:
    """Tell for every downtime box whether its printed packet is ready, stale or missing, and why.

    Leaves with 1 where any box is not ready.
    """
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from downtime.paper.batch import read_site
    from downtime.paper.placement import placed_boxes
    from downtime.paper.readiness import readiness, status_page

    console: Console = context.obj
    loaded, shelf = read_site(site)
    day = day_of(on) if on else datetime.now(ZoneInfo(str(loaded.facility.timezone))).date()
    report = readiness(loaded, shelf, placed_boxes(loaded.root), day)
    if html is not None:
        from downtime.files import make_folder, write_whole

        make_folder(html.resolve().parent)
        write_whole(html, status_page(report).encode())
    if console.json:
        console.data(report.as_data())
    else:
        rows = [(box.name, box.box, box.state.value, box.placed, box.use_until, box.why) for box in report.boxes]
        console.table(("department", "box", "state", "placed", "use until", "why"), rows)
        console.say(report.summary)
        if html is not None:
            console.say(f"Page: {html}")
        if not report.all_ready:
            console.say(
                f"Next: correct and approve what is named (downtime check {site}), print the packets again "
                "(downtime packet), put them into their boxes, and declare each one (downtime placed)."
            )
    return int(ExitCode.DONE if report.all_ready else ExitCode.FINDINGS)


def day_of(text: str) -> date:
    """The day that was typed; raises UsageError for anything but year-month-day."""
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"“{text}” is not a day", do="write it as 2026-11-23") from None
