"""A kit as a document: every value in its place, every code, nobody on another's page, layouts as they are blank."""

from __future__ import annotations

import io
import re
import unicodedata

import pytest
from kit_cases import CHARTS, census, example, kit, order, patient, sheets, snapshot
from page_images import open_pdf, read_codes
from pypdf import PdfReader

from downtime.page.code import decode, facility_number, kit_text
from downtime.page.filled import read_filled
from downtime.page.geometry import PT_PER_MM
from downtime.page.manifest import Manifest, Sheet, from_json
from downtime.paper.finish import Bookmark, PageLabels, finish_pdf, read_manifest
from downtime.paper.issuing import approval_words, issued_form
from downtime.paper.kit_model import FinishedKit, KitOptions
from downtime.paper.plain import plain_form
from downtime.paper.surroundings import surroundings

LOOSE_PT = 1.5


@pytest.fixture(scope="module")
def whole() -> FinishedKit:
    """The kit of the example unit, for paper that is printed on one side."""
    return kit(census(), single_sided=True)


def places(manifest: Manifest, sheet: Sheet):
    """Every place of a sheet into which something was printed: page number, rectangle and text."""
    layout = manifest.layouts[sheet.layout]
    for number, page in zip(sheet.pages, layout.pages, strict=True):
        for field in page.fields:
            if (text := sheet.printed_in(field.id)) and field.kind not in ("option", "checkbox"):
                yield number, layout.height_mm, field, text


def plain(text: str) -> str:
    """Letters and digits alone: how a viewer spaces words is its own business."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


def test_every_value_can_be_read_out_of_the_place_that_the_manifest_names(whole):
    """Latin texts alone: of shaped scripts a PDF gives back the glyphs' order, which is not the letters'."""
    faults, seen = [], 0
    with open_pdf(whole.pdf) as document:
        pages = {}
        for sheet in whole.manifest.sheets[:90]:
            for number, height, field, text in places(whole.manifest, sheet):
                across = field.id.endswith(".due") and not text[:4].isdigit()
                if not text.isascii() or across or field.id.endswith(".mark"):
                    continue
                page = pages.setdefault(number, document[number - 1].get_textpage())
                x, y, w, h = (value * PT_PER_MM for value in field.at)
                found = page.get_text_bounded(x - LOOSE_PT, height * PT_PER_MM - y - h - LOOSE_PT,
                                              x + w + LOOSE_PT, height * PT_PER_MM - y + LOOSE_PT)  # fmt: skip
                seen += 1
                if plain(text.removesuffix("…")) not in plain(found):
                    faults.append(f"{sheet.form} page {number}, {field.id}: {text!r} is {found!r}")
    assert seen > 2000
    assert not faults, "\n".join(faults[:20])


def test_every_tick_is_a_cross_in_its_box(whole):
    from page_images import rendered

    dark = []
    with open_pdf(whole.pdf) as document:
        for sheet in sheets(whole, "mar-scheduled")[:4]:
            layout = whole.manifest.layouts[sheet.layout]
            image = rendered(document[sheet.first_page - 1], 150)
            for field in layout.pages[0].fields:
                if field.kind == "option" and field.id.startswith(("allergies#", "weight#")):
                    inner = field.rect.inset(0.8)
                    cut = image[int(inner.y * 150 / 25.4) : int(inner.bottom * 150 / 25.4),
                                int(inner.x * 150 / 25.4) : int(inner.right * 150 / 25.4)]  # fmt: skip
                    dark.append((bool((cut < 128).any()), bool(sheet.printed_in(field.id))))
    assert {marked for marked, _ in dark} == {True, False}
    assert all(marked == told for marked, told in dark)


def test_no_page_carries_another_patients_name_or_number(whole):
    """The data page and the census of the unit name everybody, and are nobody's."""
    numbers = {sheet.patient for sheet in whole.manifest.sheets if sheet.patient}
    with open_pdf(whole.pdf) as document:
        for sheet in whole.manifest.sheets:
            if sheet.patient is None:
                continue
            for page in sheet.pages:
                text = document[page - 1].get_textpage().get_text_range()
                others = [number for number in numbers - {sheet.patient} if re.search(rf"\b{number}\b", text)]
                assert not others, f"{sheet.form}, page {page}"
                assert sheet.patient in text, f"{sheet.form}, page {page}"


