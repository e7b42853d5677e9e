"""A form is approved for one revision, one content, one department, and not before its day."""

from __future__ import annotations

from datetime import date

import pytest

from downtime.site.approvals import ApprovalGap, Approvals, approval_state

APPROVALS = Approvals.model_validate(
    {
        "forms": [
            {"form": "mar", "revision": "1", "content": "a" * 12, "by": "X", "role": "chief", "date": "2026-11-10"},
            {"form": "mar", "revision": "2", "content": "b" * 12, "by": "X", "role": "chief", "date": "2026-11-12"},
        ],
        "departments": [{"department": "icu", "by": "Y", "role": "manager", "date": "2026-11-11"}],
    }
)
GOOD = {"form": "mar", "revision": "1", "content": "a" * 12, "department": "icu", "today": date(2026, 11, 23)}


@pytest.mark.parametrize(
    ("change", "gaps"),
    [
        ({}, ()),
        ({"revision": "2", "content": "b" * 64}, ()),
        ({"today": date(2026, 11, 11)}, ()),
        ({"form": "ord"}, (ApprovalGap.NOBODY,)),
        ({"revision": "3"}, (ApprovalGap.OTHER_REVISION,)),
        ({"content": "c" * 12}, (ApprovalGap.CONTENT_CHANGED,)),
        ({"content": ""}, (ApprovalGap.CONTENT_CHANGED,)),
        ({"department": "ed"}, (ApprovalGap.DEPARTMENT,)),
        ({"today": date(2026, 11, 10)}, (ApprovalGap.DEPARTMENT_DATE_IN_FUTURE,)),
        (
            {"today": date(2026, 11, 9)},
            (ApprovalGap.FORM_DATE_IN_FUTURE, ApprovalGap.DEPARTMENT_DATE_IN_FUTURE),
        ),
        ({"form": "ord", "department": "ed"}, (ApprovalGap.NOBODY, ApprovalGap.DEPARTMENT)),
    ],
)
def test_every_reason_is_given(change: dict[str, object], gaps: tuple[ApprovalGap, ...]) -> None:
    state = approval_state(APPROVALS, **(GOOD | change))  # type: ignore[arg-type]
    assert state.gaps == gaps
    assert state.approved is (not gaps)
    assert bool(state.why) is bool(gaps)


def test_the_approver_is_known() -> None:
    state = approval_state(APPROVALS, **GOOD)  # type: ignore[arg-type]
    assert state.form is not None and state.form.role == "chief"
    assert state.department is not None and state.department.by == "Y"
