"""`downtime site`: starting a site folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from downtime.cli.console import Console
from downtime.errors import ExitCode

app = typer.Typer(help="Start a site folder.", no_args_is_help=True)


@app.callback()
def _site() -> None:
    """Start a site folder."""


@app.command("init")
def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The folder to make; must not exist yet, or be empty.")],
    name: Annotated[str, typer.Option(help="The hospital's name.")],
    site_id: Annotated[str, typer.Option("--id", help="Its short id, for ever: small letters, digits, hyphens.")],
    country: Annotated[str, typer.Option(help="Two letters: US, UK …")] = "US",
) -> int:
    """Make a site folder with commented files and a fresh key."""
    from downtime.site.initialise import init_site

    console: Console = context.obj
    init_site(folder, id=site_id, name=name, country=country)
    console.say(f"{folder} is ready. Its key, facility.key, signs page codes: keep a copy in the safe.")
    console.say(f"Next: fill in the files, from facility.yaml on, then run: downtime check {folder}")
    return int(ExitCode.DONE)
