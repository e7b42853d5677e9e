"""Names of any kind: they never break a page, and their ink stays where names belong.

Measured on pictures: the same page with harmless names, or none, is rendered too, and whatever differs must lie in the
places that names have. A name that is too long is cut, and that it was cut is reported.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from example_packets import LIVE
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from page_images import SCAN_DPI, Image, changed_outside, described, open_pdf, picture, rendered, zxing_texts
from sample_site import FILES, site

from downtime.errors import ConfigError
from downtime.library.shelf import Shelf
from downtime.page.code import PageCoder
from downtime.page.geometry import PT_PER_MM, PaperSize, Rect
from downtime.paper.document import Document, Extras
from downtime.paper.fill import PageFill
from downtime.paper.header import Imprint
from downtime.paper.issuing import issued_form
from downtime.paper.packet import make_packet
from downtime.paper.plain import plain_form
from downtime.paper.production import print_run
from downtime.paper.sheet import PrintedForm
from downtime.paper.specimen import neutral_department, neutral_site
from downtime.paper.surroundings import surroundings
from downtime.site import load_site

DPI = 120
KIT = 0x0123456789AB
# Smoothed edges, and the tails of letters on a second line: cells stand 0.4 inside their lines.
EDGE_MM = 0.35
MARKS_MM = 1.3
TITLE_MARKS_MM = 2.2
STRIP_MM = {False: 66.0, True: 78.0}

NASTY = [
    "",
    " ",
    "W" * 200,
    "i" * 200,
    "W " * 100,
    "<b>Ward</b> & \"quotes\" 'n' <script>alert(1)</script>",
    "**bold** _x_ # h `c`",
    "{{ 7*7 }} {% for a in b %}{# c #}",
    "MSH|^~\\&|A|B\rPID|1||x^^^y",
    "(((unbalanced",
    "))) Tj ET Q",
    "\\",
    "\\\\(",
    "\\101\\)",
    "ends in a backslash\\",
    "مستشفى الملك فهد",
    "בית חולים (קומה 3)",
    "Ward العربية 3 mixed עברית",
    "王芳 やまだ 김민준",
    "病" * 200,
    "Nguyễn Thị Ánh Tuyết",
    "e\u0301\u0302\u0303\u0304\u0305" * 20,
    "Z" + "\u0300\u0316\u0334" * 60,
    "क्षत्रिय राम",
    "สมชาย ศรีสุข ที่นี่",
    "முருகன்",
    "\u202egnp.exe\u202c",
    "a\u200bb\u200d\ufeffc",
    "\x00\x07\x1b[31m",
    "tab\there\nline\r\nline",
    "😀👩‍👩‍👧‍👦🇩🇪",
    "\U000f0000\ufffe",
    "ﷺ" * 40,
    "ÅÄÖåäö ÇŞĞ ÐÞ ſß",
    "Ọláyẹ́mí",
    "؜\u2066isolated\u2069",
]
ALPHABET = "AjfQgyW(){}[]<>|^~\\&%#*_`'\"/ -.,;:0179éỆßæ\u0301\u0323\u202e\u200d אבמחلاق王カ한กี่म्किதோ😀\n\t"
hostile = st.one_of(
    st.sampled_from(NASTY),
    st.text(ALPHABET, max_size=60),
    st.text(max_size=40),
    st.text(ALPHABET, min_size=150, max_size=200),
    st.lists(st.sampled_from(NASTY), min_size=2, max_size=4).map(" ".join),
)
ascii_values = st.text(
    st.characters(codec="ascii", min_codepoint=33, max_codepoint=126), min_size=1, max_size=60
).flatmap(lambda text: st.just(text) | st.just(" ".join(re.findall(".{1,7}", text))))
slow = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@lru_cache(maxsize=8)
def form(form_id: str, paper: PaperSize) -> PrintedForm:
    return form_with(form_id, paper, LIVE)


def form_with(form_id: str, paper: PaperSize, imprint: Imprint) -> PrintedForm:
    library = Shelf().form(form_id)
    house, department = neutral_site(paper), neutral_department(library.spec)
    return issued_form(house, department, library, surroundings(house, department), imprint, paper)[1]


def document(title: str = "names") -> Document:
    return Document(PageCoder(1, KIT, 1), KIT, drill=False, title=title, subject=title)


def first_page(printed: PrintedForm, values: Mapping[str, str] | None = None) -> tuple[bytes, tuple[str, ...]]:
    """The first page of a form with these values, and the ids of those that were cut."""
    made = document()
    made.define_form("page", printed)
    text, cut = PageFill(printed.pages[0], frozenset({"surname", "drug"})).operators(values or {}, made.book)
    made.place("page", 0, extras=Extras(operators=text))
    return made.save(), cut


@lru_cache(maxsize=8)
def blank(form_id: str, paper: PaperSize) -> Image:
    return picture(first_page(form(form_id, paper))[0], DPI)


def writable(form_id: str, paper: PaperSize) -> list[str]:
    kinds = ("text", "lines", "number", "date", "time", "datetime", "initials", "signature", "comb")
    return [place.id for place in form(form_id, paper).pages[0].fields if place.kind in kinds]


def piled(text: str) -> bool:
    """Whether a letter carries more marks than any written language gives it: such a pile stands above its field."""
    composed, apart = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    marks = "".join("m" if unicodedata.combining(char) else "-" for char in apart)
    return "mm" in marks and any(unicodedata.combining(char) for char in composed)


FORMS = (("mar-scheduled", PaperSize.LETTER), ("reg-face-sheet", PaperSize.A4), ("flow-vitals-ews", PaperSize.LETTER))


@pytest.mark.parametrize(("form_id", "paper"), FORMS, ids=[name for name, _ in FORMS])
@slow
@given(data=st.data())
def test_values_stay_in_their_fields(form_id: str, paper: PaperSize, data: st.DataObject) -> None:
    """Each value's ink lies in the rectangle of its field, whatever it is made of."""
    chosen = data.draw(st.lists(st.sampled_from(writable(form_id, paper)), min_size=1, max_size=12, unique=True))
    values = {name: data.draw(hostile, label=name) for name in chosen}
    pdf, cut = first_page(form(form_id, paper), values)
    assert set(cut) <= set(values)
    places = {place.id: place.rect for place in form(form_id, paper).pages[0].fields}
    allowed = [places[name].inset(-MARKS_MM if piled(text) else -EDGE_MM) for name, text in values.items()]
    changed = changed_outside(blank(form_id, paper), picture(pdf, DPI), allowed, DPI)
    assert not changed.any(), f"{described(changed, DPI)}; fields: {[places[name] for name in values]}"


