"""The prepared subsets are the installed fonts: every outline and width, and pages that look the same without them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from PIL import ImageChops
from reportlab.pdfgen.canvas import Canvas

from downtime.paper import font_embed
from downtime.paper.font_files import FACES, open_text_font
from downtime.paper.font_prepared import CODES, characters_of_codes, prepared_subset
from downtime.paper.fonts import FontBook, canvas_font_name

SAMPLES = ["Tomás Lê – “5 mg”", "Żółkiewski, Łucja ≥ 38 °C", "½ × 3 µg · €", "(a\\b) ĐğşœȚ", "Ħal Għaxaq"]


@pytest.fixture
def unprepared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if the installed fonts were another version than the one that the subsets were made from."""
    monkeypatch.setattr(font_embed, "prepared_subset", lambda path: None)
    yield


def printed(face: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(300, 120), invariant=1, initialFontName=canvas_font_name())
    book = FontBook(canvas)
    for number, text in enumerate(SAMPLES):
        canvas._code.append(book.text_ops(text, face, 12, 10, 100 - 20 * number))
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def outline(font: TTFont, glyph: str) -> list[tuple[str, tuple[object, ...]]]:
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[glyph].draw(pen)
    return pen.value


@pytest.mark.parametrize("face", FACES)
def test_every_prepared_character_is_that_of_the_installed_font(face: str) -> None:
    path = open_text_font(face).path
    subset = prepared_subset(path)
    assert subset is not None, "the font has changed: run python tests/renew_fonts.py"
    program = zlib.decompress(subset.packed)
    assert len(program) == subset.length
    made, installed = TTFont(io.BytesIO(program)), TTFont(path)
    codes, glyphs = made["cmap"].tables[0].cmap, installed.getBestCmap()
    for code, character in enumerate(subset.characters):
        if not character:
            assert codes.get(code, ".notdef") in (".notdef", made.getGlyphOrder()[0])
            continue
        assert outline(made, codes[code]) == outline(installed, glyphs[character]), chr(character)
        assert made["hmtx"][codes[code]][0] == installed["hmtx"][glyphs[character]][0], chr(character)


def test_ascii_stands_at_its_own_codes_and_no_character_twice() -> None:
    characters = characters_of_codes()
    assert len(characters) == CODES
    assert list(characters[32:127]) == list(range(32, 127))
    given = [character for character in characters if character]
    assert len(given) == len(set(given)) == CODES - 1
    assert all(character in open_text_font(face).ttf.face.charToGlyph for face in FACES for character in given)


def test_another_font_of_the_same_name_gets_no_prepared_subset(tmp_path: Path) -> None:
    path = open_text_font("regular").path
    other = tmp_path / path.name
    other.write_bytes(path.read_bytes()[:-1] + b"x")
    assert prepared_subset(path) is not None
    assert prepared_subset(other) is None
    (tmp_path / "Unknown.ttf").write_bytes(b"x")
    assert prepared_subset(tmp_path / "Unknown.ttf") is None


@pytest.mark.parametrize("face", FACES)
def test_a_page_looks_and_reads_the_same_without_them(face: str, request: pytest.FixtureRequest) -> None:
    with_them = printed(face)
    request.getfixturevalue("unprepared")
    without = printed(face)
    texts = [pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text() for pdf in (with_them, without)]
    assert texts[0] == texts[1]
    assert all(sample in texts[0] for sample in SAMPLES)
    # Large enough that hinting, which the prepared subsets go without, moves no edge by a pixel of the reduced picture.
    images = [pypdfium2.PdfDocument(pdf)[0].render(scale=16).to_pil().convert("L") for pdf in (with_them, without)]
    small = [image.reduce(8) for image in images]
    assert small[0].getextrema()[0] < 60
    assert ImageChops.difference(*small).getextrema()[1] < 90


def test_the_second_subset_takes_what_the_first_lacks() -> None:
    fonts = pypdf.PdfReader(io.BytesIO(printed("regular"))).pages[0]["/Resources"]["/Font"]
    subsets = [font.get_object() for font in fonts.values()]
    assert len(subsets) == 2
    for font in subsets:
        descriptor = font["/FontDescriptor"]
        assert (
            len(descriptor["/FontFile2"].get_object().get_data()) == descriptor["/FontFile2"].get_object()["/Length1"]
        )
        assert len(font["/Widths"]) == font["/LastChar"] + 1
