"""The site's own barcodes: Code 128 or DataMatrix at fixed places, for document-imaging systems.

Code 128 comes from python-barcode, DataMatrix from ppf-datamatrix (reportlab's own take 0.1 s to import, and its
DataMatrix has one fixed size, too large for a strip). Both are drawn as dark
rectangles, so they are part of the static page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from downtime.errors import ConfigError
from downtime.page.geometry import Rect
from downtime.paper.ink import Box, Ink

# ISO/IEC 15417 asks for a quiet zone of ten modules; 0.25 mm a module still reads from a 200 dpi scan (two pixels).
QUIET_MODULES = 10
LEAST_MODULE_MM = 0.25
MOST_MODULE_MM = 0.5


def site_code_inks(kind: Literal["code128", "datamatrix"], text: str, place: Rect) -> list[Ink]:
    """The dark parts of a barcode, centred in `place`; raises ConfigError when it cannot be made, or not be read."""
    if not text or not all(32 <= ord(character) < 127 for character in text):
        why = "it holds other characters than plain ASCII" if text else "it is empty"
        raise ConfigError(
            f"“{text}” cannot be a barcode", why=why,
            do="change `site_codes: text`, or the `document_types:` that it prints",
        )  # fmt: skip
    if kind == "code128":
        return _code128(text, place)
    return _datamatrix(text, place)


def _code128(text: str, place: Rect) -> list[Ink]:
    from barcode.codex import Code128

    pattern: str = Code128(text).build()[0]
    module = min(place.w / (len(pattern) + 2 * QUIET_MODULES), MOST_MODULE_MM)
    if module < LEAST_MODULE_MM:
        raise ConfigError(
            f"the barcode text of {len(text)} characters does not fit {place.w:.0f} mm",
            do="shorten the text (`site_codes:` in facility.yaml)",
        )
    left = place.x + (place.w - len(pattern) * module) / 2
    return [
        Box(Rect(left + start * module, place.y, (end - start) * module, place.h), None, fill=0.0)
        for start, end in _dark_runs([int(cell) for cell in pattern])
    ]


def _datamatrix(text: str, place: Rect) -> list[Ink]:
    from ppf.datamatrix import DataMatrix

    rows: list[list[int]] = [[int(cell) for cell in row] for row in DataMatrix(text).matrix]
    module = min(place.h / (len(rows) + 2), MOST_MODULE_MM)
    if module < LEAST_MODULE_MM:
        raise ConfigError(
            f"the DataMatrix of “{text}” does not fit {place.h:.0f} mm",
            do="shorten the text (`site_codes:` in facility.yaml)",
        )
    left = place.x + (place.w - len(rows[0]) * module) / 2
    top = place.y + (place.h - len(rows) * module) / 2
    inks: list[Ink] = []
    for number, row in enumerate(rows):
        for start, end in _dark_runs(row):
            at = Rect(left + start * module, top + number * module, (end - start) * module, module)
            inks.append(Box(at, None, fill=0.0))
    return inks


def _dark_runs(cells: list[int]) -> Iterator[tuple[int, int]]:
    """Where dark cells follow one another: each run as (first, one past the last)."""
    start = None
    for index, dark in enumerate([*cells, 0]):
        if dark and start is None:
            start = index
        elif not dark and start is not None:
            yield start, index
            start = None
