"""Issued paper as images: the pages of a packet or kit, rendered by PDFium, known by its manifest."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pypdfium2
from numpy.typing import NDArray

from downtime.errors import InputError
from downtime.library.schema import FormSpec
from downtime.page.layout import Layout, PageLayout
from downtime.page.manifest import Manifest, ManifestKind, Sheet, from_json
from downtime.paper.batch import read_site
from downtime.paper.compose import compose
from downtime.paper.finish import read_manifest
from downtime.paper.surroundings import surroundings

GreyImage = NDArray[Any]
"""Height × width bytes: 0 is black, 255 white. (OpenCV's own types do not say that its results are bytes.)"""

DPI = 300.0
# A page at 300 dpi takes 8.4 MB.
KEPT_IMAGES = 6


@dataclass(frozen=True, slots=True)
class IssuedPage:
    """One page that a manifest knows: its number in the PDF (from 1), its sheet, its place in the sheet (from 0)."""

    number: int
    sheet: Sheet
    index: int
    layout: Layout = field(repr=False)

    @property
    def places(self) -> PageLayout:
        """Where everything lies on this page."""
        return self.layout.pages[self.index]


class IssuedPaper:
    """A packet or kit, live or a drill, whose pages can be had as images.

    PDFium is not thread-safe: use one of these in one thread of one process.
    """

    def __init__(self, pdf: bytes, manifest: Manifest, forms: Mapping[str, FormSpec], password: str | None = None):
        """`forms` are the composed definitions by id: they say what makes sense in a field."""
        self.manifest = manifest
        self.forms = forms
        try:
            self._document = pypdfium2.PdfDocument(pdf, password=password)
        except pypdfium2.PdfiumError as error:
            raise InputError("this PDF cannot be opened", why=str(error), do="make the packet or kit again") from None
        self._images: OrderedDict[tuple[int, float], GreyImage] = OrderedDict()

    @classmethod
    def open(cls, pdf: Path, forms: Mapping[str, FormSpec] | None = None) -> Self:
        """Open a packet or kit by its PDF alone; raises InputError where it has no manifest."""
        content = pdf.read_bytes()
        manifest = read_manifest(content)
        if manifest is None:
            raise InputError("this PDF has no manifest", do="name a packet or kit of this program", where=str(pdf))
        return cls(content, from_json(manifest), forms or {})

    @property
    def is_drill(self) -> bool:
        """Whether the pages say DRILL."""
        return self.manifest.kind is ManifestKind.DRILL

    @property
    def page_count(self) -> int:
        """How many sides the PDF has, empty backs counted."""
        return len(self._document)

    def pages(self) -> Iterator[IssuedPage]:
        """Every page of every sheet, in the order of printing; empty backs are not among them."""
        for sheet in self.manifest.sheets:
            yield from self.sheet_pages(sheet)

    def sheet_pages(self, sheet: Sheet) -> Iterator[IssuedPage]:
        """The pages of one sheet."""
        for index, number in enumerate(sheet.pages):
            yield IssuedPage(number, sheet, index, self.manifest.layouts[sheet.layout])

    def page(self, number: int) -> IssuedPage | None:
        """The page with this number, or None for an empty back."""
        sheet = self.manifest.page_sheet(number)
        if sheet is None:
            return None
        return IssuedPage(number, sheet, sheet.pages.index(number), self.manifest.layouts[sheet.layout])

    def image(self, number: int, dpi: float = DPI) -> GreyImage:
        """A page as it left the printer, in grey; it is kept, so copy it before writing on it."""
        key = (number, dpi)
        if key in self._images:
            self._images.move_to_end(key)
            return self._images[key]
        page = self._document[number - 1]
        bitmap = page.render(scale=dpi / 72, grayscale=True)
        pixels = bitmap.to_numpy()
        image: GreyImage = pixels.reshape(pixels.shape[:2]).copy()
        image.flags.writeable = False
        bitmap.close()
        page.close()
        self._images[key] = image
        if len(self._images) > KEPT_IMAGES:
            self._images.popitem(last=False)
        return image

    def close(self) -> None:
        """Let go of the PDF."""
        self._images.clear()
        self._document.close()


def composed_forms(site: Path, department: str, form_ids: Iterable[str]) -> dict[str, FormSpec]:
    """The definitions of these forms as one department of a site prints them; ids that are no form are left out."""
    loaded, shelf = read_site(site)
    around = surroundings(loaded, loaded.department(department))
    return {name: compose(shelf.form(name), around) for name in sorted(set(form_ids)) if name in shelf.ids}
