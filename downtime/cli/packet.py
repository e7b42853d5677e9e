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
    fillable: Annotated[
        bool, typer.Option("--fillable", help="Also a PDF to fill on a screen: one copy of each form.")
    ] = False,
) -> int:
    """Make the packet for the downtime box of each department."""
    from downtime.files import make_folder
    from downtime.paper.batch import read_site, write_packets
    from downtime.paper.production import facility_key, print_run

    console: Console = context.obj
    loaded, shelf = read_site(site)
    chosen = [loaded.department(name).id for name in dict.fromkeys(department or loaded.departments)]
    key = facility_key(loaded)
    run = print_run(
        loaded, made_at=made_at, single_sided=single_sided, paper=paper, drill=drill, key=key, fillable=fillable
    )
    make_folder(out)
    with console.progress_bars() as bars:
        written = write_packets(loaded, shelf, chosen, run, out, bars)
    unapproved = sorted({form for packet in written for form in packet.unapproved})
    if console.json:
        packets = [
            {"department": done.department, "file": str(done.path), "pages": done.pages, "sheets": done.sheets_of_paper}
            | ({"fillable": str(done.fillable)} if done.fillable else {})
            for done in written
        ]
        console.data({"packets": packets, "signed": key is not None, "not_approved": unapproved})
        return int(ExitCode.DONE)
    for done in written:
        console.say(f"{done.path}  {done.pages} pages, {done.sheets_of_paper} sheets of paper")
        if done.fillable:
            console.say(f"{done.fillable}  to fill on a screen: one copy of each form in each section, without numbers")
    if key is None:
        console.say("Pages are unsigned: facility.yaml names no key (`downtime site init` makes one).")
    if unapproved:
        console.say(f"NOT APPROVED FOR PATIENT CARE stands on: {', '.join(unapproved)}. Why: downtime check {site}")
    sides = "on one side" if single_sided else "on both sides (long edge)"
    console.say(f"Next: print at 100 %, {sides}, count against the cover, seal the box, tell the unit.")
    return int(ExitCode.DONE)
