"""High-alert medicines: recognising a drug that needs the alert bar, the second signature or a form of its own."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from downtime.clinical._data import LazyTable, Row, by_name, load

# Bounded, and only at the start of a number, so that a long run of digits is passed over at once.
_PERCENT = r"(?<![0-9.])([0-9]{1,3}(?:\.[0-9]{1,4})?)\s{0,2}%"


class HighAlert(Row):
    """A high-alert drug or class: what it is called, by which routes it counts, and the form that holds it.

    Where ``routes`` is not empty the drug counts only by these routes, and a label without a known route says so.
    """

    id: str
    label: str
    names: tuple[str, ...]
    also: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    any_drug_by: tuple[str, ...] = ()
    percent_at_least: Decimal | None = None
    percent_above: Decimal | None = None
    form: str
    double_check: bool = False
    source: str


class _HighAlertFile(Row):
    entries: tuple[HighAlert, ...]


@cache
def _entries() -> dict[str, HighAlert]:
    return by_name(load("high_alert.yaml", _HighAlertFile).entries, lambda entry: entry.id, "high_alert.yaml")


HIGH_ALERTS: LazyTable[HighAlert] = LazyTable(_entries)


@cache
def _patterns() -> tuple[tuple[HighAlert, re.Pattern[str]], ...]:
    rows = []
    for entry in HIGH_ALERTS.values():
        names = sorted({*entry.names, *entry.also}, key=len, reverse=True)
        words = "|".join(re.escape(name).replace(r"\ ", r"\s{1,3}") for name in names)
        # The percent may stand before the name ("3 % sodium chloride") or after it ("sodium chloride 3 %").
        pattern = rf"(?i)(?:{_PERCENT}\s{{0,2}})?(?<![^\W_])(?:{words})(?![^\W_])(?:[\s,]{{0,3}}{_PERCENT})?"
        rows.append((entry, re.compile(pattern)))
    return tuple(rows)


def high_alerts(drug_name: str, route: str | None = None) -> tuple[HighAlert, ...]:
    """Give every high-alert entry a drug name falls under; single drugs come before classes.

    With a route id the answer leaves out entries that count by other routes only. Without one nothing is left out:
    an alert too many is safer than one too few.
    """
    found = []
    for entry, pattern in _patterns():
        if route is not None and route in entry.any_drug_by:
            found.append(entry)
        elif route is not None and entry.routes and route not in entry.routes:
            continue
        elif any(_strong_enough(entry, hit, drug_name) for hit in pattern.finditer(drug_name)):
            found.append(entry)
    return tuple(found)


def is_high_alert(drug_name: str, route: str | None = None) -> HighAlert | None:
    """Give the most specific high-alert entry of a drug name, or nothing where no entry names it."""
    return next(iter(high_alerts(drug_name, route)), None)


def _strong_enough(entry: HighAlert, hit: re.Match[str], text: str) -> bool:
    if entry.percent_at_least is None and entry.percent_above is None:
        return True
    # In a mixture every name follows the order of the first: "dextrose 5 % sodium chloride 0.45 %".
    percent_first = re.match(rf"\s{{0,3}}{_PERCENT}", text) is not None
    written = (hit.group(1) or hit.group(2)) if percent_first else (hit.group(2) or hit.group(1))
    if written is None:
        return "hypertonic" in text.lower()
    percent = Decimal(written)
    if entry.percent_at_least is not None:
        return percent >= entry.percent_at_least
    return entry.percent_above is not None and percent > entry.percent_above
