"""`downtime desk` from its first to its last line: prepare, ask for the first administrator, serve, stop in order."""

from __future__ import annotations

import getpass
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable
from types import FrameType

from downtime.desk.environment import DeskEnvironment
from downtime.desk.serve.prepare import prepare
from downtime.desk.serve.server import Certificate, check_address, make_server
from downtime.desk.serve.workers import Workers

Say = Callable[[str], None]


def run_desk(desk: DeskEnvironment, certificate: Certificate | None, *, browser: bool, say: Say) -> None:
    """Serve until somebody stops it (Ctrl-C, or a terminate signal); every request that was begun is finished."""
    check_address(desk.host, certificate)
    prepare(desk)
    from downtime.desk.serve.application import application

    server = make_server(application, desk.host, desk.port, certificate)
    address = first_address(desk, say)
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    serving = threading.Thread(target=server.serve, name="desk server", daemon=True)
    with Workers():
        serving.start()
        say(f"Serving on {desk.address}  (store: {desk.store}). Stop with Ctrl-C.")
        if browser:
            webbrowser.open(address)
        # A plain wait() would not let the signal through on Windows.
        while serving.is_alive() and not stopping.wait(0.5):
            pass
        say("Stopping: what was begun is finished first.")
        server.stop()
    serving.join(timeout=15)


def first_address(desk: DeskEnvironment, say: Say) -> str:
    """The address to open: the sign-in page, or the setup link where nobody is set up and nobody sits at a terminal."""
    from downtime.desk.accounts import first

    if first.is_set_up():
        return desk.address
    if sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty():
        _ask(say)
        return desk.address
    link = f"{desk.address}setup/{first.new_setup_token()}"
    say(f"First start: make the first administrator here (the link serves once): {link}")
    return link


def _ask(say: Say) -> None:
    """Ask for the first administrator in the terminal until the answers will do."""
    from downtime.desk.accounts import first
    from downtime.desk.accounts.models import User

    say("First start: who is the first administrator? This account makes all others.")
    while True:
        name = input("First and last name: ")
        username = input("Sign-in name (one word): ")
        password = getpass.getpass("Password (12 characters or more, not shown): ")
        if password != getpass.getpass("The same once more: "):
            say("The two passwords are not the same.")
            continue
        made = first.set_up(username, name, password)
        if isinstance(made, User):
            return
        for sentence in made:
            say(sentence)
