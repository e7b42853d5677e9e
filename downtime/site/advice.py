"""What is unwise in a site folder, though it can be printed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date

from downtime.clinical.quantities import SAFER_MIN_HOURS, SAFER_SOURCE
from downtime.errors import ConfigError, Finding, Level
from downtime.page.geometry import PaperSize
from downtime.site.contacts import Contact, is_made_up
from downtime.site.department import Department
from downtime.site.facility import Facility
from downtime.site.phonetree import is_stale
from downtime.site.quantities import PacketLine, hours_held, packet_quantities
from downtime.site.reading import APPROVALS, CONTACTS, FACILITY, Parts
from downtime.site.recovery_checks import recovery_warnings
from downtime.textyaml import YamlText, nearest

_NEEDED = {
    "orders": ("ord-general", "ord-medication", "ord-admission-set"),
    "medication pages": ("mar-scheduled",),
    "laboratory requests": ("ord-lab-req",),
    "imaging requests": ("ord-rad-req",),
}

FRONT_POCKET: tuple[tuple[str, ...], ...] = (
    ("log-incident",), ("log-unit-census", "log-ed-tracking"), ("ord-general",), ("ord-medication",),
    ("ord-verbal-readback",), ("ord-lab-req",), ("mar-scheduled",), ("mar-once-stat",), ("mar-infusion",),
    ("flow-vitals-ews",), ("mar-legend",), ("log-critical-results",), ("log-phone-runner",), ("note-handoff",),
    ("note-code-blue",),
)  # fmt: skip
"""The first-hour set of every department; each group is met by any one of its forms."""

FRONT_POCKET_WITH_ARRIVALS = (("reg-face-sheet",), ("reg-patient-label-sheet",), ("reg-downtime-number-log",))
"""Added where patients arrive without a number: emergency and labour."""


def warnings_of(parts: Parts, today: date, known_forms: Collection[str] | None) -> Iterator[Finding]:
    """Everything unwise that can be told of the readable parts of a site folder."""
    if parts.contacts is not None:
        yield from _contacts(parts, today)
    if parts.facility is not None:
        yield from _facility(parts, parts.facility)
        yield from recovery_warnings(parts.facility, parts.files[FACILITY])
        if not parts.facility.fiction:
            yield from _left_over(parts)
        for name, department in parts.departments.items():
            yield from _sizes(department, parts.files[name])
            yield from _packet(parts.facility, department, parts.files[name], known_forms)
            yield from _front_pocket(parts.facility, department, parts.files[name], known_forms)
    yield from _approvals(parts, known_forms)


def _contacts(parts: Parts, today: date) -> Iterator[Finding]:
    text, contacts = parts.files[CONTACTS], parts.contacts or {}
    facility = parts.facility
    used = {contact.no_answer.then for contact in contacts.values() if contact.no_answer}
    for department in parts.departments.values():
        if tree := department.phone_tree:
            used |= {tree.start, *tree.calls, *(to for called in tree.calls.values() for to in called)}
    yield from _takeover_circles(contacts, text)
    for who, contact in contacts.items():
        path = ("contacts", who)
        if contact.verified > today:
            what = f"contacts.{who}.verified: {contact.verified} lies in the future"
            yield text.finding((*path, "verified"), what, "", "write the day it was last tried", Level.WARNING)
        elif facility and is_stale(contact.verified, today, facility.numbers_stale_after_days):
            days = (today - contact.verified).days
            what = f"{contact.title}: numbers were last tried {days} days ago, they print as STALE"
            limit = f"the limit is {facility.numbers_stale_after_days} days"
            yield text.finding((*path, "verified"), what, limit, "try them, then change the date", Level.WARNING)
        if parts.every_department_read and who not in used:
            what = f"{contact.title} stands in no phone tree and takes over from nobody"
            yield text.finding(path, what, "", "add it to a tree, or remove it", Level.NOTE)


def _takeover_circles(contacts: Mapping[str, Contact], text: YamlText) -> Iterator[Finding]:
    told: set[str] = set()
    for who in contacts:
        chain = [who]
        while (contact := contacts.get(chain[-1])) and contact.no_answer and (then := contact.no_answer.then):
            if then in chain:
                circle = chain[chain.index(then) :]
                if not told.intersection(circle):
                    what = "no_answer goes round in a circle: " + " – ".join([*circle, then])
                    do = "let the last of them say what to do instead (`do:` in place of `then:`)"
                    path = ("contacts", circle[0], "no_answer")
                    yield text.finding(path, what, "when none of them answers, nobody is left", do, Level.WARNING)
                    told.update(circle)
                break
            chain.append(then)


def _left_over(parts: Parts) -> Iterator[Finding]:
    """What an example or a new folder came with, and nobody has changed yet."""
    for text in parts.files.values():
        for path, value in _scalars(text.data, ()):
            if "CHANGE THIS" in value:
                yield text.finding(path, f"“{value}” was never changed", "", "write your own", Level.WARNING)
            elif is_made_up(value):
                what = f"{value} is a made-up number, kept for examples"
                yield text.finding(path, what, "nobody answers it", "write your own", Level.WARNING)


def _scalars(node: object, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _scalars(value, (*path, key))
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from _scalars(value, (*path, at))


def _facility(parts: Parts, facility: Facility) -> Iterator[Finding]:
    text = parts.files[FACILITY]
    if facility.key is None:
        what = "no key: page codes are unsigned, and pages say so"
        yield text.finding((), what, "", "make one with `downtime site init`, and name it under `key:`", Level.NOTE)
    elif not (parts.root / facility.key).is_file():
        what = f"the key file {facility.key} is not there"
        yield text.finding(
            ("key",),
            what,
            "no packet is printed with a key that is not there",
            "put it back, or remove the line",
            Level.WARNING,
        )
    if facility.labels is not None:
        fits = PaperSize.LETTER if facility.labels.sheet == "avery-5160" else PaperSize.A4
        if facility.paper is not fits:
            what = f"the labels {facility.labels.sheet} are {fits.value} sheets, the paper is {facility.paper.value}"
            yield text.finding(("labels", "sheet"), what, "", "choose the other label sheet", Level.WARNING)


def _sizes(department: Department, text: YamlText) -> Iterator[Finding]:
    if department.inpatient and not department.beds:
        yield text.finding(("inpatient",), "an inpatient unit without beds", "", "add `beds:`", Level.WARNING)
    if department.beds and department.census > department.beds:
        what = f"census {department.census:g} is more than the {department.beds} beds"
        yield text.finding(("census",), what, "", "correct one of the two", Level.WARNING)
    if department.inpatient and not department.census:
        what = "census is 0: forms counted per patient would come to one copy"
        yield text.finding(("inpatient",), what, "", "add `census:`, the patients on an ordinary day", Level.WARNING)
    if not department.staff:
        yield text.finding((), "staff is not given", "pens and vests cannot be counted", "add `staff:`", Level.NOTE)
    if department.phone_tree is None:
        what = "there is no phone_tree"
        yield text.finding((), what, "nobody would know whom to call", "add `phone_tree:`", Level.WARNING)


def _packet(
    facility: Facility, department: Department, text: YamlText, known_forms: Collection[str] | None
) -> Iterator[Finding]:
    packet = department.packet
    lines: list[PacketLine] | None = None
    if packet.surge in facility.surge:
        with suppress(ConfigError):  # an error of its own, told elsewhere
            lines = packet_quantities(facility, department)
    yield from packet_findings(department, text, packet.hours, lines, known_forms)


def packet_findings(
    department: Department,
    text: YamlText,
    hours: int,
    lines: Sequence[PacketLine] | None,
    known_forms: Collection[str] | None,
) -> Iterator[Finding]:
    """What is unwise in a packet that shall last `hours`; `lines` is what it holds, where that can be told."""
    if department.inpatient and hours < SAFER_MIN_HOURS:
        what = f"the packet lasts {hours} h"
        yield text.finding(
            ("packet", "hours"), what, SAFER_SOURCE, f"raise it to {SAFER_MIN_HOURS} or more", Level.WARNING
        )
    if lines is None:
        return
    block, forms = department.downtime_numbers, {line.form for line in lines}
    expected = sum(line.copies for line in lines if line.form == "reg-face-sheet")
    if block is not None and block.count < expected:
        what = f"{block.count} downtime numbers, but {expected} copies of reg-face-sheet, each of which takes one"
        yield text.finding(("downtime_numbers",), what, "", "make the block larger", Level.WARNING)
    if block is None and "reg-downtime-number-log" in forms:
        what = "the packet holds reg-downtime-number-log, but the department has no downtime_numbers"
        yield text.finding(("packet",), what, "the log would print without numbers", "add a block", Level.WARNING)
    if not department.inpatient:
        return
    for need, any_of in _NEEDED.items():
        if known_forms is not None:
            any_of = tuple(form for form in any_of if form in known_forms)
        elif need == "imaging requests":
            continue
        if not any_of:  # the library has no such form yet
            continue
        held = max(hours_held(lines, department, form) if form in forms else 0 for form in any_of)
        if held < SAFER_MIN_HOURS:
            what = f"{need} for {held:.0f} h are in the packet" if held else f"no {need} are in the packet"
            yield text.finding(("packet",), what, SAFER_SOURCE, f"add or raise {' or '.join(any_of)}", Level.WARNING)


def _front_pocket(
    facility: Facility, department: Department, text: YamlText, known_forms: Collection[str] | None
) -> Iterator[Finding]:
    reasons = {**facility.not_in_front_pocket, **department.not_in_front_pocket}
    in_front = {entry.form.form for entry in department.packet.entries() if entry.front_pocket}
    arrivals = FRONT_POCKET_WITH_ARRIVALS if department.kind in ("ed", "labour") else ()
    for group in (*FRONT_POCKET, *arrivals):
        there = [form for form in group if known_forms is None or form in known_forms]
        if there and not in_front.intersection(there) and not any(form in reasons for form in there):
            what = f"{' or '.join(there)} is missing from the front pocket"
            do = f"add it to a section with `front_pocket: yes`, or say under not_in_front_pocket why {there[0]} is not"
            yield text.finding(("packet", "sections"), what, "it is needed in the first hour", do, Level.WARNING)
    for form in department.not_in_front_pocket:
        path = ("not_in_front_pocket", form)
        if form in in_front:
            what = f"{form} is in the front pocket, and not_in_front_pocket says why it is not"
            yield text.finding(path, what, "", "remove one of the two", Level.WARNING)
        elif known_forms is not None and form not in known_forms:
            do = nearest(form, list(known_forms))
            yield text.finding(path, f"there is no form “{form}”", "it has no effect", do, Level.WARNING)


def _approvals(parts: Parts, known_forms: Collection[str] | None) -> Iterator[Finding]:
    if parts.approvals is None:
        if APPROVALS not in parts.files:
            what, why = f"{APPROVALS} is missing", "every page says NOT APPROVED FOR PATIENT CARE"
            do = "write one when somebody has approved the forms"
            yield Finding(str(parts.root / APPROVALS), 0, Level.WARNING, what, why, do)
        return
    text = parts.files[APPROVALS]
    approved = {entry.department for entry in parts.approvals.departments}
    for name, department in parts.departments.items():
        if department.id not in approved:
            what = f"{department.name}: nobody has approved this department's packet"
            why = "its pages say NOT APPROVED FOR PATIENT CARE"
            do = f"let its manager approve it, then add it to {APPROVALS}"
            yield parts.files[name].finding(("id",), what, why, do, Level.WARNING)
    for at, entry in enumerate(parts.approvals.forms):
        if known_forms is not None and entry.form not in known_forms:
            path = ("forms", at, "form")
            do = nearest(entry.form, list(known_forms))
            yield text.finding(path, f"there is no form “{entry.form}”", "it has no effect", do, Level.WARNING)
