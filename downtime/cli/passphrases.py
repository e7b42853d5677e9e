"""Where a verb gets its passphrase: a file, the environment, the site's settings, or somebody at the keyboard."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from downtime.cli.console import Console
from downtime.errors import InputError

if TYPE_CHECKING:
    from downtime.census.snapshot import Snapshot
    from downtime.page.manifest import Manifest
    from downtime.page.passphrase import Passphrase
    from downtime.site import Site

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help="File whose only line is the passphrase. There is no option for the passphrase itself: command lines are "
        "seen by every user of a computer, and kept.",
    ),
]

Protect = Annotated[bool, typer.Option("--protect", help="Encrypt; ask for the passphrase if none is given.")]
Unprotected = Annotated[
    bool,
    typer.Option("--unprotected", help="Do not encrypt, although a passphrase is set: paper must not wait for it."),
]


def given_passphrase(file: Path | None, site: Site | None) -> Passphrase | None:
    """The passphrase from the file, else the environment, else the file that facility.yaml names, else None.

    Raises ConfigError or InputError for one that is named and cannot be used.
    """
    from downtime.page.passphrase import passphrase_file, passphrase_variable

    if file is not None:
        return passphrase_file(file)
    if found := passphrase_variable(os.environ):
        return found
    path = site.passphrase_path if site is not None else None
    return passphrase_file(path) if path is not None else None


def closing_passphrase(
    console: Console, site: Site, file: Path | None, *, protect: bool, unprotected: bool
) -> Passphrase | None:
    """The passphrase to encrypt with, None where nothing is to be encrypted; what is unwise about it is said.

    Raises UsageError for options that contradict each other, ConfigError or InputError for a bad passphrase.
    """
    from downtime.errors import UsageError

    if unprotected:
        if protect or file is not None:
            raise UsageError("--unprotected goes with neither --protect nor --passphrase-file", do="leave one out")
        return None
    passphrase = given_passphrase(file, site)
    if passphrase is None and protect:
        passphrase = typed_passphrase(twice=True)
    for weakness in passphrase.weaknesses if passphrase else ():
        console.warn(weakness)
    return passphrase


def opened_census(paths: Sequence[Path], site: Site, now: datetime, file: Path | None) -> Snapshot:
    """Read a census; a passphrase is looked for, or asked for, only where a kept snapshot needs one. Raises InputError.

    So a passphrase file that cannot be read keeps nobody from a census that is not encrypted.
    """
    from downtime.census.reading import read_census
    from downtime.page.passphrase import PassphraseMissingError

    try:
        return read_census(paths, facility=site.facility, now=now)
    except PassphraseMissingError:
        passphrase = given_passphrase(file, site) or typed_passphrase(twice=False)
        return read_census(paths, facility=site.facility, now=now, passphrase=passphrase)


def opened_manifest(path: Path, site: Site, file: Path | None) -> Manifest:
    """Open the manifest of an earlier kit; a passphrase is looked for, or asked for, only where it needs one."""
    from downtime.page.opening import manifest_of
    from downtime.page.passphrase import PassphraseMissingError

    try:
        return manifest_of(path)
    except PassphraseMissingError:
        return manifest_of(path, given_passphrase(file, site) or typed_passphrase(twice=False))


def typed_passphrase(*, twice: bool) -> Passphrase:
    """Ask at the terminal, without showing it; `twice` where something will be closed with it. Raises InputError."""
    from downtime.page.passphrase import VARIABLE, Passphrase, PassphraseMissingError

    if not sys.stdin.isatty():
        raise PassphraseMissingError(
            "a passphrase is needed, and nobody is at the keyboard",
            do=f"name a file with --passphrase-file, set {VARIABLE}, or name a file in facility.yaml",
        )
    typed = Passphrase.of(getpass.getpass("Passphrase (it is not shown): "))
    if twice and Passphrase.of(getpass.getpass("Again: ")) != typed:
        raise InputError("the two passphrases differ", why="a kit closed by a slip could not be opened", do="try again")
    return typed
