"""Embedding: characters to codes of reportlab's font subsets, and the way back for search and copying."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable
from functools import cache
from typing import Any

from downtime.paper.font_files import OpenFont
from downtime.paper.font_prepared import PreparedSubset, prepared_subset

_UNKNOWN = "\ufffd"
_PRIVATE = (0xE000, 0xF8FF), (0xF0000, 0x10FFFF)
_ARABIC_FORMS = (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)


class Embedding:
    """The fonts one PDF document embeds, each in subsets of up to 255 glyphs, filled in order of first use."""

    def __init__(self, doc: Any) -> None:
        """Start with no fonts for a reportlab ``PDFDocument``."""
        self._doc = doc
        self._fonts: dict[str, OpenFont] = {}
        self._texts: dict[tuple[str, str], str] = {}

    @property
    def files(self) -> tuple[str, ...]:
        """File names of the fonts used so far, sorted."""
        return tuple(sorted(font.path.name for font in self._fonts.values()))

    def encode(self, font: OpenFont, text: str) -> list[tuple[str, bytes]]:
        """Give the text as codes of the font's subsets: pairs of resource name (``/F1+0``) and codes."""
        ttf = font.ttf
        if font.source.key not in self._fonts:
            self._open(font)
        return [
            (ttf.getSubsetInternalName(subset, self._doc), codes) for subset, codes in ttf.splitString(text, self._doc)
        ]

    def _open(self, font: OpenFont) -> None:
        """Begin with a font: its first subset is the prepared one, if there is one."""
        ttf = font.ttf
        prepared = prepared_subset(font.path)
        state = ttf._assignState(self._doc)
        if prepared is not None:
            state.subsets = [list(prepared.characters)]
            state.assignments = {code: at for at, code in enumerate(prepared.characters) if code or not at}
            state.nextCode = len(prepared.characters)
        ttf.getSubsetInternalName(0, self._doc)
        self._fonts[font.source.key] = font
        # reportlab asks this list for the font objects when the document is saved.
        self._doc.delayedFonts[self._doc.delayedFonts.index(ttf)] = _EmbeddedFont(ttf, prepared, self._texts)

    def spells(self, font: OpenFont, glyph: str, text: str) -> bool:
        """Tell whether a viewer will read this text from the glyph; the first text asked for is the one it gets."""
        own = _text_of(ord(glyph))
        if own != _UNKNOWN:
            return own == text
        return self._texts.setdefault((font.source.key, glyph), text) == text


class _EmbeddedFont:
    """Stands for a font while the document is saved: a font object for each subset, with right ToUnicode tables.

    reportlab would write the character it embedded a glyph for: wrong for presentation forms and for glyphs that no
    character stands for, and malformed for characters beyond U+FFFF.
    """

    def __init__(self, ttf: Any, prepared: PreparedSubset | None, texts: dict[tuple[str, str], str]) -> None:
        self._ttf = ttf
        self._prepared = prepared
        self._texts = texts

    def addObjects(self, doc: Any) -> None:
        """Add the font objects to the document; reportlab calls this once, when saving."""
        from reportlab.pdfbase.pdfdoc import PDFName
        from reportlab.pdfbase.ttfonts import SUBSETN

        from downtime.paper.pdf_objects import ReadyObject, object_number

        face, state = self._ttf.face, self._ttf.state[doc]
        state.frozen = 1
        fonts = doc.idToObject["BasicFonts"].dict
        for number, codes in enumerate(state.subsets):
            name = self._ttf.getSubsetInternalName(number, doc)[1:]
            base = f"{SUBSETN(number).decode()}+{face.name.decode()}"
            if number == 0 and self._prepared is not None:
                unicode, descriptor = _prepared_objects(doc, PDFName(base), face, self._prepared)
            else:
                unicode = doc.Reference(_compressed(_to_unicode(self._spelt(codes))))
                descriptor = face.addSubsetObjects(doc, base, codes)
            fonts[name] = doc.Reference(
                ReadyObject(
                    f"<< /Type /Font /Subtype /TrueType /BaseFont {PDFName(base)} /FirstChar 0 "
                    f"/LastChar {len(codes) - 1} /Widths [{_numbers(map(face.getCharWidth, codes))}] "
                    f"/ToUnicode {object_number(doc, unicode)} 0 R "
                    f"/FontDescriptor {object_number(doc, descriptor)} 0 R >>".encode()
                )
            )

    def _spelt(self, codes: Iterable[int]) -> list[str]:
        return [self._texts.get((self._ttf.fontName, chr(code))) or _text_of(code) for code in codes]


def _prepared_objects(doc: Any, base: str, face: Any, prepared: PreparedSubset) -> tuple[Any, Any]:
    """The ToUnicode table, which all prepared subsets of a document share, and the descriptor with the program."""
    from reportlab.pdfbase.pdfdoc import PDFObjectReference
    from reportlab.pdfbase.ttfonts import FF_NONSYMBOLIC, FF_SYMBOLIC

    from downtime.paper.pdf_objects import ReadyObject, object_number, packed_stream

    shared = "downtime.to_unicode"
    if shared in doc.idToObject:
        unicode = PDFObjectReference(shared)
    else:
        unicode = doc.Reference(packed_stream(_prepared_unicode(prepared.characters)), shared)
    program = doc.Reference(packed_stream(prepared.packed, f"/Length1 {prepared.length} "))
    descriptor = (
        f"<< /Type /FontDescriptor /FontName {base} /Flags {face.flags & ~FF_NONSYMBOLIC | FF_SYMBOLIC} "
        f"/FontBBox [{_numbers(face.bbox)}] /Ascent {face.ascent:g} /Descent {face.descent:g} "
        f"/CapHeight {face.capHeight:g} /ItalicAngle {face.italicAngle:g} /StemV {face.stemV:g} "
        f"/MissingWidth {face.defaultWidth:g} /FontFile2 {object_number(doc, program)} 0 R >>"
    )
    return unicode, doc.Reference(ReadyObject(descriptor.encode()))


@cache
def _prepared_unicode(characters: tuple[int, ...]) -> bytes:
    return zlib.compress(_to_unicode([_text_of(code) for code in characters]).encode())


def _compressed(content: str) -> Any:
    from downtime.paper.pdf_objects import compressed_stream

    return compressed_stream(content.encode())


def _numbers(values: Iterable[float]) -> str:
    return " ".join(f"{value:.6g}" for value in values)


def _to_unicode(texts: list[str]) -> str:
    """Write a CMap from codes to the text they stand for (PDF 32000-1:2008, 9.10.3)."""
    rows = [f"<{index:02X}> <{text.encode('utf-16-be').hex().upper()}>" for index, text in enumerate(texts)]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]  # the format's limit
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


def _text_of(code: int) -> str:
    """Give the letters a character is a form of: plain ones for presentation forms, two for a ligature."""
    if code == 0 or any(first <= code <= last for first, last in _PRIVATE):
        return _UNKNOWN
    char = chr(code)
    is_form = any(first <= code <= last for first, last in _ARABIC_FORMS)
    return unicodedata.normalize("NFKC", char) if is_form else char
