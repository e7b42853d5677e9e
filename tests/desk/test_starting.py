"""The command: it serves, asks for the first administrator, refuses what is unsafe, and stops in order."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest

from downtime.cli.app import run
from downtime.desk.database import database
from downtime.desk.environment import DeskEnvironment
from downtime.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def running(tmp_path):
    """A desk as the command starts it, with nobody at the terminal."""
    port, store = free_port(), tmp_path / "served"
    out = tmp_path / "out.txt"
    command = [sys.executable, "-m", "downtime", "desk", "examples/riverside", "--no-browser", "--port", str(port)]
    with out.open("w") as file:
        process = subprocess.Popen([*command, "--store", str(store)], cwd=ROOT, stdin=subprocess.DEVNULL, stderr=file)
    try:
        until(lambda: "Serving on" in out.read_text() or process.poll() is not None)
        yield process, out, store
    finally:
        process.kill()
        process.wait()


def until(happens) -> None:
    end = time.monotonic() + 60
    while not happens():
        if time.monotonic() > end:
            pytest.fail("it did not happen within a minute")
        time.sleep(0.05)


def test_from_the_first_start_to_the_last_signal(running):
    process, out, store = running
    link = re.search(r"(http://\S+/setup/\S+)", out.read_text())
    assert link, out.read_text()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = browser.open(link[1]).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    typed = {"csrfmiddlewaretoken": token, "name": "Ada Byron", "username": "ada"}
    typed |= {"password": "four words in a row", "again": "four words in a row"}
    page = browser.open(link[1], urlencode(typed).encode()).read().decode()
    assert "A. Byron" in page and "Riverside" in page
    assert stat.S_IMODE(store.stat().st_mode) == 0o700 or os.name == "nt"
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in store.iterdir() if path.is_file())
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    done = subprocess.run(
        [sys.executable, "-m", "downtime", "audit", "verify", "--store", str(store)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "lines are sound" in done.stdout) == (0, True), done.stdout + done.stderr


def test_another_address_without_tls_is_refused_with_the_remedy(capsys):
    assert run(["desk", "--host", "0.0.0.0", "--no-browser"]) == 2
    said = capsys.readouterr().err
    assert "without TLS" in said and "--certificate" in said


def test_half_a_certificate_is_refused(capsys):
    assert run(["desk", "--certificate", "x.pem"]) == 2
    assert "--certificate-key" in capsys.readouterr().err


def test_without_the_extra_the_command_names_it(monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert run(["desk"]) == 6
    assert "downtime[desk]" in capsys.readouterr().err


@pytest.mark.parametrize("tls", [False, True])
def test_djangos_own_deployment_check_finds_nothing(tls, tmp_path):
    from downtime.desk.secrets import make_store_folder

    make_store_folder(tmp_path)
    script = (
        "from downtime.desk.environment import DeskEnvironment\n"
        "from downtime.desk.serve.prepare import load\n"
        f"load(DeskEnvironment(store={str(tmp_path)!r}, tls={tls}))\n"
        "from django.core.management import call_command\n"
        "call_command('check', deploy=True, fail_level='WARNING')\n"
        "call_command('makemigrations', check=True, dry_run=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "postgresql://u:secret@h", "postgresql://u:secret@h:port/d"])
def test_an_unusable_database_address_is_said_without_its_password(url, tmp_path):
    with pytest.raises(ConfigError) as caught:
        database(tmp_path, url)
    assert "secret" not in str(caught.value)


def test_what_a_desk_was_started_with_reaches_its_children_whole(monkeypatch):
    monkeypatch.setenv("DOWNTIME_DESK", "")
    desk = DeskEnvironment(store="/a b", site="ü", port=9, tls=True, time_zone="America/Chicago")
    desk.to_environ()
    assert DeskEnvironment.from_environ() == desk
