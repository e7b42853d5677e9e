"""What agrees and what does not between two accounts of a person, in words. It judges nothing: a person decides."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from downtime.desk.fields.moments import written_date
from downtime.site.numbers import number_is_sound


@dataclass(frozen=True, slots=True)
class Told:
    """What a page, a list or the store says of a person; empty where it says nothing."""

    number: str = ""
    name: str = ""
    birth_date: date | None = None
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing compared: `agrees` is None where one side says nothing."""

    agrees: bool | None
    words: str


def points(one: Told, other: Told) -> tuple[Point, ...]:
    """Name, date of birth, number and sex compared, always all four."""
    return (
        _point("name", one.name, other.name, plain_name(one.name) == plain_name(other.name)),
        _point("date of birth", _day(one.birth_date), _day(other.birth_date), one.birth_date == other.birth_date),
        _numbers(one.number, other.number),
        _point("sex", one.sex, other.sex, one.sex[:1].casefold() == other.sex[:1].casefold()),
    )


def plain_name(name: str) -> str:
    """A name as it is compared: without capitals, accents and signs, and in any order of its words."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign))
    return " ".join(sorted("".join(sign if sign.isalnum() else " " for sign in bare).split()))


def _point(what: str, one: str, other: str, same: bool) -> Point:
    if not one or not other:
        return Point(None, f"{what}: only one says it ({one or other})" if one or other else f"{what}: not known")
    if same:
        return Point(True, f"{what} agrees: {one}" if one == other else f"{what} agrees: {one} and {other}")
    return Point(False, f"{what} differs: {one} and {other}")


def _numbers(one: str, other: str) -> Point:
    """A downtime number and a record number say nothing about each other; two of one kind do."""
    if one and other and number_is_sound(one) != number_is_sound(other):
        return Point(None, f"number: a downtime number and a record number ({one} and {other})")
    return _point("number", one, other, one.casefold() == other.casefold())


def _day(day: date | None) -> str:
    return written_date(day) if day is not None else ""
