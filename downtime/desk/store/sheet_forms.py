"""The fields of a stored sheet, from its layout and the form kept with it; neither changes, so both are remembered."""

from __future__ import annotations

from functools import lru_cache

from downtime.desk.fields.keyed import KeyedField, fields_from_json
from downtime.desk.store.models import FormDefinition, Sheet
from downtime.desk.store.models import Layout as LayoutRow
from downtime.page.layout import Layout


def layout_of(layout_id: str) -> Layout:
    """The layout record of this id."""
    return _layout(layout_id)


def fields_of(sheet: Sheet) -> tuple[KeyedField, ...]:
    """The fields of a sheet in the order of keying; `sheet.kit` should be loaded with it."""
    return _kept(sheet.layout_id, sheet.kit.department)[1]


def form_is_known(sheet: Sheet) -> bool:
    """Whether the library had the sheet's revision when its kit came in."""
    return _kept(sheet.layout_id, sheet.kit.department)[0]


@lru_cache(maxsize=256)
def _layout(layout_id: str) -> Layout:
    return Layout.model_validate_json(LayoutRow.objects.values_list("json", flat=True).get(pk=layout_id))


@lru_cache(maxsize=256)
def _kept(layout_id: str, department: str) -> tuple[bool, tuple[KeyedField, ...]]:
    row = FormDefinition.objects.get(layout_id=layout_id, department=department)
    return row.known, fields_from_json(row.fields)


def forget_remembered() -> None:
    """Forget what is remembered: another store is in use (tests)."""
    _layout.cache_clear()
    _kept.cache_clear()
