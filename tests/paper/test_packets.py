"""Packets as a whole: pages are what the manifest says, backs are empty, the same input gives the same bytes."""

from __future__ import annotations

import io
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from example_packets import MADE_AT, ROOT, ExamplePacket, downtime
from layout_rules import layout_faults
from page_images import code_cut, fonts_not_embedded, open_pdf, rendered, zxing_texts
from pypdf import PdfReader
from zxingcpp import BarcodeFormat, read_barcodes

from downtime.page.code import PageCode, decode
from downtime.page.code_failure import CodeFailure, CodeReason
from downtime.page.geometry import PT_PER_MM
from downtime.page.key import make_key_file, read_key
from downtime.page.manifest import from_json
from downtime.paper.finish import read_manifest

EMPTY_WORDS = "Back left empty on purpose: do not write here"
BAND_MM = 5.0


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def test_every_department_has_a_packet(example_packets: Sequence[ExamplePacket]) -> None:
    departments = {
        path.stem for site in ("riverside", "hillview-gp") for path in (ROOT / f"examples/{site}/departments").iterdir()
    }
    assert {packet.manifest.department.id for packet in example_packets} == departments
    assert len(example_packets) == len(departments) == 11


def test_pages_are_sheets_and_empty_backs(example_packets: Sequence[ExamplePacket]) -> None:
    """What the manifest does not name is an empty back: its words in the middle, no ink anywhere else, no code."""
    for packet in example_packets:
        document = open_pdf(packet.path)
        named = {page.number for page in packet.pages()}
        empty = set(range(1, len(document) + 1)) - named
        assert len(named) + len(empty) == len(document)
        assert len(named) == sum(len(sheet.pages) for sheet in packet.manifest.sheets)
        assert packet.manifest.page_count <= len(document)
        for number in sorted(empty):
            page = document[number - 1]
            assert " ".join(page.get_textpage().get_text_bounded().split()) == EMPTY_WORDS, (packet.name, number)
            inked = np.nonzero((rendered(page, 40) < 200).any(axis=1))[0] * 25.4 / 40
            middle = page.get_height() * 25.4 / 72 / 2
            assert len(inked) and abs(inked - middle).max() < BAND_MM, (packet.name, number)
            assert number % 2 == 0, "a front is never empty"


def test_sheets_cover_their_pages_and_their_layouts_are_there(example_packets: Sequence[ExamplePacket]) -> None:
    for packet in example_packets:
        manifest = packet.manifest
        assert {sheet.layout for sheet in manifest.sheets} == set(manifest.layouts)
        for sheet in manifest.sheets:
            assert [manifest.page_sheet(page) for page in sheet.pages] == [sheet] * len(sheet.pages)
            layout = manifest.layouts[sheet.layout]
            assert (layout.form, layout.revision, len(layout.pages)) == (sheet.form, sheet.revision, len(sheet.pages))
        copies: dict[tuple[str, str], list[int]] = {}
        for sheet in manifest.sheets:
            copies.setdefault((sheet.form, sheet.title), []).append(sheet.copy_number)
        assert all(numbers[0] == 1 for numbers in copies.values())


def test_the_layouts_that_departments_print_have_room_for_all(example_packets: Sequence[ExamplePacket]) -> None:
    """What the forms test measures on specimens is measured here on what the example departments really print."""
    layouts = {key: layout for packet in example_packets for key, layout in packet.manifest.layouts.items()}
    faults = {
        f"{layout.form}, {layout.paper}: {fault}" for layout in layouts.values() for fault in layout_faults(layout)
    }
    assert not faults, "\n".join(sorted(faults))


def test_the_manifest_inside_is_the_one_beside(example_packets: Sequence[ExamplePacket]) -> None:
    for packet in example_packets:
        beside = packet.manifest_path.read_bytes()
        assert read_manifest(packet.pdf) == beside
        assert from_json(beside).to_json() == beside


