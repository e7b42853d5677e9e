"""Adding to a finished PDF: what stands in it stays byte for byte, and any reader finds what was added."""

from __future__ import annotations

import io
import re

import pypdfium2
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject
from reportlab.pdfgen.canvas import Canvas

from downtime.paper.finish import Bookmark, PageLabels, finish_pdf, read_manifest
from downtime.paper.pdf_update import PdfUpdate


def document(pages: int = 3) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for page in range(pages):
        canvas.drawString(72, 700, f"page {page + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def words(pdf: bytes) -> list[str]:
    return [page.extract_text().strip() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_what_stands_in_it_stays_and_what_is_added_is_found():
    pdf = document()
    update = PdfUpdate(pdf)
    stream = StreamObject()
    stream.set_data(b"added \x00\xff bytes")
    reference = update.add(stream)
    note = update.add(DictionaryObject({NameObject("/Note"): TextStringObject("Ünïcode (and brackets)")}))
    update.catalogue[NameObject("/Added")] = reference
    update.catalogue[NameObject("/Note")] = note
    written = update.written()
    assert written.startswith(pdf)
    reader = PdfReader(io.BytesIO(written), strict=True)
    root = reader.trailer["/Root"]
    assert root["/Added"].get_data() == b"added \x00\xff bytes"
    assert root["/Note"]["/Note"] == "Ünïcode (and brackets)"
    assert words(written) == words(pdf) == ["page 1", "page 2", "page 3"]
    assert len(pypdfium2.PdfDocument(written)) == 3


def test_every_entry_of_its_table_points_to_its_object():
    update = PdfUpdate(document())
    for number in range(12):
        update.catalogue[NameObject(f"/Item{number}")] = update.add(NumberObject(number))
    written = update.written()
    section = written[written.rindex(b"xref\n", 0, written.rindex(b"startxref")) :]
    first, count = map(int, re.findall(rb"\n(\d+) (\d+)\n", section)[-1])
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", section)][1:]
    assert count == 12 == len(places)
    for number, place in enumerate(places, first):
        assert written[place:].startswith(b"%d 0 obj\n%d\nendobj" % (number, number - first))


def test_an_update_of_an_update():
    first = PdfUpdate(document())
    first.catalogue[NameObject("/One")] = first.add(NumberObject(1))
    second = PdfUpdate(first.written())
    second.catalogue[NameObject("/Two")] = second.add(NumberObject(2))
    root = PdfReader(io.BytesIO(second.written()), strict=True).trailer["/Root"]
    assert (root["/One"], root["/Two"]) == (1, 2)


@pytest.mark.parametrize("pages", [1, 130])
def test_manifest_outline_and_labels_are_where_readers_look(pages):
    pdf = document(pages)
    marks = [Bookmark(f"Part {page}", page) for page in range(pages)] + [Bookmark("inside", pages - 1, 1)]
    finished = finish_pdf(pdf, b'{"a":1}', marks, [PageLabels("data ", 0, 0)], duplex=True)
    assert finished.startswith(pdf) and read_manifest(finished) == b'{"a":1}' and read_manifest(pdf) is None
    reader = PdfReader(io.BytesIO(finished), strict=True)
    assert reader.page_labels[0] == "data 1" and len(reader.page_labels) == pages
    tops = [item for item in reader.outline if not isinstance(item, list)]
    assert [item.title for item in tops] == [f"Part {page}" for page in range(pages)]
    assert [reader.get_destination_page_number(item) for item in tops] == list(range(pages))
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/PrintScaling"] == "/None"
