"""What forms, cards and the cover may know of the site and department that they are printed for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from downtime.paper.compose import Surroundings
from downtime.site import Department, Site

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def date_text(day: date) -> str:
    """A date as every page shows it: ``02 JUL 2026``, English month letters, never digits alone."""
    return f"{day.day:02d} {MONTHS[day.month - 1]} {day.year}"


def moment_text(moment: datetime) -> str:
    """A moment as every page shows it: ``02 JUL 2026 0930``, 24-hour clock."""
    return f"{date_text(moment)} {moment.hour:02d}{moment.minute:02d}"


def surroundings(site: Site, department: Department) -> Surroundings:
    """What a form may ask of its department."""
    facility = site.facility
    times = site.medication_times(department)
    return Surroundings(
        variables=template_variables(site, department),
        lists=dict(department.lists),
        rows={"beds": department.bed_names},
        mar_starts=times.mar_starts,
        shift_starts=site.shift_starts(department)[0],
        temperature_unit=facility.temperature_unit,
        glucose_unit=facility.glucose_unit,
    )


def template_variables(site: Site, department: Department) -> dict[str, Any]:
    """Facility, department and words, as plain data, for texts and templates."""
    return {
        "facility": site.facility.model_dump(mode="json"),
        "department": department.model_dump(mode="json"),
        "words": site.words(department),
    }
