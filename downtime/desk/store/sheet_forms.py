"""The fields of a stored sheet, from its layout and the form kept with it; neither changes, so both are remembered."""

from __future__ import annotations

from functools import lru_cache

from downtime.desk.fields.keyed import KeyedField
from downtime.desk.fields.sheet_fields import sheet_fields
from downtime.desk.store.models import FormDefinition, Sheet
from downtime.desk.store.models import Layout as LayoutRow
from downtime.library.schema import FormSpec
from downtime.page.layout import Layout


def layout_of(layout_id: str) -> Layout:
    """The layout record of this id."""
    return _layout(layout_id)


def fields_of(sheet: Sheet) -> tuple[KeyedField, ...]:
    """The fields of a sheet in the order of keying; `sheet.kit` should be loaded with it."""
    return _fields(sheet.layout_id, sheet.kit.department)


def form_is_known(sheet: Sheet) -> bool:
    """Whether the library had the sheet's revision when its kit came in."""
    return _form(sheet.layout_id, sheet.kit.department) is not None


@lru_cache(maxsize=256)
def _layout(layout_id: str) -> Layout:
    return Layout.model_validate_json(LayoutRow.objects.values_list("json", flat=True).get(pk=layout_id))


@lru_cache(maxsize=256)
def _fields(layout_id: str, department: str) -> tuple[KeyedField, ...]:
    return sheet_fields(_layout(layout_id), _form(layout_id, department))


@lru_cache(maxsize=256)
def _form(layout_id: str, department: str) -> FormSpec | None:
    rows = FormDefinition.objects.filter(layout_id=layout_id, department=department)
    json = rows.values_list("json", flat=True).first()
    return FormSpec.model_validate_json(json) if json is not None else None
