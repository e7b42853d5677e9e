"""The site's own barcodes: Code 128 or DataMatrix at fixed places, for document-imaging systems.

Code 128 comes from reportlab, DataMatrix from ppf-datamatrix (reportlab's has one fixed size, too large for a strip);
both are drawn as dark rectangles, so they are part of the static page.
"""

from __future__ import annotations

from typing import Any, Literal

from downtime.errors import ConfigError
from downtime.page.geometry import Rect
from downtime.paper.ink import Box, Ink

# ISO/IEC 15417 asks for a quiet zone of ten modules; 0.25 mm a module still reads from a 200 dpi scan (two pixels).
QUIET_MODULES = 10
LEAST_MODULE_MM = 0.25
MOST_MODULE_MM = 0.5


def site_code_inks(kind: Literal["code128", "datamatrix"], text: str, place: Rect) -> list[Ink]:
    """The dark parts of a barcode, centred in `place`; raises ConfigError when it cannot be read at that size."""
    if kind == "code128":
        return _code128(text, place)
    return _datamatrix(text, place)


def _code128(text: str, place: Rect) -> list[Ink]:
    from reportlab.graphics.barcode.code128 import Code128Auto

    barcode: Any = Code128Auto(text, quiet=0)
    barcode.validate()
    barcode.encode()
    barcode.decompose()
    # The decomposed text gives bars as capitals (A to D: one to four modules), spaces as small letters.
    widths = [(ord(char.lower()) - ord("a") + 1, char.isupper()) for char in barcode.decomposed]
    modules = sum(width for width, _ in widths)
    module = min(place.w / (modules + 2 * QUIET_MODULES), MOST_MODULE_MM)
    if module < LEAST_MODULE_MM:
        raise ConfigError(
            f"the barcode text of {len(text)} characters does not fit {place.w:.0f} mm", do="shorten `site_codes: text`"
        )
    x = place.x + (place.w - modules * module) / 2
    inks: list[Ink] = []
    for width, dark in widths:
        if dark:
            inks.append(Box(Rect(x, place.y, width * module, place.h), None, fill=0.0))
        x += width * module
    return inks


def _datamatrix(text: str, place: Rect) -> list[Ink]:
    from ppf.datamatrix import DataMatrix

    rows: list[list[int]] = [[int(cell) for cell in row] for row in DataMatrix(text).matrix]
    module = min(place.h / (len(rows) + 2), MOST_MODULE_MM)
    if module < LEAST_MODULE_MM:
        raise ConfigError(f"the DataMatrix of “{text}” does not fit {place.h:.0f} mm", do="shorten `site_codes: text`")
    left = place.x + (place.w - len(rows[0]) * module) / 2
    top = place.y + (place.h - len(rows) * module) / 2
    inks: list[Ink] = []
    for number, row in enumerate(rows):
        start = None
        for index, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = index
            elif not dark and start is not None:
                at = Rect(left + start * module, top + number * module, (index - start) * module, module)
                inks.append(Box(at, None, fill=0.0))
                start = None
    return inks
