"""A sheet record beside the definition of its form: what each entry is, and which date or name goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from downtime.exchange.form_map import FormMap, Mapped
from downtime.exchange.moments import NoMoment, clock_of, day_of, moment_at, near_hour, split_moment
from downtime.page.sheet_record import FieldEntry, FieldState, SheetRecord, ValueSource


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry and what its field is."""

    entry: FieldEntry
    field: Mapped

    @property
    def words(self) -> str:
        """The value as a person reads it: marked boxes in their own words, or what was written."""
        marked = [self.field.options.get(option, option) for option in self.entry.options]
        return ", ".join([*marked, *([self.entry.value] if self.entry.value else [])])


def two_people(entry: FieldEntry) -> bool:
    """Whether two people vouch for a value, or a kit printed it from the record's own data and nobody changed it."""
    if entry.source is ValueSource.PRINTED:
        return True
    if entry.keyed is None:
        return False
    others = [act.by for act in (entry.verified, entry.decided) if act is not None]
    return any((other.id or other.name) != (entry.keyed.by.id or entry.keyed.by.name) for other in others)


class SheetReading:
    """The entries of one sheet with a value, by what they mean. `folds` says of a field which of two hours it was."""

    def __init__(self, record: SheetRecord, form: FormMap, zone: ZoneInfo, folds: Mapping[str, int]) -> None:
        self.record, self.form, self.zone, self._folds = record, form, zone, folds

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """Every entry of which the form knows what it is, whatever its state."""
        found = ((entry, self.form.of(entry.field)) for entry in self.record.entries)
        return tuple(Placed(entry, field) for entry, field in found if field is not None)

    @cached_property
    def _by_meaning(self) -> dict[str, list[Placed]]:
        found: dict[str, list[Placed]] = {}
        for one in self.placed:
            if one.field.means and one.entry.state is FieldState.VALUE:
                found.setdefault(one.field.means, []).append(one)
        return found

    def all(self, means: str) -> list[Placed]:
        """Every value with a meaning, in the order of the record."""
        return self._by_meaning.get(means, [])

    def near(self, means: str, to: Placed) -> Placed | None:
        """The value of a meaning that goes with another: of its cell, row, part of the form, page, or sheet.

        The closest of these that has any counts, and only where it has exactly one. What stands in another of several
        rows or cells never counts: the initials of one say nothing of the next.
        """
        candidates = [one for one in self.all(means) if one.field.alone or _same_place(one, to)]
        for scope in (_same_cell, _same_row, _same_section, _same_page, _anywhere):
            here = [one for one in candidates if scope(one, to)]
            if here:
                # A field that is printed again on a later page is one field, as long as both say the same.
                said = {(one.field.key, one.field.row, one.field.cell, one.words) for one in here}
                return here[0] if len(said) == 1 else None
        return None

    def moment(self, what: str, to: Placed) -> datetime | NoMoment:
        """The moment of `to`: from ``what.at``, or ``what.date`` or the sheet's own day, and ``what.time``."""
        at = self.near(f"{what}.at", to)
        if at is not None:
            return self.moment_in(at)
        clock = self.near(f"{what}.time", to)
        day = self.near(f"{what}.date", to)
        if clock is not None and day is not None:
            return self.at(day.entry.value, clock.entry.value, clock)
        return self._by_hour(clock, to)

    def _by_hour(self, clock: Placed | None, to: Placed) -> datetime | NoMoment:
        """The moment of what stands under a printed hour; without a clock time of its own, that hour."""
        sheet_day = self.near("sheet.date", to)
        if not to.field.hour or sheet_day is None:
            return NoMoment("no time is written with it" if clock is None else "no date is written with it")
        first, hour, day = clock_of(self.form.first_hour), clock_of(to.field.hour), day_of(sheet_day.entry.value)
        written = hour if clock is None else clock_of(clock.entry.value)
        if isinstance(first, NoMoment) or isinstance(hour, NoMoment):
            return NoMoment("the hours printed on the sheet are not known")
        if isinstance(day, NoMoment):
            return day
        if isinstance(written, NoMoment):
            return written
        found = near_hour(day, first, hour, written)
        return found if isinstance(found, NoMoment) else moment_at(found, written, self.zone, self.fold(clock or to))

    def moment_in(self, placed: Placed) -> datetime | NoMoment:
        """The moment that a value itself holds (``02 MAR 2026 0205``)."""
        parts = split_moment(placed.entry.value)
        return parts if isinstance(parts, NoMoment) else self.at(parts[0], parts[1], placed)

    def at(self, day_text: str, clock_text: str, placed: Placed) -> datetime | NoMoment:
        """The moment of a date and a clock time that `placed` is about."""
        day, clock = day_of(day_text), clock_of(clock_text)
        if isinstance(day, NoMoment):
            return day
        return clock if isinstance(clock, NoMoment) else moment_at(day, clock, self.zone, self.fold(placed))

    def fold(self, placed: Placed) -> int | None:
        """A person's word which of two equal hours a time is in; None where nobody said."""
        return self._folds.get(placed.entry.field)


def _same_cell(one: Placed, to: Placed) -> bool:
    return bool(to.field.cell) and one.field.cell == to.field.cell


def _same_place(one: Placed, to: Placed) -> bool:
    return _same_row(one, to) and one.field.cell in ("", to.field.cell)


def _same_row(one: Placed, to: Placed) -> bool:
    return one.field.row == to.field.row and bool(to.field.row)


def _same_section(one: Placed, to: Placed) -> bool:
    return one.field.section == to.field.section and one.entry.page == to.entry.page


def _same_page(one: Placed, to: Placed) -> bool:
    return one.entry.page == to.entry.page


def _anywhere(one: Placed, to: Placed) -> bool:
    return True
