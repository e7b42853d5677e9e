"""What one file of a site folder cannot know of itself: how the files fit together, and what is unwise in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from downtime.errors import ConfigError, Finding
from downtime.site.department import Department
from downtime.site.facility import Facility, MedicationTimes
from downtime.site.phonetree_problems import tree_problems
from downtime.site.quantities import packet_quantities
from downtime.site.reading import APPROVALS, CONTACTS, DEPARTMENTS, FACILITY, Parts
from downtime.site.recovery_checks import recovery_errors
from downtime.textyaml import Path_, YamlText, nearest


def errors_of(
    parts: Parts, known_forms: Collection[str] | None, known_procedures: Collection[str] | None
) -> Iterator[Finding]:
    """Every error that only shows when the files are read together."""
    if parts.facility is not None:
        text = parts.files[FACILITY]
        yield from _medication_times(parts.facility.medication_times, text)
        yield from _document_types(parts.facility, text, known_forms)
        yield from recovery_errors(parts.facility, text, known_forms)
    for name, department in parts.departments.items():
        text = parts.files[name]
        if department.medication_times is not None:
            yield from _medication_times(department.medication_times, text)
        if parts.facility is not None:
            yield from _surge(parts.facility, department, text)
    for name, text in parts.files.items():
        if name.startswith(DEPARTMENTS):
            yield from _references(text, known_forms, known_procedures)
    yield from _phone_trees(parts)
    yield from _overlapping_numbers(parts)
    yield from _shared_units(parts)
    yield from _kits_ahead(parts)
    yield from _approvals(parts)


def _references(
    text: YamlText, known_forms: Collection[str] | None, procedures: Collection[str] | None
) -> Iterator[Finding]:
    """Forms and cards that do not exist, as the file stands: no other mistake in it hides them."""
    data = text.data if isinstance(text.data, dict) else {}
    if known_forms is not None:
        for key in ("packet", "kit"):
            for path, form in _forms_named(data.get(key), (key,)):
                if form not in known_forms:
                    yield text.finding(path, f"there is no form “{form}”", "", nearest(form, list(known_forms)))
    cards = data.get("procedures")
    if procedures is not None and isinstance(cards, list):
        for at, card in enumerate(cards):
            if isinstance(card, str) and card not in procedures:
                what = f"there is no procedure card “{card}”"
                yield text.finding(("procedures", at), what, "", nearest(card, list(procedures)))


def _forms_named(node: object, path: Path_) -> Iterator[tuple[Path_, str]]:
    """Every `form:` within a part of a file, with its path."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "form" and isinstance(value, str) and value:
                yield (*path, key), value
            else:
                yield from _forms_named(value, (*path, key))
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from _forms_named(value, (*path, at))


def _medication_times(times: MedicationTimes, text: YamlText) -> Iterator[Finding]:
    from downtime.clinical.frequencies import FREQUENCIES, SCHEDULE_PROFILES, faults_in_code

    path = ("medication_times", "profile")
    if times.profile not in SCHEDULE_PROFILES:
        what = f"there is no schedule profile “{times.profile}”"
        yield text.finding(path, what, "", nearest(times.profile, list(SCHEDULE_PROFILES)))
        return
    profile = SCHEDULE_PROFILES[times.profile]
    for code, clock in times.overrides.items():
        where = ("medication_times", "overrides", code)
        if code not in FREQUENCIES:
            do = nearest(code.upper(), [*FREQUENCIES])
            yield text.finding(where, f"there is no frequency code “{code}”", "it would have no effect", do)
            continue
        for fault in faults_in_code(profile, code, clock):
            yield text.finding(where, f"medication_times.overrides.{fault}", "", "list each time once, in order")


