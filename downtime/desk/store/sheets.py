"""Moving a sheet from one status to the next: the only function that does, with its event and its audit line."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record
from downtime.desk.store.models import Patient, Sheet, SheetEvent, SheetStatus

_S = SheetStatus

MOVES: dict[SheetStatus, frozenset[SheetStatus]] = {
    _S.ISSUED: frozenset({_S.RETURNED, _S.FILED, _S.NOT_USED, _S.LOST}),
    _S.RETURNED: frozenset({_S.ISSUED, _S.KEYING, _S.KEYED, _S.FILED, _S.NOT_USED}),
    _S.KEYING: frozenset({_S.RETURNED, _S.ASKED, _S.KEYED}),
    _S.ASKED: frozenset({_S.KEYING, _S.KEYED}),
    _S.KEYED: frozenset({_S.KEYING, _S.ASKED, _S.DISPUTED, _S.VERIFIED}),
    _S.DISPUTED: frozenset({_S.KEYING, _S.ASKED, _S.VERIFIED}),
    _S.VERIFIED: frozenset({_S.KEYING, _S.DISPUTED, _S.CLOSED}),
    _S.CLOSED: frozenset({_S.VERIFIED, _S.RETURNED}),
    _S.FILED: frozenset({_S.RETURNED, _S.CLOSED}),
    _S.NOT_USED: frozenset({_S.ISSUED, _S.RETURNED, _S.CLOSED}),
    _S.LOST: frozenset({_S.ISSUED, _S.RETURNED, _S.CLOSED}),
}
"""Which status may follow which. A page that turns up opens what was called lost or not used."""

NEEDS_A_REASON = frozenset({_S.NOT_USED, _S.LOST})


class CannotMoveError(Exception):
    """A sheet is not where the page thought: somebody else has moved it meanwhile, or the move makes no sense."""


def move(sheet_id: int, to: SheetStatus, by: User | None, *, why: str = "") -> Sheet:
    """Move a sheet; nothing happens where it is there already. Raises CannotMoveError for a move that may not be."""
    with transaction.atomic():
        sheet = Sheet.objects.select_for_update().get(pk=sheet_id)
        if sheet.status == to:
            return sheet
        if to not in MOVES[SheetStatus(sheet.status)]:
            raise CannotMoveError(f"a sheet that is “{SheetStatus(sheet.status).label}” cannot become “{to.label}”")
        if to in NEEDS_A_REASON and not why.strip():
            raise CannotMoveError(f"“{to.label}” needs a reason")
        before, sheet.status = sheet.status, to
        if to == SheetStatus.RETURNED and sheet.first_returned_at is None:
            sheet.first_returned_at = timezone.now()
        sheet.save(update_fields=["status", "first_returned_at"])
        SheetEvent.objects.create(sheet=sheet, status=to, patient_id=sheet.patient_id, why=why[:500], by=by)
        record(by, "sheet.moved", f"sheet:{sheet.pk}", before=before, after=to.value)
    return sheet


def give_patient(sheet_id: int, patient: Patient | None, by: User, *, why: str = "") -> Sheet:
    """Say whom a sheet is about; the event keeps whom it was about before."""
    with transaction.atomic():
        sheet = Sheet.objects.select_for_update().get(pk=sheet_id)
        if sheet.patient_id == (patient.pk if patient else None):
            return sheet
        before, sheet.patient = sheet.patient_id, patient
        sheet.save(update_fields=["patient"])
        SheetEvent.objects.create(sheet=sheet, status=sheet.status, patient=patient, why=why[:500], by=by)
        after = patient.pk if patient else None
        record(by, "sheet.patient", f"sheet:{sheet.pk}", before=before, after=after)
    return sheet
