"""A desk that is served by the real command, and windows of Chromium in which people have signed in."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from serve_for_browser import PASSWORD
from test_starting import free_port, until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NEEDS_CHROMIUM = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)")
HERE = Path(__file__).resolve().parent


@contextmanager
def served(folder: Path, *site: str) -> Iterator[tuple[str, dict[str, int]]]:
    """A desk with pages that came back; `site` is a folder to make, the example hospital without one."""
    port, out = free_port(), folder / "out.txt"
    with out.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "serve_for_browser.py"), str(folder / "store"), str(port), *site],
            stdout=subprocess.PIPE, stderr=file, stdin=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            line = process.stdout.readline()
            until(lambda: "Serving on" in out.read_text() or process.poll() is not None)
            assert process.poll() is None, out.read_text()
            yield f"http://127.0.0.1:{port}", json.loads(line)
        finally:
            process.terminate()
            process.wait(timeout=60)


@contextmanager
def opened_chromium() -> Iterator[object]:
    """Debian's Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def signed_in(
    chromium, address: str, username: str, width: int = 1366, height: int = 768, password: str = PASSWORD
) -> Iterator[object]:
    """A window in which somebody has signed in; any error in its console fails the test."""
    context = chromium.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(f"{address}/sign-in")
    page.fill("#username", username)
    page.fill("#password", password)
    page.keyboard.press("Enter")
    page.wait_for_selector(".places")
    yield page
    # Refusals that a test asks for are told in the console, too.
    assert [error for error in errors if not re.search(r"status of 4(0[139]|22)|ERR_FAILED", error)] == []
    context.close()


def happens(page, what: str, seconds: int = 30) -> None:
    """Wait until an expression is true; the page's own policy forbids what Playwright would do by itself."""
    for _ in range(seconds * 20):
        if page.evaluate(what):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"it did not happen: {what}")
