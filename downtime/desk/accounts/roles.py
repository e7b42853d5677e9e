"""The roles: what people at the desk do, and what each role may do in one sentence."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person does at the desk; one person may have several."""

    MANAGER = "manager"
    CHARGE_NURSE = "charge_nurse"
    CLERK = "clerk"
    VERIFIER = "verifier"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """The role as people say it."""
        return self.value.replace("_", " ")

    @property
    def meaning(self) -> str:
        """What the role is for."""
        return _MEANINGS[self]


_MEANINGS = {
    Role.MANAGER: "Keeps the site's files, prints packets and kits, sees which boxes are ready.",
    Role.CHARGE_NURSE: "Answers questions about the unit's sheets, matches patients, says what was not used or lost.",
    Role.CLERK: "Takes in scans and keys sheets.",
    Role.VERIFIER: "Keys critical fields a second time without seeing the first, confirms the others.",
    Role.SUPERVISOR: "Sees that every page is accounted for, decides where two people differ, signs off.",
    Role.ADMINISTRATOR: "Manages users, settings, backup and restore. Sees no patient data by this role.",
    Role.AUDITOR: "Reads the audit log and the reports; changes nothing.",
}

EVERY_ROLE = frozenset(Role)
