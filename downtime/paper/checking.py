"""Checking a site as a whole: its folder, forms, cards, cover, phone trees, barcodes, approvals and key.

Nothing raises here: whatever is wrong becomes a finding, and all of it shows at once. A site of which no finding is an
error prints: at the end each packet is laid out as it would be printed, without being drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from downtime.errors import ConfigError, DowntimeError, Finding, Level
from downtime.library.procedures import Procedure, load_procedure, parse_procedure, procedure_paths, shipped_templates
from downtime.library.shelf import Shelf, shown_path
from downtime.library.templating import Rendered
from downtime.page.geometry import Rect
from downtime.page.key import read_key
from downtime.paper.card_context import card_context
from downtime.paper.cards import card_pages
from downtime.paper.frame import SITE_CODE_MM
from downtime.paper.issuing import site_code_words
from downtime.paper.kit_checking import kit_findings
from downtime.paper.lint import findings_of, site_form_findings, tall_man_scheme
from downtime.paper.lint_wording import text_findings
from downtime.paper.packet import Run, packet_sizes
from downtime.paper.phonetree import phone_tree_pages
from downtime.paper.plain import plain_body
from downtime.paper.recovery_check import recovery_findings
from downtime.paper.site_codes import site_code_inks
from downtime.site import Department, PhoneTree, Site, approval_findings, check_site
from downtime.site.reading import FACILITY
from downtime.textyaml import Path_

# Numbers of usual length, for barcodes that carry a patient's: whether they fit can be told before there is a patient.
_USUAL = {"mrn": "0" * 10, "encounter": "0" * 10, "patient_number": "0" * 10, "page": "1"}


def check_everything(site: Path, today: date) -> list[Finding]:
    """Everything wrong, unwise or not yet approved in a site folder, in the order of files and lines.

    `today` decides what is out of date. Where the folder itself has errors, what depends on it is not checked.
    """
    try:
        shelf = Shelf(site / "forms")
        known_cards = tuple(procedure_paths(site))
        loaded, findings = check_site(site, today=today, known_forms=shelf.ids, known_procedures=known_cards)
    except DowntimeError as error:
        return findings_of(error, str(site))
    if not site.is_dir():
        return [finding for finding in findings if finding.level is Level.ERROR]
    found = set(findings)
    if loaded is None:
        # The site's own forms are read all the same: one run should tell as much as it can.
        found.update(_own_forms_unread(shelf))
        return sorted(found)
    found.update(site_form_findings(loaded, shelf))
    for check in (_cards, _phone_trees, _site_codes, _texts, _key):
        found.update(check(loaded, shelf, today))
    found.update(kit_findings(loaded, shelf))
    found.update(recovery_findings(loaded, shelf))
    found.update(approval_findings(loaded, _digests(loaded, shelf), today))
    if not any(finding.level is Level.ERROR for finding in found):
        found.update(_rehearsal(loaded, shelf, today))
    return sorted(found)


def _own_forms_unread(shelf: Shelf) -> Iterator[Finding]:
    for form_id in shelf.own_ids:
        try:
            shelf.form(form_id)
        except ConfigError as error:
            yield from findings_of(error, form_id)


def _cards(site: Site, shelf: Shelf, today: date) -> Iterator[Finding]:
    """Every card and the cover, for every department that prints them, and the words that the site has not given."""
    titles = shelf.titles()
    cover = _cover(site)
    for department in site.departments.values():
        tree, _ = _tree(site, department, today)
        procedures: list[Procedure] = [cover] if isinstance(cover, Procedure) else []
        for name in department.procedures:
            try:
                procedures.append(load_procedure(name, site.root))
            except ConfigError as error:
                yield from findings_of(error, name)
        body = plain_body(site.facility.paper, False)
        for procedure in procedures:
            yield from procedure.missing_words(site.words(department))
            context = card_context(procedure, site.facility, department, tree, titles)
            try:
                card_pages(procedure, context, body, body)
                yield from _card_wording(procedure.rendered(context), tall_man_scheme(site))
            except ConfigError as error:
                yield from findings_of(error, procedure.shown_as)
    if not isinstance(cover, Procedure):
        yield from cover


def _card_wording(card: Rendered, scheme: str) -> Iterator[Finding]:
    for index, line in enumerate(card.text.split("\n")):
        for level, what, why, do in text_findings(line.replace("\\", ""), scheme):
            yield replace(card.finding(index, what, why, do), level=level)


def _cover(site: Site) -> Procedure | list[Finding]:
    own = site.templates_folder / "cover.md"
    path = own if own.is_file() else shipped_templates() / "cover.md"
    try:
        return parse_procedure(path.read_bytes(), shown_path(path))
    except OSError as error:
        what, why = "cannot be read", error.strerror or str(error)
        return [Finding(shown_path(path), 0, Level.ERROR, what, why, "check its name and who may read it")]
    except ConfigError as error:
        return findings_of(error, shown_path(path))


def _tree(site: Site, department: Department, today: date) -> tuple[PhoneTree | None, list[Finding]]:
    try:
        return site.phone_tree(department, today), []
    except DowntimeError as error:
        return None, [_at(site, department, ("phone_tree",), finding) for finding in findings_of(error, "")]


def _phone_trees(site: Site, shelf: Shelf, today: date) -> Iterator[Finding]:
    for department in site.departments.values():
        tree, problems = _tree(site, department, today)
        yield from problems
        if tree is None:
            continue
        try:
            phone_tree_pages(tree, plain_body(site.facility.paper, True))
        except DowntimeError as error:
            yield from (_at(site, department, ("phone_tree",), finding) for finding in findings_of(error, ""))


def _site_codes(site: Site, shelf: Shelf, today: date) -> Iterator[Finding]:
    """Whether the site's own barcodes can be drawn on every form that is printed, with numbers of usual length."""
    place = Rect(0, 0, *SITE_CODE_MM)
    problems: dict[tuple[int, str, str, str], list[str]] = {}
    for department in site.departments.values():
        for form_id in department.form_ids:
            try:
                spec = shelf.form(form_id).spec
            except ConfigError:  # told with the forms
                continue
            known = site_code_words(site.facility, department, spec)
            for at, code in enumerate(site.facility.site_codes):
                try:
                    site_code_inks(code.kind, code.text.format_map(_USUAL | known), place)
                except ConfigError as error:
                    problems.setdefault((at, error.what, error.why, error.do), []).append(form_id)
    for (at, what, why, do), forms in problems.items():
        names = list(dict.fromkeys(forms))
        on = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        yield site.files[FACILITY].finding(("site_codes", at, "text"), f"{what} (on {on})", why, do)


