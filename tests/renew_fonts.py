"""Make the prepared subsets of the text faces anew, after a new version of the font or another choice of characters.

    python tests/renew_fonts.py

The characters stand in `downtime/paper/font_subsets/characters.txt`, most of Latin-1 and what Central European names
need, at most 160; ASCII is always there.
"""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from downtime.paper.font_files import FACES, open_text_font
from downtime.paper.font_prepared import FOLDER, characters_of_codes

# What a viewer does not ask of an embedded font: layout, signatures, names in many languages.
UNUSED = ["DSIG", "GDEF", "GPOS", "GSUB", "STAT", "gasp", "kern"]


def made(path: Path) -> bytes:
    """The TrueType program of one font: all characters of the subset, their codes in a Macintosh character map."""
    codes = characters_of_codes()
    font = TTFont(path, recalcTimestamp=False)
    glyphs = font.getBestCmap()
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13]
    options.notdef_outline = True
    options.glyph_names = False
    options.drop_tables += UNUSED
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for code in codes if code])
    subsetter.subset(font)
    # Symbolic fonts are looked up by code (PDF 32000-1:2008, 9.6.6.4): one map of the 256 codes, as reportlab writes.
    table = CmapSubtable.getSubtableClass(6)(6)
    table.platformID, table.platEncID, table.language = 1, 0, 0
    table.cmap = {number: glyphs[code] if code else ".notdef" for number, code in enumerate(codes)}
    font["cmap"] = newTable("cmap")
    font["cmap"].tableVersion = 0
    font["cmap"].tables = [table]
    out = io.BytesIO()
    font.save(out, reorderTables=None)
    return out.getvalue()


def main() -> None:
    """Write the four programs and the index."""
    index = {}
    for face in FACES:
        path = open_text_font(face).path
        program = made(path)
        (FOLDER / f"{path.stem}.bin").write_bytes(zlib.compress(program, 9))
        index[path.name] = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "length": len(program)}
    (FOLDER / "index.json").write_text(json.dumps(index, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
