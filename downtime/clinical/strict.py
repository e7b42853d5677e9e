"""Medicines counted from the dose actually given: recognising an order whose times never move to the unit's."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from downtime.clinical._data import LazyTable, Row, by_name, load

_LONGEST = 400


class StrictClass(Row):
    """A class of medicines, by name, and the routes by which it counts (none: every route)."""

    id: str
    label: str
    names: tuple[str, ...]
    routes: tuple[str, ...] = ()
    source: str


class _StrictFile(Row):
    classes: tuple[StrictClass, ...]


@cache
def _classes() -> dict[str, StrictClass]:
    return by_name(load("strict_classes.yaml", _StrictFile).classes, lambda row: row.id, "strict_classes.yaml")


STRICT_CLASSES: LazyTable[StrictClass] = LazyTable(_classes)


@cache
def _patterns() -> tuple[tuple[StrictClass, re.Pattern[str], re.Pattern[str] | None], ...]:
    return tuple(
        (row, _words(row.names), _words(row.routes) if row.routes else None) for row in STRICT_CLASSES.values()
    )


def _words(names: tuple[str, ...]) -> re.Pattern[str]:
    listed = "|".join(re.escape(name).replace(r"\ ", r"\s{1,3}") for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?i)(?<![^\W_])(?:{listed})(?![^\W_])")


@lru_cache(maxsize=4096)
def strict_class(drug: str, route: str = "") -> StrictClass | None:
    """Give the class by which an order is counted from the dose given, by its medicine and the words of its route."""
    for row, names, routes in _patterns():
        if names.search(drug[:_LONGEST]) and (routes is None or not route.strip() or routes.search(route[:_LONGEST])):
            return row
    return None
