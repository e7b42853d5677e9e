"""`downtime audit verify`: the check as one call, for a store that may be in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from downtime.desk.environment import DeskEnvironment
from downtime.desk.serve.prepare import load

if TYPE_CHECKING:
    from downtime.desk.audit.chain import Verified


def check_log(desk: DeskEnvironment, expect: str | None) -> Verified:
    """Check the log of a store; `expect` is a digest that must be one of its lines."""
    load(desk)
    from downtime.desk.audit.chain import Verified, holds, verify
    from downtime.desk.store.proof import changed_entries

    report = verify()
    report = Verified(report.lines, report.digest, (*report.faults, *changed_entries()))
    if expect and not holds(expect):
        fault = "the digest you wrote down is not in the log: this is an older store, or another one"
        return Verified(report.lines, report.digest, (*report.faults, fault))
    return report