def test_every_code_says_which_page_of_which_kit_it_is(tmp_path):
    made = kit(census(), KitOptions(patient="00104401"), single_sided=True)
    path = tmp_path / "kit.pdf"
    path.write_bytes(made.pdf)
    manifest = made.manifest
    wanted = [
        (number, page.codes)
        for sheet in manifest.sheets
        for number, page in zip(sheet.pages, manifest.layouts[sheet.layout].pages, strict=True)
    ]
    found = read_codes(path, wanted)
    assert len(found) == 2 * len(wanted) == 2 * made.pages
    facility = facility_number(manifest.facility.id)
    for one in found:
        [text] = one.zxing
        code = decode(text, None, facility=facility)
        assert kit_text(code.kit) == manifest.kit
        assert (code.page, code.pages) == (one.page, made.pages)
        sheet = manifest.page_sheet(code.page)
        assert sheet is not None and sheet.layout.startswith(f"{code.layout:012x}")


def test_a_filled_form_has_the_layout_of_a_blank_one(whole):
    from dataclasses import replace

    from downtime.paper.kit_build import beds_of
    from downtime.paper.kit_people import roll_call

    site, department, shelf = example()
    around = surroundings(site, department)
    beds = beds_of(department, roll_call(site, department, census(), KitOptions()))
    from example_packets import LIVE

    for form_id in {sheet.form for sheet in whole.manifest.sheets} - {"kit-data"}:
        library = shelf.form(form_id)
        rows = {**around.rows, "beds": beds}
        _, printed = issued_form(site, department, library, replace(around, rows=rows), LIVE)
        assert {sheet.layout for sheet in sheets(whole, form_id)} == {printed.layout.id}, form_id


def test_three_formats_of_one_census_make_the_same_charts():
    """The formats differ in what they cannot carry; whom a dose belongs to, and when it is due, never differs."""
    found = []
    for name in ("icu.csv", "icu-fhir.json", "icu.hl7"):
        made = kit(census(name), forms=CHARTS)
        found.append(
            {
                (sheet.form, sheet.patient, number): {
                    name: text
                    for name, text in sheet.printed.items()
                    if name.startswith(("patient.", "allergies", "weight")) or name.endswith((".due", ".drug", ".dose"))
                }
                for number, sheet in enumerate(made.manifest.sheets)
                if sheet.form.startswith("mar-") and sheet.form != "mar-orders"
            }
        )
    charts = [{(form, who): content for (form, who, _), content in one.items()} for one in found]
    assert charts[0] == charts[1] == charts[2]
    assert len(charts[0]) > 25


def test_the_outline_leads_to_each_patient_and_their_forms(whole):
    reader = PdfReader(io.BytesIO(whole.pdf))
    tops = [item for item in reader.outline if not isinstance(item, list)]
    assert [item.title for item in tops[:3]] == ["Data page", "Unit", "ICU-01  Okafor, Adaeze"]
    first = sheets(whole, "reg-known-patient", "00104401")[0].first_page
    assert reader.get_destination_page_number(tops[2]) == first - 1
    assert reader.page_labels[first - 1] == "ICU-01 1"
    inside = reader.outline[reader.outline.index(tops[2]) + 1]
    assert inside[0].title == "Face sheet from the computer's data"


def test_the_manifest_inside_is_the_one_that_is_returned(whole):
    inside = read_manifest(whole.pdf)
    assert inside is not None
    assert from_json(inside) == whole.manifest
    assert whole.manifest.to_json() == inside
    assert whole.manifest.kind == "kit" and whole.manifest.data_as_of == census().taken_at


