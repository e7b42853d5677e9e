"""The application: global options, verbs, and what happens when something goes wrong."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from downtime import __version__
from downtime.cli.console import Console
from downtime.errors import DowntimeError, ExitCode

# Typer has been built on click, and carries a copy of its own since: the class is the one Typer's own errors come from.
_COMMAND_LINE_ERROR: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

app = typer.Typer(
    name="downtime",
    help="Keeps a hospital safe on paper while its computers are down.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"downtime {__version__}")
        raise typer.Exit()


@app.callback()
def _global(
    context: typer.Context,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print tables as JSON.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    context.obj = Console(quiet=quiet, verbose=verbose, json=json_)


def _register() -> None:
    from downtime.cli import (
        audit,
        backup,
        carry,
        check,
        desk,
        drill,
        forms,
        kit,
        packet,
        placed,
        plan,
        purge,
        recovery,
        site,
        snapshot,
        status,
    )
    from downtime.cli.scan import scan

    app.command("carry")(carry.carry)
    app.command("check")(check.check)
    app.command("desk")(desk.desk)
    app.command("drill")(drill.drill)
    app.command("kit")(kit.kit)
    app.command("packet")(packet.packet)
    app.command("placed")(placed.placed)
    app.command("plan")(plan.plan)
    app.command("purge")(purge.purge)
    app.command("recovery")(recovery.recovery)
    app.command("scan")(scan)
    app.command("snapshot")(snapshot.snapshot)
    app.command("status")(status.status)
    app.add_typer(audit.app, name="audit")
    app.add_typer(backup.app, name="backup")
    app.add_typer(forms.app, name="forms")
    app.add_typer(site.app, name="site")


_register()


def run(arguments: list[str]) -> int:
    """Run one command; every outcome is an exit code, and no error reaches the user as a traceback."""
    try:
        result = app(args=arguments, prog_name="downtime", standalone_mode=False)
        if result == ExitCode.INTERRUPTED:  # what Typer makes of Ctrl-C
            raise KeyboardInterrupt
        return int(result) if isinstance(result, int) else int(ExitCode.DONE)
    except DowntimeError as error:
        _complain(str(error))
        return int(error.exit_code)
    except typer.Exit as leave:
        return int(leave.exit_code)
    except _COMMAND_LINE_ERROR as error:
        said = error.format_message()  # the whole help, where a command was given nothing at all
        command = getattr(getattr(error, "ctx", None), "command_path", None) or "downtime"
        _complain(said if said.startswith("Usage:") else f"{said} – run `{command} --help`")
        return int(ExitCode.USAGE)
    except (KeyboardInterrupt, typer.Abort):
        _complain("interrupted; nothing half-written was left behind")
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        return int(ExitCode.DONE)
    except RecursionError:
        _complain("something is nested too deeply to be read – simplify the file that was named last")
        return int(ExitCode.CONFIG)
    except Exception as error:
        return _bug(error)


def _complain(text: str) -> None:
    print(text, file=sys.stderr)


def _bug(error: Exception) -> int:
    """A bug: said in one line, with the details in a private file that holds no patient data but places in the code."""
    import tempfile
    import traceback

    frames = "".join(traceback.format_tb(error.__traceback__))
    do = "please report it"
    try:
        with tempfile.NamedTemporaryFile("w", prefix="downtime-bug-", suffix=".txt", delete=False) as report:
            report.write(f"downtime {__version__}\n{type(error).__name__}\n{frames}")
        do += f" with the file {report.name}, which holds places in the program and no data"
    except OSError as full:
        do += f"; where it happened could not be written to a file ({full.strerror})"
    _complain(f"this is a bug in Downtime ({type(error).__name__}); nothing half-written was left behind – {do}")
    return int(ExitCode.BUG)
