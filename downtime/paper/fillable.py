"""Fillable PDF: AcroForm fields over a printed document, for tablets and computers that can only show PDF.

The fields lie where the layout record in the manifest says, and their names are its ids (see `downtime.page.filled`,
which reads what was typed).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from downtime.library.schema import FormSpec
from downtime.page.filled import NOT_TYPED, TICKED, field_name, split_option
from downtime.page.geometry import pdf_xy
from downtime.page.layout import FieldBox, Layout
from downtime.page.manifest import Manifest, Sheet
from downtime.paper.fillable_parts import FieldFactory
from downtime.paper.fillable_words import FormWords


def add_fields(pdf: bytes, manifest: Manifest, forms: Mapping[str, FormSpec]) -> bytes:
    """Put a field on every place of the manifest's sheets where something is written or marked; returns the new PDF.

    `forms` are the composed definitions by id: they say labels, lengths and which choices take several marks. The
    fields of a page stand in the order of its layout, in which viewers step through them: without /Tabs that is the
    order of the page's annotations. What is printed there already is the field's value and cannot be typed over.
    """
    from pypdf import PdfWriter
    from pypdf.generic import ArrayObject, NameObject

    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    # Comb fields came with PDF 1.5; what reportlab writes says 1.4.
    writer.pdf_header = "%PDF-1.7"
    factory = FieldFactory(writer)
    words = {form: FormWords(spec) for form, spec in forms.items()}
    for sheet in manifest.sheets:
        layout = manifest.layouts[sheet.layout]
        maker = _SheetFields(factory, sheet, layout, words.get(sheet.form) or FormWords(None))
        for number, places in zip(sheet.pages, layout.pages, strict=True):
            page = writer.pages[number - 1]
            widgets = [maker.widget(box, page) for box in places.fields if maker.is_typed(box)]
            if widgets:
                page[NameObject("/Annots")] = ArrayObject(widgets)
    factory.finish()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


class _SheetFields:
    """Makes the widgets of one sheet, page by page; a choice's options on one sheet are one field."""

    def __init__(self, factory: FieldFactory, sheet: Sheet, layout: Layout, words: FormWords) -> None:
        self._factory = factory
        self._sheet = sheet
        self._height_mm = layout.height_mm
        self._words = words
        self._choices: dict[str, Any] = {}

    def is_typed(self, box: FieldBox) -> bool:
        """Whether a place has a field: where something may be written, or is printed already."""
        return box.kind not in NOT_TYPED and (box.kind != "print" or bool(self._sheet.printed_in(box.id)))

    def widget(self, box: FieldBox, page: Any) -> Any:
        """The reference of the widget for one place."""
        printed = self._sheet.printed_in(box.id)
        rect, words = box.rect, self._words.of(box)
        at = (*pdf_xy(rect.x, rect.bottom, self._height_mm), *pdf_xy(rect.right, rect.y, self._height_mm))
        if box.kind == "option" and not words.multiple:
            group, option = split_option(box.id)
            if group not in self._choices:
                self._choices[group] = self._factory.choice(field_name(self._sheet.number, group), words)
            return self._factory.option(self._choices[group], option, at, page, words, chosen=bool(printed))
        name = field_name(self._sheet.number, box.id)
        if box.kind in ("option", "checkbox"):
            return self._factory.checkbox(name, TICKED, at, page, words, chosen=bool(printed))
        return self._factory.text(name, box.kind, at, page, words, printed)
