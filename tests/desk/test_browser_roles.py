"""Each role's main path in a real browser, one after another: the packet is printed, written on, keyed, verified."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from browser_help import NEEDS_CHROMIUM, happens, opened_chromium, served, signed_in
from serve_for_browser import EMPTY

pytestmark = NEEDS_CHROMIUM

# What a nurse writes on the order sheet; the orders and their times must not be wrong, so they are keyed twice.
WRITTEN = {
    "patient.surname": "OKAFOR", "patient.given": "Elena", "patient.mrn": "10004417",
    "a.1.order": "oxygen 2 L/min",
    "a.1.initials": "RB", "a.2.order": "call if SpO2 < 90",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("roles")


@pytest.fixture(scope="module")
def address(folder) -> Iterator[str]:
    with served(folder, str(folder / EMPTY)) as (there, _):
        yield there


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    with opened_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def packet(address, chromium, folder) -> tuple[str, Path]:
    """The manager's first half: a packet is made while she watches, and downloaded. Its number and PDF."""
    with signed_in(chromium, address, "mona") as page:
        page.click("text=Print")
        page.click("text=Make the packet")
        happens(page, "!!document.querySelector('#jobs a.button')", 120)
        with page.expect_download() as wanted:
            page.click("#jobs a.button")
        pdf = folder / "packet.pdf"
        wanted.value.save_as(pdf)
        return re.search(r"packet-ward-(\w{5}-\w{5})\.pdf", wanted.value.suggested_filename)[1], pdf


@pytest.fixture(scope="module")
def scan(packet, folder) -> Path:
    """A page of the packet, as it lies on the scanner after a night."""
    from downtime.drill.handwriting import write
    from downtime.drill.ink import Surface
    from downtime.drill.paper import IssuedPaper
    from downtime.drill.people import hand_of
    from downtime.drill.profiles import profile_named

    with_manifest = IssuedPaper.open(packet[1], {})
    sheet = next(sheet for sheet in with_manifest.manifest.sheets if sheet.form == "ord-general")
    page = next(iter(with_manifest.sheet_pages(sheet)))
    image = with_manifest.image(page.number).copy()
    surface = Surface(image, page.layout.width_mm, page.layout.height_mm)
    places = {field.id: field.rect for field in page.places.fields}
    hand, stream = hand_of(profile_named("careful"), 5), random.Random(5)
    for field, text in WRITTEN.items():
        write(surface, text, places[field], hand, stream)
    with_manifest.close()
    path = folder / "night.png"
    cv2.imwrite(str(path), image)
    return path


def go_through(page, most: int = 80) -> set[str]:
    """Key a sheet with the keyboard alone: what was written, or that nothing is; returns the fields that asked."""
    asked = set()
    for _ in range(most):
        field = page.evaluate("document.activeElement.closest('.field')?.dataset.field || ''")
        if not field:
            break
        asked.add(field)
        before = page.evaluate("document.activeElement.value ?? ''")
        if field in WRITTEN and before != WRITTEN[field]:
            page.keyboard.press("Control+a")
            page.keyboard.type(WRITTEN[field])
            page.keyboard.press("Enter")
        elif page.evaluate("document.activeElement.classList.contains('check')") or field in WRITTEN:
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("F2")
        # A number that is full moves on by itself; a question about a value is answered with Enter.
        if page.evaluate("document.activeElement.closest('.field')?.dataset.field || ''") == field:
            page.keyboard.press("Enter")
    happens(page, "/^saved/.test(document.getElementById('saved').textContent)")
    return asked


def test_the_manager_sees_the_box_filled_and_puts_a_number_right(address, chromium, packet, folder):
    with signed_in(chromium, address, "mona") as page:
        page.click("text=Ready")
        assert "NEVER PLACED" in page.inner_text("main table")
        page.click("text=It lies in the box")
        assert f"Box WARD-BOX-1 holds packet {packet[0]}" in page.inner_text(".messages")
        assert packet[0] in page.inner_text("main table")
        page.click("text=Site")
        page.click("tr:has-text('contacts.yaml') a")
        page.click("summary:has-text('supervisor')")
        page.click("details:has(> summary:has-text('House supervisor')) summary:has-text('ways')")
        page.click("details:has(> summary:has-text('House supervisor')) summary:has-text('mobile')")
        page.fill("""input[name='value:["contacts","supervisor","ways",0,"number"]']""", "555-0188")
        page.click("text=Check and save")
        happens(page, "!!document.querySelector('#outcome .message')", 120)
        assert "Written." in page.inner_text("#outcome")
        page.click("text=Ready")
        assert "phone numbers or contacts changed" in page.inner_text("main table")
    assert "555-0188" in (folder / EMPTY / "contacts.yaml").read_text()


