"""What still needs whose approval, told once for each form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from downtime.errors import Finding, Level
from downtime.site.approvals import approval_state
from downtime.site.department import Department
from downtime.site.model import Site
from downtime.site.reading import APPROVALS


def approval_findings(site: Site, forms: Mapping[str, tuple[str, str]], today: date) -> list[Finding]:
    """What still needs whose approval; `forms` gives each form's revision and content digest.

    A form is told of once, at its entry in approvals.yaml where it has one, with the departments that print it.
    """
    users: dict[str, list[Department]] = {}
    for department in site.departments.values():
        for form in department.form_ids:
            if form in forms:
                users.setdefault(form, []).append(department)
    findings = []
    for form, departments in sorted(users.items()):
        revision, content = forms[form]
        state = approval_state(
            site.approvals, form=form, revision=revision, content=content, department=departments[0].id, today=today
        )
        gaps = [gap.value for gap in state.gaps if not gap.name.startswith("DEPARTMENT")]
        if not gaps:
            continue
        at = next((at for at, entry in enumerate(site.approvals.forms) if entry.form == form), None)
        where = ", ".join(department.short_name or department.name for department in departments)
        what = f"{form} revision {revision}: {'; '.join(gaps)}"
        why = f"it prints NOT APPROVED FOR PATIENT CARE in {where}"
        do = f"let its owner read it, then write form, revision, content {content[:12]}, by, role and date"
        text = site.files.get(APPROVALS)
        if text is None:
            findings.append(Finding(str(site.root / APPROVALS), 0, Level.WARNING, what, why, do))
        else:
            path: tuple[str | int, ...] = ("forms",) if at is None else ("forms", at)
            findings.append(text.finding(path, what, why, do, Level.WARNING))
    return findings
