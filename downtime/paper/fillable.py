"""Fillable PDF: AcroForm fields over a printed document, for tablets and computers that can only show PDF.

The fields lie where the layout record in the manifest says, and their names are its ids: ``s12/vitals/3/rr`` is the
field ``vitals.3.rr`` of sheet 12. A point would make a hierarchy in AcroForm (PDF 32000-1:2008, 12.7.3.2), in which a
field that has a part of its own (``other`` and ``other.text``) cannot stand; so a slash stands for it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from downtime.errors import InputError
from downtime.library.schema import FormSpec
from downtime.page.geometry import pdf_xy
from downtime.page.layout import FieldBox, Layout
from downtime.page.manifest import Manifest, Sheet
from downtime.paper.fillable_parts import FieldFactory
from downtime.paper.fillable_words import FormWords, split_option

# Nothing is typed there: a label is stuck on, a diagram is drawn by hand.
NOT_TYPED = frozenset({"label", "diagram"})
TICKED = "yes"


def field_name(sheet: int, field_id: str) -> str:
    """The AcroForm name of a field of a sheet."""
    return f"s{sheet}/{field_id.replace('.', '/')}"


def add_fields(pdf: bytes, manifest: Manifest, forms: Mapping[str, FormSpec]) -> bytes:
    """Put a field on every place of the manifest's sheets where something is written or marked; returns the new PDF.

    `forms` are the composed definitions by id: they say labels, lengths and which choices take several marks. The
    fields of a page stand in the order of its layout, in which viewers step through them: without /Tabs that is the
    order of the page's annotations.
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
            widgets = [maker.widget(box, page) for box in places.fields if box.kind not in NOT_TYPED]
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

    def widget(self, box: FieldBox, page: Any) -> Any:
        """The reference of the widget for one place."""
        rect, words = box.rect, self._words.of(box)
        at = (*pdf_xy(rect.x, rect.bottom, self._height_mm), *pdf_xy(rect.right, rect.y, self._height_mm))
        if box.kind == "option" and not words.multiple:
            group, option = split_option(box.id)
            if group not in self._choices:
                self._choices[group] = self._factory.choice(field_name(self._sheet.number, group), words)
            return self._factory.option(self._choices[group], option, at, page, words)
        name = field_name(self._sheet.number, box.id)
        if box.kind in ("option", "checkbox"):
            return self._factory.checkbox(name, TICKED, at, page, words)
        return self._factory.text(name, box.kind, at, page, words)


def read_filled(pdf: bytes) -> dict[int, dict[str, str]]:
    """What was typed and marked: sheet number to field id to value, without what was left empty.

    A choice gives the slug of its option, several of them separated by spaces in the order of the form; a tick box
    gives ``yes``. Raises InputError for what is no PDF or has no fields of ours.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
        form = root.get("/AcroForm")
        fields = [field.get_object() for field in form.get_object().get("/Fields", ())] if form is not None else []
    except (PyPdfError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise InputError("this is not a usable PDF", why=str(error), do="save the filled form again") from None
    sheets: dict[int, dict[str, str]] = {}
    ours = False
    for field in fields:
        sheet, slash, rest = str(field.get("/T", "")).partition("/")
        if not slash or sheet[:1] != "s" or not sheet[1:].isdecimal():
            continue
        ours = True
        value = _value(field)
        if value:
            name = rest.replace("/", ".")
            values = sheets.setdefault(int(sheet[1:]), {})
            if "#" in name:
                name, option = split_option(name)
                value = f"{values[name]} {option}" if name in values else option
            values[name] = value
    if not ours:
        raise InputError(
            "this PDF has no fields to read",
            why="it was not made with --fillable, or a program has flattened it",
            do="save the filled form itself, not a print of it",
        )
    return sheets


def _value(field: Any) -> str:
    raw = field.get("/V")
    if raw is None:
        return ""
    raw = raw.get_object()
    if field.get("/FT") == "/Btn":
        state = str(raw).removeprefix("/")
        return "" if state == "Off" else state
    # Long text may stand in a stream, as bytes, by any program that likes to.
    data = raw.get_data() if hasattr(raw, "get_data") else raw
    if isinstance(data, bytes):
        wide = data[:2] in (b"\xfe\xff", b"\xff\xfe")
        data = data.decode("utf-16" if wide else "cp1252", "replace")
    return str(data).replace("\r\n", "\n").replace("\r", "\n")


__all__ = ["NOT_TYPED", "TICKED", "add_fields", "field_name", "read_filled"]
