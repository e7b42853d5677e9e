"""The files of the site folder that can be changed in the web page, and who may change which."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from downtime.desk.accounts.models import User
from downtime.errors import ConfigError, InputError
from downtime.textyaml import parse_yaml

FACILITY, CONTACTS, DEPARTMENTS = "facility.yaml", "contacts.yaml", "departments"


@dataclass(frozen=True, slots=True)
class SiteFile:
    """One file: its name inside the site folder, what people call it, and its department, if it is one's."""

    name: str
    title: str
    department: str = ""


def root() -> Path:
    """The site folder; raises InputError where the desk was started without one."""
    folder = settings.DESK.site_folder
    if folder is None:
        raise InputError("this desk was started without a site folder", do="start it as: downtime desk SITE")
    return Path(folder)


def editable_files() -> list[SiteFile]:
    """Facility, contacts, and each department's file, as far as they are there."""
    folder = root()
    found = [
        SiteFile(name, title)
        for name, title in ((FACILITY, "The facility"), (CONTACTS, "People and numbers"))
        if (folder / name).is_file()
    ]
    for path in sorted((folder / DEPARTMENTS).glob("*.yaml")):
        found.append(_department_file(path))
    return found


def may_change(user: User, file: SiteFile) -> bool:
    """Whether a file is this user's to change: the facility's only for those who work for every department."""
    if file.name == FACILITY:
        return not user.departments or user.break_glass
    return not file.department or user.may_work_for(file.department)


def file_named(name: str) -> SiteFile | None:
    """The file of this name; None for anything that is not in the list, wherever it points."""
    return next((file for file in editable_files() if file.name == name), None)


def read(file: SiteFile) -> bytes:
    """A file as it stands now; raises InputError where it cannot be read."""
    try:
        return (root() / file.name).read_bytes()
    except OSError as error:
        raise InputError("this file cannot be read", why=error.strerror or str(error), where=file.name) from None


def digest(content: bytes) -> str:
    """What tells two versions of a file apart."""
    return hashlib.sha256(content).hexdigest()


def _department_file(path: Path) -> SiteFile:
    name = f"{DEPARTMENTS}/{path.name}"
    try:
        data = parse_yaml(path.read_bytes(), name).data
    except (OSError, ConfigError):
        return SiteFile(name, path.stem, path.stem)
    known = data if isinstance(data, dict) else {}
    return SiteFile(name, str(known.get("name") or path.stem), str(known.get("id") or path.stem))
