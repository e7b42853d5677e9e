"""The carried page in a real browser, from ``file://`` and without a server: its own script tells the ages."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from downtime.paper.webpage import inline, web_page

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this computer")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--enable-logging=stderr", "--dump-dom",
)  # fmt: skip


def shown(folder: Path, ages: list[timedelta], until: timedelta) -> tuple[str, str]:
    """The page with a unit for each age, as the browser has it after the script ran; and what it complained of."""
    now = datetime.now(UTC)
    packet = {
        "href": "p.pdf", "pages": "1", "until": "01 JAN 2026", "until_iso": (now + until).isoformat(), "numbers": True,
        "unapproved": "",
    }  # fmt: skip
    units = [
        {
            "id": f"u{place}", "name": f"Unit {place}", "short_name": f"U{place}", "box": "B", "location": "shelf",
            "page": "u.html", "people": True, "no_kit": "", "packet": packet,
            "kit": {"href": "k.pdf", "data_as_of": "x", "iso": (now - age).isoformat(), "age_when_made": "y"},
        }
        for place, age in enumerate(ages)
    ]  # fmt: skip
    page = web_page("carry/index.html", {
        "facility": {"name": "A <b>hospital</b>"}, "fiction": "", "version": "1", "made_at": "x", "drill": False,
        "style": inline("carry/style.css"), "script": inline("carry/age.js"), "any_kit": True, "units": units,
        "desk": {"name": "IT", "phone": "555-0100", "backup": "", "tel": "tel:5550100"}, "old_after": "1 h",
        "old_after_minutes": 60, "void_after": "24 h", "void_after_minutes": 1440, "phones": "p.html", "cards": "c.pdf",
        "passphrase_kept": "",
    })  # fmt: skip
    (folder / "index.html").write_text(page, "utf-8")
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={folder / 'profile'}", f"file://{folder}/index.html"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout, done.stderr


@needs_browser
def test_ages_are_told_in_words_and_by_the_browsers_own_clock(tmp_path: Path) -> None:
    minute = timedelta(minutes=1)
    ages = [5 * minute, 59.5 * minute, 61.5 * minute, 150.5 * minute, 1441 * minute, timedelta(days=3), -20 * minute]
    dom, complaints = shown(tmp_path, ages, timedelta(days=-1))
    told = re.findall(r'<span class="(age(?: old)?)" data-as-of[^>]*>([^<]*)</span>', dom)
    assert told == [
        ("age", "5 min old"),
        ("age", "59 min old"),
        ("age old", "OLD: 1 h 01 min old, check before use"),
        ("age old", "OLD: 2 h 30 min old, check before use"),
        ("age old", "VOID: 24 h 01 min old, do not use"),
        ("age old", "VOID: 3 days old, do not use"),
        ("age old", "AGE UNKNOWN: this computer’s clock is before the data"),
    ]
    assert dom.count("EXPIRED: was to be used until 01 JAN 2026") == len(ages)
    assert "This computer says that it is" in dom
    assert "Content Security Policy" not in complaints and "Refused" not in complaints


@needs_browser
def test_the_policy_stops_a_script_that_is_not_ours(tmp_path: Path) -> None:
    """Should an error ever let markup through, the browser still runs nothing of it."""
    shown(tmp_path, [timedelta()], timedelta(days=1))
    page = tmp_path / "index.html"
    evil = '<img src="x" onerror="document.title=\'hacked\'"><script>document.title="hacked"</script></body>'
    page.write_text(page.read_text("utf-8").replace("</body>", evil), "utf-8")
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", f"file://{page}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "<title>Downtime: A &lt;b&gt;hospital&lt;/b&gt;</title>" in done.stdout
    assert "Content Security Policy" in done.stderr


def test_without_scripts_the_page_still_tells_when(tmp_path: Path) -> None:
    page = web_page("carry/index.html", {
        "facility": {"name": "H"}, "fiction": "", "version": "1", "made_at": "x", "drill": True,
        "style": inline("carry/style.css"), "script": inline("carry/age.js"), "any_kit": False, "units": [],
        "desk": {"name": "IT", "phone": "555-0100", "backup": "", "tel": ""}, "old_after": "1 h",
        "old_after_minutes": 60, "void_after": "24 h", "void_after_minutes": 1440, "phones": "p.html", "cards": "c.pdf",
        "passphrase_kept": "",
    })  # fmt: skip
    assert "Compare each time below with a clock: what is older than 1 h must be checked" in page
    assert "DRILL." in page
