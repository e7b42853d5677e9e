"""`downtime kit`: paper for the patients who are in the beds now, from a snapshot of the census."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from downtime.cli.console import Console
from downtime.cli.passphrases import PassphraseFile, Protect, Unprotected, closing_passphrase, opened_census
from downtime.errors import ExitCode


def kit(
    context: typer.Context,
    site: Annotated[Path, typer.Argument(help="The site folder.")],
    department: Annotated[str, typer.Option("--department", "-d", help="The unit.")],
    census: Annotated[
        list[Path], typer.Option("--census", help="A census file, or a folder of them; may be repeated.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the PDF and its manifest.")],
    hours: Annotated[int | None, typer.Option(help="For how many hours; otherwise as the department says.")] = None,
    patient: Annotated[str | None, typer.Option(help="Only this patient, by number.")] = None,
    made_at: Annotated[
        str | None, typer.Option(help="Date and time to print (2026-11-23T0930): same input, same bytes.")
    ] = None,
    single_sided: Annotated[
        bool, typer.Option("--single-sided", help="For printers that cannot print on both sides.")
    ] = False,
    paper: Annotated[str | None, typer.Option(help="letter or a4, instead of the site's own.")] = None,
    drill: Annotated[bool, typer.Option("--drill", help="For a rehearsal: every page says DRILL.")] = False,
    passphrase_file: PassphraseFile = None,
    protect: Protect = False,
    unprotected: Unprotected = False,
) -> int:
    """Make the kit of one unit from a census: data page, unit census, and the forms of each patient, filled."""
    from downtime.paper.batch import read_site
    from downtime.paper.kit import KitOptions, make_kit
    from downtime.paper.production import facility_key, print_run, write_kit
    from downtime.paper.protect import private_folder

    console: Console = context.obj
    loaded, shelf = read_site(site)
    unit = loaded.department(department)
    key = facility_key(loaded)
    run = print_run(loaded, made_at=made_at, single_sided=single_sided, paper=paper, drill=drill, key=key)
    passphrase = closing_passphrase(console, loaded, passphrase_file, protect=protect, unprotected=unprotected)
    snapshot = opened_census(census, loaded, run.made_at, passphrase_file)
    wanted = hours if hours is not None else (unit.kit.hours if unit.kit else 12)
    for warning in private_folder(out):
        console.warn(warning)
    with console.progress("Kit") as bar:
        finished = make_kit(loaded, unit, shelf, snapshot, KitOptions(hours=wanted, patient=patient), run, bar)
    path = write_kit(out, loaded.facility.id, finished, passphrase)
    console.say(f"{path}  {finished.pages} pages, {finished.patients} patients")
    return int(ExitCode.DONE)