def test_a_pdf_without_manifest_says_so() -> None:
    from downtime.paper.specimen import specimen_pdf

    assert read_manifest(specimen_pdf("log-incident", None, None, "letter")[1]) is None


def test_every_label_carries_the_number_of_its_sheet(example_packets: Sequence[ExamplePacket]) -> None:
    """In figures and as a barcode: what a handheld scanner reads is the number that the manifest has for the sheet."""
    sheets: dict[str, list[str | None]] = {}
    for packet in example_packets:
        document = open_pdf(packet.path)
        read: set[str] = set()
        for page in packet.pages():
            if page.sheet.form != "reg-patient-label-sheet":
                assert page.sheet.patient is None
                continue
            number = page.sheet.patient
            sheets.setdefault(packet.name, []).append(number)
            words = document[page.number - 1].get_textpage().get_text_bounded()
            assert number is not None and words.count(number) >= 10, (packet.name, page.number)
            assert {other for other in packet.manifest.downtime_numbers if other in words} == {number}
            if not read:  # reading barcodes takes longer than all else
                image = rendered(document[page.number - 1], 300)
                read = {bar.text for bar in read_barcodes(image, formats=BarcodeFormat.Code128)}
                assert read == {number.replace("-", "")}
    assert len(sheets) >= 4
    for packet in example_packets:
        numbers = sheets.get(packet.name, [])
        assert numbers == list(packet.manifest.downtime_numbers[: len(numbers)])


def test_a_log_of_numbers_lists_the_block_in_order(icu: ExamplePacket) -> None:
    document = open_pdf(icu.path)
    listed = []
    for page in icu.pages():
        if page.sheet.form == "reg-downtime-number-log":
            words = document[page.number - 1].get_textpage()
            places = [place for place in page.places.fields if re.search(r"\.[0-9]+\.number$", place.id)]
            for place in sorted(places, key=lambda place: place.rect.y):
                at, high = place.rect, page.layout.height_mm
                box = (at.x, high - at.bottom, at.right, high - at.y)
                listed.append(words.get_text_bounded(*(side * PT_PER_MM for side in box)).strip())
    assert listed[:25] == list(icu.manifest.downtime_numbers) and not any(listed[25:])


def test_a_drill_says_so_on_every_page_and_label(drill: ExamplePacket) -> None:
    """A page of a rehearsal must never pass for a patient's: nor must a label that was peeled off."""
    document = open_pdf(drill.path)
    for page in drill.pages():
        words = document[page.number - 1].get_textpage().get_text_bounded()
        labels = words.count("Surname ___") + words.count("Name ___")
        is_sheet = page.sheet.form == "reg-patient-label-sheet"
        assert words.count("DRILL") >= (max(labels, 20) if is_sheet else 2), (page.number, page.sheet.form)
    code = drill.distinct_pages()[0]
    (text,) = zxing_texts(rendered(document[code.number - 1], 200, code_cut(code.places.codes[0])))
    found = decode(text, None)
    assert isinstance(found, PageCode) and found.drill


def test_a_drill_has_the_layouts_of_the_real_thing(drill: ExamplePacket, icu: ExamplePacket) -> None:
    forms = {key: layout for key, layout in icu.manifest.layouts.items() if layout.form != "cover"}
    assert forms.keys() <= drill.manifest.layouts.keys()


def test_every_sheet_begins_on_a_front(example_packets: Sequence[ExamplePacket]) -> None:
    for packet in example_packets:
        fronts = [sheet.first_page % 2 for sheet in packet.manifest.sheets]
        assert all(fronts), packet.name
        steps = {sheet.form: sheet.step for sheet in packet.manifest.sheets if len(sheet.pages) > 1}
        assert all(page.number % 2 for page in packet.pages() if steps.get(page.sheet.form) == 2)


