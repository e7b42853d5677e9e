"""Linting forms: wording, definition and layout, each finding at the file and line that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from downtime.clinical.tallman import DEFAULT_SCHEME
from downtime.errors import ConfigError, DowntimeError, Finding, Level
from downtime.library.schema import FormSpec
from downtime.library.shelf import LibraryForm, Shelf
from downtime.paper.lint_data import data_findings
from downtime.paper.lint_definition import changed_id_findings, definition_findings, same_id_findings
from downtime.paper.lint_layout import layout_findings, neutral_settings, site_settings
from downtime.paper.lint_wording import wording_findings
from downtime.site import Site, load_site

# A site outside the list has no national tall-man list here that is complete; the FDA and ISMP names serve.
_SCHEMES = {"AU": "au"}


def lint_library(site: Path | None, wanted: Sequence[str]) -> list[Finding]:
    """Lint forms by id or file, all of the library when none is named; a site's own forms stand before the shipped.

    With a site, a form is laid out as its departments print it; where its folder has errors of its own (`downtime
    check` tells them), and for forms that no department prints, for a neutral department on both papers.
    """
    if site is not None and not site.is_dir():
        raise ConfigError("no such folder", do="check the name, or make one: downtime site init", where=str(site))
    shelf = Shelf(site / "forms" if site else None)
    loaded = _loaded(site) if site else None
    findings: set[Finding] = set()
    for name in wanted or shelf.ids:
        try:
            form = _form(shelf, name)
        except ConfigError as error:
            findings.update(findings_of(error, name))
            continue
        findings.update(form_findings(form, loaded))
    return sorted(findings)


def form_findings(form: LibraryForm, site: Site | None = None) -> list[Finding]:
    """Everything wrong or unwise in one form, on the papers of the site's departments or, without them, on both."""
    same_ids = list(same_id_findings(form))
    found = [
        *wording_findings(form, tall_man_scheme(site)),
        *definition_findings(form),
        *data_findings(form),
        *same_ids,
    ]
    if form.own and (shipped := _shipped(form.spec.form)):
        found += changed_id_findings(form, shipped)
    settings = site_settings(site, form.spec.form) if site else []
    told = frozenset({"twice"} if same_ids else ())
    found += layout_findings(form, settings or neutral_settings(form.spec), leave_out=told)
    return sorted(set(found))


def site_form_findings(site: Site, shelf: Shelf) -> list[Finding]:
    """The site's own forms in full, and of the shipped ones that it prints only what must not print."""
    used = {form for unit in site.departments.values() for form in unit.form_ids}
    found: list[Finding] = []
    for form_id in sorted({*used, *shelf.own_ids}.intersection(shelf.ids)):
        try:
            form = shelf.form(form_id)
        except ConfigError as error:
            found += findings_of(error, form_id)
            continue
        findings = form_findings(form, site)
        found += findings if form.own else [finding for finding in findings if finding.level is Level.ERROR]
    return sorted(set(found))


def findings_of(error: DowntimeError, where: str) -> list[Finding]:
    """An error as findings: its own where it has some, else one at the place that it names, or at `where`."""
    if isinstance(error, ConfigError) and error.findings:
        return list(error.findings)
    return [Finding(error.where or where, 0, Level.ERROR, error.what, error.why, error.do)]


def tall_man_scheme(site: Site | None) -> str:
    """The list of tall-man names of the site's country."""
    return _SCHEMES.get(site.facility.country, DEFAULT_SCHEME) if site else DEFAULT_SCHEME


def _form(shelf: Shelf, name: str) -> LibraryForm:
    """The form of an id or of a file; a file may lie anywhere, so that one can be checked before it is put in place."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        return shelf.read_form(path)
    return shelf.form(name)


def _loaded(site: Path) -> Site | None:
    try:
        return load_site(site)
    except ConfigError:
        return None


@lru_cache(maxsize=1)
def _shipped_shelf() -> Shelf:
    return Shelf()


def _shipped(form_id: str) -> FormSpec | None:
    shelf = _shipped_shelf()
    if form_id not in shelf.ids:
        return None
    try:
        return shelf.form(form_id).spec
    except ConfigError:
        return None
