"""Text on paper: every name is drawn as it reads, inside its box, and what cannot be drawn is visible and reported."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Iterator

import pypdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from downtime.paper import font_embed, font_layout, shaping
from downtime.paper.font_embed import Embedding
from downtime.paper.font_files import OpenFont
from downtime.paper.font_fit import ELLIPSIS
from downtime.paper.font_layout import lay
from downtime.paper.fonts import FACES, FontBook, canvas_font_name, fit_text, font_advice, text_width_pt

WIDTH_PT, HEIGHT_PT = 400.0, 60.0
BASE_PT = 24.0
SCALE = 3

LATIN = [
    "O'Brien-Smith, Anne (née Müller)",
    "Wójcik Łucja",
    "İbrahim Işık",
    "Nguyễn Thị Ánh Hồng",
    "Παπαδόπουλος Ελένη",
    "Иванова Ольга",
    "(a\\b)((",
]
OTHERS = [
    "محمد عبد الله الأنصاري",
    "OKAFOR, محمد (ICU) 12",
    "פרץ דוד",
    "王芳",
    "やまだ たろう",
    "김민준",
    "สมชาย ศรีสุข",
    "राम कृष्णन्",
    "முருகன் கோபால்",
    "বাংলা কৃষ্ণ",
    "Ọláyẹ́mí",
]


@pytest.fixture(params=["engine", "no engine"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run with HarfBuzz and as if it were not installed."""
    if request.param == "engine":
        pytest.importorskip("uharfbuzz")
    else:
        monkeypatch.setattr(font_layout, "shaping_engine", lambda: None)
    lay.cache_clear()
    yield request.param
    lay.cache_clear()


