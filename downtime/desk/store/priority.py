"""The order of re-entry: which sheet is keyed before which.

First the priority that the form itself prints (NOW, SHIFT, SCAN, NONE), then what the sheet carries. The order of
contents is this project's default, from published recovery guidelines (identity first, since all else hangs on it;
orders before the doses given under them): a site changes it by the priorities of its forms.
"""

from __future__ import annotations

from downtime.clinical.vocabulary import Priority, Target
from downtime.library.schema import FormSpec

# Smaller is sooner; the gaps leave room.
_PRIORITIES = {Priority.NOW: 0, Priority.SHIFT: 200, Priority.SCAN: 400, Priority.NONE: 600}
_TARGETS = {
    Target.REGISTRATION_ADT: 10,
    Target.ORDER: 30,
    Target.MED_ADMIN: 40,
    Target.RESULT: 50,
    Target.BLOOD_BANK: 60,
    Target.CONTROLLED_SUBSTANCE: 60,
    Target.OBSERVATION: 70,
    Target.CHARGE: 80,
    Target.NOTE_SCAN_ONLY: 90,
    Target.OPS_ONLY: 95,
}
_HIGH_RISK = 5  # before others of its kind, never before another kind


def rank_of(form: FormSpec | None) -> int:
    """A form's place in the queue; a form that the library does not know comes first of all: nobody knows its risk."""
    if form is None:
        return 0
    rank = _PRIORITIES[form.record.priority] + min(_TARGETS[target] for target in form.record.targets)
    high_risk = form.header.high_alert or any(part.high_alert for section in form.sections for part in section.whole)
    return rank - _HIGH_RISK if high_risk else rank


def words_of(rank: int) -> str:
    """The band of a rank, as people say it."""
    for priority, start in reversed(_PRIORITIES.items()):
        if rank >= start:
            return priority.value
    return Priority.NOW.value
