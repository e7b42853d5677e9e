"""What the carried pages show: units, phone trees, numbers and role cards as plain values for the templates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from downtime.library.procedures import load_procedure
from downtime.library.shelf import Shelf
from downtime.paper.card_context import card_context
from downtime.paper.richtext import Block, Heading, Item, Paragraph, parse_markdown
from downtime.paper.surroundings import date_text, moment_text
from downtime.site import Department, PhoneTree, PhoneWay, Site
from downtime.site.phonetree import PhoneNode, is_stale

DIALLED = ("desk", "mobile", "pager", "red phone", "satellite")
"""The ways that are a number to dial; a radio channel or a place is not."""

DEEPEST = 4
_EXTENSION = re.compile(r"^(.*?)\s*(?:ext\.?|x)\s*([0-9]+)$", re.IGNORECASE)
_BADGE = re.compile(r"(P[0-4]|R)\s+(?=\S)")


def tel(number: str) -> str:
    """The link that dials a number (RFC 3966), or nothing where there is none to dial."""
    main, extension = number, ""
    if found := _EXTENSION.match(number.strip()):
        main, extension = found[1], found[2]
    digits = re.sub(r"[^0-9+*#]", "", main)
    if len(re.sub(r"[^0-9]", "", digits)) < 2 or re.search(r"[A-Za-z]", main):
        return ""
    return f"tel:{digits.replace('#', '%23')}" + (f";ext={extension}" if extension else "")


def unit_values(site: Site, department: Department) -> dict[str, Any]:
    """A unit as both the list of units and its own page show it."""
    return {
        "id": department.id, "name": department.name, "short_name": department.short_name or department.name,
        "box": department.box.id, "location": department.box.location,
    }  # fmt: skip


def tree_values(tree: PhoneTree) -> dict[str, Any]:
    """A phone tree to be read from top to bottom: each person before those whom they call."""
    return {"script": tree.script, "nodes": [_node(node, tree) for node in tree.nodes]}


def contact_values(site: Site, today: date) -> list[dict[str, Any]]:
    """Every contact of the site by title, with all ways."""
    limit = site.facility.numbers_stale_after_days
    contacts = sorted(site.contacts.values(), key=lambda contact: contact.title.casefold())
    return [
        {
            "title": contact.title, "person": contact.person,
            "ways": [_way(PhoneWay(way.label, way.text, way.note or "", way.over_network)) for way in contact.ways],
            "verified": date_text(contact.verified), "stale": is_stale(contact.verified, today, limit),
        }
        for contact in contacts
    ]  # fmt: skip


def card_values(site: Site, department: Department, shelf: Shelf, tree: PhoneTree | None) -> list[dict[str, Any]]:
    """The role cards of a department as blocks; raises ConfigError for one that cannot be printed."""
    cards = []
    for name in department.procedures:
        procedure = load_procedure(name, site.root)
        context = card_context(procedure, site.facility, department, tree, shelf.titles())
        blocks = [_block(block) for block in parse_markdown(procedure.rendered(context))]
        cards.append({"title": procedure.head.title, "revision": procedure.head.revision, "blocks": blocks})
    return cards


def moment_values(moment: datetime, site_zone: Any) -> dict[str, str]:
    """A moment for people and for the page's script."""
    local = moment.astimezone(site_zone)
    return {"text": moment_text(local), "iso": local.isoformat()}


def _node(node: PhoneNode, tree: PhoneTree) -> dict[str, Any]:
    caller = tree.node(node.parent) if node.parent else None
    called = [f"{child.number} {child.title}" for child in tree.children(node)]
    return {
        "number": node.number, "title": node.title, "person": node.person, "depth": min(node.depth, DEEPEST),
        "caller": f"{caller.number} {caller.title}" if caller else "", "ways": _ways(node.ways),
        "after_minutes": node.takeover.after_minutes, "takeover": node.takeover.title,
        "takeover_ways": _ways(node.takeover.ways), "calls": ", ".join(called),
        "verified": date_text(node.verified), "stale": node.stale,
    }  # fmt: skip


def _ways(ways: Sequence[PhoneWay]) -> list[dict[str, Any]]:
    return [_way(way) for way in ways]


def _way(way: PhoneWay) -> dict[str, Any]:
    link = tel(way.text) if way.label in DIALLED else ""
    return {"label": way.label, "text": way.text, "note": way.note, "over_network": way.over_network, "tel": link}


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            found = _BADGE.match(block.text)
            text = block.text[found.end() :].lstrip("·–- ") if found else block.text
            return {"kind": "heading", "level": block.level, "badge": found[1] if found else "", "text": text}
        case Item():
            kind = "act" if block.task else "item"
            return {"kind": kind, "depth": block.depth, "marker": block.marker, "runs": block.runs}
        case Paragraph():
            return {"kind": "paragraph", "runs": block.runs}
        case _:
            return {"kind": "table", "rows": block.rows}
