"""The pictures that a sheet is keyed from, with what the machine made of each: one a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from downtime.desk.fields.keyed import KeyedField
from downtime.desk.store.models import ScannedPage, Sheet
from downtime.scan.model import Mark, PageVerdict

STICKER = "patient.label"


class Ink(StrEnum):
    """Whether anything is written in a field, as far as the machine can tell."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scan:
    """The picture in use of one page of a sheet; `index` counts from 0 in the sheet."""

    id: int
    index: int
    straight: str
    picture: str
    verdict: PageVerdict | None
    entered: Mapping[str, str] | None = None

    def typed_on_screen(self, field: KeyedField) -> str:
        """What was typed or marked in a field of a form that was filled on a screen; empty where nothing was.

        Of a choice the ids of its options, in the order of the form; nothing for an option that the form does not have.
        """
        value = (self.entered or {}).get(field.id, "")
        if field.kind != "choice":
            return value
        chosen = value.split()
        known = [option.id for option in field.options]
        return " ".join(sorted(chosen, key=known.index)) if set(chosen) <= set(known) else ""

    def ink(self, field: KeyedField) -> Ink:
        """Whether anything is written or marked in a field."""
        if self.verdict is None:
            return Ink.UNKNOWN
        if field.kind == "choice" or field.kind == "checkbox":
            return self._marks(field)
        names = field.covers or (field.id,)
        if any(name in self.verdict.written for name in names):
            return Ink.YES
        return Ink.MAYBE if any(name in self.verdict.unsure_fields for name in names) else Ink.NO

    @property
    def has_sticker(self) -> bool:
        """Whether something sticks in the place for the patient's label."""
        return self.verdict is not None and any(name.partition("@")[0] == STICKER for name in self.verdict.written)

    def marked(self, field: KeyedField) -> tuple[str, ...]:
        """The boxes that the machine is sure are marked: of a choice its options' ids, of a tick box its own."""
        if self.verdict is None:
            return ()
        return tuple(name for name, mark in self._boxes(field).items() if mark is Mark.MARKED)

    def _marks(self, field: KeyedField) -> Ink:
        marks = set(self._boxes(field).values())
        if Mark.UNSURE in marks or (self.verdict is not None and field.id in self.verdict.conflicts):
            return Ink.MAYBE
        return Ink.YES if Mark.MARKED in marks else Ink.NO

    def _boxes(self, field: KeyedField) -> dict[str, Mark]:
        marks = self.verdict.marks if self.verdict is not None else {}
        if field.kind == "checkbox":
            return {field.id: marks[field.id]} if field.id in marks else {}
        name, at, side = field.id.partition("@")
        keys = {option.id: f"{name}#{option.id}{at}{side}" for option in field.options}
        return {option: marks[key] for option, key in keys.items() if key in marks}


def scans_of(sheet: Sheet) -> dict[int, Scan]:
    """The picture in use of each page that came back, by its place in the sheet. One query."""
    numbers = list(sheet.pages)
    rows = ScannedPage.objects.filter(sheet=sheet, in_use=True).only(
        "id", "page", "straight", "picture", "verdict", "entered", "sheet_id"
    )
    return {numbers.index(row.page): _scan(row, numbers.index(row.page)) for row in rows if row.page in numbers}


def _scan(row: ScannedPage, index: int) -> Scan:
    verdict = PageVerdict.model_validate_json(row.verdict) if row.verdict else None
    return Scan(row.pk, index, row.straight, row.picture, verdict, row.entered)
