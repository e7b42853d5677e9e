"""Levels, phases, priorities, targets and retention: every member has its words."""

import pytest

from downtime.clinical.vocabulary import (
    RETENTION_CLASSES,
    DowntimeLevel,
    Phase,
    Priority,
    Retention,
    Target,
    targets,
)
from downtime.errors import UsageError


def test_every_member_has_words() -> None:
    assert all(level.printed and level.declared_when and level.on_paper for level in DowntimeLevel)
    assert len({phase.printed for phase in Phase}) == len(Phase)
    assert len({priority.meaning for priority in Priority}) == len(Priority)
    assert len({target.meaning for target in Target}) == len(Target)
    assert set(RETENTION_CLASSES) == set(Retention)
    assert all(row.us and row.uk and row.holds and row.source for row in RETENTION_CLASSES.values())


def test_targets_are_read_as_a_list() -> None:
    assert targets("order") == (Target.ORDER,)
    assert targets("order + result") == (Target.ORDER, Target.RESULT)


@pytest.mark.parametrize("text", ["", "orders", "order+", "order+order", "ops_only+charge"])
def test_targets_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        targets(text)
