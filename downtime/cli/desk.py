"""`downtime desk`: the web application for clerks, verifiers and managers."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from downtime.cli.console import Console
from downtime.errors import ExitCode, MissingPartError, UsageError

if TYPE_CHECKING:
    from downtime.desk.environment import DeskEnvironment
    from downtime.desk.serve.server import Certificate

DEFAULT_PORT = 8765

_NEEDED = (
    "django",
    "django_htmx",
    "whitenoise",
    "axes",
    "argon2",
    "cheroot",
    "ruamel",
    "cv2",
    "pypdfium2",
    "zxingcpp",
)


def desk(
    context: typer.Context,
    site: Annotated[Path | None, typer.Argument(help="The site folder.")] = None,
    host: Annotated[str, typer.Option("--host", help="Address to serve; anything but this computer needs TLS.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to serve.")] = DEFAULT_PORT,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    store: Annotated[
        Path | None, typer.Option("--store", help="Folder for the desk's data; your own data folder if not given.")
    ] = None,
    drill: Annotated[
        bool, typer.Option("--drill", help="A desk for rehearsals, with a store of its own; takes drill kits only.")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="Try everything: a drill, scans and accounts, thrown away at the end.")
    ] = False,
    watch: Annotated[
        Path | None,
        typer.Option("--watch", help="A folder that the scanner writes to: its files come in by themselves."),
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", help="Encrypts what the store keeps; DOWNTIME_PASSPHRASE, too.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="TLS certificate chain, as a PEM file.")
    ] = None,
    certificate_key: Annotated[
        Path | None, typer.Option("--certificate-key", help="The certificate's private key, as a PEM file.")
    ] = None,
) -> int:
    """Serve the desk: scans come in, people key and verify them."""
    need_desk()
    from downtime.desk.serve.server import Certificate, check_address
    from downtime.desk.serve.start import run_desk
    from downtime.page.passphrase import VARIABLE
    from downtime.page.passphrase import passphrase_file as read_passphrase

    console: Console = context.obj
    if (certificate is None) != (certificate_key is None):
        raise UsageError("one half of the certificate is missing", do="give --certificate and --certificate-key")
    pair = Certificate(certificate, certificate_key) if certificate and certificate_key else None
    check_address(host, pair)
    if demo:
        if store is not None or watch is not None:
            raise UsageError("a demonstration keeps nothing", do="leave out --store and --watch")
        _demonstrate(site, host, port, pair, browser=not no_browser, say=console.warn)
        return int(ExitCode.DONE)
    started = environment_of(site, store, host=host, port=port, tls=pair is not None, drill=drill)
    if watch is not None:
        if not watch.is_dir():
            raise UsageError("there is no such folder to watch", do="make it, or name another", where=str(watch))
        started = replace(started, watched=str(watch.absolute()))
    if passphrase_file is not None:
        os.environ[VARIABLE] = read_passphrase(passphrase_file).text  # worker processes need it, too
    run_desk(started, pair, browser=not no_browser, say=console.warn)
    return int(ExitCode.DONE)


def _demonstrate(
    site: Path | None, host: str, port: int, pair: Certificate | None, *, browser: bool, say: Callable[[str], None]
) -> None:
    """Serve a desk that is filled with a drill, in a folder that goes when it stops."""
    from tempfile import TemporaryDirectory

    from downtime.desk.serve.demo import fill_demo, starter_site
    from downtime.desk.serve.start import run_desk

    with TemporaryDirectory(prefix="downtime-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        where = site or starter_site(folder / "site")
        desk = environment_of(where, folder / "store", host=host, port=port, tls=pair is not None, drill=True)
        fill_demo(desk, folder / "drill", say)
        run_desk(desk, pair, browser=browser, say=say)


def need_desk() -> None:
    """Say which extra is missing where the desk is not installed; raises MissingPartError."""
    from importlib.util import find_spec

    missing = [name for name in _NEEDED if not find_spec(name)]
    if missing:
        raise MissingPartError(
            "the desk is not installed", why=f"missing: {', '.join(missing)}", do='run: pip install "downtime[desk]"'
        )


def environment_of(
    site: Path | None,
    store: Path | None,
    *,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    tls: bool = False,
    drill: bool = False,
) -> DeskEnvironment:
    """What to start the desk with; the site's folder is read once for its name and time zone."""
    from downtime.desk.environment import DeskEnvironment, default_store

    facility = zone = ""
    name = "desk"
    if site is not None:
        from downtime.paper.batch import read_site

        loaded, _ = read_site(site)
        facility, zone, name = loaded.facility.name, str(loaded.facility.timezone), loaded.facility.id
    folder = store or default_store(f"{name}-drill" if drill else name)
    return DeskEnvironment(
        store=str(folder.absolute()), site=str(site.absolute()) if site else "", facility=facility,
        host=host, port=port, tls=tls, drill=drill, time_zone=zone or "UTC",
    )  # fmt: skip
