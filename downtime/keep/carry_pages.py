"""The pages of the carried folder: the list of units that everything starts from, and what can be read on a phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from downtime import __version__
from downtime.keep.carry_cards import card_sheet
from downtime.keep.carry_kits import Kits
from downtime.keep.carry_values import card_values, contact_values, moment_values, tel, tree_values, unit_values
from downtime.keep.events import age_text
from downtime.keep.spans import span_text
from downtime.library.shelf import Shelf
from downtime.paper.contents import Run
from downtime.paper.kit_model import VOID_AFTER
from downtime.paper.surroundings import date_text, moment_text
from downtime.paper.webpage import inline, web_page
from downtime.site import Department, Site

PHONES, CARDS = "phones.html", "cards.pdf"


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF of the set: where it lies from the index, and what is said of it."""

    href: str
    pages: int = 0
    unapproved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pages:
    """The index, and the other files of the set by name; the documents that they lead to, by department."""

    index: bytes
    files: Mapping[str, bytes]
    packets: Mapping[str, Document]
    kits: Mapping[str, Document]


def unit_page(department: str) -> str:
    """The page of a unit. The word before it keeps it clear of names that Windows takes for itself, as con or aux."""
    return f"unit-{department}.html"


def carried_pages(
    site: Site, shelf: Shelf, run: Run, name: str, packets: Mapping[str, Document], put: Mapping[str, Document],
    kits: Kits,
) -> Pages:  # fmt: skip
    """Every page of a set called `name`; raises ConfigError for a role card that cannot be shown."""
    shared = _shared(site, run)
    today = run.made_at.date()
    files = {PHONES: _page("phones", shared | {"contacts": contact_values(site, today)})}
    for department in site.departments.values():
        tree = site.phone_tree(department, today)
        values = shared | {
            "unit": unit_values(site, department), "tree": tree_values(tree) if tree else None,
            "cards": card_values(site, department, shelf, tree),
        }  # fmt: skip
        files[unit_page(department.id)] = _page("unit", values)
    files[CARDS] = _cards(site, run)
    units = [_unit(site, department, run, name, packets, put, kits) for department in site.departments.values()]
    index = shared | {
        "units": units, "any_kit": bool(put), "phones": f"{name}/{PHONES}", "cards": f"{name}/{CARDS}",
        "passphrase_kept": site.facility.protection.passphrase_kept or "",
    }  # fmt: skip
    return Pages(_page("index", index), files, packets, put)


def _page(name: str, values: Mapping[str, object]) -> bytes:
    return web_page(f"carry/{name}.html", values).encode()


def _shared(site: Site, run: Run) -> dict[str, Any]:
    facility = site.facility
    desk = facility.service_desk
    old_after = timedelta(minutes=facility.census.stale_after_minutes)
    return {
        "facility": {"name": facility.name}, "fiction": facility.fiction or "", "version": __version__,
        "made_at": moment_text(run.made_at), "drill": run.drill, "style": inline("carry/style.css"),
        "script": inline("carry/age.js"),
        "desk": {"name": desk.name, "phone": desk.phone, "backup": desk.backup or "", "tel": tel(desk.phone)},
        "old_after": span_text(old_after), "old_after_minutes": facility.census.stale_after_minutes,
        "void_after": span_text(VOID_AFTER), "void_after_minutes": int(VOID_AFTER.total_seconds() // 60),
    }  # fmt: skip


def _unit(
    site: Site, department: Department, run: Run, name: str, packets: Mapping[str, Document],
    put: Mapping[str, Document], kits: Kits,
) -> dict[str, Any]:  # fmt: skip
    zone = ZoneInfo(str(site.facility.timezone))
    last_day = run.made_at.date() + timedelta(days=site.facility.packet_valid_days)
    end = datetime.combine(last_day + timedelta(days=1), datetime.min.time(), zone)
    packet = packets[department.id]
    kit = None
    if found := kits.newest.get(department.id):
        taken = moment_values(found.data_as_of, zone)
        age = age_text(run.made_at - found.data_as_of)
        kit = {
            "href": put[department.id].href, "data_as_of": taken["text"], "iso": taken["iso"], "age_when_made": age,
        }  # fmt: skip
    return {
        **unit_values(site, department), "kit": kit, "no_kit": kits.none.get(department.id, ""),
        "packet": {
            "href": packet.href, "pages": f"{packet.pages:,}", "until": date_text(last_day),
            "until_iso": end.isoformat(), "numbers": department.downtime_numbers is not None,
            "unapproved": ", ".join(packet.unapproved),
        },
        "page": f"{name}/{unit_page(department.id)}", "people": department.phone_tree is not None,
    }  # fmt: skip


def _cards(site: Site, run: Run) -> bytes:
    facility = site.facility
    desk = facility.service_desk
    kept = facility.protection.passphrase_kept
    backup = f", or {desk.backup}" if desk.backup else ""
    steps = (
        f"Tell the {desk.name}: {desk.phone}{backup}.",
        "Open the downtime box of your unit; work on its paper.",
        "More paper, your patients, all phone numbers: open index.html of the carried folder in any browser.",
        f"Kits ask for a passphrase: {kept or '____________________'}.",
        "Print at 100 %, on both sides (long edge).",
    )
    title = "DRILL: computers down" if run.drill else "Computers down?"
    return card_sheet(run.paper or facility.paper, title, steps, f"{facility.short_name}, {date_text(run.made_at)}")
