"""`downtime plan`: what to print and what to keep in stock, with the sum shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from downtime.cli.console import Console
from downtime.errors import ExitCode


def plan(
    context: typer.Context,
    site: Annotated[Path, typer.Argument(help="The site folder.")],
    hours: Annotated[int | None, typer.Option(min=1, max=672, help="How long the boxes must last.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=366, help="How long the central store must last.")] = None,
    surge: Annotated[str | None, typer.Option(help="A surge factor of facility.yaml, by name.")] = None,
    department: Annotated[list[str] | None, typer.Option("--department", "-d", help="Only this one; may be repeated.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write the pull list as PDF.")] = None,
) -> int:
    """Say how many copies, pages, sheets and reams each department needs, with the formula."""
    from downtime.library.shelf import Shelf
    from downtime.paper.stock import make_plan, pull_list_pdf
    from downtime.site import load_site

    console: Console = context.obj
    shelf = Shelf(site / "forms")
    loaded = load_site(site, known_forms=shelf.ids)
    planned = make_plan(loaded, shelf, hours=hours, days=days, surge=surge, only=department or [])
    if out is not None:
        from downtime.paper.output import make_folder, write_whole

        make_folder(out.resolve().parent)
        write_whole(out, pull_list_pdf(loaded, planned))
    if console.json:
        console.data(planned.as_data())
    else:
        for unit in planned.departments:
            console.say(f"\n{unit.name}: box for {unit.hours} h, store for {unit.days} days")
            rows = [
                (line.form, line.copies, line.pages, line.stock_copies, line.stock_pages, line.formula) for line in unit.lines
            ]
            console.table(("form", "copies", "pages", "in store", "pages", "copies in the box ="), rows, right=(1, 2, 3, 4))
            console.say(unit.total_text)
        console.say(f"\n{planned.total_text}")
        if out is not None:
            console.say(f"Pull list: {out}")
    for finding in planned.findings:
        console.warn(str(finding))
    return int(ExitCode.FINDINGS if planned.findings else ExitCode.DONE)