@slow
@given(value=ascii_values, name=st.sampled_from(writable("reg-face-sheet", PaperSize.A4)))
@example(value="(((", name="surname")
@example(value="\\", name="surname")
@example(value="W" * 60, name="patient.sex")
def test_what_is_not_reported_as_cut_is_there_whole(value: str, name: str) -> None:
    """And what was cut ends in a mark that says so, if there is room for any at all."""
    printed = form("reg-face-sheet", PaperSize.A4)
    pdf, cut = first_page(printed, {name: value})
    at = next(place.rect for place in printed.pages[0].fields if place.id == name).inset(-1.0)
    high = printed.layout.height_mm
    with open_pdf(pdf) as opened:
        words = (
            opened[0]
            .get_textpage()
            .get_text_bounded(
                at.x * PT_PER_MM, (high - at.bottom) * PT_PER_MM, at.right * PT_PER_MM, (high - at.y) * PT_PER_MM
            )
        )
    # PDFium takes a hyphen at a line's end for a break of the word, and writes it as U+FFFE or U+0002.
    shown, wanted = ("".join(re.sub("[-\ufffe\x02]", "", text).split()) for text in (words, value))
    if cut:
        assert cut == (name,)
        assert wanted not in shown
        assert "…" in shown or not shown
    else:
        assert wanted in shown


def names_page(kind: str, imprint: Imprint, title: str = "A title") -> PrintedForm:
    """A page of each kind that carries names in its frame."""
    if kind == "plain":
        return plain_form("card", title, "2026-11", PaperSize.LETTER, False, [()], imprint, [title])
    if kind == "landscape":
        return plain_form("tree", title, "2026-11", PaperSize.A4, True, [()], imprint, [title])
    return form_with(kind, PaperSize.LETTER, imprint)


def zones(printed: PrintedForm, kind: str) -> list[Rect]:
    """Where names may stand: title and subtitle, and the footer's lines up to the re-entry strip."""
    frame = printed.pages[0].frame
    foot = frame.footer
    width = foot.w if kind in ("plain", "landscape") else foot.w - STRIP_MM[frame.landscape] - 1.0
    return [frame.title, Rect(foot.x, foot.y, width, frame.references[0].y - foot.y - 0.5)]


@pytest.mark.parametrize("kind", ["plain", "landscape", "mar-scheduled", "ord-general", "log-unit-census"])
@slow
@given(facility=hostile, department=hostile, person=hostile, title=hostile)
@example(facility="W" * 200, department="W" * 200, person="W" * 200, title="W" * 200)
@example(facility="g\u0301" * 100, department="W", person="W " * 100, title="y")
@example(facility="", department="", person="", title="สมชาย ศรีสุข ที่นี่")
@example(facility="ที่นี่", department="ẪỄỔ", person="", title="ẪỄỔ ắẳẵ")
def test_names_in_the_frame_stay_in_their_zones(
    kind: str, facility: str, department: str, person: str, title: str
) -> None:
    """Facility, department and approver never reach a code, a mark, the body or a reference box."""
    harmless = replace(LIVE, facility="A", department="B", approval="C")
    names = replace(LIVE, facility=facility, department=department, approval=f"Approved: {person}, {person}")
    pictures = []
    for imprint, head in ((harmless, "T"), (names, title)):
        printed = names_page(kind, imprint, head)
        pictures.append(picture(first_page(printed)[0], DPI))
    over = TITLE_MARKS_MM if any(map(piled, (facility, department, person, title))) else 0.3
    changed = changed_outside(pictures[0], pictures[1], [zone.inset(-over) for zone in zones(printed, kind)], DPI)
    assert not changed.any(), described(changed, DPI)


