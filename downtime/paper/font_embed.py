"""Embedding: characters to codes of reportlab's font subsets, and the way back for search and copying."""

from __future__ import annotations

import unicodedata
from typing import Any

from downtime.paper.font_files import OpenFont

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
        pieces = [
            (ttf.getSubsetInternalName(subset, self._doc), codes) for subset, codes in ttf.splitString(text, self._doc)
        ]
        if font.source.key not in self._fonts:
            self._fonts[font.source.key] = font
            # reportlab asks this list for the font objects when the document is saved.
            self._doc.delayedFonts[self._doc.delayedFonts.index(ttf)] = _FontWithUnicode(ttf, self._texts)
        return pieces

    def spells(self, font: OpenFont, glyph: str, text: str) -> bool:
        """Tell whether a viewer will read this text from the glyph; the first text asked for is the one it gets."""
        own = _text_of(ord(glyph))
        if own != _UNKNOWN:
            return own == text
        return self._texts.setdefault((font.source.key, glyph), text) == text


class _FontWithUnicode:
    """Stands for a font while the document is saved, and puts its ToUnicode tables right.

    reportlab writes the character it embedded a glyph for: wrong for presentation forms and for glyphs that no
    character stands for, and malformed for characters beyond U+FFFF.
    """

    def __init__(self, ttf: Any, texts: dict[tuple[str, str], str]) -> None:
        self._ttf = ttf
        self._texts = texts

    def addObjects(self, doc: Any) -> None:
        """Add the font objects to the document; reportlab calls this once, when saving."""
        subsets = self._ttf.state[doc].subsets
        names = [self._ttf.getSubsetInternalName(index, doc)[1:] for index in range(len(subsets))]
        self._ttf.addObjects(doc)
        fonts = doc.idToObject["BasicFonts"].dict
        for name, codes in zip(names, subsets, strict=True):
            texts = [self._texts.get((self._ttf.fontName, chr(code))) or _text_of(code) for code in codes]
            doc.idToObject[fonts[name].ToUnicode.name].content = _to_unicode(texts)


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
