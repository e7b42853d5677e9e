"""`downtime check`: everything that is wrong or not yet right with a site folder, and what a census would give."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from downtime.cli.console import Console
from downtime.cli.passphrases import PassphraseFile
from downtime.errors import ExitCode, Finding, Level

HEADS = ("unit", "patients", "left out", "to clarify", "orders to check", "pages", "sheets", "data")


def check(
    context: typer.Context,
    site: Annotated[Path | None, typer.Argument(help="The site folder.")] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a site folder, for editors.")
    ] = False,
    census: Annotated[
        list[Path] | None,
        typer.Option(help="Try a census instead: what would a kit of it hold? A file or folder; may be repeated."),
    ] = None,
    department: Annotated[
        list[str] | None, typer.Option("--department", "-d", help="With --census: only this unit; may be repeated.")
    ] = None,
    made_at: Annotated[
        str | None, typer.Option(help="With --census: as if it were printed then (2026-11-23T0930).")
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> int:
    """Check a site folder, its forms and templates; print every finding with its file and line.

    With --census nothing of the site is checked, and nothing is printed or kept: a kit is made for each unit that the
    census has people for, and thrown away. It tells how many patients and pages each would have, and what could not be
    read, by patient number and element, and nobody's name.

    Example: downtime check SITE --census census.csv
    """
    console: Console = context.obj
    if schema:
        from downtime.site.schema import site_schema

        console.data(site_schema())
        return int(ExitCode.DONE)
    if site is None:
        raise typer.BadParameter("name the site folder to check")
    if census:
        return _try(console, site, census, department or [], made_at, passphrase_file)
    if department or made_at or passphrase_file:
        raise typer.BadParameter("--department, --made-at and --passphrase-file go with --census")
    from downtime.paper.checking import check_everything

    return _tell(console, check_everything(site, date.today()))


def _tell(console: Console, findings: list[Finding]) -> int:
    from downtime.paper.amounts import counted

    if console.json:
        console.data(_plain(findings))
    else:
        console.findings(findings)
        errors = sum(finding.level is Level.ERROR for finding in findings)
        warnings = sum(finding.level is Level.WARNING for finding in findings)
        if errors:
            console.say(f"{counted(errors, 'error')}, {counted(warnings, 'warning')}: not ready to print")
        elif warnings:
            console.say(f"no errors, {counted(warnings, 'warning')}: packets can be printed")
        else:
            console.say("nothing found: ready to print")
    if any(finding.level is Level.ERROR for finding in findings):
        return int(ExitCode.CONFIG)
    return int(ExitCode.FINDINGS if any(f.level is Level.WARNING for f in findings) else ExitCode.DONE)


def _plain(findings: list[Finding]) -> list[dict[str, object]]:
    return [
        {"file": f.file, "line": f.line, "level": f.level.value, "what": f.what, "why": f.why, "do": f.do}
        for f in findings
    ]


def _try(
    console: Console,
    site: Path,
    census: list[Path],
    department: list[str],
    made_at: str | None,
    passphrase_file: Path | None,
) -> int:
    """Say what a census would give."""
    from downtime.cli.passphrases import opened_census
    from downtime.paper.batch import read_site
    from downtime.paper.kit_data_page import age_words
    from downtime.paper.kit_trial import try_census
    from downtime.paper.production import print_run

    loaded, shelf = read_site(site)
    run = print_run(loaded, made_at=made_at)
    snapshot = opened_census(census, loaded, run.made_at, passphrase_file)
    trial = try_census(loaded, shelf, snapshot, run, department)
    if console.json:
        units = [unit.as_data() for unit in trial.units]
        console.data({"units": units, "findings": _plain(list(trial.findings))})
    else:
        console.findings(trial.findings)
        rows = [
            (
                unit.department, unit.kit.patients, unit.kit.left_out, unit.kit.to_clarify, unit.kit.not_computed,
                unit.kit.pages - unit.kit.empty, unit.kit.sheets_of_paper,
                f"{age_words(unit.kit.age)} old{', TOO OLD' if unit.kit.stale else ''}",
            )
            for unit in trial.units
        ]  # fmt: skip
        console.table(HEADS, rows, right=(1, 2, 3, 4, 5, 6))
        console.say(
            "Nothing was printed, and nothing is kept. Paper: downtime kit SITE --department UNIT --census FILE"
        )
    return int(ExitCode.FINDINGS if trial.needs_a_person else ExitCode.DONE)
