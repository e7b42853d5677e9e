"""Finishing a PDF with pypdf: manifest inside, outline, page labels, and how it wants to be printed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from downtime.page.opening import MANIFEST_NAME
from downtime.paper.pdf_update import PdfUpdate

MOST_OPEN = 120
"""An outline with more entries than this begins with its parts closed."""


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
    from pypdf.generic import DictionaryObject, NameObject

    update = PdfUpdate(pdf)
    catalogue = update.catalogue
    catalogue[NameObject("/Names")] = _attached(update, manifest)
    if bookmarks:
        catalogue[NameObject("/Outlines")] = _outline(update, bookmarks)
    if labels:
        catalogue[NameObject("/PageLabels")] = _page_labels(update, labels)
    preferences = DictionaryObject()
    preferences[NameObject("/PrintScaling")] = NameObject("/None")
    preferences[NameObject("/Duplex")] = NameObject("/DuplexFlipLongEdge" if duplex else "/Simplex")
    catalogue[NameObject("/ViewerPreferences")] = preferences
    catalogue[NameObject("/PageMode")] = NameObject("/UseOutlines")
    return update.written()


def _dictionary(**entries: Any) -> Any:
    """A PDF dictionary from plain keys."""
    from pypdf.generic import DictionaryObject, NameObject

    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})


def _attached(update: PdfUpdate, manifest: bytes) -> Any:
    """The manifest as an attachment, deflated: it takes a tenth."""
    from pypdf.generic import ArrayObject, NameObject, StreamObject, TextStringObject

    plain = StreamObject()
    plain.set_data(manifest)
    stream = plain.flate_encode()
    stream[NameObject("/Type")] = NameObject("/EmbeddedFile")
    stream[NameObject("/Subtype")] = NameObject("/application/json")
    name = TextStringObject(MANIFEST_NAME)
    held = _dictionary(F=update.add(stream))
    file = update.add(_dictionary(Type=NameObject("/Filespec"), F=name, UF=name, EF=held))
    return _dictionary(EmbeddedFiles=_dictionary(Names=ArrayObject([name, file])))


def _outline(update: PdfUpdate, marks: Sequence[Bookmark]) -> Any:
    """The outline; where it is long, its parts are closed until somebody opens them."""
    from pypdf.generic import ArrayObject, NameObject, NumberObject, TextStringObject

    root = _dictionary(Type=NameObject("/Outlines"))
    whole = update.add(root)
    items = []
    for mark in marks:
        place = ArrayObject([update.pages[mark.page], NameObject("/Fit")])
        item = _dictionary(Title=TextStringObject(mark.title), Dest=place)
        items.append((mark.level, item, update.add(item)))
    tops = [number for number, (level, _, _) in enumerate(items) if not level]
    _linked(root, whole, [items[number][1:] for number in tops])
    for number, after in zip(tops, [*tops[1:], len(items)], strict=True):
        inside = [items[at][1:] for at in range(number + 1, after)]
        if inside:
            _, parent, reference = items[number]
            _linked(parent, reference, inside)
            parent[NameObject("/Count")] = NumberObject(-len(inside) if len(items) > MOST_OPEN else len(inside))
    root[NameObject("/Count")] = NumberObject(len(items) if len(items) <= MOST_OPEN else len(tops))
    return whole


def _linked(parent: Any, reference: Any, children: Sequence[tuple[Any, Any]]) -> None:
    """Hang items under their parent, each linked to those before and after it."""
    from pypdf.generic import NameObject

    if not children:
        return
    parent[NameObject("/First")], parent[NameObject("/Last")] = children[0][1], children[-1][1]
    for number, (item, _) in enumerate(children):
        item[NameObject("/Parent")] = reference
        if number:
            item[NameObject("/Prev")] = children[number - 1][1]
        if number + 1 < len(children):
            item[NameObject("/Next")] = children[number + 1][1]


def _page_labels(update: PdfUpdate, labels: Sequence[PageLabels]) -> Any:
    """The labels as a number tree of one leaf; pages without a label are numbered as they lie."""
    from pypdf.generic import ArrayObject, NameObject, NumberObject, TextStringObject

    numbers = ArrayObject()
    at = 0
    for label in sorted(labels, key=lambda one: one.first):
        if label.first > at:
            numbers += [NumberObject(at), _dictionary(S=NameObject("/D"), St=NumberObject(at + 1))]
        style = _dictionary(S=NameObject("/D"), P=TextStringObject(label.prefix), St=NumberObject(1))
        numbers += [NumberObject(label.first), style]
        at = label.last + 1
    if at < len(update.pages):
        numbers += [NumberObject(at), _dictionary(S=NameObject("/D"), St=NumberObject(at + 1))]
    return update.add(_dictionary(Nums=numbers))


def read_manifest(pdf: bytes) -> bytes | None:
    """The manifest inside a PDF, or None if it has none."""
    from pypdf import PdfReader

    found = PdfReader(io.BytesIO(pdf)).attachments.get(MANIFEST_NAME)
    return found[0] if found else None
