"""`downtime backup`: the desk's store in one encrypted file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from downtime.cli.console import Console
from downtime.cli.desk import environment_of, need_desk
from downtime.cli.passphrases import PassphraseFile, given_passphrase, typed_passphrase
from downtime.errors import ExitCode, InputError

app = typer.Typer(help="Backup of the desk.", no_args_is_help=True, rich_markup_mode=None)


@app.command("make")
def make(
    context: typer.Context,
    out: Annotated[Path, typer.Option("-o", "--out", help="The file to write, as desk.dtbackup.")],
    site: Annotated[Path | None, typer.Argument(help="The site folder that the desk is started with.")] = None,
    store: Annotated[Path | None, typer.Option("--store", help="The desk's data folder.")] = None,
    drill: Annotated[bool, typer.Option("--drill", help="Of the desk for rehearsals.")] = False,
    passphrase_file: PassphraseFile = None,
) -> int:
    """Write a backup of the desk; it may be in use meanwhile."""
    need_desk()
    console: Console = context.obj
    desk = environment_of(site, store, drill=drill)
    if not desk.store_folder.is_dir():
        raise InputError("there is no desk here", where=desk.store, do="name its folder with --store")
    passphrase = given_passphrase(passphrase_file, None) or typed_passphrase(twice=True)
    for weakness in passphrase.weaknesses:
        console.warn(weakness)
    from downtime.desk.serve.backup_file import write_backup

    size = write_backup(desk, out, passphrase)
    if console.json:
        console.data({"file": str(out), "bytes": size})
    else:
        console.say(f"{out}  {size:,} bytes, encrypted")
        console.say("Next: carry it to another place, keep its passphrase elsewhere, and try once to restore it.")
    return int(ExitCode.DONE)


@app.command("restore")
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The backup.")],
    store: Annotated[Path, typer.Option("--store", help="A new folder for the desk's data.")],
    passphrase_file: PassphraseFile = None,
) -> int:
    """Put a backup into a new folder, and check its audit log; leaves with 1 where the log has faults."""
    need_desk()
    console: Console = context.obj
    passphrase = given_passphrase(passphrase_file, None) or typed_passphrase(twice=False)
    from downtime.desk.serve.restoring import restore as put_back

    pictures = put_back(file, store.absolute(), passphrase)
    from downtime.desk.audit.checking import check_log

    report = check_log(environment_of(None, store), None)
    if console.json:
        about = {"store": str(store), "pictures": pictures, "lines": report.lines, "last": report.digest}
        console.data(about | {"faults": list(report.faults)})
    else:
        for fault in report.faults:
            console.warn(fault)
        console.say(f"{store}  {pictures} pictures, {report.lines} sound lines in the audit log")
        console.say(f"Next: start it with: downtime desk SITE --store {store}")
    return int(ExitCode.FINDINGS if report.faults else ExitCode.DONE)
