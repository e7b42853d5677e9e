"""RXR, the route of a medicine, in words that are certain; a code that means two things is a reason to clarify.

Sources: HL7 table 0162; ISMP 2024 list of error-prone abbreviations for the codes that are not printed as they are.
"""

from __future__ import annotations

import re

from downtime.census.hl7v2_parse import Segment
from downtime.census.hl7v2_values import words_of
from downtime.clinical.codes import ROUTES

_AS_IT_IS = ("PO", "IV", "IM")
_SEVERAL_PLACES = {"IH": "inhaled", "OP": "eye (which one is not stated)", "OT": "ear (which one is not stated)"}
_ROUTE_WORDS = {
    "by mouth": r"\bpo\b|\bp\.o\.|by mouth|\borally\b|\boral\b",
    "IV": r"\biv\b|\bintravenous(?:ly)?\b",
    "IM": r"\bim\b|\bintramuscular(?:ly)?\b",
    "subcut": r"\bsubcut\w*\b|\bsubcutaneous(?:ly)?\b",
    "rectal": r"\brectal(?:ly)?\b|\bper rectum\b",
}


def route_of(before: list[Segment], after: list[Segment], doubts: list[str]) -> str:
    """The routes of an order in words; those beside the encoded order count before those of the request."""
    requested = [segment for segment in before if segment.name == "RXR"]
    segments = [segment for segment in after if segment.name == "RXR"] or requested
    shown = list(dict.fromkeys(_one_route(segment, doubts) for segment in segments))
    if requested and segments is not requested:
        silent: list[str] = []
        asked = {_one_route(segment, silent) for segment in requested}
        if asked.isdisjoint(shown):
            doubts.append(f"ordered as “{' or '.join(sorted(asked))}”, encoded as “{' or '.join(shown)}”")
    return " or ".join(route for route in shown if route)


def _one_route(segment: Segment, doubts: list[str]) -> str:
    element = segment.first(1)
    code, words = element.text(1, limit=60), element.text(2, limit=100) or element.text(5, limit=100)
    route = words if words and words.upper() != code.upper() and words.upper() not in _by_code() else ""
    site = words_of(segment.first(2), 100)
    if not route:
        route = route_words(code or words, doubts, site_is_stated=bool(site))
    elif code.upper() == "IO" and "ocular" not in words.lower():
        doubts.append(f"route code IO is intraocular in HL7, and its words say “{words}”")
    method = words_of(segment.first(4), 100)
    return ", ".join(dict.fromkeys(part for part in (route, site, method) if part))


def route_words(code: str, doubts: list[str], *, site_is_stated: bool = False) -> str:
    """The words of a code of table 0162 where they are certain; else the code itself, and a doubt."""
    upper = code.upper()
    if not code or upper in _AS_IT_IS:
        return upper
    if upper == "IO":
        doubts.append("route IO is intraocular in HL7, and intraosseous to many; ask")
        return "IO"
    if upper in _SEVERAL_PLACES:
        if site_is_stated:
            return _SEVERAL_PLACES[upper].split(" (")[0]
        if "(" in _SEVERAL_PLACES[upper]:
            doubts.append("the side of the route is not stated")
        return _SEVERAL_PLACES[upper]
    known = _by_code().get(upper, [])
    if len(known) == 1:
        return known[0]
    if len(code) < 4 or code == upper:
        doubts.append(f"route “{code}” is a code that is not known here")
    return code


def _by_code() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in ROUTES.values():
        if row.hl7_0162:
            found.setdefault(row.hl7_0162, []).append(row.printed)
    return found


def compare_routes(sig: str, route: str, doubts: list[str]) -> None:
    """Words that name another route than the coded one: this is not rare, and must not be printed as if sure."""
    named, coded = _routes_in(sig), _routes_in(route)
    if named and coded and named.isdisjoint(coded):
        doubts.append(f"the words say {' or '.join(sorted(named))}, the route says {route}")


def _routes_in(text: str) -> set[str]:
    return {name for name, pattern in _ROUTE_WORDS.items() if re.search(pattern, text.lower())}
