"""Which font file draws which character: the text faces, and the fonts that step in for what those lack.

Fonts are installed Python packages and nothing else. The fonts of the operating system are left alone on purpose: a
form is measured on one computer and printed on another, and its boxes must lie in the same place on both.
Fonts are opened only when a character needs them and stay open for the life of the process. A text face opens in about
1 ms, Noto Sans (2 MB) in 15 ms, a Chinese font (17 MB) in 90 ms; a cache of the metrics would save nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from downtime.errors import MissingPartError

FACES: tuple[str, ...] = ("regular", "bold", "italic", "bolditalic")
"""The logical faces a form may ask for."""

Blocks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class FontSource:
    """Where a font file is to be found, and which blocks of Unicode it is asked for.

    ``thicken`` is the width of an outline drawn round each letter, as a share of the font size: Noto's Chinese,
    Japanese and Korean fonts are variable and start at their thinnest weight, which a photocopy would lose.
    """

    key: str
    package: str
    file: str
    blocks: Blocks = ()
    thicken: float = 0.0
    hint: str = ""


_TEXT = {
    face: FontSource(
        f"AtkinsonHyperlegible-{style}", "fontpkg_atkinson_hyperlegible", f"files/AtkinsonHyperlegible-{style}.ttf"
    )
    for face, style in zip(FACES, ("Regular", "Bold", "Italic", "BoldItalic"), strict=True)
}


def _noto(script: str, package: str, *blocks: tuple[int, int]) -> FontSource:
    folder = f"fonts/ofl/notosans{script.lower()}" if package.startswith("justmytype") else "files"
    return FontSource(f"NotoSans{script}", package, f"{folder}/NotoSans{script}[wdth,wght].ttf", blocks)


def _east_asian(region: str, hint: str) -> FontSource:
    # The outline makes the thin strokes (weight 100) about as heavy as the regular weight.
    file = f"fonts/ofl/notosans{region.lower()}/NotoSans{region}[wght].ttf"
    return FontSource(f"NotoSans{region}", "justmytype_intl_cjk", file, _EAST_ASIAN, thicken=0.045, hint=hint)


_EAST_ASIAN: Blocks = (
    (0x1100, 0x11FF), (0x2E80, 0x9FFF), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF), (0x20000, 0x3FFFF),
)  # fmt: skip
_ARABIC: Blocks = ((0x600, 0x6FF), (0x750, 0x77F), (0x870, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF))

FALLBACKS: tuple[FontSource, ...] = (
    _noto("", "fontpkg_noto_sans"),
    _noto("Arabic", "fontpkg_noto_sans_arabic", *_ARABIC),
    FontSource("Heebo", "fontpkg_heebo", "files/Heebo[wght].ttf", ((0x590, 0x5FF), (0xFB1D, 0xFB4F))),
    _noto("Thai", "fontpkg_noto_sans_thai", (0xE00, 0xE7F)),
    _noto("Tamil", "fontpkg_noto_sans_tamil", (0xB80, 0xBFF)),
    _noto("Bengali", "justmytype_intl_south_asia", (0x980, 0x9FF)),
    _noto("Telugu", "justmytype_intl_south_asia", (0xC00, 0xC7F)),
    _east_asian("SC", ""),
    _east_asian("TC", ""),
    _east_asian("JP", "japanese"),
    _east_asian("KR", "korean"),
)
"""Fonts that draw what the text faces lack, in order of preference; one that is not installed is passed over."""


class OpenFont:
    """One font file opened by reportlab, with its advances per character as shares of the font size."""

    __slots__ = ("advance", "path", "source", "ttf")

    def __init__(self, source: FontSource, path: Path) -> None:
        """Open the file; raises reportlab's TTFError when it is no TrueType font."""
        from reportlab.pdfbase import ttfonts

        self.source = source
        self.path = path
        self.ttf: Any = ttfonts.TTFont(source.key, str(path), asciiReadable=True, shapable=False)
        self.advance: dict[str, float] = {chr(code): width / 1000 for code, width in self.ttf.face.charWidths.items()}

    def ink_span(self, char: str) -> tuple[float, float]:
        """Give the left and right edge of a character's ink, from the pen, as shares of the font size."""
        face = self.ttf.face
        glyph = face.charToGlyph.get(ord(char), 0)
        if face.glyphPos[glyph] == face.glyphPos[glyph + 1]:
            return 0.0, 0.0
        # The "glyf" table has the box before the outline: number of contours, xMin, yMin, xMax, yMax.
        face.seek(face.get_table_pos("glyf")[0] + face.glyphPos[glyph] + 2)
        left, _, right = (face.read_short() for _ in range(3))
        return left / face.unitsPerEm, right / face.unitsPerEm

    def has(self, text: str) -> bool:
        """Tell whether the font has a glyph for every character."""
        return all(char in self.advance for char in text)


