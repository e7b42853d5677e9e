"""A site folder that was read and found sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from downtime.errors import Finding, Level, UsageError
from downtime.site.approvals import Approvals
from downtime.site.contacts import Contact
from downtime.site.department import Department
from downtime.site.facility import Facility, MedicationTimes
from downtime.site.keeping import KITS_FOLDER
from downtime.site.phonetree import PhoneTree, build_phone_tree
from downtime.textyaml import YamlText, nearest


@dataclass(frozen=True)
class Site:
    """A site folder, read and sound. `files` holds each file's text by its name in the folder, for findings."""

    root: Path
    facility: Facility
    departments: Mapping[str, Department]
    contacts: Mapping[str, Contact]
    approvals: Approvals
    files: Mapping[str, YamlText]
    department_files: Mapping[str, str]

    @property
    def forms_folder(self) -> Path:
        """Where the site keeps its own versions of forms; need not exist."""
        return self.root / "forms"

    @property
    def templates_folder(self) -> Path:
        """Where the site keeps its own versions of templates; need not exist."""
        return self.root / "templates"

    @property
    def key_path(self) -> Path | None:
        """The facility's key file, if facility.yaml names one."""
        return self.root / self.facility.key if self.facility.key else None

    @property
    def passphrase_path(self) -> Path | None:
        """The file with the passphrase for kits and snapshots, if facility.yaml names one."""
        named = self.facility.protection.passphrase_file
        return self.root / named if named else None

    @property
    def snapshots_folder(self) -> Path:
        """Where kept snapshots lie; need not exist."""
        return self.root / self.facility.snapshots.folder

    @property
    def kits_folder(self) -> Path:
        """Where kits lie that are made after each snapshot; need not exist."""
        ahead = self.facility.snapshots.kits
        return self.root / (ahead.folder if ahead else KITS_FOLDER)

    def department(self, wanted: str) -> Department:
        """The department with this id; raises UsageError with the nearest one."""
        if wanted not in self.departments:
            raise UsageError(f"there is no department “{wanted}”", do=nearest(wanted, list(self.departments)))
        return self.departments[wanted]

    def medication_times(self, department: Department) -> MedicationTimes:
        """The department's medication times, or the facility's."""
        return department.medication_times or self.facility.medication_times

    def shift_starts(self, department: Department) -> tuple[str, ...]:
        """When the department's shifts begin, or the facility's."""
        return department.shift_starts or self.facility.shift_starts

    def words(self, department: Department) -> dict[str, str]:
        """The words that templates may use: the facility's, with the department's own over them."""
        return {**self.facility.words, **department.words}

    def phone_tree(self, department: Department, today: date) -> PhoneTree | None:
        """The department's phone tree, ready to draw; nothing where it has none."""
        if department.phone_tree is None:
            return None
        limit = self.facility.numbers_stale_after_days
        return build_phone_tree(department.phone_tree, self.contacts, today=today, stale_after_days=limit)

    def finding(
        self, department: str, path: tuple[str | int, ...], what: str, why: str = "", do: str = "",
        level: Level = Level.ERROR,
    ) -> Finding:  # fmt: skip
        """A finding at a place in a department's file."""
        return self.files[self.department_files[department]].finding(path, what, why, do, level)
