"""`downtime kit`: paper for the patients who are in the beds now, from a snapshot of the census."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from downtime.cli.console import Console
from downtime.cli.passphrases import (
    PassphraseFile,
    Protect,
    Unprotected,
    closing_passphrase,
    opened_census,
    opened_manifest,
)
from downtime.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from downtime.paper.kit_model import FinishedKit


def _show_template(asked: bool) -> None:
    """Print the header that a census CSV may have, with one row as an example, and leave."""
    if asked:
        from downtime.census.csv_columns import csv_template

        typer.echo(csv_template().encode(), nl=False)  # bytes: its line ends are the same on every system
        raise typer.Exit()


def kit(
    context: typer.Context,
    site: Annotated[Path, typer.Argument(help="The site folder.")],
    department: Annotated[str, typer.Option("--department", "-d", help="The unit.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the PDF and its manifest.")],
    census: Annotated[
        list[Path] | None,
        typer.Option("--census", help="A census file, a kept snapshot, or a folder of either; may be repeated."),
    ] = None,
    hours: Annotated[int | None, typer.Option(help="For how many hours; otherwise as the department says.")] = None,
    patient: Annotated[str | None, typer.Option(help="Only this patient, by number.")] = None,
    blank: Annotated[int, typer.Option(help="Sets for so many arrivals, with downtime numbers; needs no census.")] = 0,
    since: Annotated[
        Path | None, typer.Option(help="Only what changed since this earlier kit (its PDF or manifest).")
    ] = None,
    station: Annotated[str | None, typer.Option(help="Which of the site's stations this is, for --blank.")] = None,
    made_at: Annotated[
        str | None, typer.Option(help="Date and time to print (2026-11-23T0930): same input, same bytes.")
    ] = None,
    single_sided: Annotated[
        bool, typer.Option("--single-sided", help="For printers that cannot print on both sides.")
    ] = False,
    paper: Annotated[str | None, typer.Option(help="letter or a4, instead of the site's own.")] = None,
    drill: Annotated[bool, typer.Option("--drill", help="For a rehearsal: every page says DRILL.")] = False,
    fillable: Annotated[
        bool, typer.Option("--fillable", help="Also a PDF to fill on a screen, without the sets for arrivals.")
    ] = False,
    csv_template: Annotated[
        bool,
        typer.Option(
            "--csv-template", is_eager=True, callback=_show_template, help="Only print a census CSV to fill in."
        ),
    ] = False,
    passphrase_file: PassphraseFile = None,
    protect: Protect = False,
    unprotected: Unprotected = False,
) -> int:
    """Make the kit of one unit from a census: data page, unit census, and the forms of each patient, filled.

    Leaves with 1 where the kit's first page names something that a person must settle: an order to check, a patient
    to be clarified or left out, data that are old. Nothing is ever left out silently.

    Example: downtime kit SITE --department icu --census census.csv --hours 12 -o kits
    """
    from dataclasses import replace

    from downtime.paper.batch import read_site
    from downtime.paper.kit import KitOptions, make_kit
    from downtime.paper.kit_numbers import arrival_numbers, no_census
    from downtime.paper.kit_plan import hours_of
    from downtime.paper.production import facility_key, print_run, write_kit
    from downtime.paper.protect import private_folder

    console: Console = context.obj
    if not census and (blank < 1 or patient is not None or since is not None):
        raise UsageError(
            "--census is missing",
            why="a kit is filled from a census",
            do="name a census file or a kept snapshot; for arrivals alone, of whom no census tells, give --blank",
        )
    loaded, shelf = read_site(site)
    unit = loaded.department(department)
    run = print_run(
        loaded, made_at=made_at, single_sided=single_sided, paper=paper, drill=drill, key=facility_key(loaded)
    )
    passphrase = closing_passphrase(console, loaded, passphrase_file, protect=protect, unprotected=unprotected)
    snapshot = opened_census(census, loaded, run.made_at, passphrase_file) if census else no_census(run.made_at)
    earlier = opened_manifest(since, loaded, passphrase_file) if since is not None else None
    options = KitOptions(hours=hours if hours is not None else hours_of(unit), patient=patient, since=earlier)
    for warning in private_folder(out):
        console.warn(warning)
    if blank:
        # A kit that cannot be made must not use numbers up: whatever is wrong shows before they are taken.
        make_kit(loaded, unit, shelf, snapshot, replace(options, numbers=("0",)), run)
        numbers = arrival_numbers(loaded, unit, blank, station=station, drill=drill, now=run.made_at)
        options = replace(options, numbers=numbers)
    with console.progress("Kit") as bar:
        finished = make_kit(loaded, unit, shelf, snapshot, options, run, bar)
    path = write_kit(out, loaded.facility.id, finished, passphrase)
    on_screen = None
    if fillable:
        # A file can be copied, and a number must belong to one person.
        screen = replace(run, single_sided=True, fillable=True)
        filled = make_kit(loaded, unit, shelf, snapshot, replace(options, numbers=()), screen)
        on_screen = write_kit(out, loaded.facility.id, filled, passphrase)
    _say(console, finished, path, on_screen, signed=run.key is not None, site=site, single_sided=single_sided)
    return int(ExitCode.FINDINGS if finished.needs_a_person else ExitCode.DONE)


def _say(
    console: Console, kit: FinishedKit, path: Path, on_screen: Path | None, *, signed: bool, site: Path,
    single_sided: bool,
) -> None:  # fmt: skip
    """The result, in counts: nothing that names a patient leaves the PDF."""
    if console.json:
        age = int(kit.age.total_seconds() // 60)
        about = {
            "department": kit.department, "file": str(path), "pages": kit.pages, "empty_backs": kit.empty,
            "sheets": kit.sheets_of_paper, "patients": kit.patients, "arrivals": kit.arrivals,
            "unchanged": kit.unchanged, "left_out": kit.left_out, "to_clarify": kit.to_clarify,
            "orders_to_check": kit.not_computed, "problems": kit.problems, "data_age_minutes": age,
            "old_data": kit.stale, "signed": signed, "not_approved": sorted(kit.unapproved),
        }  # fmt: skip
        console.data(about | ({"fillable": str(on_screen)} if on_screen else {}))
        return
    from downtime.paper.amounts import counted

    arrivals = f", {counted(kit.arrivals, 'set')} for arrivals" if kit.arrivals else ""
    unchanged = f", {kit.unchanged} unchanged" if kit.unchanged else ""
    whom = f"{counted(kit.patients, 'patient')}{unchanged}{arrivals}"
    sides = f"{counted(kit.pages - kit.empty, 'page')} and {counted(kit.empty, 'empty back')}"
    printed = f"{sides} on {counted(kit.sheets_of_paper, 'sheet')} of paper"
    console.say(f"{path}  {printed}: {whom}")
    if on_screen is not None:
        console.say(f"{on_screen}  to fill on a screen")
    if kit.stale:
        console.warn(f"OLD DATA: {int(kit.age.total_seconds() // 60):,} minutes old; every page says so.")
    if kit.needs_a_person:
        console.say(
            f"On its first page: {counted(kit.left_out, 'patient')} left out, {kit.to_clarify} to be clarified, "
            f"{counted(kit.not_computed, 'order')} to check, {counted(kit.problems, 'thing')} unread or in doubt."
        )
        if kit.problems:
            console.say(f"Each of those by patient number: downtime check {site} --census FILE")
    if not signed:
        console.say("Pages are unsigned: facility.yaml names no key (`downtime site init` makes one).")
    if kit.unapproved:
        names = ", ".join(sorted(kit.unapproved))
        console.say(f"NOT APPROVED FOR PATIENT CARE stands on: {names}. Why: downtime check {site}")
    how = "on one side" if single_sided else "on both sides (long edge)"
    console.say(f"Next: print at 100 %, {how}; the first page says whose pages are whose.")
