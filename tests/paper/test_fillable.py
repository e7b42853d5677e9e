"""Fillable packets: a field for every place of the layout record, and what is typed comes back under its own id."""

from __future__ import annotations

import ctypes
import io
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_images import code_cut, fonts_not_embedded, open_pdf, rendered, zxing_texts
from pypdf import PdfReader, PdfWriter

from downtime.cli.app import run as downtime
from downtime.errors import InputError
from downtime.page.code import PageCode, decode
from downtime.page.filled import NOT_TYPED, field_name, read_filled, split_option
from downtime.page.layout import FieldBox
from downtime.page.manifest import Manifest, from_json
from downtime.paper.batch import read_site
from downtime.paper.finish import read_manifest
from downtime.paper.packet import FinishedPacket, make_packet
from downtime.paper.production import print_run

sys.path.insert(0, str(Path(__file__).parent))
from sample_site import site as sample_site

MADE_AT = "2026-11-23T0930"
MULTIPLE = ("many", "reentry")
EVERY_KIND = """\
form: own-form
title: A form of every kind of field
revision: "2026-11"
owner: Nursing
source: [a test]
scope: patient
audience: RN
paper: {orientation: portrait, sides: duplex}
header: {allergies: true, weight: true}
record: {targets: [ops_only], priority: NONE, fate: SCAN ONLY, by: RN, keep: R-OPS}
sections:
  - fields:
      - {id: note, type: lines, label: Note, lines: 3, required: true}
      - {id: ward_of, label: Ward, width: 6}
      - {id: mass, type: number, label: Mass, unit: kg, boxes: 3, decimals: 1, width: 6}
      - {id: beats, type: number, label: Pulse, unit: /min, boxes: 3, width: 4}
      - {id: free, type: number, label: Any number, width: 4}
      - {id: day, type: date, label: Day, width: 6}
      - {id: hour, type: time, label: Hour, width: 4}
      - {id: moment, type: datetime, label: Moment}
      - {id: by, type: initials, label: Initials, width: 3}
      - {id: code, type: comb, label: Code, boxes: 6, width: 6}
      - {id: done, type: checkbox, label: Done ____, width: 6}
      - {id: one, type: choice, label: One of, options: [Yes, "No", "Off", "Other: ____"], width: 12}
      - {id: many, type: choice, label: Any of, options: [Heat, Ice, Rest], multiple: true}
      - {id: tag, type: barcode, label: Tag, width: 6}
      - {id: sticker, type: label, label: Sticker, width: 6}
      - {id: sign, type: signature, label: Nurse}
      - {id: sketch, type: diagram, label: Sketch, height_mm: 20}
  - grid:
      id: vitals
      rows: {labels: [Before, After]}
      columns:
        - {id: at, type: time, label: Time, required: true, width: 2}
        - {id: rr, type: number, label: RR, unit: /min, width: 2}
        - {id: avpu, type: choice, label: ACVPU, options: [A, V, P, U], width: 6}
        - {id: both, label: Both, width: 4, cell: [[{id: a, label: A}], [{id: b, type: checkbox, label: B}]]}
  - repeat:
      id: nurse
      count: 2
      fields: [{id: name, label: Name, width: 6}, {id: side, type: choice, label: Side, options: [L, R], width: 6}]
"""


@pytest.fixture(scope="module")
def packet(tmp_path_factory: pytest.TempPathFactory) -> FinishedPacket:
    """The sample ward's fillable packet, in which one form has every kind of field."""
    root = sample_site(tmp_path_factory.mktemp("fillable"))
    (root / "forms" / "own-form.yaml").write_text(EVERY_KIND, "utf-8")
    ward = root / "departments" / "ward.yaml"
    ward.write_text(ward.read_text("utf-8").replace("{form: log-incident, copies: 2}", "{form: own-form, copies: 40}"))
    site, shelf = read_site(root)
    run = print_run(site, made_at=MADE_AT, single_sided=True, fillable=True)
    return make_packet(site, site.department("ward"), shelf, run)


def places(manifest: Manifest) -> list[tuple[int, int, FieldBox]]:
    """Sheet, page number and place of everything that can be typed or marked, in the order of the layout."""
    return [
        (sheet.number, page, box)
        for sheet in manifest.sheets
        for page, layout in zip(sheet.pages, manifest.layouts[sheet.layout].pages, strict=True)
        for box in layout.fields
        if box.kind not in NOT_TYPED
    ]


def every_kind_sheet(packet: FinishedPacket) -> int:
    [number] = [sheet.number for sheet in packet.manifest.sheets if sheet.form == "own-form"]
    return number


def by_name(pdf: bytes) -> dict[str, Any]:
    fields = PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/AcroForm"]["/Fields"]
    return {field.get_object()["/T"]: field.get_object() for field in fields}


def fill(pdf: bytes, values: Mapping[str, str]) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    sheets = {name.partition("/")[0] for name in values}
    for page in writer.pages:
        widgets = [widget.get_object() for widget in page.get("/Annots", ())]
        if any(widget.get("/T", "").partition("/")[0] in sheets for widget in widgets):
            writer.update_page_form_field_values(page, dict(values))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# pypdf takes a text for UTF-16 when it begins like a byte order mark; characters a keyboard cannot type are left out.
TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="þÿï\ufeff"), min_size=1)


def test_every_kind_of_field_comes_back_by_its_id(packet: FinishedPacket) -> None:
    """All places of one form at once: texts as typed, boxes as ticked, choices as the slug of their option."""
    sheet = every_kind_sheet(packet)
    fields = by_name(packet.pdf)
    typed, expected = {}, {}
    kinds = set()
    for number, _, box in places(packet.manifest):
        if number != sheet:
            continue
        kinds.add(box.kind)
        group, option = split_option(box.id)
        if box.kind == "checkbox":
            typed[field_name(sheet, box.id)], expected[box.id] = "/yes", "yes"
        elif group.partition("@")[0] in MULTIPLE:
            typed[field_name(sheet, box.id)] = "/yes"
            expected[group] = f"{expected[group]} {option}" if group in expected else option
        elif box.kind == "option":
            typed[field_name(sheet, group)], expected[group] = f"/{option}", option
        else:
            name = field_name(sheet, box.id)
            expected[box.id] = typed[name] = f"(ä) \\ {box.id}"[: fields[name].get("/MaxLen")]
    assert kinds == {"text", "lines", "number", "date", "time", "datetime", "checkbox", "option", "initials",
                     "signature", "barcode", "comb"}  # fmt: skip
    assert read_filled(fill(packet.pdf, typed)) == {sheet: expected}
    assert expected["many"] == "heat ice rest"
    assert {"one", "one.other.text", "done", "done.text", "sign.signature", "vitals.2.both.b", "nurse.1.side"} <= set(
        expected
    )


@settings(max_examples=15)
@given(one=TYPED, line=TYPED, option=st.sampled_from(["yes", "no", "off", "other"]))
def test_any_text_comes_back_as_it_was_typed(packet: FinishedPacket, one: str, line: str, option: str) -> None:
    sheet = every_kind_sheet(packet)
    many = f"{one}\n({line})"
    typed = {f"s{sheet}/ward_of": one, f"s{sheet}/note": many, f"s{sheet}/one": f"/{option}"}
    assert read_filled(fill(packet.pdf, typed)) == {sheet: {"ward_of": one, "note": many, "one": option}}


def test_nothing_filled_is_nothing_read_and_a_mark_can_be_taken_back(packet: FinishedPacket) -> None:
    sheet = every_kind_sheet(packet)
    assert read_filled(packet.pdf) == {}
    marked = fill(packet.pdf, {f"s{sheet}/one": "/yes", f"s{sheet}/done": "/yes"})
    assert read_filled(fill(marked, {f"s{sheet}/one": "/Off"})) == {sheet: {"done": "yes"}}


