"""The audit log: lines are only added, and any change to them is found."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from downtime.desk.audit.chain import record, record_alone, verify
from downtime.desk.audit.models import AuditEvent, ChainHead


@pytest.fixture
def log(db):
    for number in range(6):
        record_alone(None, "sheet.opened", f"sheet:{number}", pages=number)
    assert verify().faults == () and verify().lines == 6


def tamper(sql: str) -> None:
    """Change the table as somebody with a database shell would: without the trigger."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                cursor.execute(f'DROP TRIGGER IF EXISTS "audit_auditevent_no_{verb}"')
        else:
            cursor.execute('ALTER TABLE "audit_auditevent" DISABLE TRIGGER USER')
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE audit_auditevent SET actor = 'ben' WHERE sequence = 3", "line 3 was changed"),
        ("UPDATE audit_auditevent SET details = '{\"pages\":9}' WHERE sequence = 6", "line 6 was changed"),
        ("DELETE FROM audit_auditevent WHERE sequence = 2", "line 2 is missing"),
        ("DELETE FROM audit_auditevent WHERE sequence > 4", "the last 2 lines are missing"),
        ("UPDATE audit_auditevent SET sequence = 9 WHERE sequence = 6", "line 6 is missing"),
        ("UPDATE audit_chainhead SET length = 5", "the end of the log was changed"),
        ("UPDATE audit_chainhead SET seal = digest", "the end of the log was changed"),
    ],
)
def test_any_change_is_found(log, change, fault):
    tamper(change)
    assert any(fault in found for found in verify().faults)


def test_taking_the_end_away_and_setting_the_head_back_is_found(log):
    digest = AuditEvent.objects.get(pk=4).digest
    tamper("DELETE FROM audit_auditevent WHERE sequence > 4")
    ChainHead.objects.update(length=4, digest=digest)
    assert verify().faults == ("the end of the log was changed",)


def test_the_database_itself_refuses_to_change_a_line(log):
    for act in (
        lambda: AuditEvent.objects.filter(pk=3).update(actor="ben"),
        lambda: AuditEvent.objects.filter(pk=3).delete(),
    ):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            act()


def test_a_line_and_what_it_tells_are_stored_together_or_not_at_all(log):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(None, "sheet.opened")
        raise ZeroDivisionError
    assert verify().lines == 6 and verify().faults == ()
