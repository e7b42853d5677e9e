"""What has changed since an earlier kit: by digests in its manifest, which tell that something differs, and never what.

Each digest is salted with the earlier kit's id, so that those of two kits cannot be matched without the data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from downtime.census.snapshot import Patient
from downtime.errors import UsageError
from downtime.page.layout import canonical_json
from downtime.page.manifest import Manifest, ManifestKind, Sheet

_DIGITS = 16
_ORDER_DIGITS = 12
# A change in these stands at the top of every page of the patient, so that every page is printed again.
_ON_EVERY_PAGE = ("identity", "place", "allergies", "alerts")

_WORDS = {
    "identity": "name, number, birth date or sex",
    "place": "moved to another bed",
    "allergies": "allergies",
    "alerts": "alerts",
    "care": "code status, isolation, weight, diet, lines or diagnoses",
    "doses": "doses given since",
    "other": "orders that are not medicines",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What changed of one patient, in words, and whether every page of theirs shows it."""

    words: tuple[str, ...]
    on_every_page: bool


def digests_of(patient: Patient, alerts: Sequence[str], salt: str) -> dict[str, str]:
    """A digest for each element of what is known of a patient; orders one by one, in no order that tells anything."""
    data = patient.model_dump(mode="json")
    orders = [{key: value for key, value in order.items() if key != "last_given"} for order in data["medications"]]
    care = ("code_status", "isolation", "weight", "diet", "lines", "diagnoses", "attending", "service", "clarify")
    elements: dict[str, object] = {
        "identity": [data[key] for key in ("identifiers", "name", "birth_date", "sex")],
        "place": data["place"],
        "allergies": [data["allergy_state"], data["allergies"]],
        "alerts": list(alerts),
        "care": [data[key] for key in care],
        "doses": [order["last_given"] for order in data["medications"]],
        "other": data["orders"],
    }
    found = {name: _digest(salt, name, content)[:_DIGITS] for name, content in elements.items()}
    found["orders"] = " ".join(sorted(_digest(salt, "order", order)[:_ORDER_DIGITS] for order in orders))
    return found


def _digest(salt: str, name: str, content: object) -> str:
    return hashlib.sha256(f"{salt} {name} {canonical_json(content)}".encode()).hexdigest()


def change(before: Mapping[str, str] | None, now: Mapping[str, str]) -> Change | None:
    """What differs between two sets of digests; None where nothing does."""
    if before is None:
        return Change(("new in this unit",), True)
    words = [_WORDS[name] for name in _WORDS if before.get(name) != now.get(name)]
    old, new = set(before.get("orders", "").split()), set(now["orders"].split())
    if fresh := len(new - old):
        words.insert(0, f"{fresh} medicine order{'s' if fresh > 1 else ''} new or changed")
    if gone := len(old - new):
        words.insert(0, f"{gone} medicine order{'s' if gone > 1 else ''} stopped or changed")
    if not words:
        return None
    return Change(tuple(words), any(before.get(name) != now.get(name) for name in _ON_EVERY_PAGE))


def check_since(since: Manifest, facility: str, department: str, drill: bool) -> None:
    """Refuse an earlier kit that this one cannot follow; raises UsageError."""
    kinds = {ManifestKind.DRILL: "a drill's kit", ManifestKind.KIT: "a kit", ManifestKind.PACKET: "a packet"}
    wanted = ManifestKind.DRILL if drill else ManifestKind.KIT
    if (since.facility.id, since.department.id) != (facility, department):
        raise UsageError(
            f"--since names a kit of {since.department.name}, {since.facility.name}",
            why=f"this one is for {department}, {facility}", do="name the earlier kit of the same unit",
        )  # fmt: skip
    if since.kind is not wanted or not since.people:
        raise UsageError(
            f"--since names {kinds[since.kind]} that nothing can be compared with",
            why=f"{kinds[wanted]} with its patients is needed", do="name the PDF of the unit's earlier kit",
        )  # fmt: skip


def numbers_text(sheets: Iterable[Sheet]) -> str:
    """Sheet numbers as people write them: ``3, 5 to 9``."""
    numbers = sorted(sheet.number for sheet in sheets)
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def sheets_of(manifest: Manifest, ref: str) -> tuple[Sheet, ...]:
    """The sheets of one patient in a kit."""
    return tuple(sheet for sheet in manifest.sheets if sheet.patient == ref)


def still_good(sheet_printed: Mapping[str, str], form: str, copy: int, nth: int, before: Sequence[Sheet]) -> bool:
    """Whether an earlier sheet of the same form says the same as a new one would: then it goes on being used."""
    same = [sheet for sheet in before if sheet.form == form and sheet.copy_number == copy]
    return nth < len(same) and dict(same[nth].printed) == dict(sheet_printed) and bool(sheet_printed)
