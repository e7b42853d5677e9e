"""approvals.yaml: who has approved which form, and which department, for the care of patients.

A form's approval holds for one revision and one content: change either, and the pages say NOT APPROVED again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from downtime.site.values import Day, Id, Name
from downtime.textyaml import TextModel

CONTENT_DIGITS = 12


class FormApproval(TextModel):
    """One person's approval of one revision of one form."""

    form: Id
    revision: Name
    content: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
    by: Name
    role: Name
    date: Day

    @field_validator("content", mode="before")
    @classmethod
    def _is_a_digest(cls, content: Any) -> Any:
        if isinstance(content, str) and not (
            len(content) == CONTENT_DIGITS and all(digit in "0123456789abcdef" for digit in content)
        ):
            raise ValueError(f"“{content[:60]}” is not a content digest; copy the 12 digits that `forms list` shows")
        return content


class DepartmentApproval(TextModel):
    """One person's approval of a department's packet: the right forms, the right numbers."""

    department: Id
    by: Name
    role: Name
    date: Day


class Approvals(TextModel):
    """approvals.yaml."""

    note: Name | None = None
    forms: tuple[FormApproval, ...] = ()
    departments: tuple[DepartmentApproval, ...] = ()

    @model_validator(mode="after")
    def _each_stands_once(self) -> Self:
        forms = [(entry.form, entry.revision) for entry in self.forms]
        if twice := next((key for key in forms if forms.count(key) > 1), None):
            raise ValueError(f"form “{twice[0]}” revision {twice[1]} is approved twice; keep the one that holds")
        departments = [entry.department for entry in self.departments]
        if again := next((key for key in departments if departments.count(key) > 1), None):
            raise ValueError(f"department “{again}” is approved twice; keep the one that holds")
        return self


class ApprovalGap(StrEnum):
    """Why a form may not be used for patients in a department."""

    NOBODY = "nobody has approved this form"
    OTHER_REVISION = "another revision was approved"
    CONTENT_CHANGED = "the form was changed after its approval"
    FORM_DATE_IN_FUTURE = "the form's approval lies in the future"
    DEPARTMENT = "nobody has approved this department's packet"
    DEPARTMENT_DATE_IN_FUTURE = "the department's approval lies in the future"


@dataclass(frozen=True, slots=True)
class ApprovalState:
    """Whether a form is approved in a department, and if not, every reason why."""

    gaps: tuple[ApprovalGap, ...]
    form: FormApproval | None
    department: DepartmentApproval | None

    @property
    def approved(self) -> bool:
        """Whether the pages may go without NOT APPROVED FOR PATIENT CARE."""
        return not self.gaps

    @property
    def why(self) -> str:
        """The reasons in words; empty when approved."""
        return "; ".join(gap.value for gap in self.gaps)


def approval_state(
    approvals: Approvals, *, form: str, revision: str, content: str, department: str, today: date
) -> ApprovalState:
    """Tell whether a form of this revision and content is approved in a department on a day.

    `content` is the form's content digest; its first 12 digits count, as the approvals hold them.
    """
    gaps: list[ApprovalGap] = []
    of_form = [entry for entry in approvals.forms if entry.form == form]
    chosen = next((entry for entry in of_form if entry.revision == revision), None)
    if not of_form:
        gaps.append(ApprovalGap.NOBODY)
    elif chosen is None:
        gaps.append(ApprovalGap.OTHER_REVISION)
    elif chosen.content != content[:CONTENT_DIGITS]:
        gaps.append(ApprovalGap.CONTENT_CHANGED)
    if chosen is not None and chosen.date > today:
        gaps.append(ApprovalGap.FORM_DATE_IN_FUTURE)
    of_department = next((entry for entry in approvals.departments if entry.department == department), None)
    if of_department is None:
        gaps.append(ApprovalGap.DEPARTMENT)
    elif of_department.date > today:
        gaps.append(ApprovalGap.DEPARTMENT_DATE_IN_FUTURE)
    return ApprovalState(tuple(gaps), chosen, of_department)
