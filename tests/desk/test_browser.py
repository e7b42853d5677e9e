"""The clerk's way in a real browser: signing in, keying with the keyboard alone, sessions that end, dropping scans."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browser_help import NEEDS_CHROMIUM, happens, opened_chromium, served, signed_in
from serve_for_browser import PASSWORD

pytestmark = NEEDS_CHROMIUM


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[tuple[str, dict[str, int]]]:
    """A desk with pages that came back, served by the real command."""
    with served(tmp_path_factory.mktemp("browser")) as there:
        yield there


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    with opened_chromium() as browser:
        yield browser


class Keys:
    """The keyboard, counted."""

    def __init__(self, page) -> None:
        self.page, self.count = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.count += 1

    def type(self, text: str) -> None:
        for letter in text:
            self.press(letter if letter != " " else "Space")


def now_at(page) -> str:
    """The field that has the focus."""
    return page.evaluate("document.activeElement.closest('.field')?.dataset.field || ''")


def saved(page) -> None:
    """Wait until nothing is left to save."""
    happens(page, "/^saved/.test(document.getElementById('saved').textContent)")


def test_a_flowsheet_of_twelve_sets_is_keyed_with_the_keyboard_alone(desk, chromium, capsys):
    address, there = desk
    written = there["written"]
    assert len({field.split(".")[1] for field in written if field.startswith("obs.")}) == 12
    with signed_in(chromium, address, "rosa") as page:
        page.goto(f"{address}/key/{there['vitals']}")
        keys = Keys(page)
        keyed: dict[str, str] = {}
        for _ in range(600):
            field = now_at(page)
            if not field.startswith(("patient.", "obs.")):
                break
            text = written.get(field, "")
            keyed[field] = text
            above = re.sub(r"^obs\.(\d+)\.", lambda row: f"obs.{int(row[1]) - 1}.", field)
            if not text:
                keys.press("F2")  # the machine thought that it saw ink
            elif field.endswith("date") and above != field and written.get(above) == text:
                keys.press("=")
            else:
                # 98.6 stands in boxes with a printed point, 19 JUL 2026 in boxes without spaces.
                keys.type(text.replace(" ", "") if field.endswith("date") else text)
                if now_at(page) == field:
                    keys.press("Enter")
        saved(page)
        missed = {field: text for field, text in written.items() if field not in keyed}
        assert not missed, "the machine saw no ink where something is written"
        characters = sum(len(text.replace(" ", "")) for text in written.values())
        with capsys.disabled():
            share = keys.count / characters
            print(f"\n{characters} characters on paper, {keys.count} keystrokes: {share:.2f} for each")
        assert share <= 1.15
    with signed_in(chromium, address, "rosa") as page:
        page.goto(f"{address}/key/{there['vitals']}")
        for field, text in written.items():
            entered = page.input_value(f'[data-field="{field}"] input')
            assert entered == (text.upper() if field.endswith("initials") else text), field


def test_the_page_is_lit_at_the_field_that_has_the_focus(desk, chromium):
    address, there = desk
    with signed_in(chromium, address, "rosa") as page:
        page.goto(f"{address}/key/{there['vitals']}")
        page.focus('[data-field="obs.3.hr.value"] input')
        at = [float(part) for part in page.get_attribute('[data-field="obs.3.hr.value"]', "data-at").split()]
        lit = page.eval_on_selector(
            ".page:not([hidden]) .lit", "rect => [...'xy'].map(k => Number(rect.getAttribute(k)))"
        )
        assert lit == pytest.approx([at[0] - 0.8, at[1] - 0.8])
        view = [float(part) for part in page.get_attribute(".page:not([hidden]) svg", "viewBox").split()]
        assert view[0] <= at[0] and at[0] + at[2] <= view[0] + view[2] and view[2] < 120
        page.click("text=Whole page")
        page.focus('[data-field="obs.4.hr.value"] input')
        assert page.get_attribute(".page:not([hidden]) svg", "viewBox").startswith("0 0 ")


def retype(page, field: str, text: str) -> None:
    """Type over what stands in a field."""
    page.focus(f"{field} input")
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_what_is_implausible_is_asked_and_what_is_unclear_is_not_saved(desk, chromium):
    address, there = desk
    with signed_in(chromium, address, "rosa") as page:
        page.goto(f"{address}/key/{there['vitals']}")
        field = '[data-field="obs.12.at.time"]'
        retype(page, field, "73")
        page.keyboard.press("Tab")
        page.wait_for_selector(f"{field}.unclear")
        assert "could be 0703 or 0730. Type all four digits." in page.inner_text(f"{field} .said")
        retype(page, field, "1800")
        page.wait_for_selector(f'{field}[data-need="done"]:not(.unclear)')
        pulse = '[data-field="obs.12.hr.value"]'
        retype(page, pulse, "220")
        page.wait_for_selector(f'{pulse}[data-need="confirm"]')
        assert "unusual" in page.inner_text(f"{pulse} .said")
        page.focus(f"{pulse} input")
        page.keyboard.press("Enter")
        page.wait_for_selector(f'{pulse}[data-need="done"]')
        retype(page, pulse, "76")
        saved(page)


def test_marks_that_the_machine_read_are_confirmed_with_one_key(desk, chromium):
    address, there = desk
    with signed_in(chromium, address, "rosa") as page:
        page.goto(f"{address}/key/{there['registration']}")
        choice = '.field.kind-choice.read[data-need="confirm"]'
        field = page.get_attribute(choice, "data-field")
        page.focus(f'[data-field="{field}"] input')
        assert "read from the page" in page.inner_text(f'[data-field="{field}"] .hint')
        page.keyboard.press("Enter")
        page.wait_for_selector(f'[data-field="{field}"][data-need="done"]')
        other = page.get_attribute(choice, "data-field")
        page.focus(f'[data-field="{other}"] input')
        before = page.eval_on_selector_all(f'[data-field="{other}"] input:checked', "all => all.map(one => one.value)")
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        page.wait_for_selector(f'[data-field="{other}"][data-need="done"]')
        assert before, "something was read"


def test_a_session_that_ends_over_a_page_asks_for_the_password_and_saves_what_was_typed(desk, chromium):
    address, there = desk
    with signed_in(chromium, address, "rosa") as page:
        page.goto(f"{address}/key/{there['registration']}")
        page.context.clear_cookies(name="desk")
        page.focus('[data-field="alias"] input') if page.is_visible('[data-field="alias"] input') else page.check(
            "#all-fields"
        )
        page.focus('[data-field="alias"] input')
        page.keyboard.type("unknown man, bed 3")
        page.keyboard.press("Tab")
        page.wait_for_selector("#again[open] #again-password")
        assert "not saved" in page.inner_text("#saved")
        page.fill("#again-password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("#again:not([open])", state="attached")
        saved(page)
        page.reload()
        assert page.input_value('[data-field="alias"] input') == "unknown man, bed 3"


def test_a_server_that_does_not_answer_loses_nothing(desk, chromium):
    address, there = desk
    with signed_in(chromium, address, "rosa") as page:
        page.goto(f"{address}/key/{there['registration']}")
        page.check("#all-fields")
        page.route("**/save", lambda route: route.abort())
        page.focus('[data-field="phone"] input') if page.query_selector('[data-field="phone"] input') else None
        field = '[data-field="provider"]'
        page.focus(f"{field} input")
        page.keyboard.type("Dr Ortiz")
        page.keyboard.press("Tab")
        happens(page, "/not saved: 1 wait/.test(document.getElementById('saved').textContent)")
        page.unroute("**/save")
        saved(page)
        page.reload()
        assert page.input_value(f"{field} input") == "Dr Ortiz"


def test_two_clerks_do_not_key_one_sheet_by_accident(desk, chromium):
    address, there = desk
    with signed_in(chromium, address, "rosa") as rosa:
        rosa.goto(f"{address}/key/{there['registration']}")
        with signed_in(chromium, address, "kim") as kim:
            kim.goto(f"{address}/key/{there['registration']}")
            assert "Rosa Alvarez has this sheet" in kim.inner_text("h1")
            kim.click("text=Take it over")
            kim.wait_for_selector("#keying")
            rosa.check("#all-fields")
            rosa.focus('[data-field="provider"] input')
            rosa.keyboard.type(" again")
            rosa.keyboard.press("Tab")
            rosa.wait_for_selector('[data-field="provider"].unclear')
            assert "no longer yours" in rosa.inner_text('[data-field="provider"] .said')


def test_dropped_scans_appear_as_they_are_read(desk, chromium, tmp_path):
    from paper_help import written as page_written
    from test_inbox import png

    address, _ = desk
    scan = tmp_path / "scan.png"
    scan.write_bytes(png(page_written("icu", "ord-medication", 0, 2).image))
    with signed_in(chromium, address, "rosa") as page:
        page.goto(f"{address}/inbox/?show=all")
        before = page.locator(".thumbs li").count()
        page.set_input_files("#files", str(scan))
        page.click("text=Take them in")
        happens(page, f"document.querySelectorAll('.thumbs li').length > {before}", 90)
        assert "Medication orders" in page.inner_text(".thumbs li")