def _document_types(facility: Facility, text: YamlText, known_forms: Collection[str] | None) -> Iterator[Finding]:
    if known_forms is None:
        return
    for form in facility.document_types:
        if form != "default" and form not in known_forms:
            path = ("document_types", form)
            yield text.finding(path, f"there is no form “{form}”", "", nearest(form, [*known_forms, "default"]))
    if any("{form_document_type}" in code.text for code in facility.site_codes):
        without = sorted(set(known_forms) - set(facility.document_types))
        if without and "default" not in facility.document_types:
            what = f"no document type for {', '.join(without[:5])}{' …' if len(without) > 5 else ''}"
            yield text.finding(("document_types",), what, "site_codes print it on every page", "add `default:`")


def _surge(facility: Facility, department: Department, text: YamlText) -> Iterator[Finding]:
    if department.packet.surge not in facility.surge:
        what = f"packet.surge: facility.yaml has no surge factor “{department.packet.surge}”"
        yield text.finding(("packet", "surge"), what, "", nearest(department.packet.surge, list(facility.surge)))
        return
    try:
        packet_quantities(facility, department)
    except ConfigError as error:
        yield text.finding(("packet",), error.what, error.why, error.do)


def _phone_trees(parts: Parts) -> Iterator[Finding]:
    if CONTACTS not in parts.files:
        return
    contacts, ids = parts.sound_contacts(), parts.contact_ids()
    for name, tree in parts.phone_trees():
        for problem in tree_problems(tree, contacts, ids):
            place = parts.files[name if problem.where == "department" else CONTACTS]
            yield place.finding(problem.path, problem.what, problem.why, problem.do, problem.level)


def _overlapping_numbers(parts: Parts) -> Iterator[Finding]:
    blocks = [
        (block.prefix, block.site, block.first, block.last, department.name, name, key)
        for name, department in parts.departments.items()
        for key in ("downtime_numbers", "kit_numbers")
        if (block := getattr(department, key)) is not None
    ]
    blocks.sort()
    widest: dict[tuple[str, str], tuple[int, str]] = {}
    for prefix, site, first, last, department_name, file, key in blocks:
        reach, owner = widest.get((prefix, site), (0, ""))
        if first <= reach:
            what = f"{key} {prefix}-{site} {first} to {last} overlap with those of {owner}"
            why = "two patients would carry one number"
            yield parts.files[file].finding((key,), what, why, f"begin after {reach}")
        if last > reach:
            widest[(prefix, site)] = (last, f"{department_name} (up to {last})")


def _shared_units(parts: Parts) -> Iterator[Finding]:
    """A unit of the census that two departments claim: its patients would have paper in both."""
    first: dict[str, str] = {}
    for name, department in parts.departments.items():
        for at, unit in enumerate(department.census_units):
            owner = first.setdefault(" ".join(unit.casefold().split()), department.name)
            if owner != department.name:
                what = f"“{unit}” stands under census_units of {owner}, too"
                why = "its patients would have two kits"
                do = "leave it to one of them"
                yield parts.files[name].finding(("census_units", at), what, why, do)


def _kits_ahead(parts: Parts) -> Iterator[Finding]:
    ahead = parts.facility.snapshots.kits if parts.facility else None
    if ahead is None or not parts.every_department_read:
        return
    for at, department in enumerate(ahead.departments):
        if department not in parts.department_ids():
            what = f"there is no department “{department}”"
            do = nearest(department, parts.department_ids())
            yield parts.files[FACILITY].finding(("snapshots", "kits", "departments", at), what, "", do)


def _approvals(parts: Parts) -> Iterator[Finding]:
    if parts.approvals is None:
        return
    text, ids = parts.files[APPROVALS], parts.department_ids()
    every_file_is_yaml = sum(name.startswith(DEPARTMENTS) for name in parts.files) == parts.department_file_count
    for at, entry in enumerate(parts.approvals.departments):
        if entry.department not in ids and every_file_is_yaml:
            what = f"there is no department “{entry.department}”"
            yield text.finding(("departments", at, "department"), what, "", nearest(entry.department, ids))
