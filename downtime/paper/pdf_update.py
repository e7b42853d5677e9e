"""Adding to a finished PDF without touching what stands in it: an incremental update (PDF 32000-1:2008, 7.5.6).

The objects are pypdf's. Its own writer reads every object of the document before it appends one, which for a kit of
twelve thousand pages takes longer than making them; here only the cross-reference table, the catalogue and the list of
pages are read.
"""

from __future__ import annotations

import io
from typing import Any


class PdfUpdate:
    """New objects for a PDF, and a new version of its catalogue."""

    def __init__(self, pdf: bytes) -> None:
        """Read where things are in a PDF with a plain cross-reference table and a flat list of pages, as ours."""
        from pypdf import PdfReader
        from pypdf.generic import DictionaryObject

        self._pdf = pdf
        self._reader = PdfReader(io.BytesIO(pdf))
        self._trailer: Any = self._reader.trailer
        root: Any = self._trailer.raw_get("/Root")
        self._root = int(root.idnum)
        self.catalogue = DictionaryObject(root.get_object())
        pages: Any = self.catalogue["/Pages"]
        self.pages = tuple(pages.get_object()["/Kids"])
        size: Any = self._trailer["/Size"]
        self._first = int(size)
        self._added: list[Any] = []

    def add(self, item: Any) -> Any:
        """Add an object; returns the reference to it."""
        from pypdf.generic import IndirectObject

        self._added.append(item)
        return IndirectObject(self._first + len(self._added) - 1, 0, self._reader)

    def written(self) -> bytes:
        """The PDF with the update behind it."""
        parts = [self._pdf]
        places = []
        at = len(self._pdf)
        numbered = [(self._root, self.catalogue), *enumerate(self._added, self._first)]
        for number, item in numbered:
            part = _object(number, item)
            parts.append(part)
            places.append(at)
            at += len(part)
        table = [f"xref\n{self._root} 1\n{places[0]:010d} 00000 n \n"]
        if self._added:
            table.append(f"{self._first} {len(self._added)}\n")
            table += [f"{place:010d} 00000 n \n" for place in places[1:]]
        trailer = io.BytesIO()
        self._new_trailer().write_to_stream(trailer)
        parts.append("".join(table).encode())
        parts.append(b"trailer\n" + trailer.getvalue() + f"\nstartxref\n{at}\n%%EOF\n".encode())
        return b"".join(parts)

    def _new_trailer(self) -> Any:
        from pypdf.generic import DictionaryObject, NameObject, NumberObject

        trailer = DictionaryObject()
        for key in ("/Root", "/Info", "/ID"):
            if key in self._trailer:
                trailer[NameObject(key)] = self._trailer.raw_get(key)
        trailer[NameObject("/Size")] = NumberObject(self._first + len(self._added))
        before = int(self._pdf[self._pdf.rindex(b"startxref") + 9 :].split()[0])
        trailer[NameObject("/Prev")] = NumberObject(before)
        return trailer


def _object(number: int, item: Any) -> bytes:
    out = io.BytesIO()
    out.write(f"{number} 0 obj\n".encode())
    item.write_to_stream(out)
    out.write(b"\nendobj\n")
    return out.getvalue()