def page(draw: Callable[[Canvas, FontBook], None]) -> tuple[bytes, FontBook]:
    """Make a one-page PDF."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH_PT, HEIGHT_PT), invariant=1, initialFontName=canvas_font_name())
    book = FontBook(canvas)
    draw(canvas, book)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue(), book


def one_line(text: str, face: str = "regular", x_pt: float = 40.0, size_pt: float = 12.0) -> tuple[bytes, FontBook]:
    return page(lambda canvas, book: canvas._code.append(book.text_ops(text, face, size_pt, x_pt, BASE_PT)))


def pixels(pdf: bytes) -> Image.Image:
    """Render the first page, ink white on black, so that an empty page has no bounding box."""
    document = pypdfium2.PdfDocument(pdf)
    image = document[0].render(scale=SCALE).to_pil().convert("L").point(lambda value: 255 - value)
    document.close()
    return image.point(lambda value: value if value > 40 else 0)


def ink_pt(pdf: bytes) -> tuple[float, float, float, float] | None:
    """Left, bottom, right and top of the ink, in points from the lower left corner."""
    box = pixels(pdf).getbbox()
    if box is None:
        return None
    left, top, right, bottom = (edge / SCALE for edge in box)
    return left, HEIGHT_PT - bottom, right, HEIGHT_PT - top


def extracted(pdf: bytes) -> str:
    return pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().strip()


@pytest.mark.parametrize("text", LATIN)
@pytest.mark.parametrize("face", FACES)
def test_left_to_right_names_read_back_as_written(text: str, face: str) -> None:
    pdf, book = one_line(text, face)
    assert extracted(pdf) == text
    assert not book.missing and not book.removed and not book.unshaped


@pytest.mark.parametrize("text", ["王芳", "やまだ", "김민준", "𠮷田"])
def test_east_asian_names_read_back_as_written(text: str) -> None:
    pytest.importorskip("justmytype_intl_cjk")
    pdf, book = one_line(text)
    assert extracted(pdf) == text
    assert not book.missing


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("text", ["محمد عبد الله الأنصاري", "דוד לוי", "فاطمة زهرا پژمان"])
def test_right_to_left_names_read_back_letter_for_letter(text: str) -> None:
    # The word order that a text extractor gives is its own affair; letters of each word must be right.
    pdf, book = one_line(text)
    assert sorted(extracted(pdf).split()) == sorted(text.split())
    assert not book.unshaped


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("face", ["regular", "bold"])
@pytest.mark.parametrize("text", LATIN + OTHERS)
def test_ink_lies_within_the_measured_width(text: str, face: str) -> None:
    pdf, _ = one_line(text, face, size_pt=12)
    ink = ink_pt(pdf)
    assert ink is not None
    left, bottom, right, top = ink
    width_pt = text_width_pt(text, face, 12)
    assert left >= 40 - 1 and right <= 40 + width_pt + 1
    assert right - left > 0.8 * width_pt
    assert bottom > BASE_PT - 6 and top < BASE_PT + 14


def test_plain_text_is_drawn_like_reportlab_draws_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # Both from the font as it is installed: prepared subsets have no hinting, which moves edges by parts of a pixel.
    monkeypatch.setattr(font_embed, "prepared_subset", lambda _path: None)
    text = "Paracetamol 500 mg (po) \\ 0O1lI | ~ Zażółć"

    def by_reportlab(canvas: Canvas, book: FontBook) -> None:
        canvas.setFont(canvas_font_name(), 11)
        canvas.drawString(40, BASE_PT, text)

    ours, _ = page(lambda canvas, book: canvas._code.append(book.text_ops(text, "regular", 11, 40, BASE_PT)))
    theirs, _ = page(by_reportlab)
    assert pixels(ours).tobytes() == pixels(theirs).tobytes()


@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60), face=st.sampled_from(FACES))
def test_fast_path_and_slow_path_measure_alike(text: str, face: str) -> None:
    line = lay(text + "\u200b", face)  # the zero-width space forces the slow path and is then taken out
    assert line.text == text
    assert line.width * 9 == pytest.approx(text_width_pt(text, face, 9))
    assert "".join(run.glyphs for run in line.runs) == text


def test_a_block_draws_what_single_lines_draw() -> None:
    items = [("Anna (A)", 40.0, 40.0), ("Ελένη", 120.0, 40.0), ("Zoë", 40.0, 20.0)]
    block, _ = page(lambda canvas, book: canvas._code.append(book.block_ops(items, "bold", 10, 0.2)))
    lines, _ = page(
        lambda canvas, book: canvas._code.extend(book.text_ops(text, "bold", 10, x, y, 0.2) for text, x, y in items)
    )
    assert pixels(block).tobytes() == pixels(lines).tobytes()


def test_text_works_inside_a_form_and_every_font_is_embedded() -> None:
    def draw(canvas: Canvas, book: FontBook) -> None:
        canvas.beginForm("static")
        canvas._code.append(book.text_ops("Form Ελένη", "bold", 12, 40, BASE_PT))
        canvas.endForm()
        canvas.doForm("static")

    pdf, _ = page(draw)
    assert ink_pt(pdf) is not None
    fonts = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"]
    assert len(fonts) == 2
    for font in fonts.values():
        assert "/FontFile2" in font.get_object()["/FontDescriptor"]


def test_plain_text_asks_reportlab_for_codes_once_not_for_each_line(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    encode = Embedding.encode

    def counting(self: Embedding, font: OpenFont, text: str) -> list[tuple[str, bytes]]:
        asked.append(text)
        return encode(self, font, text)

    monkeypatch.setattr(Embedding, "encode", counting)
    page(lambda canvas, book: canvas._code.append(book.block_ops([("Anna", 0.0, 0.0)] * 1000, "regular", 9)))
    assert len(asked) <= 2


def test_fonts_used_are_listed_for_the_manifest() -> None:
    _, book = one_line("Anna Ελένη")
    assert book.font_files == ("AtkinsonHyperlegible-Regular.ttf", "NotoSans[wdth,wght].ttf")


def test_more_characters_than_one_subset_holds() -> None:
    chars = [chr(code) for code in range(0xC0, 0x370) if chr(code).isalpha()]
    text = "".join(chars)
    pdf, book = one_line(text, x_pt=0, size_pt=1)
    assert extracted(pdf) == text
    assert not book.missing


@pytest.mark.usefixtures("engine")
def test_same_text_gives_the_same_bytes_whatever_came_before() -> None:
    text = " ".join(LATIN + OTHERS)
    first, _ = one_line(text)
    one_line("निर्मला தமிழ்" + text[::-1])
    lay.cache_clear()
    second, _ = one_line(text)
    assert first == second


# --- what has no glyph, and what must not be drawn ---------------------------------------------------------------


def test_a_character_without_glyph_is_a_visible_box_and_reported() -> None:
    pdf, book = one_line("\U0001f600")
    assert book.missing == {"\U0001f600"}
    ink = ink_pt(pdf)
    assert ink is not None and ink[2] - ink[0] > 3
    assert "U+1F600" in font_advice(book.missing)


def test_advice_names_the_extra_when_a_font_package_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    from downtime.paper import font_files

    monkeypatch.setattr(font_files, "find_font", lambda source: None)
    assert "downtime[names]" in font_advice({"王"})
    assert "justmytype-intl-cjk" in font_advice({"王"})
    assert font_advice(()) == ""


@pytest.mark.parametrize("control", ["\u202e", "\u2066", "\x00", "\x1b", "\ud800", "\ue000", "\U000e0041", "\u3164"])
def test_what_could_change_the_reading_becomes_a_box(control: str) -> None:
    cleaned, removed = shaping.clean(f"AB{control}CD")
    assert cleaned == f"AB{shaping.BOX}CD"
    assert removed == {control}
    pdf, book = one_line(f"AB{control}CD")
    assert book.removed == {control}
    assert extracted(pdf).startswith("AB") and extracted(pdf).endswith("CD")
    assert text_width_pt(f"AB{control}CD", "regular", 10) > text_width_pt("ABCD", "regular", 10)


@pytest.mark.parametrize("inkless", ["\u200b", "\u00ad", "\ufeff", "\u200f", "\u200d"])
def test_inkless_characters_are_taken_out_and_reported(inkless: str) -> None:
    assert shaping.clean(f"AB{inkless}CD") == ("ABCD", {inkless})


@pytest.mark.parametrize("space", ["\n", "\t", "\r", "\u2028", "\u00a0", "\u3000"])
def test_any_white_space_is_a_space(space: str) -> None:
    assert shaping.clean(f"A{space}B") == ("A B", frozenset())


def test_marks_piled_on_a_letter_are_limited_and_shown() -> None:
    cleaned, removed = shaping.clean("Z" + "\u0301" * 40 + "o")
    assert cleaned.count("\u0301") <= shaping.MAX_MARKS
    assert shaping.BOX in cleaned and cleaned.endswith("o")
    assert removed == {"\u0301"}


# --- direction and shape ------------------------------------------------------------------------------------------


def drawn(text: str, direction: str = "") -> str:
    return "".join(run.glyphs for run in lay(text, "regular", direction).runs)


def test_mixed_text_keeps_the_order_of_its_first_letter() -> None:
    assert unicodedata.normalize("NFKC", drawn("OKAFOR, محمد (ICU)")) == "OKAFOR, دمحم (ICU)"
    assert unicodedata.normalize("NFKC", drawn("محمد (ICU) 12")) == "12 (ICU) دمحم"
    assert unicodedata.normalize("NFKC", drawn("محمد (ICU)", "ltr")) == "دمحم (ICU)"


def test_hebrew_brackets_are_mirrored_and_numbers_are_not_reversed() -> None:
    assert drawn("אב (גד) 12") == "12 (דג) בא"


def test_arabic_letters_are_joined() -> None:
    # Initial, medial, medial, final: U+FE8F block forms, in drawing order from the left.
    assert drawn("محمد") == "\ufeaa\ufee4\ufea4\ufee3"
    assert drawn("لا") == "\ufefb"


def test_an_arabic_letter_without_joined_form_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_layout, "shaping_engine", lambda: None)
    lay.cache_clear()
    assert lay("ݐݑ", "regular").unshaped
    lay.cache_clear()


def test_devanagari_without_engine_is_drawn_and_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_layout, "shaping_engine", lambda: None)
    lay.cache_clear()
    pdf, book = one_line("हिन्दी")
    assert book.unshaped == {"हिन्दी"}
    assert ink_pt(pdf) is not None
    lay.cache_clear()


def test_devanagari_with_engine_puts_the_vowel_sign_first() -> None:
    pytest.importorskip("uharfbuzz")
    lay.cache_clear()
    line = lay("हि", "regular")
    assert not line.unshaped
    assert len(line.runs[0].glyphs) == 2 and line.runs[0].glyphs[-1] == "ह"


def test_a_mark_without_letter_stays_in_the_box() -> None:
    pdf, _ = one_line("́")
    ink = ink_pt(pdf)
    assert ink is not None and ink[0] >= 40 - 1


@given(st.lists(st.integers(0, 3), max_size=12))
def test_visual_order_is_a_permutation(levels: list[int]) -> None:
    assert sorted(shaping.visual_order(levels)) == list(range(len(levels)))


# --- fitting ------------------------------------------------------------------------------------------------------


def test_a_short_name_keeps_its_size() -> None:
    fitted = fit_text("Anna Berg", "bold", 14, 200, 8)
    assert (fitted.lines, fitted.size_pt, fitted.truncated) == (("Anna Berg",), 14, False)


def test_a_longer_name_shrinks_before_it_is_cut() -> None:
    name = "Hildegard Wolkenstein-Trauttmansdorff"
    fitted = fit_text(name, "bold", 14, text_width_pt(name, "bold", 10), 8)
    assert fitted.lines == (name,) and 9.5 <= fitted.size_pt <= 10 and not fitted.truncated


def test_a_name_wraps_at_spaces_and_hyphens() -> None:
    fitted = fit_text("Wolkenstein-Trauttmansdorff Hildegard", "regular", 12, 110, 12, max_lines=3)
    assert fitted.lines == ("Wolkenstein-", "Trauttmansdorff", "Hildegard")


def test_only_a_word_longer_than_a_line_breaks_within() -> None:
    """“R100” and “3” on two lines are read as two numbers: the text is cut instead, and stands whole elsewhere."""
    text = "at least hours apart 6; order R1003"
    broken = fit_text(text, "regular", 8, text_width_pt("at least ho", "regular", 8), 8, max_lines=4)
    assert all(set(line.split()) <= set(text.split()) for line in broken.lines[:-1])
    long = fit_text("order R10031003100310031003 now", "regular", 8, 60, 8, max_lines=6)
    assert not long.truncated and long.lines[-1] == "now"


def test_no_number_is_cut() -> None:
    whole = "Fluid restriction 1.5 L"
    for width_pt in range(40, 90, 3):
        fitted = fit_text(whole, "regular", 8, width_pt, 8, max_lines=1)
        if fitted.truncated and fitted.lines:
            assert fitted.lines[0].rstrip("…").rstrip() in ("Fluid restriction", "Fluid restriction 1.5") or not any(
                letter.isdigit() for letter in fitted.lines[0]
            ), fitted


def test_two_hundred_letters_are_cut_visibly() -> None:
    fitted = fit_text("Ab" * 100, "regular", 12, 100, 8, max_lines=2)
    assert fitted.truncated and len(fitted.lines) == 2
    assert fitted.lines[-1].endswith(ELLIPSIS) and ELLIPSIS not in fitted.lines[0]
    assert fitted.size_pt == 8


def test_a_box_too_narrow_for_anything_stays_empty_and_says_so() -> None:
    fitted = fit_text("Anna", "regular", 12, 1, 8)
    assert fitted.lines == () and fitted.truncated


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(st.characters(codec=None), max_size=80) | st.text("אبक王A é-\u0301\u202e\n", max_size=200),
    face=st.sampled_from(FACES),
    width_pt=st.floats(0, 150),
    max_lines=st.integers(1, 3),
)
def test_any_text_fits_its_box(text: str, face: str, width_pt: float, max_lines: int) -> None:
    fitted = fit_text(text, face, 12, width_pt, 8, max_lines)
    assert len(fitted.lines) <= max_lines
    assert 8 <= fitted.size_pt <= 12
    for line in fitted.lines:
        assert text_width_pt(line, face, fitted.size_pt, fitted.direction) <= width_pt + 1e-6
    if not fitted.truncated:
        whole = unicodedata.normalize("NFC", text)
        assert "".join("".join(fitted.lines).split()) == "".join(whole.split())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(st.characters(codec=None), max_size=30), face=st.sampled_from(FACES))
def test_any_text_is_drawn_and_can_be_read_by_a_pdf_reader(text: str, face: str) -> None:
    pdf, _ = one_line(text, face)
    extracted(pdf)
    pixels(pdf)


@settings(max_examples=60, deadline=None)
@given(text=st.text("AjfQgŻệЖ אבמحلا王カ한กี่म्किதோ()😀\u202e\u0301", min_size=1, max_size=40))
def test_ink_of_any_mixture_stays_in_its_box(text: str) -> None:
    fitted = fit_text(text, "regular", 12, 120, 8)

    def draw(canvas: Canvas, book: FontBook) -> None:
        for line in fitted.lines:
            canvas._code.append(book.text_ops(line, "regular", fitted.size_pt, 40, BASE_PT, 0, fitted.direction))

    ink = ink_pt(page(draw)[0])
    if ink is not None:
        assert ink[0] >= 40 - 2.5 and ink[2] <= 160 + 2.5