def test_the_clerk_drops_a_scan_and_keys_it_and_the_verifier_agrees(address, chromium, packet, scan):
    with signed_in(chromium, address, "rosa") as page:
        page.goto(f"{address}/inbox/?show=all")
        page.set_input_files("#files", str(scan))
        page.click("text=Take them in")
        happens(
            page,
            "[...document.querySelectorAll('.thumbs li')].some((li) => /Provider orders/.test(li.textContent))",
            120,
        )
        page.goto(f"{address}/key/?unit=ward")
        assert packet[0] in page.inner_text("main table")
        page.click("text=Provider orders")
        page.wait_for_selector("#keying")
        assert set(WRITTEN) <= go_through(page)
        page.click("#finish button")
        page.wait_for_load_state()
        without = page.query_selector("#without")
        if without:
            without.fill("nothing was written on it")
            page.click("text=Go on without it")
        assert "Provider orders" in page.inner_text(".messages")
    with signed_in(chromium, address, "vera") as page:
        page.goto(f"{address}/verify/?unit=ward")
        page.click("main table a")
        page.wait_for_selector("#keying")
        body = page.content()
        assert "oxygen" not in body and "Go on to the other fields" in body, "the first word is nowhere on the page"
        assert {"a.1.order", "a.2.order"} <= go_through(page)
        page.click("#finish button")
        page.wait_for_selector("text=All is as written")
        assert page.input_value("[data-field='a.1.initials'] input") == "RB"
        page.click("#finish button")
        assert "is verified" in page.inner_text(".messages")
        page.goto(f"{address}/verify/verified?unit=ward")
        page.click("main table a")
        assert "oxygen 2 L/min" in page.inner_text("main") and "Rosa Alvarez" in page.inner_text("main")


def test_the_supervisor_sees_what_is_open_and_accounts_for_what_is_lost(address, chromium, packet):
    with signed_in(chromium, address, "sam") as page:
        page.click("text=Account")
        page.click(f"text={packet[0]}")
        assert "verified 1" in page.inner_text("main")
        page.check("tbody input[type=checkbox] >> nth=0")
        page.fill("#reason", "left in the ambulance")
        page.fill("#name", "Ms Ortiz")
        page.click("button:has-text('Lost')")
        assert "left in the ambulance" in page.inner_text("main") and "lost 1" in page.inner_text("main")
        page.fill("#sign", "Sam Okoye")
        page.click("button:has-text('Sign off')")
        assert "Not signed off: something is still open" in page.inner_text("[role=alert]")


def test_the_administrator_makes_an_account_and_its_owner_chooses_a_password(address, chromium):
    with signed_in(chromium, address, "ada") as page:
        page.fill("#name", "Lee Wong")
        page.fill("#username", "lee")
        page.check("input[value=clerk]")
        page.click("text=Make the account")
        password = page.inner_text("#made-up")
        page.click("text=Backup")
        page.fill("#passphrase", "correct horse battery staple")
        page.fill("#again-passphrase", "correct horse battery staple")
        with page.expect_download() as wanted:
            page.click("text=Make and download it")
        assert Path(wanted.value.path()).read_bytes().startswith(b"DOWNTIME-BACKUP")
        assert page.goto(f"{address}/key/").status == 403
    with signed_in(chromium, address, "lee", password=password) as page:
        assert "Choose one that only you know" in page.inner_text("main")
        page.fill("#old", password)
        page.fill("#password", "a river of blue pens")
        page.fill("#again", "a river of blue pens")
        page.keyboard.press("Enter")
        page.wait_for_selector("#drop")


def test_the_auditor_reads_what_happened_and_sees_no_patient(address, chromium, packet):
    with signed_in(chromium, address, "olga") as page:
        page.click("text=Audit")
        log = page.inner_text("main table")
        for action in ("packet.done", "box.placed", "site.changed", "kit.added"):
            assert action in log, action
        assert "OKAFOR" not in log and "10004417" not in log
        for place in ("key/", "inbox/", "verify/", "patients/", "print/"):
            assert page.goto(f"{address}/{place}").status == 403, place
