"""Where a verb gets its passphrase: a file, the environment, the site's settings, or somebody at the keyboard."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from downtime.cli.console import Console
from downtime.errors import InputError

if TYPE_CHECKING:
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


def warn_of_weakness(console: Console, passphrase: Passphrase | None) -> None:
    """Say what is unwise about a passphrase."""
    for weakness in passphrase.weaknesses if passphrase else ():
        console.warn(weakness)
