"""Doses of a medication sheet: given, not given, refused; with drug, amount and route as two people read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from downtime.clinical.codes import NOT_GIVEN, ROUTES, SITES, CountsAs, NotGivenReason, Site
from downtime.exchange.facts import Dose, Given, Withheld
from downtime.exchange.gathering import proof_of, unchecked, withheld, writer_near
from downtime.exchange.moments import NoMoment
from downtime.exchange.sheet_reading import Placed, SheetReading
from downtime.page.sheet_record import FieldState

_REFUSED = "50"
_ROW_AND_NAME = re.compile(r"([0-9]{1,2})\.?\s*(.*)")
_OF_A_DOSE = ("dose.time", "dose.at", "dose.code", "dose.amount")


def doses(reading: SheetReading) -> Iterator[Dose | Withheld]:
    """Every dose that something was written for; an empty cell says nothing, so it gives nothing."""
    seen: set[str] = set()
    for one in reading.placed:
        place = one.field.cell or one.field.row
        if one.field.means in _OF_A_DOSE and one.entry.state is FieldState.VALUE and place not in seen:
            seen.add(place)
            yield _dose(reading, one)


def _dose(reading: SheetReading, one: Placed) -> Dose | Withheld:
    drug = _drug(reading, one)
    if isinstance(drug, str):
        return withheld("Dose", (one,), drug)
    label = f"Dose of {drug.words}"
    code = reading.near("dose.code", one)
    meaning = _meaning(code)
    if isinstance(meaning, str):
        return withheld(label, _present(one, code), meaning)
    reason = meaning if isinstance(meaning, NotGivenReason) else None
    if reason is not None and reason.counts_as is CountsAs.OTHER_RECORD:
        return withheld(label, _present(one, code), f"{reason.printed}: another record holds it")
    given = reason is None or reason.counts_as is CountsAs.GIVEN
    at = reading.moment("dose", one)
    if isinstance(at, NoMoment):
        return withheld(label, _present(one, code), at.why, at.do)
    clock = reading.near("dose.time", one) or reading.near("dose.at", one)
    if given and clock is None:
        return withheld(label, _present(one, code), "no time is written with it")
    amount = reading.near("dose.amount", one) or reading.near("order.dose", one)
    route = reading.near("order.route", one)
    own_site = reading.near("dose.site", one)
    if given and amount is None:
        return withheld(label, _present(one, clock, code), "no dose stands beside it")
    by = writer_near(reading, "dose.by", one)
    if not by.shown:
        return withheld(label, _present(one, clock, code), "nobody's initials stand with it")
    parts = _present(one, clock, code, amount, route, own_site, drug)
    missing = unchecked(label, parts)
    if missing is not None:
        return missing
    site = meaning if isinstance(meaning, Site) else _site(own_site)
    words = _route_words(route, own_site, site)
    if not words:
        return withheld(label, parts, "no route stands beside it")
    place = one.field.cell or one.field.row
    return Dose(
        proof=proof_of(reading, place, parts),
        outcome=Given.GIVEN if given else Given.REFUSED if reason and reason.code == _REFUSED else Given.NOT_GIVEN,
        drug=drug.words,
        amount=amount.words if amount else "",
        route=words,
        route_code=route_code(words),
        at=at,
        by=by,
        site=site.printed if site else "",
        site_code=(site.hl7_0163 or "") if site else "",
        reason=reason.printed if reason else "",
        reason_code=reason.code if reason else "",
    )


def _present(*parts: Placed | None) -> tuple[Placed, ...]:
    return tuple({one.entry.field: one for one in parts if one is not None}.values())


def _drug(reading: SheetReading, one: Placed) -> Placed | str:
    """The drug of a dose: written with it, or in the row that its number names, or in its own row."""
    own = reading.near("dose.drug", one)
    if own is None:
        return reading.near("order.drug", one) or "no medicine stands beside it"
    numbered = _ROW_AND_NAME.fullmatch(own.words.strip())
    if numbered is None:
        return own
    row, name = int(numbered[1]), numbered[2].strip().casefold()
    found = [drug for drug in reading.all("order.drug") if drug.field.row_number == row]
    if len(found) == 1 and found[0].words.casefold().startswith(name):
        return found[0]
    return f"“{own.words}” is not clearly one of the medicines above"


def _meaning(code: Placed | None) -> NotGivenReason | Site | str | None:
    if code is None:
        return None
    value = code.words.strip()
    if value in NOT_GIVEN:
        return NOT_GIVEN[value]
    if value in SITES:
        return SITES[value]
    return f"the code “{value[:20]}” is none of the printed ones"


def _site(placed: Placed | None) -> Site | None:
    return SITES.get(placed.words.strip()) if placed is not None else None


def _route_words(route: Placed | None, own: Placed | None, site: Site | None) -> str:
    if own is not None and site is None:
        return own.words
    return route.words if route is not None else ""


def route_code(words: str) -> str:
    """The code of table 0162 for a route in words; empty where the table has none or the words are not known."""
    return _route_codes().get(" ".join(words.casefold().split()), "")


@cache
def _route_codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for route in ROUTES.values():
        plain = re.sub(r"\s*\(.*?\)|\s*over ____.*", "", route.printed)
        inside = re.findall(r"\(([^)]+)\)", route.printed)
        for name in (route.id, route.printed, plain, *inside):
            found.setdefault(name.casefold(), route.hl7_0162 or "")
    # Written as on the order form; the table has one code for all that goes into a vein.
    return {"iv": "IV", "iv infusion": "IV", "subcutaneous": "SC", **found}