def _texts(site: Site, shelf: Shelf, today: date) -> Iterator[Finding]:
    """What can be misread in the site's own words and lists, which forms and cards print."""
    scheme = tall_man_scheme(site)
    for name, text in site.facility.words.items():
        for level, what, why, do in text_findings(text, scheme):
            yield site.files[FACILITY].finding(("words", name), what, why, do, level)
    for unit in site.departments.values():
        places: list[tuple[Path_, str]] = [(("words", name), text) for name, text in unit.words.items()]
        places += [(("lists", name, at), text) for name, texts in unit.lists.items() for at, text in enumerate(texts)]
        for path, text in places:
            for level, what, why, do in text_findings(text, scheme):
                yield site.finding(unit.id, path, what, why, do, level)


def _key(site: Site, shelf: Shelf, today: date) -> Iterator[Finding]:
    if site.key_path is None:
        return
    try:
        read_key(site.key_path)
    except ConfigError as error:
        yield from findings_of(error, str(site.key_path))


def _digests(site: Site, shelf: Shelf) -> dict[str, tuple[str, str]]:
    """Revision and content of every form that can be read."""
    digests = {}
    for form_id in shelf.ids:
        try:
            form = shelf.form(form_id)
        except ConfigError:
            continue
        digests[form_id] = (form.spec.revision, form.digest)
    return digests


def _rehearsal(site: Site, shelf: Shelf, today: date) -> Iterator[Finding]:
    """What only shows when a whole packet is put together (too many pages, for one)."""
    run = Run(made_at=datetime(today.year, today.month, today.day, tzinfo=UTC), fixed=True)
    for department in site.departments.values():
        try:
            packet_sizes(site, department, shelf, run)
        except DowntimeError as error:
            yield from (_at(site, department, ("packet",), finding) for finding in findings_of(error, ""))


def _at(site: Site, department: Department, path: tuple[str | int, ...], finding: Finding) -> Finding:
    """A finding without a file as one at a place in a department's file."""
    if finding.file:
        return finding
    return site.finding(department.id, path, finding.what, finding.why, finding.do, finding.level)
