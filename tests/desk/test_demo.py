"""The demonstration: a filled desk with accounts, of which nothing is left afterwards."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from test_starting import ROOT, free_port, until

from downtime.cli.app import run


def test_a_demonstration_needs_nothing_and_leaves_nothing(tmp_path):
    port, out = free_port(), tmp_path / "out.txt"
    with out.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "downtime", "desk", "--demo", "--no-browser", "--port", str(port)],
            cwd=ROOT, stdin=subprocess.DEVNULL, stderr=file,
        )  # fmt: skip
    try:
        until(lambda: "Serving on" in out.read_text() or process.poll() is not None)
        said = out.read_text()
        assert "clerk" in said and re.search(r"Password of all of them: \S{12,}", said), said
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in").read().decode()
        assert "DRILL" in page and "Sign-in name" in page
        store = Path(re.search(r"store: (\S+)\)", said)[1])
        assert store.is_dir()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
        assert not store.parent.exists()
    finally:
        process.kill()
        process.wait()


def test_a_demonstration_keeps_nothing_so_it_takes_no_store(tmp_path, capsys):
    assert run(["desk", "--demo", "--store", str(tmp_path)]) == 2
    assert "keeps nothing" in capsys.readouterr().err