def test_outline_labels_and_printing_preferences(icu: ExamplePacket) -> None:
    """PDF viewers find every form by name, number pages by form, and are told not to scale."""
    pdf = reader(icu.pdf)
    root = pdf.trailer["/Root"]
    assert (root["/ViewerPreferences"]["/PrintScaling"], root["/ViewerPreferences"]["/Duplex"]) == (
        "/None",
        "/DuplexFlipLongEdge",
    )
    assert root["/PageMode"] == "/UseOutlines"

    def entries(outline: list[object]) -> list[tuple[str, int]]:
        found = []
        for entry in outline:
            if isinstance(entry, list):
                found += entries(entry)
            else:
                found.append((entry.title, pdf.get_destination_page_number(entry) + 1))
        return found

    marks = entries(pdf.outline)
    at = {page: title for title, page in marks}
    divided = {sheet.title for sheet in icu.manifest.sheets if sheet.form == "divider"}
    assert divided <= {title for title, _ in marks}
    previous = ""
    for sheet in icu.manifest.sheets:
        if sheet.form not in ("cover", "divider") and sheet.form != previous:
            title = sheet.title.split(":")[0]
            assert at[sheet.first_page].startswith(title), (sheet.form, at.get(sheet.first_page))
        previous = sheet.form
    labels = pdf.page_labels
    assert len(labels) == len(pdf.pages)
    for sheet in icu.manifest.sheets:
        assert re.fullmatch(rf"{sheet.form} [0-9]+", labels[sheet.first_page - 1])


def test_fonts_are_embedded(example_packets: Sequence[ExamplePacket]) -> None:
    for packet in example_packets:
        if packet.name in ("riverside-icu", "hillview-reception"):
            assert fonts_not_embedded(packet.pdf) == []


def test_page_sizes_are_those_of_the_sites_paper(example_packets: Sequence[ExamplePacket]) -> None:
    for packet in example_packets:
        paper = (612.0, 792.0) if packet.manifest.facility.id == "riverside" else (595.28, 841.89)
        document = open_pdf(packet.path)
        for number in range(len(document)):
            assert sorted(document.get_page_size(number)) == pytest.approx(sorted(paper), abs=0.02)


def test_single_sided_has_no_empty_backs(tmp_path: Path, icu: ExamplePacket) -> None:
    site = str(ROOT / "examples/riverside")
    done = downtime("packet", site, "-d", "icu", "-o", str(tmp_path), "--made-at", MADE_AT, "--single-sided")
    assert done.returncode == 0, done.stderr
    packet = ExamplePacket(tmp_path / "riverside-icu-packet.pdf")
    pdf = reader(packet.pdf)
    assert [page.number for page in packet.pages()] == list(range(1, len(pdf.pages) + 1))
    assert {sheet.step for sheet in packet.manifest.sheets} == {1}
    assert len(pdf.pages) == len(list(icu.pages()))
    assert EMPTY_WORDS not in "".join(
        open_pdf(packet.path)[number].get_textpage().get_text_bounded() for number in range(len(pdf.pages))
    )
    assert pdf.trailer["/Root"]["/ViewerPreferences"]["/Duplex"] == "/Simplex"
    assert packet.manifest.layouts.keys() - icu.manifest.layouts.keys() == set()


def test_the_same_moment_gives_the_same_bytes(tmp_path: Path, icu: ExamplePacket) -> None:
    """Neither the order of hashing, nor the folder, nor the clock leaves a trace."""
    site = str(ROOT / "examples/riverside")
    done = downtime("packet", site, "-d", "icu", "-o", str(tmp_path / "there"), "--made-at", MADE_AT, seed="4711")
    assert done.returncode == 0, done.stderr
    again = ExamplePacket(tmp_path / "there" / icu.path.name)
    assert again.manifest_path.read_bytes() == icu.manifest_path.read_bytes()
    assert again.pdf == icu.pdf


def test_without_a_given_moment_every_run_is_a_kit_of_its_own(tmp_path: Path) -> None:
    kits = set()
    for name in "ab":
        done = downtime("packet", str(ROOT / "examples/hillview-gp"), "-d", "reception", "-o", str(tmp_path / name))
        assert done.returncode == 0, done.stderr
        kits.add(ExamplePacket(next((tmp_path / name).glob("*.pdf"))).manifest.kit)
    assert len(kits) == 2


