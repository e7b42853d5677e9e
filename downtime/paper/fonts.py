"""Text for PDF pages: widths, and content-stream operators with embedded, subset TrueType fonts.

Almost all text on a page is Latin and takes a fast path: one look-up a character. Anything else is laid out by
``font_layout``. Both draw exactly as wide as ``text_width_pt`` measures.

Append the operators to a page or a Form XObject. Resources need no care: every page and every Form XObject has the one
font dictionary of the document, and the fonts that a ``FontBook`` has used are added when the document is saved. Create
the canvas with ``initialFontName=canvas_font_name()``, or reportlab adds its own Helvetica, which is not embedded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from downtime.paper.font_embed import Embedding
from downtime.paper.font_files import FACES, font_advice, open_text_font, plain_advances
from downtime.paper.font_fit import FittedText, fit_text
from downtime.paper.font_layout import Line, Run, lay

__all__ = ["FACES", "FittedText", "FontBook", "canvas_font_name", "fit_text", "font_advice", "text_width_pt"]

_ESCAPES = {code: f"\\{code:03o}" for code in (*range(32), *range(127, 256))}
_ESCAPES |= {code: chr(code) for code in range(32, 127)} | {ord(char): "\\" + char for char in "()\\"}

# A bold name in a fallback font, of which only the regular weight is loaded, is made bold by an outline.
_BOLD_OUTLINE = 0.03


def text_width_pt(text: str, face: str, size_pt: float, direction: str = "") -> float:
    """Measure text as it will be drawn, fallback fonts included."""
    try:
        return sum(map(plain_advances(face).__getitem__, text)) * size_pt
    except KeyError:
        return lay(text, face, direction).width * size_pt


def canvas_font_name() -> str:
    """Register the regular text face with reportlab and give its name, for ``Canvas(initialFontName=…)``."""
    from reportlab.pdfbase import pdfmetrics

    font = open_text_font("regular").ttf
    pdfmetrics.registerFont(font)
    return str(font.fontName)


class _Codes(dict[str, str]):
    """Escaped codes of the plain characters in the first subset of a text face, handed out on first use.

    reportlab keeps the ASCII characters at their own codes in every first subset, so that ASCII needs no look-up.
    """

    def __init__(self, face: str, embedding: Embedding) -> None:
        super().__init__()
        self._plain = plain_advances(face)
        self._font = open_text_font(face)
        self._embedding = embedding
        [(self.name, _)] = embedding.encode(self._font, " ")

    def __missing__(self, char: str) -> str:
        if char not in self._plain:
            raise KeyError(char)
        [(name, codes)] = self._embedding.encode(self._font, char)
        if name != self.name:  # a second subset: more than 255 different characters of one face in one document
            raise KeyError(char)
        self[char] = code = _ESCAPES[codes[0]]
        return code


MOST_MEASURED = 10_000
"""How many texts a document remembers the width of, before it forgets them all."""


class FontBook:
    """The fonts of one PDF document: measures text and writes the operators that draw it.

    What the operator must be told gathers while text is drawn: ``missing`` (characters no font has, drawn as boxes),
    ``removed`` (control and invisible characters taken out or drawn as boxes), ``unshaped`` (texts whose script needs
    HarfBuzz, drawn letter by letter), and ``font_files`` (file names of the fonts used, for the manifest).
    """

    def __init__(self, canvas: Any) -> None:
        """Start an empty book for the document of a reportlab canvas."""
        self._embedding = Embedding(canvas._doc)
        self._codes: dict[str, _Codes] = {}
        self._measured: dict[tuple[str, str], tuple[float, str | None]] = {}
        self.missing: set[str] = set()
        self.removed: set[str] = set()
        self.unshaped: set[str] = set()

    @property
    def font_files(self) -> tuple[str, ...]:
        """File names of the fonts embedded so far."""
        return self._embedding.files

    def width_pt(self, text: str, face: str, size_pt: float, direction: str = "") -> float:
        """Measure text as it will be drawn; the same as ``text_width_pt``."""
        return text_width_pt(text, face, size_pt, direction)

    def text_ops(
        self, text: str, face: str, size_pt: float, x_pt: float, y_pt: float, gray: float = 0.0, direction: str = ""
    ) -> str:
        """Write the operators that draw one line of text with its baseline starting at (x, y).

        ``x_pt`` is the left end whatever the direction of the text. Leaves the fill colour at ``gray``.
        """
        shown = None if direction == "rtl" else self._plain_line(text, face, size_pt, x_pt, y_pt)
        if shown is None:
            return self._laid_line(lay(text, face, direction), face, size_pt, x_pt, y_pt, gray)
        return f"BT {gray:g} g {shown}ET"

    def block_ops(self, items: Iterable[tuple[str, float, float]], face: str, size_pt: float, gray: float = 0.0) -> str:
        """Write many lines (text, x, y) of one face, size and grey as one text object: the cheapest way."""
        plain: list[str] = []
        others: list[str] = []
        for text, x_pt, y_pt in items:
            shown = self._plain_line(text, face, size_pt, x_pt, y_pt)
            if shown is None:
                others.append(self._laid_line(lay(text, face), face, size_pt, x_pt, y_pt, gray))
            else:
                plain.append(shown)
        block = [f"BT {gray:g} g {''.join(plain)}ET"] if plain else []
        return "\n".join(block + others)

    def plain(self, text: str, face: str) -> str | None:
        """Encode text that the face's first subset draws as it stands, for the inside of a PDF string; else None."""
        codes = self._face(face)
        if text.isascii() and text.isprintable():
            if "\\" in text or "(" in text or ")" in text:
                return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            return text
        try:
            return "".join(map(codes.__getitem__, text))
        except KeyError:
            return None

    def measured(self, text: str, face: str) -> tuple[float, str | None]:
        """The width of a text at size 1, and its `plain` encoding; orders and routes come again on page after page."""
        known = self._measured.get((text, face))
        if known is None:
            if len(self._measured) >= MOST_MEASURED:
                self._measured.clear()
            known = self._measured[text, face] = (text_width_pt(text, face, 1.0), self.plain(text, face))
        return known

    def _face(self, face: str) -> _Codes:
        codes = self._codes.get(face)
        if codes is None:  # not "or": an empty book of codes is false
            codes = self._codes[face] = _Codes(face, self._embedding)
        return codes

    def resource_name(self, face: str) -> str:
        """The name under which content streams select the face's first subset, as ``/F1+0``."""
        return self._face(face).name

    def _plain_line(self, text: str, face: str, size_pt: float, x_pt: float, y_pt: float) -> str | None:
        shown = self.plain(text, face)
        if shown is None:
            return None
        # Percent formatting is twice as fast as an f-string here, and this line runs sixty times a page.
        return "%s %g Tf 1 0 0 1 %.2f %.2f Tm (%s) Tj " % (self._codes[face].name, size_pt, x_pt, y_pt, shown)  # noqa: UP031

    def _laid_line(self, line: Line, face: str, size_pt: float, x_pt: float, y_pt: float, gray: float) -> str:
        """Write a line as an object of its own: it changes stroke and rise, which must not leak."""
        self.missing |= line.missing
        self.removed |= line.removed
        if line.unshaped:
            self.unshaped.add(line.text)
        shown: list[str] = []
        x_pt += line.indent * size_pt
        for run in line.runs:
            shown.append(f"1 0 0 1 {x_pt:.2f} {y_pt:.2f} Tm ")
            shown.extend(self._run_ops(run, face, size_pt))
            x_pt += run.width * size_pt
        return f"q {gray:g} g {gray:g} G 1 j BT {''.join(shown)}ET Q"

    def _run_ops(self, run: Run, face: str, size_pt: float) -> Iterator[str]:
        outline = run.font.source.thicken
        if "bold" in face and run.font is not open_text_font(face):
            outline += _BOLD_OUTLINE
        yield f"2 Tr {outline * size_pt:.3f} w " if outline else "0 Tr "
        if run.missing:
            [(name, codes)] = self._embedding.encode(run.font, "\0")
            for char in run.glyphs:
                yield f"{_span(char)}{name} {size_pt:g} Tf ({_escape(codes)}) Tj EMC "
        elif not run.places:
            for name, codes in self._embedding.encode(run.font, run.glyphs):
                yield f"{name} {size_pt:g} Tf ({_escape(codes)}) Tj "
        else:
            yield from self._placed_ops(run, size_pt)

    def _placed_ops(self, run: Run, size_pt: float) -> Iterator[str]:
        spanned = False
        for index, (glyph, place) in enumerate(zip(run.glyphs, run.places, strict=True)):
            text = run.texts[index]
            if text:
                if spanned:
                    yield "EMC "
                alone = index + 1 == len(run.texts) or run.texts[index + 1] != ""
                spanned = not (self._embedding.spells(run.font, glyph, text) and alone)
                if spanned:
                    yield _span(text)
            [(name, codes)] = self._embedding.encode(run.font, glyph)
            back = place.dx + run.font.advance[glyph] - place.advance
            shown = f"[{_kern(-place.dx)}({_escape(codes)}){_kern(back)}] TJ "
            yield f"{name} {size_pt:g} Tf {place.dy * size_pt:.3f} Ts {shown}"
        yield "EMC 0 Ts " if spanned else "0 Ts "


def _span(text: str) -> str:
    """Open a span that tells viewers which text the glyphs in it stand for; ``EMC`` closes it."""
    return f"/Span <</ActualText <FEFF{text.encode('utf-16-be').hex().upper()}>>> BDC "


def _kern(share: float) -> str:
    thousandths = round(share * 1000, 1)
    return f"{thousandths:g}" if thousandths else ""


def _escape(codes: bytes) -> str:
    """Write character codes as the inside of a PDF string: pure ASCII whatever the codes."""
    return "".join(map(_ESCAPES.__getitem__, codes))
