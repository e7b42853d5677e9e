"""Objects of a PDF file that are written as they stand, where reportlab would build each from a dictionary.

A packet has thousands of pages, all alike but for their content; formatting their dictionaries key by key took longer
than compressing what stands on them. Strings and encryption are not touched: a document is encrypted when it is done.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

from reportlab.pdfbase.pdfdoc import BasicFonts, PDFObject


class ReadyObject(PDFObject):  # type: ignore[misc]
    """An object whose bytes are known; what it refers to is numbered already."""

    __RefOnly__ = 1
    __slots__ = ("__InternalName__", "_written")

    def __init__(self, written: bytes) -> None:
        """`written` is what stands between ``obj`` and ``endobj``."""
        self._written = written

    def format(self, _document: Any) -> bytes:
        """The object as it stands in the file."""
        return self._written


def compressed_stream(content: bytes, head: str = "") -> ReadyObject:
    """A stream, compressed here and now, so that only the smaller one is kept; `head` are further dictionary keys."""
    return packed_stream(zlib.compress(content), head)


def packed_stream(packed: bytes, head: str = "") -> ReadyObject:
    """A stream that is compressed already; `head` are further dictionary keys."""
    start = f"<< {head}/Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    return ReadyObject(start.encode("ascii") + packed + b"\nendstream\n")


def object_number(document: Any, reference: Any) -> int:
    """The number that a reference of a reportlab document stands for."""
    return int(document.idToObjectNumberAndVersion[reference.name][0])


class PageObjects:
    """Adds pages, and what they draw, to a reportlab document, each with a number that is known at once."""

    def __init__(self, document: Any) -> None:
        """`document` is the canvas's own PDFDocument."""
        self._document = document
        self._parent = object_number(document, document.Reference(document.Pages))
        fonts = document.idToObjectNumberAndVersion[BasicFonts][0]
        self._fonts = f"/Font {fonts} 0 R /ProcSet [/PDF /Text /ImageB]"

    def form(self, name: str, content: str, width_pt: float, height_pt: float) -> str:
        """Add a Form XObject; returns its entry in the resources of pages that draw it."""
        head = (
            f"/Type /XObject /Subtype /Form /BBox [0 0 {width_pt:.6g} {height_pt:.6g}] /Resources << {self._fonts} >> "
        )
        return f"/{name} {self._add(compressed_stream(content.encode('ascii'), head))} 0 R"

    def resources(self, forms: Iterable[str]) -> int:
        """Add a dictionary of what pages draw with: the fonts, and these forms; returns its number."""
        return self._add(ReadyObject(f"<< {self._fonts} /XObject << {' '.join(forms)} >> >>".encode()))

    def page(self, content: str, width_pt: float, height_pt: float, resources: int) -> None:
        """Add a page with its content stream."""
        stream = self._add(compressed_stream(content.encode("ascii")))
        page = (
            f"<< /Type /Page /Parent {self._parent} 0 R /MediaBox [0 0 {width_pt:.6g} {height_pt:.6g}] "
            f"/Resources {resources} 0 R /Contents {stream} 0 R >>"
        )
        self._document.addPage(ReadyObject(page.encode()))

    def _add(self, written: ReadyObject) -> int:
        return object_number(self._document, self._document.Reference(written))
