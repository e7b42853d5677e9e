"""The settings that an administrator changes while the desk runs: each with its limits, read and written here alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record
from downtime.desk.store.models import Setting


@dataclass(frozen=True, slots=True)
class Preference:
    """A whole number that may be set; without one, `otherwise` says what holds."""

    name: str
    label: str
    unit: str
    low: int
    high: int
    otherwise: str


IDLE_MINUTES = Preference(
    "idle_minutes", "Sign out whoever does nothing for", "minutes", 2, 240, "as the desk was started with (15)"
)
KEEP_PICTURES_DAYS = Preference(
    "keep_pictures_days", "Keep page pictures after a kit's sign-off for", "days", 1, 36_500,
    "as facility.yaml says (protection: keep_pictures_days, 90)",
)  # fmt: skip
KEEP_KITS_HOURS = Preference(
    "keep_kits_hours", "Keep the PDF of a kit made here for", "hours", 1, 8_784,
    "as facility.yaml says (protection: keep_kits_hours, 72)",
)  # fmt: skip
PREFERENCES = (IDLE_MINUTES, KEEP_PICTURES_DAYS, KEEP_KITS_HOURS)


def preferred(preference: Preference) -> int | None:
    """What is set, or None where nothing is. One small query: whatever is set holds for the next request already."""
    row = Setting.objects.filter(name=preference.name).first()
    return int(row.value) if row is not None else None


def all_preferred() -> dict[str, int]:
    """Everything that is set, by name."""
    names = [preference.name for preference in PREFERENCES]
    return {row.name: int(row.value) for row in Setting.objects.filter(name__in=names)}


def prefer(typed: dict[str, str], by: User) -> list[str]:
    """Set all of them as typed, an empty one to “otherwise”; or say what is wrong, and set none."""
    wanted: dict[str, int | None] = {}
    wrong = []
    for one in PREFERENCES:
        text = typed.get(one.name, "").strip()
        if not text:
            wanted[one.name] = None
        elif text.isascii() and text.isdigit() and len(text) < 8 and one.low <= int(text) <= one.high:
            wanted[one.name] = int(text)
        else:
            wrong.append(
                f"{one.label}: type a whole number of {one.unit} from {one.low:,} to {one.high:,}, or nothing."
            )
    if wrong:
        return wrong
    with transaction.atomic():
        before = all_preferred()
        for name, value in wanted.items():
            if before.get(name) == value:
                continue
            if value is None:
                Setting.objects.filter(name=name).delete()
            else:
                Setting.objects.update_or_create(name=name, defaults={"value": value, "by": by})
            record(by, "setting.changed", f"setting:{name}", before=before.get(name), now=value)
    return []