@pytest.mark.parametrize("paper", list(PaperSize))
@pytest.mark.parametrize("form_id", ["mar-scheduled", "ord-general", "rec-patient-cover"])
def test_a_kit_with_the_longest_footer_keeps_its_reference_boxes(form_id: str, paper: PaperSize) -> None:
    """Data as of, and an approval that takes all its lines, still leave the ink reference alone."""
    pictures = []
    for approval in ("C", "Approved: " + "Wwwww " * 60):
        imprint = replace(LIVE, data_as_of="23 NOV 2026 0915", approval=approval)
        printed = form_with(form_id, paper, imprint)
        pictures.append(picture(first_page(printed)[0], DPI))
    changed = changed_outside(*pictures, [zone.inset(-0.3) for zone in zones(printed, form_id)], DPI)
    assert not changed.any(), described(changed, DPI)


@slow
@given(title=hostile)
def test_any_title_of_a_document(title: str) -> None:
    """The title of the PDF itself is text in the file's own syntax."""
    made = document(title)
    made.define_form("page", names_page("plain", LIVE))
    made.place("page", 0)
    pdf = made.save()
    with open_pdf(pdf) as opened:
        assert len(opened) == 1
        if title.isascii() and title.isprintable():
            assert opened.get_metadata_value("Title") == title


def quoted(text: str) -> str:
    """A text as YAML writes it."""
    return json.dumps(text, ensure_ascii=False)


def small_packet(folder: Path, facility: str, department: str, contact: str) -> bytes:
    """The packet of the small site with these names in its files."""
    root = site(folder)
    for file, old, new in (
        ("facility.yaml", "Mill Hill Hospital", facility),
        ("departments/ward.yaml", "name: Ward", f"name: {quoted(department)}"),
        ("contacts.yaml", "Charge nurse", contact),
    ):
        text = FILES[file]
        assert old in text
        new = new if new.startswith("name: ") else quoted(new)
        (root / file).write_text(text.replace(old, new, 1), "utf-8")
    house = load_site(root)
    ward = house.departments["ward"]
    shelf = Shelf(root / "forms")
    return make_packet(house, ward, shelf, print_run(house, made_at="2026-11-23T0930")).pdf


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(facility=hostile, department=hostile, contact=hostile)
@example(facility="<b>&amp;" * 25, department="W" * 200, contact="W" * 200)
@example(facility=NASTY[5], department=NASTY[8], contact=NASTY[18])
@example(facility=NASTY[12], department=NASTY[14], contact=NASTY[26])
@example(facility="مستشفى " * 28, department="病" * 200, contact="{{ 7*7 }} {% raw %}")
def test_names_in_a_site_folder(tmp_path: Path, facility: str, department: str, contact: str) -> None:
    """A packet is printed, or the name is refused with its place; every printed page can still be read back."""
    try:
        pdf = small_packet(tmp_path, facility, department, contact)
    except ConfigError as error:
        assert re.search(r"\.yaml(:[0-9]+)?: error: ", str(error)), str(error)
        assert any(refusable(name) for name in (facility, department, contact)), str(error)
        return
    seen = set()
    with open_pdf(pdf) as pages:
        for page in pages:
            words = page.get_textpage().get_text_bounded()
            kind = re.search(r"([a-z-]+)\s+·\s+revision", words)
            if kind is None or kind[1] in seen:
                continue
            seen.add(kind[1])
            assert len(zxing_texts(rendered(page, SCAN_DPI))) == 2
            edges_are_white(rendered(page, DPI), kind[1])
    assert {"cover", "card-own", "phone-tree", "log-incident"} <= seen


def refusable(name: str) -> bool:
    """Whether a site folder may refuse a name: nothing in it, too much, or what no keyboard types."""
    odd = any(unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs", "Zl", "Zp") for char in name)
    return odd or not name.strip() or len(name) > 200


def edges_are_white(image: Image, where: str) -> None:
    """Nothing runs out of the paper: no printer prints the last 3 mm."""
    margin = int(3 / 25.4 * DPI)
    inner = np.zeros_like(image, dtype=bool)
    inner[margin:-margin, margin:-margin] = True
    assert (image[~inner] > 200).all(), where


def test_the_picture_test_would_see_ink_outside() -> None:
    """What these tests measure with: one value, and a rectangle that is not its own."""
    printed = form("reg-face-sheet", PaperSize.A4)
    pdf, _ = first_page(printed, {"patient.surname": "Ferreira"})
    image = picture(pdf, DPI)
    places = {place.id: place.rect for place in printed.pages[0].fields}
    assert not changed_outside(blank("reg-face-sheet", PaperSize.A4), image, [places["patient.surname"]], DPI).any()
    assert changed_outside(blank("reg-face-sheet", PaperSize.A4), image, [places["patient.given"]], DPI).any()
