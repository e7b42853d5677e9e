"""Finishing a PDF with pypdf: manifest inside, outline, page labels, and how it wants to be printed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from downtime.page.opening import MANIFEST_NAME


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline: pages are counted from 0; `level` 1 stands under the last entry of level 0."""

    title: str
    page: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class PageLabels:
    """The page labels from page `first` (0-based) to `last`: a prefix and a number that starts at 1."""

    prefix: str
    first: int
    last: int


def finish_pdf(
    pdf: bytes, manifest: bytes, bookmarks: Sequence[Bookmark], labels: Sequence[PageLabels], *, duplex: bool
) -> bytes:
    """Embed the manifest and set outline, page labels and printing preferences; returns the new PDF.

    The pages themselves are left as they are: what is added is appended, so a thousand pages cost no more than ten.
    """
    from pypdf import PdfWriter
    from pypdf.constants import PageLabelStyle
    from pypdf.generic import DictionaryObject, NameObject

    writer = PdfWriter(io.BytesIO(pdf), incremental=True)
    attached = writer.add_attachment(MANIFEST_NAME, manifest)
    attached.subtype = NameObject("/application/json")
    # pypdf embeds files as they are; deflated, a manifest takes a tenth.
    files = cast(DictionaryObject, attached.pdf_object["/EF"])
    stream = files.raw_get("/F")
    writer._replace_object(stream, stream.get_object().flate_encode())
    parent = None
    for mark in bookmarks:
        item = writer.add_outline_item(title=mark.title, page_number=mark.page, parent=parent if mark.level else None)
        if not mark.level:
            parent = item
    for label in labels:
        writer.set_page_label(label.first, label.last, PageLabelStyle.DECIMAL, prefix=label.prefix, start=1)
    preferences = writer.create_viewer_preferences()
    preferences[NameObject("/PrintScaling")] = NameObject("/None")
    preferences[NameObject("/Duplex")] = NameObject("/DuplexFlipLongEdge" if duplex else "/Simplex")
    writer.page_mode = "/UseOutlines"
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def read_manifest(pdf: bytes) -> bytes | None:
    """The manifest inside a PDF, or None if it has none."""
    from pypdf import PdfReader

    found = PdfReader(io.BytesIO(pdf)).attachments.get(MANIFEST_NAME)
    return found[0] if found else None
