"""Loading and checking a site folder: every error in it, at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from downtime.errors import ConfigError, Finding, Level
from downtime.site.advice import warnings_of
from downtime.site.approvals import Approvals
from downtime.site.checks import errors_of
from downtime.site.model import Site
from downtime.site.reading import read_folder


def load_site(
    folder: Path, *, known_forms: Collection[str] | None = None, known_procedures: Collection[str] | None = None
) -> Site:
    """Read a site folder; raises one ConfigError that carries every error of the folder."""
    # Warnings depend on the day, errors do not, so any day will do.
    site, findings = check_site(
        folder, today=date.min, known_forms=known_forms, known_procedures=known_procedures, warnings=False
    )
    if site is None:
        raise ConfigError(findings=[finding for finding in findings if finding.level is Level.ERROR])
    return site


def check_site(
    folder: Path,
    *,
    today: date,
    known_forms: Collection[str] | None = None,
    known_procedures: Collection[str] | None = None,
    warnings: bool = True,
) -> tuple[Site | None, list[Finding]]:
    """Read a site folder and find all that is wrong or unwise in it; no Site where there are errors.

    `known_forms` and `known_procedures` are the ids that the library and the site's own folders hold; without them
    these references are not checked.
    """
    parts = read_folder(folder)
    findings = [*parts.findings, *errors_of(parts, known_forms, known_procedures)]
    if warnings:
        findings += warnings_of(parts, today, known_forms)
    findings = sorted(set(findings))
    failed = any(finding.level is Level.ERROR for finding in findings)
    if failed or parts.facility is None or parts.contacts is None:
        return None, findings
    files = {department.id: name for name, department in parts.departments.items()}
    site = Site(
        root=folder,
        facility=parts.facility,
        departments={department.id: department for department in parts.departments.values()},
        contacts=parts.contacts,
        approvals=parts.approvals or Approvals(),
        files=parts.files,
        department_files=files,
    )
    return site, findings
