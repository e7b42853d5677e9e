"""The fields of a fillable PDF: their names, and what was typed and marked in them.

Their names are the ids of the layout record: ``s12/vitals/3/rr`` is the field ``vitals.3.rr`` of sheet 12. A point
would make a hierarchy in AcroForm (PDF 32000-1:2008, 12.7.3.2), in which a field that has a part of its own (``other``
and ``other.text``) cannot stand; so a slash stands for it.
"""

from __future__ import annotations

import io
from typing import Any

from downtime.errors import InputError

# Nothing is typed there: a label is stuck on, a diagram is drawn by hand.
NOT_TYPED = frozenset({"label", "diagram"})
TICKED = "yes"


def field_name(sheet: int, field_id: str) -> str:
    """The AcroForm name of a field of a sheet."""
    return f"s{sheet}/{field_id.replace('.', '/')}"


def split_option(field_id: str) -> tuple[str, str]:
    """The id of a choice and the slug of one of its options (``weight#stated@p2`` is ``weight@p2``, ``stated``)."""
    name, _, option = field_id.partition("#")
    option, at, page = option.partition("@")
    return name + at + page, option


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