@pytest.mark.parametrize("pdf", [b"", b"not a PDF", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_refused(pdf: bytes) -> None:
    with pytest.raises(InputError, match="not a usable PDF"):
        read_filled(pdf)


def test_a_pdf_without_our_fields_is_refused() -> None:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    with pytest.raises(InputError, match="no fields"):
        read_filled(out.getvalue())


def test_widgets_lie_where_the_layout_says_in_its_order(packet: FinishedPacket) -> None:
    """One widget for each place, in the layout's order, which is the order of the tab key; none leaves its page."""
    reader = PdfReader(io.BytesIO(packet.pdf))
    expected: dict[int, list[FieldBox]] = {}
    for _, number, box in places(packet.manifest):
        expected.setdefault(number, []).append(box)
    assert sum(map(len, expected.values())) > 300
    for number, page in enumerate(reader.pages, start=1):
        widgets = [reference.get_object() for reference in page.get("/Annots", ())]
        boxes = expected.get(number, [])
        assert len(widgets) == len(boxes)
        height_mm = float(page.mediabox.height) * 25.4 / 72
        for widget, box in zip(widgets, boxes, strict=True):
            left, low, right, high = (float(value) * 25.4 / 72 for value in widget["/Rect"])
            assert (left, height_mm - high, right - left, high - low) == pytest.approx(box.at, abs=0.02)
            assert 0 <= left < right <= float(page.mediabox.width) * 25.4 / 72
            assert 0 <= low < high <= height_mm
            assert widget["/F"] == 4
            assert widget["/P"].indirect_reference == page.indirect_reference


def test_names_are_unique_and_choices_are_one_field(packet: FinishedPacket) -> None:
    reader = PdfReader(io.BytesIO(packet.pdf))
    names = [field.get_object()["/T"] for field in reader.trailer["/Root"]["/AcroForm"]["/Fields"]]
    assert len(names) == len(set(names))
    assert not any("." in name for name in names)
    sheet, fields = every_kind_sheet(packet), by_name(packet.pdf)
    radio = fields[f"s{sheet}/one"]
    states = [next(key for key in kid.get_object()["/AP"]["/N"] if key != "/Off") for kid in radio["/Kids"]]
    assert states == ["/yes", "/no", "/off", "/other"]
    assert radio["/Ff"] & 1 << 15
    assert {f"s{sheet}/many#{slug}" for slug in ("heat", "ice", "rest")} <= set(names)
    assert set(reader.get_fields() or {}) == set(names)


@pytest.mark.parametrize(
    ("field", "length", "comb", "tooltip"),
    [
        ("day", 9, True, "Day (DDMMMYYYY)"),
        ("hour", 4, True, "Hour (24 h, HHMM)"),
        ("moment", 13, True, "Moment (DDMMMYYYYHHMM)"),
        ("code", 6, True, "Code"),
        ("beats", 3, True, "Pulse (/min)"),
        ("mass", 5, False, "Mass (kg)"),
        ("free", None, False, "Any number"),
        ("note", None, False, "Note"),
        ("patient/birth_date", 11, False, "patient birth date (DD MMM YYYY)"),
        ("vitals/1/at", 4, False, "Before, Time (24 h, HHMM)"),
        ("vitals/2/rr", None, False, "After, RR (/min)"),
        ("vitals/2/both/a", None, False, "After, Both, A"),
        ("nurse/2/name", None, False, "row 2, Name"),
        ("sign/name", None, False, "Nurse, printed name"),
        ("sign/date", 11, False, "Nurse, date (DD MMM YYYY)"),
    ],
)
def test_lengths_and_tooltips_come_from_the_definition(
    packet: FinishedPacket, field: str, length: int | None, comb: bool, tooltip: str
) -> None:
    found = by_name(packet.pdf)[f"s{every_kind_sheet(packet)}/{field}"]
    assert (found.get("/MaxLen"), bool(found["/Ff"] & 1 << 24), found["/TU"]) == (length, comb, tooltip)
    assert bool(found["/Ff"] & 1 << 12) is (field == "note")
    # Required in a grid is required where the row is used: a viewer cannot know.
    assert bool(found["/Ff"] & 1 << 1) is (field == "note")


def test_pdfium_sees_the_same_fields(packet: FinishedPacket) -> None:
    """The names that another PDF program finds, page by page, are those of the layout: a choice counts once."""
    expected = set()
    for sheet, _, box in places(packet.manifest):
        group, option = split_option(box.id)
        one = option and group.partition("@")[0] not in MULTIPLE
        own = packet.manifest.sheets[sheet - 1].form == "own-form"
        if own:
            expected.add(field_name(sheet, group if one else box.id))
    document = pypdfium2.PdfDocument(packet.pdf)
    document.init_forms()
    form = document.formenv.raw
    names = set()
    for page in document:
        for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
            annotation = pdfium.FPDFPage_GetAnnot(page, index)
            size = pdfium.FPDFAnnot_GetFormFieldName(form, annotation, None, 0)
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDFAnnot_GetFormFieldName(
                form, annotation, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size
            )
            names.add(buffer.raw.decode("utf-16-le").rstrip("\0"))
            pdfium.FPDFPage_CloseAnnot(annotation)
    sheet = every_kind_sheet(packet)
    assert {name for name in names if name.startswith(f"s{sheet}/")} == expected
    assert names == set(by_name(packet.pdf))


def test_the_document_is_otherwise_the_packet(packet: FinishedPacket) -> None:
    """Codes still say their page, fonts are embedded, the manifest is inside, each form is there once, unnumbered."""
    document = open_pdf(packet.pdf)
    named = 0
    for sheet in packet.manifest.sheets:
        for number, layout in zip(sheet.pages, packet.manifest.layouts[sheet.layout].pages, strict=True):
            for code in layout.codes:
                [text] = zxing_texts(rendered(document[number - 1], 200, code_cut(code)))
                read = decode(text, None)
                assert isinstance(read, PageCode) and read.page == number
                named += 1
    assert named == 2 * len(document)
    assert not fonts_not_embedded(packet.pdf)
    assert from_json(read_manifest(packet.pdf) or b"") == packet.manifest
    assert {sheet.copy_number for sheet in packet.manifest.sheets} == {1}
    assert not packet.manifest.downtime_numbers


def test_the_command_writes_a_second_file_and_leaves_the_paper_alone(tmp_path: Path, capsys: Any) -> None:
    root = sample_site(tmp_path)
    with_fields, without = tmp_path / "with", tmp_path / "without"
    assert downtime(["packet", str(root), "--made-at", MADE_AT, "--fillable", "-o", str(with_fields)]) == 0
    assert "one copy of each form" in capsys.readouterr().out.replace("\n", " ")
    assert downtime(["packet", str(root), "--made-at", MADE_AT, "-o", str(without)]) == 0
    paper, screen = "mill-hill-ward-packet", "mill-hill-ward-packet-fillable"
    assert (with_fields / f"{paper}.pdf").read_bytes() == (without / f"{paper}.pdf").read_bytes()
    assert {path.name for path in with_fields.iterdir()} - {path.name for path in without.iterdir()} == {
        f"{screen}.pdf", f"{screen}.manifest.json"
    }  # fmt: skip
    kits = {from_json(path.read_bytes()).kit for path in with_fields.glob("*.json")}
    assert len(kits) == 2, "a page code must not stand on two documents"
    assert read_filled((with_fields / f"{screen}.pdf").read_bytes()) == {}