def test_a_manifest_from_before_kits_is_still_read(whole):
    import json

    data = json.loads(whole.manifest.to_json())
    for sheet in data["sheets"]:
        sheet.pop("printed", None)
    del data["people"], data["follows"]
    assert from_json(json.dumps(data)).sheets[0].printed == {}


def test_a_fillable_kit_gives_back_what_was_printed_into_its_fields():
    made = kit(census(), KitOptions(patient="00104401"), single_sided=True, fillable=True)
    filled = read_filled(made.pdf)
    for sheet in made.manifest.sheets:
        values = filled.get(sheet.number, {})
        for _, _, field, text in places(made.manifest, sheet):
            assert values[field.id] == text, f"{sheet.form}: {field.id}"
    [chart] = sheets(made, "mar-scheduled")
    assert filled[chart.number]["allergies"] == "listed"
    assert filled[chart.number]["weight"] == "measured"


def test_what_a_fillable_kit_has_printed_cannot_be_typed_over_and_the_rest_can():
    made = kit(snapshot(patient(medications=(order(),))), forms=CHARTS, single_sided=True, fillable=True)
    [chart] = sheets(made, "mar-scheduled")
    fields = {str(field.get("/T")): field for field in _fields(made.pdf)}
    printed = fields[f"s{chart.number}/drugs/1/order/drug"]
    empty = fields[f"s{chart.number}/drugs/1/h1/time"]
    assert int(printed["/Ff"]) & 1 and printed["/V"] == "pantoprazole"
    assert not int(empty["/Ff"]) & 1 and "/V" not in empty


def _fields(pdf: bytes):
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    return [field.get_object() for field in root["/AcroForm"].get_object()["/Fields"]]


def test_the_labels_of_a_patient_carry_name_birth_date_and_number(whole):
    [sheet] = sheets(whole, "reg-patient-label-sheet", "00104401")
    with open_pdf(whole.pdf) as document:
        text = document[sheet.first_page - 1].get_textpage().get_text_range()
    assert text.count("00104401") >= 20 and text.count("Okafor") >= 20
    assert "born 21 MAR 1958" in text


def test_a_finished_pdf_keeps_its_pages_and_has_outline_labels_and_attachment():
    """The update is read by two other programs: what they find must be what was asked for."""
    made = kit(snapshot(patient()), forms=CHARTS)
    bare = made.pdf[: made.pdf.index(b"%%EOF") + 5] + b"\n"
    again = finish_pdf(
        bare, b"{}", [Bookmark("A", 0), Bookmark("Ä under", 1, 1), Bookmark("B", 2)],
        [PageLabels("x ", 0, 1), PageLabels("y ", 3, 3)], duplex=False,
    )  # fmt: skip
    reader = PdfReader(io.BytesIO(again))
    assert len(reader.pages) == made.pages
    top, inner, last = reader.outline
    assert (top.title, inner[0].title, last.title) == ("A", "Ä under", "B")
    assert list(reader.page_labels[:5]) == ["x 1", "x 2", "3", "y 1", "5"]
    assert reader.attachments["manifest.json"] == [b"{}"]
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/Duplex"] == "/Simplex"
    with open_pdf(again) as document:
        assert [bookmark.get_title() for bookmark in document.get_toc()] == ["A", "Ä under", "B"]


def test_forms_of_a_kit_say_who_approved_them(whole):
    site, department, shelf = example()
    approved, words = approval_words(site, department, shelf.form("mar-orders"), whole.manifest.made_at.date())
    assert approved, words
    assert whole.unapproved == ()
    assert plain_form is not None


def test_nobodys_words_stand_in_what_the_document_says_of_itself(whole):
    info = PdfReader(io.BytesIO(whole.pdf)).metadata
    assert info.title == "Downtime kit Medical Intensive Care Unit"
    assert "Okafor" not in str(dict(info))
