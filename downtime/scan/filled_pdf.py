"""Forms that were filled on a screen: what was typed into a PDF's fields, exactly, sheet by sheet and page by page."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from downtime.errors import InputError
from downtime.page.filled import read_filled, split_option
from downtime.page.layout import Layout, PageLayout

Values = Mapping[str, str]
"""What was typed, by field id; a choice has the slugs of its marked options."""

TICKED = "X"
"""What a mark in a box counts as, as in a manifest's printed fields."""


def typed_values(path: Path) -> dict[int, dict[str, str]] | None:
    """What was typed into a PDF with our fields, by sheet number; None for a PDF without them."""
    logging.getLogger("pypdf").addHandler(logging.NullHandler())
    try:
        return read_filled(path.read_bytes())
    except (InputError, OSError):
        return None


def values_on_page(values: Values, layout: Layout, index: int) -> dict[str, str]:
    """Those of a sheet's values that stand on one of its pages (from 0), by the id of the box or field in the layout.

    A value whose field is nowhere on the sheet stays with the first page: it is kept until a person has seen it.
    """
    places = [_places(page) for page in layout.pages]
    here = places[index]
    on_page: dict[str, str] = {}
    for name, value in values.items():
        slugs = value.split()
        for slug in slugs:
            if box := here.options.get((name, slug)):
                on_page[box] = TICKED
        if name in here.boxes:
            on_page[name] = TICKED
        elif name in here.fields or (index == 0 and not any(_holds(place, name, slugs) for place in places)):
            on_page[name] = value
    return on_page


@dataclass(frozen=True, slots=True)
class _Places:
    """The fields of one page: tick boxes, write-in fields, and the box of each option of a choice."""

    boxes: frozenset[str]
    fields: frozenset[str]
    options: Mapping[tuple[str, str], str]


def _places(page: PageLayout) -> _Places:
    kinds = {field.id: field.kind for field in page.fields}
    return _Places(
        frozenset(name for name, kind in kinds.items() if kind == "checkbox"),
        frozenset(name for name, kind in kinds.items() if kind not in ("checkbox", "option")),
        {split_option(name): name for name, kind in kinds.items() if kind == "option"},
    )


def _holds(place: _Places, name: str, slugs: list[str]) -> bool:
    return name in place.boxes or name in place.fields or any((name, slug) in place.options for slug in slugs)
