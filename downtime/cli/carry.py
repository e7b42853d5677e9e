"""`downtime carry`: a folder for a USB stick or a share, with all paper, that opens in any browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from downtime.cli.console import Console
from downtime.cli.passphrases import PassphraseFile, closing_passphrase
from downtime.errors import DowntimeError, ExitCode, UsageError


def carry(
    context: typer.Context,
    site: Annotated[Path | None, typer.Argument(help="The site folder.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The folder on the stick or share.")] = None,
    kits: Annotated[
        Path | None, typer.Option("--kits", help="The folder of kits, if not the one of kits made ahead.")
    ] = None,
    no_kits: Annotated[bool, typer.Option("--no-kits", help="Carry packets and pages only.")] = False,
    drill: Annotated[bool, typer.Option("--drill", help="For a rehearsal: packets and pages say DRILL.")] = False,
    verify: Annotated[Path | None, typer.Option("--verify", help="Only check that this folder is whole.")] = None,
    passphrase_file: PassphraseFile = None,
) -> int:
    """Write all packets, the latest kits (encrypted), phone trees and role cards into a folder to carry.

    With --verify it leaves with 1 where a file is missing or was changed.
    """
    console: Console = context.obj
    if verify is not None:
        if site is not None or out is not None:
            raise UsageError("--verify needs no other folder", do="name the carried folder behind --verify only")
        return _verified(console, verify)
    if site is None or out is None:
        raise UsageError("a site folder and -o with the folder to write are needed", do="see `downtime carry --help`")
    if no_kits and kits is not None:
        raise UsageError("--no-kits and --kits contradict each other", do="leave one out")
    return _written(console, site, out, kits, no_kits, drill, passphrase_file)


def _written(
    console: Console, site: Path, out: Path, kits: Path | None, no_kits: bool, drill: bool, passphrase_file: Path | None
) -> int:
    from downtime.keep.carry import carry as write
    from downtime.keep.carry_kits import check_protected, newest_kits
    from downtime.paper.batch import read_site
    from downtime.paper.production import facility_key, print_run

    loaded, shelf = read_site(site)
    run = print_run(loaded, drill=drill, key=facility_key(loaded))
    ahead = loaded.kits_folder if loaded.kits_folder.is_dir() else None
    found = newest_kits(None if no_kits or drill else kits or ahead, loaded, run.made_at)
    passphrase = None
    try:
        if found.newest:
            passphrase = closing_passphrase(console, loaded, passphrase_file, protect=False, unprotected=False)
    except DowntimeError as error:
        # Kits that are encrypted already need none: it would only be tried on them.
        if passphrase_file is not None or not all(kit.sealed for kit in found.newest.values()):
            raise
        console.warn(f"the kits are carried as they are, and it was not tried whether they open: {error}")
    for warning in (*found.warnings, *check_protected(found, loaded, passphrase)):
        console.warn(warning)
    with console.progress_bars() as bars:
        done = write(loaded, shelf, out, found, passphrase, run, bars)
    if console.json:
        console.data(
            {
                "index": str(done.index), "set": done.set_name, "packets": list(done.packets), "kits": list(done.kits),
                "without_kit": found.none, "not_approved": list(done.unapproved), "warnings": list(found.warnings),
            }
        )  # fmt: skip
    else:
        console.say(f"{done.index}  {len(done.packets)} packets, {len(done.kits)} kits")
        for unit, why in found.none.items():
            console.say(f"No kit of {loaded.departments[unit].name}: {why}.")
        if not done.kits and not no_kits and not drill:
            console.say("No kits: name their folder with --kits, or let `downtime snapshot` make them ahead.")
        console.say(
            f"Next: check it (downtime carry --verify {out}), take the stick out safely, open {done.index.name}."
        )
    return int(ExitCode.FINDINGS if found.warnings else ExitCode.DONE)


def _verified(console: Console, folder: Path) -> int:
    from downtime.keep.carry_sums import verify

    found = verify(folder)
    if console.json:
        console.data(
            {
                "whole": found.whole, "missing": list(found.missing), "changed": list(found.changed),
                "unlisted": list(found.unlisted), "good": found.good,
            }
        )  # fmt: skip
    else:
        for word, names in (("missing", found.missing), ("changed", found.changed), ("not listed", found.unlisted)):
            for name in names:
                console.say(f"{word}  {name}")
        console.say(f"{found.whole} files are whole.")
    if not found.good:
        console.warn(
            f"{folder} is not whole: a copy or an update of it was not finished, or it was changed – do not rely on "
            "the files named; write it again (downtime carry), or use another copy"
        )
    return int(ExitCode.DONE if found.good else ExitCode.FINDINGS)
