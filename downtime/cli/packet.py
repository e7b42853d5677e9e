"""`downtime packet`: the printed-ahead packet of each department, one PDF each, with its manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from downtime.cli.console import Console
from downtime.errors import ExitCode


def packet(
    context: typer.Context,
    site: Annotated[Path, typer.Argument(help="The site folder.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the PDFs and manifests.")],
    department: Annotated[
        list[str] | None, typer.Option("--department", "-d", help="Only this one; may be repeated.")
    ] = None,
    made_at: Annotated[
        str | None, typer.Option(help="Date and time to print (2026-11-23T0930): same input, same bytes.")
    ] = None,
    single_sided: Annotated[
        bool, typer.Option("--single-sided", help="For printers that cannot print on both sides.")
    ] = False,
    paper: Annotated[str | None, typer.Option(help="letter or a4, instead of the site's own.")] = None,
    drill: Annotated[bool, typer.Option("--drill", help="For a rehearsal: every page says DRILL.")] = False,
) -> int:
    """Make the packet for the downtime box of each department."""
    from downtime.library.procedures import procedure_paths
    from downtime.library.shelf import Shelf
    from downtime.paper.output import make_folder
    from downtime.paper.packet import make_packet
    from downtime.paper.production import facility_key, print_run, write_packet
    from downtime.site import load_site

    console: Console = context.obj
    shelf = Shelf(site / "forms")
    known_cards = tuple(procedure_paths(site))
    loaded = load_site(site, known_forms=shelf.ids, known_procedures=known_cards)
    chosen = (
        [loaded.department(name) for name in dict.fromkeys(department)]
        if department
        else list(loaded.departments.values())
    )
    run = print_run(
        loaded, made_at=made_at, single_sided=single_sided, paper=paper, drill=drill, key=facility_key(loaded)
    )
    make_folder(out)
    unapproved: set[str] = set()
    results = []
    for index, unit in enumerate(chosen, start=1):
        with console.progress(f"{unit.name} ({index} of {len(chosen)})") as bar:
            finished = make_packet(loaded, unit, shelf, run, bar)
        path = write_packet(out, loaded.facility.id, finished)
        unapproved.update(finished.unapproved)
        results.append(
            {"department": unit.id, "file": str(path), "pages": finished.pages, "sheets": finished.sheets_of_paper}
        )
        if not console.json:
            console.say(f"{path}  {finished.pages} pages, {finished.sheets_of_paper} sheets of paper")
    if console.json:
        console.data({"packets": results, "not_approved": sorted(unapproved)})
        return int(ExitCode.DONE)
    if run.key is None:
        console.say("Pages are unsigned: no key in facility.yaml (`downtime site init` shows how one is made).")
    if unapproved:
        console.say(
            f"NOT APPROVED FOR PATIENT CARE stands on: {', '.join(sorted(unapproved))}. Why: downtime check {site}"
        )
    console.say("Next: print at 100 % (both sides, long edge), count against the cover, seal the box, tell the unit.")
    return int(ExitCode.DONE)
