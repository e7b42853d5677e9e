"""Every page in a real browser: accessible by axe's rules, usable at 200 % zoom and with the keyboard alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_help import NEEDS_CHROMIUM, opened_chromium, served, signed_in
from django.urls import reverse

from downtime.desk.access import RULES

pytestmark = NEEDS_CHROMIUM

# A 1366 × 768 screen, and what it shows at 200 %.
SCREEN, ZOOMED = {"width": 1366, "height": 768}, {"width": 683, "height": 384}

# Where pictures of every page are written, in both themes and two sizes, for somebody to look at.
SHOTS = os.environ.get("DOWNTIME_TEST_SCREENSHOTS")

# Addresses that are no pages: pictures, PDFs, parts of pages; and pages of people who are not signed in.
NO_PAGES = {
    "web:home", "web:alive", "accounts:logout", "accounts:theme", "accounts:again", "accounts:setup", "inbox:live",
    "inbox:picture", "reconciliation:report", "printing:live", "printing:download", "readiness:preview",
}  # fmt: skip

# View, who looks at it, and what stands in its address.
PAGES: dict[str, tuple[str, dict[str, str]]] = {
    "accounts:login": ("", {}),
    "accounts:password": ("rosa", {}),
    "inbox:list": ("rosa", {"?": "show=all"}),
    "inbox:page": ("sam", {"number": "page"}),
    "keying:queue": ("rosa", {}),
    "keying:sheet": ("rosa", {"number": "vitals"}),
    "verification:queue": ("vera", {}),
    "verification:sheet": ("vera", {"number": "keyed"}),
    "verification:differences": ("vera", {}),
    "verification:decide": ("sam", {"number": "disputed"}),
    "verification:verified": ("vera", {}),
    "verification:trace": ("vera", {"number": "verified"}),
    "patients:list": ("nick", {}),
    "patients:registration": ("nick", {}),
    "patients:sheet": ("nick", {"number": "registration"}),
    "patients:person": ("nick", {"number": "patient"}),
    "reconciliation:list": ("sam", {"?": "unit=medsurg"}),
    "reconciliation:kit": ("sam", {"number": "kit"}),
    "printing:list": ("mona", {}),
    "readiness:board": ("mona", {}),
    "readiness:findings": ("mona", {}),
    "readiness:forms": ("mona", {}),
    "site_editor:list": ("mona", {}),
    "site_editor:file": ("mona", {"which": "departments/ward.yaml"}),
    "site_editor:outcome": ("mona", {"number": "change"}),
    "administration:users": ("ada", {}),
    "administration:user": ("ada", {"number": "person"}),
    "administration:settings": ("ada", {}),
    "administration:backup": ("ada", {}),
    "audit:list": ("olga", {}),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[tuple[str, dict[str, int]]]:
    folder = tmp_path_factory.mktemp("pages")
    with served(folder, str(folder / "site")) as there:
        yield there


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    with opened_chromium() as browser:
        yield browser


def address_of(view: str, there: dict[str, int]) -> str:
    values = dict(PAGES[view][1])
    query = values.pop("?", "")
    known = {name: there.get(what, what) for name, what in values.items()}
    return reverse(view, kwargs=known) + (f"?{query}" if query else "")


def by_person() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for view, (who, _) in PAGES.items():
        found.setdefault(who, []).append(view)
    return found


def test_every_page_that_somebody_may_see_is_in_the_list():
    seen = {view for view, rule in RULES.items() if rule.see} - NO_PAGES
    assert seen == set(PAGES)


def faults_of(page, axe, *rules: str) -> list[str]:
    """What axe calls serious or critical: rule, and the first element; `rules` alone are asked where any are named."""
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = axe.run(page, options={"resultTypes": ["violations"], **only}).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0].get('failureSummary', '')[:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def too_wide(page) -> str:
    """The element that makes a page scroll sideways, if one does."""
    return page.evaluate(
        """() => {
        const room = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= room) return "";
        const wide = [...document.querySelectorAll("body *")].filter((one) =>
          one.getBoundingClientRect().right > room + 1 && !one.closest(".scroll") && !one.closest("svg"));
        return wide.length ? wide[wide.length - 1].outerHTML.slice(0, 120) : "the page";
      }"""
    )


def shoot(page, view: str, what: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{view.replace(':', '-')}-{what}.png", full_page=True)


def look_at(page, address: str, view: str, there: dict[str, int]) -> None:
    answer = page.goto(address + address_of(view, there))
    assert answer.status == 200, f"{view}: {answer.status}"


@pytest.mark.parametrize("who", [who for who in by_person() if who])
def test_pages_are_accessible_in_light_and_dark_and_fit_at_200_percent(desk, chromium, who):
    address, there = desk
    views, axe, found = by_person()[who], Axe(), []
    with signed_in(chromium, address, who) as page:
        for view in views:
            look_at(page, address, view, there)
            shoot(page, view, "light")
            found += [f"{view}: {fault}" for fault in faults_of(page, axe)]
            page.set_viewport_size(ZOOMED)
            shoot(page, view, "zoomed")
            if wide := too_wide(page):
                found.append(f"{view} scrolls sideways at 200 %: {wide}")
            page.set_viewport_size(SCREEN)
        page.goto(address + address_of(views[0], there))
        page.click("text=Dark room")
        page.wait_for_selector('html[data-theme="dark"]')
        for view in views:
            look_at(page, address, view, there)
            shoot(page, view, "dark")
            found += [f"{view} (dark): {fault}" for fault in faults_of(page, axe, "color-contrast")]
    assert found == []


def test_the_pages_before_signing_in_are_accessible(desk, chromium):
    address, there = desk
    page, axe = chromium.new_page(viewport=SCREEN), Axe()
    look_at(page, address, "accounts:login", there)
    assert faults_of(page, axe) == []
    page.goto(f"{address}/nowhere")
    assert faults_of(page, axe) == []
    # What these tests look for is found where it is.
    page.evaluate("document.querySelector('main').innerHTML = '<input><p class=bar>pale<a href=x></a></p>'")
    page.evaluate("document.querySelector('main').style.cssText = 'color: #ddd; background: #fff; width: 3000px'")
    rules = {fault.partition(":")[0] for fault in faults_of(page, axe)}
    assert {"label", "link-name"} <= rules and too_wide(page)
    page.close()


@pytest.mark.parametrize("view", ["inbox:list", "keying:queue", "printing:list", "readiness:board", "site_editor:file",
                                  "administration:users", "reconciliation:kit", "patients:list"])  # fmt: skip
def test_everything_on_a_main_page_is_reached_with_tab_and_shows_that_it_is(desk, chromium, view):
    address, there = desk
    with signed_in(chromium, address, PAGES[view][0]) as page:
        page.goto(address + address_of(view, there))
        wanted = page.evaluate(
            """() => {
            const stops = "a[href], button, input, select, textarea, summary, [tabindex='0']";
            const seen = [...document.querySelectorAll(stops)].filter((one) => one.tabIndex >= 0 && !one.disabled
              && one.type !== "hidden" && one.checkVisibility({contentVisibilityAuto: true}));
            seen.forEach((one, index) => { one.dataset.stop = index; });
            document.activeElement.blur();
            return seen.length;
          }"""
        )
        reached, unseen = set(), []
        for _ in range(wanted + 5):
            page.keyboard.press("Tab")
            stop, shown, what = page.evaluate(
                """() => { const one = document.activeElement, style = getComputedStyle(one);
                return [one.dataset.stop, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
                  one.outerHTML.slice(0, 100)]; }"""
            )
            reached.add(stop)
            if stop is not None and not shown:
                unseen.append(what)
        missed = page.evaluate(
            "(reached) => [...document.querySelectorAll('[data-stop]')]"
            ".filter((one) => !reached.includes(one.dataset.stop)).map((one) => one.outerHTML.slice(0, 100))",
            [stop for stop in reached if stop],
        )
    assert missed == [] and unseen == []
