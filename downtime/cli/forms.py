"""`downtime forms`: the library of forms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from downtime.cli.console import Console
from downtime.errors import ExitCode, Level

app = typer.Typer(help="The library of forms: list, show, lint.", no_args_is_help=True)

SiteOption = Annotated[Path | None, typer.Option("--site", help="A site folder whose own forms go first.")]


@app.command("list")
def list_forms(context: typer.Context, site: SiteOption = None) -> int:
    """List every form with its title, revision, scope and fate."""
    from downtime.library.shelf import Shelf

    console: Console = context.obj
    forms = list(Shelf(site / "forms" if site else None).all_forms())
    if console.json:
        console.data(
            [
                {
                    "form": form.spec.form, "title": form.spec.title, "revision": form.spec.revision,
                    "scope": form.spec.scope, "audience": form.spec.audience, "level": form.spec.level,
                    "targets": form.spec.record.targets, "priority": form.spec.record.priority,
                    "fate": form.spec.record.fate, "content": form.digest[:12], "own": form.own,
                }
                for form in forms
            ]
        )  # fmt: skip
        return int(ExitCode.DONE)
    rows = [
        (
            form.spec.form, form.spec.title, form.spec.revision, form.spec.scope.value, form.spec.record.fate.value,
            form.spec.record.priority.value, form.digest[:12],
        )
        for form in forms
    ]  # fmt: skip
    console.table(("form", "title", "revision", "scope", "fate", "priority", "content"), rows)
    return int(ExitCode.DONE)


@app.command("show")
def show_form(
    context: typer.Context,
    form: Annotated[str, typer.Argument(help="The form's id.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The PDF to write.")],
    site: SiteOption = None,
    department: Annotated[
        str | None,
        typer.Option("--department", "-d", help="As this department of the site gets it, with its approvals."),
    ] = None,
    paper: Annotated[str | None, typer.Option(help="letter or a4.")] = None,
) -> int:
    """Print one form, blank, to look at.

    For a facility called “Specimen”, or as a department of a site gets it, with its approvals.
    """
    from downtime.paper.specimen import specimen_pdf

    console: Console = context.obj
    pages, pdf = specimen_pdf(form, site, department, paper)
    from downtime.files import make_folder, write_whole

    make_folder(out.resolve().parent)
    write_whole(out, pdf)
    console.say(f"{out}  {pages} page{'' if pages == 1 else 's'}")
    return int(ExitCode.DONE)


@app.command("lint")
def lint_forms(
    context: typer.Context,
    forms: Annotated[list[str] | None, typer.Argument(help="Ids of forms, or files; all when none is named.")] = None,
    site: SiteOption = None,
) -> int:
    """Check form definitions: wording, ids, sizes, what does not fit."""
    from downtime.paper.amounts import counted
    from downtime.paper.lint import lint_library

    console: Console = context.obj
    findings = lint_library(site, forms or [])
    console.findings(findings)
    errors = sum(finding.level is Level.ERROR for finding in findings)
    said = f"{counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')}"
    console.say(said if findings else "nothing found")
    if errors:
        return int(ExitCode.CONFIG)
    return int(ExitCode.FINDINGS if findings else ExitCode.DONE)
