"""Starting a new site folder: commented files to fill in, and a fresh key."""

from __future__ import annotations

import json
import os
import string
import tempfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from downtime.errors import UsageError, WriteError
from downtime.site.values import Id, Name

KEY_FILE = "facility.key"

_GITIGNORE = f"""# The key must never lie in version control: whoever has it can print pages that pass for yours.
{KEY_FILE}
*.key
*.passphrase
# Which boxes were filled with what, kept snapshots and kits: this site's own, and patients' data.
.downtime/
"""
_FILES = {
    "facility.yaml": "facility.yaml",
    "contacts.yaml": "contacts.yaml",
    "approvals.yaml": "approvals.yaml",
    "ward.yaml": "departments/ward.yaml",
}


@dataclass(frozen=True, slots=True)
class CountryStart:
    """What a new site of a country most likely uses; every value can be changed in facility.yaml."""

    paper: str
    timezone: str
    temperature_unit: str
    glucose_unit: str
    profile: str
    labels: str
    phone: str
    patient_label: str = "MRN"
    patient_kind: str = "mrn"


_US = CountryStart("letter", "America/New_York", "F", "mg/dL", "us_adult_inpatient", "avery-5160", "555-010{}")
_CA = CountryStart("letter", "America/Toronto", "C", "mmol/L", "us_adult_inpatient", "avery-5160", "555-010{}")
_UK = CountryStart(
    "a4", "Europe/London", "C", "mmol/L", "uk_adult_inpatient", "l7160", "01632 96010{}", "NHS number", "nhs-number"
)
_ELSEWHERE = CountryStart("a4", "UTC", "C", "mmol/L", "uk_adult_inpatient", "l7160", "01632 96010{}")
_STARTS = {"US": _US, "CA": _CA, "UK": _UK, "GB": _UK}


def init_site(folder: Path, *, id: str, name: str, country: str) -> tuple[Path, ...]:
    """Make a new site folder with its key; gives the files made, and never writes into a folder that has any."""
    _check(Id, "id", id)
    _check(Name, "name", name)
    if not (len(country) == 2 and country.isascii() and country.isupper()):
        raise UsageError(f"“{country}” is not a country", do="write its two letters, as US or UK")
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise WriteError(
                "there is something already, it was left as it is",
                why="a site folder is started in a place of its own",
                do="name a folder that does not exist yet",
                where=str(folder),
            )
        folder.parent.mkdir(parents=True, exist_ok=True)
        # All or nothing: the folder gets its name when it is complete.
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as temporary:
            made = Path(temporary) / "site"
            made.mkdir()
            names = _write(made, _values(id, name, country))
            if folder.exists():
                folder.rmdir()  # empty, as was seen above
            os.replace(made, folder)
    except OSError as error:
        raise WriteError(
            "the site folder cannot be made",
            why=error.strerror or str(error),
            do="choose a place that you may write to",
            where=str(folder),
        ) from error
    return tuple(folder / name for name in names)


def _write(folder: Path, values: dict[str, str]) -> list[str]:
    from downtime.page.key import make_key_file

    for source, target in _FILES.items():
        text = resources.files("downtime.site").joinpath("starter", source).read_text(encoding="utf-8")
        path = folder / target
        path.parent.mkdir(exist_ok=True)
        path.write_text(string.Template(text).safe_substitute(values), encoding="utf-8", newline="\n")
    (folder / ".gitignore").write_text(_GITIGNORE, encoding="utf-8", newline="\n")
    make_key_file(folder / KEY_FILE)
    return [*_FILES.values(), ".gitignore", KEY_FILE]


def _values(id: str, name: str, country: str) -> dict[str, str]:
    start = _STARTS.get(country, _ELSEWHERE)
    return {
        "id": id,
        "name": _quoted(name),
        "short_name": _quoted(name.strip()[:40].strip()),
        "country": country,
        "paper": start.paper,
        "timezone": start.timezone,
        "temperature_unit": start.temperature_unit,
        "glucose_unit": start.glucose_unit,
        "profile": start.profile,
        "labels": start.labels,
        "patient_label": start.patient_label,
        "patient_kind": start.patient_kind,
        **{f"phone_{digit}": start.phone.format(digit) for digit in range(10)},
    }


def _quoted(text: str) -> str:
    # A JSON string is a YAML string too, so a name with a colon or quotes stays a name.
    return json.dumps(text.strip(), ensure_ascii=False)


def _check(kind: Any, what: str, value: str) -> None:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0].get("ctx", {}).get("error", "")
        raise UsageError(f"{what}: {problem}") from None
