"""What people decide about scanned pages: each is kept as a decision, written into the audit log, and carried out."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record
from downtime.desk.store.models import DecisionKind, PageDecision, ScannedPage, Sheet, SheetStatus
from downtime.desk.store.pages import use
from downtime.desk.store.sheets import move
from downtime.page.code import parse_kit, short_text


class CannotDecideError(Exception):
    """What was asked for makes no sense for this page now; the message says why, in a sentence for the person."""


def identify(page_id: int, sheet: Sheet, kit_page: int, by: User, *, why: str = "") -> None:
    """Say which printed page this is; the reader reads it again as that page."""
    kit = parse_kit(sheet.kit.kit)
    if kit_page not in sheet.pages or not isinstance(kit, int):
        raise CannotDecideError("This sheet has no such page. Choose one of its pages.")
    with transaction.atomic():
        page = _locked(page_id)
        if page.in_use:
            raise CannotDecideError("This picture is keyed from already. Open it again first.")
        page.typed, page.reread, page.settled = short_text(kit, kit_page, sheet.kit.drill), True, False
        page.save(update_fields=["typed", "reread", "settled"])
        _decided(page, DecisionKind.IDENTIFIED, by, why, sheet=sheet, kit_page=kit_page)


def set_aside(page_id: int, by: User, why: str, *, foreign: bool = False) -> None:
    """Say that nothing of this page is entered here; it stays in the store with the reason."""
    if not why.strip():
        raise CannotDecideError("Say why: somebody will ask.")
    with transaction.atomic():
        page = _locked(page_id)
        _take_out_of_use(page, by, why)
        page.settled, page.reread = True, False
        page.save(update_fields=["settled", "reread", "in_use"])
        _decided(page, DecisionKind.FOREIGN if foreign else DecisionKind.SET_ASIDE, by, why)


def accept(page_id: int, by: User, *, why: str = "") -> None:
    """Say that this page counts and is keyed from this picture: doubts were cleared up, or it is the one of several."""
    with transaction.atomic():
        page = _locked(page_id)
        if page.sheet is None:
            raise CannotDecideError("Say first which sheet this page belongs to.")
        used = ScannedPage.objects.select_for_update().filter(sheet=page.sheet, page=page.page, in_use=True).first()
        if used is not None and used.pk != page.pk:
            used.in_use, used.settled = False, True
            used.save(update_fields=["in_use", "settled"])
        if not page.in_use:
            use(page)
        page.settled = True
        page.save(update_fields=["settled", "in_use"])
        kind = DecisionKind.USED if used is not None and used.pk != page.pk else DecisionKind.LOOKED_AT
        _decided(page, kind, by, why, sheet=page.sheet, kit_page=page.page)


def photocopy(page_id: int, by: User, *, why: str = "") -> Sheet:
    """Say that this page is a photocopy that served somebody else: it becomes a sheet of its own."""
    with transaction.atomic():
        page = _locked(page_id)
        if page.sheet is None:
            raise CannotDecideError("Say first which sheet this page was copied from.")
        original = Sheet.objects.select_for_update().get(kit=page.sheet.kit, number=page.sheet.number, instance=0)
        last = Sheet.objects.filter(kit=original.kit, number=original.number).aggregate(last=Max("instance"))["last"]
        _take_out_of_use(page, by, why)
        copy = Sheet.objects.get(pk=original.pk)
        copy.pk, copy.instance = None, (last or 0) + 1
        copy.status, copy.patient, copy.printed, copy.first_returned_at = SheetStatus.ISSUED, None, {}, None
        copy._state.adding = True
        copy.save()
        page.sheet = copy
        use(page)
        page.settled = True
        page.save(update_fields=["sheet", "settled", "in_use"])
        _decided(page, DecisionKind.PHOTOCOPY, by, why, sheet=copy, kit_page=page.page)
    return copy


def reopen(page_id: int, by: User, why: str) -> None:
    """Take a page out of its sheet again: it was put to the wrong one. The inbox asks about it anew."""
    if not why.strip():
        raise CannotDecideError("Say what is wrong with it.")
    with transaction.atomic():
        page = _locked(page_id)
        _take_out_of_use(page, by, why)
        page.settled = False
        page.save(update_fields=["settled", "in_use"])
        _decided(page, DecisionKind.REOPENED, by, why, sheet=page.sheet)


def _locked(page_id: int) -> ScannedPage:
    return ScannedPage.objects.select_for_update(of=("self",)).select_related("sheet__kit").get(pk=page_id)


def _take_out_of_use(page: ScannedPage, by: User, why: str) -> None:
    """Stop keying from a picture; its sheet waits again, or counts as not come back if this was its only page."""
    if not page.in_use or page.sheet is None:
        return
    page.in_use = False
    page.save(update_fields=["in_use"])
    others = ScannedPage.objects.filter(sheet=page.sheet, in_use=True).exists()
    status = SheetStatus(page.sheet.status)
    for step in _WAY_BACK.get(status, ()):
        if step is SheetStatus.ISSUED and others:
            break
        move(page.sheet.pk, step, by, why=why)


# How a sheet goes back to waiting, and on to “not come back” where no page of it is left.
_WAY_BACK: dict[SheetStatus, tuple[SheetStatus, ...]] = {
    SheetStatus.RETURNED: (SheetStatus.ISSUED,),
    SheetStatus.KEYING: (SheetStatus.RETURNED, SheetStatus.ISSUED),
    SheetStatus.ASKED: (SheetStatus.KEYING, SheetStatus.RETURNED, SheetStatus.ISSUED),
    SheetStatus.KEYED: (SheetStatus.KEYING, SheetStatus.RETURNED, SheetStatus.ISSUED),
    SheetStatus.DISPUTED: (SheetStatus.KEYING, SheetStatus.RETURNED, SheetStatus.ISSUED),
    SheetStatus.VERIFIED: (SheetStatus.KEYING, SheetStatus.RETURNED, SheetStatus.ISSUED),
}


def _decided(
    page: ScannedPage,
    kind: DecisionKind,
    by: User,
    why: str,
    *,
    sheet: Sheet | None = None,
    kit_page: int | None = None,
) -> None:
    PageDecision.objects.create(page=page, kind=kind, sheet=sheet, kit_page=kit_page, why=why[:500], by=by)
    record(by, f"page.{kind.value}", f"page:{page.pk}", sheet=sheet.pk if sheet else None, kit_page=kit_page)


__all__ = ["CannotDecideError", "accept", "identify", "photocopy", "reopen", "set_aside"]
