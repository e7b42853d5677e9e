"""Reading the files of a site folder one by one: what can be read is kept, what cannot becomes findings."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from downtime.errors import ConfigError, Finding, Level
from downtime.site.approvals import Approvals
from downtime.site.contacts import Contact, Contacts
from downtime.site.department import Department, PhoneTreeSpec
from downtime.site.facility import Facility
from downtime.textyaml import YamlText, nearest, read_yaml

FACILITY, CONTACTS, APPROVALS, DEPARTMENTS = "facility.yaml", "contacts.yaml", "approvals.yaml", "departments"
SCAN = "scan.yaml"  # the settings of `downtime scan`, which reads it itself
_OURS = (FACILITY, CONTACTS, APPROVALS, SCAN)

Model = TypeVar("Model", bound=BaseModel)


@dataclass
class Parts:
    """What could be read of a site folder, sound or not; the checks go on from here."""

    root: Path
    files: dict[str, YamlText] = field(default_factory=dict)
    facility: Facility | None = None
    contacts: dict[str, Contact] | None = None
    approvals: Approvals | None = None
    departments: dict[str, Department] = field(default_factory=dict)
    department_file_count: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def every_department_read(self) -> bool:
        """Whether no department's file has errors, so that what is nowhere in them is really nowhere."""
        return len(self.departments) == self.department_file_count

    def department_ids(self) -> set[str]:
        """The ids of all departments, also of those whose file has errors."""
        raw = [text.data for name, text in self.files.items() if name.startswith(DEPARTMENTS)]
        return {str(data["id"]) for data in raw if isinstance(data, dict) and data.get("id")}

    def contact_ids(self) -> set[str]:
        """The ids of all contacts, also of those that have errors."""
        data = self.files[CONTACTS].data if CONTACTS in self.files else None
        group = data.get("contacts") if isinstance(data, dict) else None
        return set(group) if isinstance(group, dict) else set()

    def sound_contacts(self) -> dict[str, Contact]:
        """The contacts that have no errors, whatever the others have."""
        if self.contacts is not None:
            return self.contacts
        data = self.files[CONTACTS].data if CONTACTS in self.files else None
        group = data.get("contacts") if isinstance(data, dict) else None
        entries = group.items() if isinstance(group, dict) else ()
        return {name: contact for name, entry in entries for contact in _sound(Contact, entry)}

    def phone_trees(self) -> Iterator[tuple[str, PhoneTreeSpec]]:
        """The phone tree of each department, with the name of its file: also where another part of it has errors."""
        for name, text in self.files.items():
            if name in self.departments:
                tree = self.departments[name].phone_tree
                yield from [(name, tree)] if tree else []
            elif name.startswith(DEPARTMENTS) and isinstance(text.data, dict):
                for tree in _sound(PhoneTreeSpec, text.data.get("phone_tree")):
                    yield name, tree


def _sound(model: type[Model], data: object) -> Iterator[Model]:
    """The part of a file, if it has no errors; those that it has are told where the whole file is read."""
    with contextlib.suppress(ValidationError):
        yield model.model_validate(data, context={"known": {}})


def read_folder(folder: Path) -> Parts:
    """Read every file of a site folder; what cannot be read becomes findings."""
    parts = Parts(folder)
    try:
        names = sorted(path.name for path in folder.iterdir())
        inner = folder / DEPARTMENTS
        departments = sorted(path.name for path in inner.iterdir()) if inner.is_dir() else []
    except FileNotFoundError:
        parts.findings.append(_finding(folder, "no such folder", "", "check the name, or make one: downtime site init"))
        return parts
    except NotADirectoryError:
        parts.findings.append(_finding(folder, "this is a file", "a site is a folder", "name the folder it lies in"))
        return parts
    except OSError as error:
        parts.findings.append(_finding(folder, "cannot be read", error.strerror or str(error), ""))
        return parts
    if FACILITY not in names:
        do = "name a site folder, as examples/riverside, or make one: downtime site init"
        parts.findings.append(_finding(folder, f"{FACILITY} is missing", "without it this is not a site folder", do))
        if not departments:  # surely the wrong folder: one finding says it all
            return parts
    else:
        parts.facility = _parse(parts, FACILITY, Facility)
    if CONTACTS not in names:
        parts.findings.append(_finding(folder, f"{CONTACTS} is missing", "phone trees need it", "write one"))
    elif contacts := _parse(parts, CONTACTS, Contacts):
        parts.contacts = contacts.contacts
    if APPROVALS in names:
        parts.approvals = _parse(parts, APPROVALS, Approvals)
    _tell_stray_files(parts, names, departments)
    _read_departments(parts, [name for name in departments if name.endswith(".yaml") and not name.startswith(".")])
    return parts


def _read_departments(parts: Parts, names: list[str]) -> None:
    if not names:
        do = f"put one file for each department into {DEPARTMENTS}/, as icu.yaml"
        parts.findings.append(_finding(parts.root / DEPARTMENTS, "there is no department", "", do))
    parts.department_file_count = len(names)
    first_of: dict[str, str] = {}
    for name in names:
        shown = f"{DEPARTMENTS}/{name}"
        department = _parse(parts, shown, Department)
        if department is None:
            continue
        if department.id in first_of:
            what = f"the id “{department.id}” stands in {first_of[department.id]} too"
            finding = parts.files[shown].finding(("id",), what, "each department has its own", "give this one another")
            parts.findings.append(finding)
            continue
        first_of[department.id] = shown
        parts.departments[shown] = department


def _tell_stray_files(parts: Parts, names: list[str], departments: list[str]) -> None:
    for name in names:
        if name.startswith(".") or name in _OURS or not name.lower().endswith((".yaml", ".yml")):
            continue
        do = nearest(name, list(_OURS)) or f"a department's file belongs into {DEPARTMENTS}/"
        parts.findings.append(_finding(parts.root / name, "this file is not read", "it would have no effect", do))
    for name in departments:
        if name.lower().endswith((".yaml", ".yml")) and not name.endswith(".yaml") and not name.startswith("."):
            do = f"rename it to {name.rsplit('.', 1)[0]}.yaml"
            path = parts.root / DEPARTMENTS / name
            parts.findings.append(_finding(path, "this file is not read", "only files named .yaml are", do))


def _parse(parts: Parts, name: str, model: type[Model]) -> Model | None:
    path = parts.root / name
    try:
        text = read_yaml(path)
        parts.files[name] = text
        return text.parse(model)
    except ConfigError as error:
        parts.findings += error.findings or [_finding(path, error.what, error.why, error.do)]
        return None


def _finding(path: Path, what: str, why: str, do: str, level: Level = Level.ERROR) -> Finding:
    return Finding(str(path), 0, level, what, why, do)
