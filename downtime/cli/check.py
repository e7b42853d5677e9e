"""`downtime check`: everything that is wrong or not yet right with a site folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from downtime.cli.console import Console
from downtime.errors import ExitCode, Level


def check(
    context: typer.Context,
    site: Annotated[Path | None, typer.Argument(help="The site folder.")] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a site folder, for editors.")
    ] = False,
) -> int:
    """Check a site folder, its forms and templates; print every finding with its file and line."""
    console: Console = context.obj
    if schema:
        from downtime.site.schema import site_schema

        console.data(site_schema())
        return int(ExitCode.DONE)
    if site is None:
        raise typer.BadParameter("name the site folder to check")
    from downtime.paper.checking import check_everything
    from downtime.paper.plan import counted

    findings = check_everything(site, date.today())
    if console.json:
        console.data(
            [
                {"file": f.file, "line": f.line, "level": f.level.value, "what": f.what, "why": f.why, "do": f.do}
                for f in findings
            ]
        )
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
