"""Accounting for sheets that do not come back, signing a kit off, and removing its pictures when their time is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record
from downtime.desk.reconciliation.counts import OPEN, unsettled_pages
from downtime.desk.reconciliation.models import SignOff
from downtime.desk.reconciliation.report import ClosingReport, closing_report, report_pdf
from downtime.desk.store.models import IncomingFile, Kit, ScannedPage, Sheet, SheetStatus
from downtime.desk.store.pictures import pictures
from downtime.desk.store.sheets import CannotMoveError, move


class CannotSignError(Exception):
    """The kit is not signed off, or its pictures not removed; the message says why, for the person."""


@dataclass(frozen=True, slots=True)
class StillOpen:
    """What keeps a kit from being signed off."""

    sheets: tuple[Sheet, ...]
    pages: int


def account_for(kit: Kit, sheets: Iterable[int], to: SheetStatus, by: User, *, reason: str, name: str) -> int:
    """Say that sheets were not used, or are lost, with the reason and the name of who says so; all of them or none.

    Raises CannotMoveError for a sheet of another kit, one that came back, or where reason or name is missing.
    """
    why, who = " ".join(reason.split()), " ".join(name.split())
    if not why or not who:
        raise CannotMoveError("the reason or the name of who says so is missing")
    if to not in (SheetStatus.NOT_USED, SheetStatus.LOST):
        raise CannotMoveError("a sheet is not used, or lost")
    wanted = frozenset(sheets)
    with transaction.atomic():
        found = Sheet.objects.select_for_update().filter(kit=kit, pk__in=wanted, status=SheetStatus.ISSUED)
        numbers = list(found.values_list("pk", flat=True))
        if not wanted or len(numbers) != len(wanted):
            raise CannotMoveError("one of these sheets came back meanwhile; look at the list again")
        for number in numbers:
            move(number, to, by, why=f"{why} (says {who})")
    return len(numbers)


def still_open(kit: Kit) -> StillOpen | None:
    """What is still open of a kit; None if it can be signed off."""
    sheets = tuple(Sheet.objects.filter(kit=kit, status__in=OPEN).order_by("number", "instance"))
    pages = unsettled_pages(kit)
    return StillOpen(sheets, pages) if sheets or pages else None


def sign_off(kit: Kit, by: User, name: str) -> SignOff | StillOpen:
    """Sign the closing report of a kit and close its sheets. Raises CannotSignError."""
    signed = " ".join(name.split())
    if signed.casefold() != by.name.casefold():
        raise CannotSignError(f"Sign with your own name, as you are known here: {by.name}.")
    if (still := still_open(kit)) is not None:
        return still
    found = closing_report(kit)
    report = pictures().put(report_pdf(found, by.name, timezone.now()))
    with transaction.atomic():
        Kit.objects.select_for_update().get(pk=kit.pk)
        if (still := still_open(kit)) is not None:
            return still
        if closing_report(kit) != found:
            raise CannotSignError("Something changed while you signed. Look at the report again, then sign.")
        for sheet in Sheet.objects.filter(kit=kit).exclude(status=SheetStatus.CLOSED):
            move(sheet.pk, SheetStatus.CLOSED, by, why=f"signed off by {by.name}")
        made = SignOff.objects.create(kit=kit, name=by.name, report=report, by=by)
        record(by, "kit.signed_off", f"kit:{kit.kit}", signoff=made.pk, report=report, sheets=found.issued)
    return made


def purge_due(kit: Kit, keep_days: int) -> datetime | None:
    """When the pictures of a kit may be removed; None while it is not signed off, or a sheet is open again."""
    last = SignOff.objects.filter(kit=kit).order_by("pk").last()
    if last is None or Sheet.objects.filter(kit=kit).exclude(status=SheetStatus.CLOSED).exists():
        return None
    return last.at + timedelta(days=keep_days)


def purge(kit: Kit, by: User, keep_days: int) -> int:
    """Remove the pictures of a kit, and the files that hold nothing else; entries stay. Raises CannotSignError."""
    with transaction.atomic():
        Kit.objects.select_for_update().get(pk=kit.pk)
        due = purge_due(kit, keep_days)
        if due is None or due > timezone.now():
            raise CannotSignError("The pictures of this kit are still to be kept.")
        own = ScannedPage.objects.filter(kit=kit.kit)
        names = _names(own) - _names(ScannedPage.objects.exclude(kit=kit.kit).filter(file__pages__in=own))
        names |= _files_of(kit)
        names -= _elsewhere(kit, names)
        record(by, "kit.purged", f"kit:{kit.kit}", files=len(names), keep_days=keep_days)
    store = pictures()
    for name in names:
        store.forget(name)
    return len(names)


def _names(pages: object) -> set[str]:
    rows = pages.values_list("straight", "picture", "thumbnail")  # type: ignore[attr-defined]
    return {name for row in rows for name in row if name}


def _files_of(kit: Kit) -> set[str]:
    """The files that came in and hold pages of this kit alone."""
    files = IncomingFile.objects.filter(pages__kit=kit.kit)
    others = ScannedPage.objects.filter(file__in=files).exclude(kit=kit.kit).values("file")
    return set(files.exclude(pk__in=others).exclude(sha256="").values_list("sha256", flat=True))


def _elsewhere(kit: Kit, names: set[str]) -> set[str]:
    """Those of some names that pages of other kits have, too: the same bytes are one file."""
    found: set[str] = set()
    listed = sorted(names)
    for start in range(0, len(listed), 300):
        batch = listed[start : start + 300]
        for column in ("straight", "picture", "thumbnail"):
            rows = ScannedPage.objects.exclude(kit=kit.kit).filter(**{f"{column}__in": batch})
            found |= set(rows.values_list(column, flat=True))
    return found


__all__ = ["CannotSignError", "ClosingReport", "StillOpen", "account_for", "purge", "purge_due", "sign_off"]