@pytest.mark.parametrize("change", ["--drill", "--single-sided", "another minute", "another department"])
def test_packets_that_differ_have_different_kits(tmp_path: Path, icu: ExamplePacket, change: str) -> None:
    """Two kits of one id would make two pages of one code."""
    moment = "2026-11-23T0931" if change == "another minute" else MADE_AT
    department = "pharmacy" if change == "another department" else "icu"
    options = [change] if change.startswith("--") else []
    site = str(ROOT / "examples/riverside")
    done = downtime("packet", site, "-d", department, "-o", str(tmp_path), "--made-at", moment, *options)
    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.glob("*.pdf")
    other = ExamplePacket(path)
    assert other.manifest.kit != icu.manifest.kit
    assert other.manifest.kind == ("drill" if change == "--drill" else "packet")


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> ExamplePacket:
    """The ICU's packet for a rehearsal."""
    folder = tmp_path_factory.mktemp("drill")
    done = downtime("packet", "examples/riverside", "-d", "icu", "-o", str(folder), "--made-at", MADE_AT, "--drill")
    assert done.returncode == 0, done.stderr
    return ExamplePacket(folder / "riverside-icu-drill.pdf")


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[ExamplePacket, bytes]:
    """The ICU's packet from a copy of the site that has a key, and the key."""
    folder = tmp_path_factory.mktemp("signed")
    site = folder / "riverside"
    shutil.copytree(ROOT / "examples/riverside", site)
    make_key_file(site / "facility.key")
    facility = site / "facility.yaml"
    text = facility.read_text("utf-8")
    assert "# key: facility.key" in text
    facility.write_text(text.replace("# key: facility.key", "key: facility.key"), "utf-8")
    done = downtime("packet", str(site), "-d", "icu", "-o", str(folder), "--made-at", MADE_AT)
    assert done.returncode == 0, done.stderr
    assert "unsigned" not in done.stdout
    return ExamplePacket(folder / "riverside-icu-packet.pdf"), read_key(site / "facility.key")


def test_signed_codes_verify_with_the_facilitys_key_alone(signed: tuple[ExamplePacket, bytes]) -> None:
    packet, key = signed
    assert packet.manifest.signed
    document = open_pdf(packet.path)
    for page in packet.distinct_pages():
        for corner, code in enumerate(page.places.codes):
            (text,) = zxing_texts(rendered(document[page.number - 1], 200, code_cut(code)))
            found = decode(text, key)
            assert isinstance(found, PageCode), found
            assert (found.signed, found.page, found.corner) == (True, page.number, corner)
            refused = [decode(text, other) for other in (os.urandom(32), None)]
            reasons = [failure.reason for failure in refused if isinstance(failure, CodeFailure)]
            assert reasons == [CodeReason.FORGED_OR_OTHER_KEY, CodeReason.NO_KEY]


def test_the_key_is_nowhere_in_what_is_printed(signed: tuple[ExamplePacket, bytes]) -> None:
    packet, key = signed
    everything = packet.manifest_path.read_bytes() + packet.pdf
    assert key not in everything and key.hex().encode() not in everything.lower()


def test_unsigned_pages_say_so_and_signed_pages_do_not(signed: tuple[ExamplePacket, bytes], icu: ExamplePacket) -> None:
    """On every page with a code, whatever its kind: who reads it back must know what the code is worth."""
    for packet, says_so in ((icu, True), (signed[0], False)):
        document = open_pdf(packet.path)
        for page in packet.distinct_pages():
            words = document[page.number - 1].get_textpage().get_text_bounded()
            assert ("UNSIGNED" in words) == says_so, (page.number, page.sheet.form)


def test_a_key_changes_no_layout(signed: tuple[ExamplePacket, bytes], icu: ExamplePacket) -> None:
    assert signed[0].manifest.layouts == icu.manifest.layouts
