"""What moves a sheet on in verification: the second look, the decision of a third person, and corrections later."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record
from downtime.desk.store.entries import CORRECTION, LookedBeforeError, NotInYourHandsError, Word, add
from downtime.desk.store.leases import give_back
from downtime.desk.store.models import EntryKind, EntryRound, EntrySource, Lease, LeasePurpose, Sheet, SheetStatus
from downtime.desk.store.sheets import CannotMoveError, move
from downtime.desk.verification.models import SheetLook
from downtime.desk.verification.standing import FieldStanding, Standing, newest_first, outcome, standings_of


@dataclass(frozen=True, slots=True)
class StillOpen:
    """What keeps a sheet from being finished."""

    fields: tuple[FieldStanding, ...] = ()
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """A third person's word on one field."""

    kind: EntryKind
    value: str = ""
    note: str = ""


def finish_look(sheet_id: int, by: User, *, up_to: int) -> SheetStatus | StillOpen:
    """Say that all else is as it was keyed, up to the entry that the screen showed, and move the sheet on.

    Raises NotInYourHandsError, LookedBeforeError for one who keyed a part of it, and CannotMoveError.
    """
    with transaction.atomic():
        sheet = _held(sheet_id, by, LeasePurpose.VERIFYING, SheetStatus.KEYED)
        found = standings_of(sheet)
        waiting = tuple(item for item in found if item.standing in (Standing.KEYED, Standing.REOPENED))
        if open_fields := tuple(item for item in waiting if item.field.critical or item.first is None):
            return StillOpen(open_fields)
        if newest_first(found) != up_to:
            return StillOpen(changed=True)
        if any(item.first is not None and item.first.by_id == by.pk for item in waiting):
            raise LookedBeforeError("sheet")
        look = SheetLook.objects.create(sheet=sheet, up_to=up_to, by=by)
        record(by, "sheet.looked", f"sheet:{sheet.pk}", look=look.pk, up_to=up_to, fields=len(waiting))
        to = outcome(standings_of(sheet))
        move(sheet.pk, to, by)
        give_back(sheet.pk, by)
    return to


def decide(sheet_id: int, by: User, decisions: Mapping[str, Decision]) -> SheetStatus | StillOpen:
    """Store a third person's words on the fields where two differ, all of them or none, and move the sheet on.

    Raises NotInYourHandsError, LookedBeforeError for one of the two, and CannotMoveError.
    """
    with transaction.atomic():
        sheet = _held(sheet_id, by, LeasePurpose.DECIDING, SheetStatus.DISPUTED)
        differing = [item for item in standings_of(sheet) if item.standing is Standing.DIFFERS]
        missing = tuple(item for item in differing if item.field.id not in decisions)
        if missing:
            return StillOpen(missing)
        for item in differing:
            _decided(sheet, item, decisions[item.field.id], by)
        to = outcome(standings_of(sheet))
        move(sheet.pk, to, by)
        give_back(sheet.pk, by)
    return to


def _decided(sheet: Sheet, item: FieldStanding, decision: Decision, by: User) -> None:
    asks = decision.kind == EntryKind.ASK
    seen = item.first or item.second
    word = Word(
        item.field.id, decision.kind, secrets.token_hex(16), decision.value, decision.note[:500], EntrySource.TYPED
    )
    # A question goes to the ward as if the first person had put it: the answer is a first word, and is looked at again.
    round_ = EntryRound.FIRST if asks else EntryRound.THIRD
    add(sheet.pk, word, by=by, page_id=seen.page_id if seen else None, round_=round_, at=timezone.now())


def correct(sheet_id: int, by: User, fields: frozenset[str], why: str) -> int:
    """Open fields of a verified sheet again: all words on them are taken back with the reason, none is lost.

    The sheet is keyed and verified anew in these fields. Returns how many; raises CannotMoveError without a reason,
    without fields, or where the sheet is not verified any more.
    """
    reason = " ".join(why.split())
    with transaction.atomic():
        sheet = Sheet.objects.select_for_update(of=("self",)).select_related("kit").get(pk=sheet_id)
        chosen = [item for item in standings_of(sheet) if item.field.id in fields]
        if not reason or not chosen:
            raise CannotMoveError("a correction needs a reason and at least one field")
        if sheet.status == SheetStatus.CLOSED:
            move(sheet.pk, SheetStatus.VERIFIED, by, why=CORRECTION + reason)
        elif sheet.status != SheetStatus.VERIFIED:
            raise CannotMoveError("only a verified sheet is corrected; this one is on its way")
        for item in chosen:
            for round_, entry in zip(EntryRound, (item.first, item.second, item.third), strict=True):
                if entry is not None or round_ == EntryRound.FIRST:
                    word = Word(
                        item.field.id, EntryKind.WITHDRAWN, secrets.token_hex(16), note=(CORRECTION + reason)[:500]
                    )
                    add(sheet.pk, word, by=by, page_id=entry.page_id if entry else None, round_=round_)
        move(sheet.pk, SheetStatus.KEYING, by, why=CORRECTION + reason)
        record(by, "sheet.correction", f"sheet:{sheet.pk}", fields=len(chosen))
    return len(chosen)


def _held(sheet_id: int, by: User, purpose: LeasePurpose, status: SheetStatus) -> Sheet:
    """The sheet, locked, in one's hands for this purpose and in this status; raises as the acts say."""
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("kit").get(pk=sheet_id)
    lease = Lease.objects.select_for_update(of=("self",)).select_related("holder").filter(sheet_id=sheet_id).first()
    if lease is None or lease.holder_id != by.pk or lease.purpose != purpose:
        raise NotInYourHandsError(lease.holder.name if lease and lease.holder_id != by.pk else "")
    if sheet.status != status:
        raise CannotMoveError(f"the sheet is “{SheetStatus(sheet.status).label}” by now")
    return sheet