def find_font(source: FontSource) -> Path | None:
    """Find the font's file without importing its package, or None where it is not installed."""
    spec = find_spec(source.package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder, source.file)
        if path.is_file():
            return path
    return None


@cache
def open_text_font(face: str) -> OpenFont:
    """Open the text font of a logical face."""
    source = _TEXT[face]
    path = find_font(source)
    if path is None:
        raise MissingPartError(
            f"the font {Path(source.file).name} is not installed",
            why="every page is measured and drawn with it; a substitute would move the fields of the forms",
            do="install the package fontpkg-atkinson-hyperlegible",
        )
    return OpenFont(source, path)


@cache
def open_fallback_font(source: FontSource) -> OpenFont | None:
    """Open a fallback font, or None where it is not installed."""
    path = find_font(source)
    return OpenFont(source, path) if path else None


def _candidates(cluster: str, face: str, hint: str) -> Iterator[OpenFont]:
    code = ord(cluster[0])
    # A font of its own script first: the text faces and Noto Sans have none of these, and opening a font takes 20 ms.
    own = [source for source in FALLBACKS if any(a <= code <= b for a, b in source.blocks)]
    for source in sorted(own, key=lambda source: not (hint and source.hint == hint)):
        yield from _open(source)
    # The marks of the text faces stand right only under a shaping engine, those of Noto Sans always do.
    marked = len(cluster) > 1
    if not marked:
        yield open_text_font(face)
    for source in FALLBACKS:
        if not source.blocks:
            yield from _open(source)
    if marked:
        yield open_text_font(face)


def _open(source: FontSource) -> Iterator[OpenFont]:
    font = open_fallback_font(source)
    if font is not None:
        yield font


@lru_cache(maxsize=8192)
def font_for(cluster: str, face: str, hint: str = "") -> OpenFont | None:
    """Choose the first font that has every character of a letter with its marks, or None if none has.

    ``hint`` is ``"japanese"`` or ``"korean"`` where the text around shows the language, so that shared Chinese
    characters take the shapes that its readers write.
    """
    return next((font for font in _candidates(cluster, face, hint) if font.has(cluster)), None)


@cache
def plain_advances(face: str) -> dict[str, float]:
    """Advances of the characters of a text face that are drawn as they stand: the table of the fast path."""
    return {char: width for char, width in open_text_font(face).advance.items() if _is_plain(char)}


def _is_plain(char: str) -> bool:
    left_to_right = unicodedata.bidirectional(char) not in ("R", "AL")
    # A no-break space (it ties the star to a label) has a blank glyph of its own in the text faces.
    visible = char.isprintable() or char == "\u00a0"
    return visible and left_to_right and not unicodedata.category(char).startswith("M")


def font_advice(missing: Iterable[str]) -> str:
    """Say in one sentence what to install for characters that no font has; empty when nothing is missing.

    A name is never spelt in other letters instead: the box stays a box until a person reads the name elsewhere.
    """
    chars = sorted(set(missing))
    if not chars:
        return ""
    absent = sorted({
        source.package.replace("_", "-")
        for source in FALLBACKS
        if find_font(source) is None and any(a <= ord(char) <= b for char in chars for a, b in source.blocks)
    })  # fmt: skip
    shown = " ".join(f"U+{ord(char):04X}" for char in chars[:8]) + (" …" if len(chars) > 8 else "")
    remedy = f"install downtime[names] (lacking: {', '.join(absent)})" if absent else "no font of Downtime has them"
    return f"{len(chars)} characters are printed as boxes ({shown}): {remedy}"
