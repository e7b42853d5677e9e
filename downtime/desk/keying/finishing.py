"""Finishing a sheet: only when every field that asks something has its answer."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from downtime.desk.accounts.models import User
from downtime.desk.keying.screen import Cell, keying_screen
from downtime.desk.store.leases import give_back
from downtime.desk.store.models import EntryKind, Sheet, SheetStatus
from downtime.desk.store.sheets import move


@dataclass(frozen=True, slots=True)
class StillOpen:
    """Why a sheet is not finished: fields that ask something, or pages that have not come back."""

    cells: tuple[Cell, ...] = ()
    missing_pages: tuple[int, ...] = ()


def finish(sheet: Sheet, by: User, *, without_pages: str = "") -> SheetStatus | StillOpen:
    """Move a sheet on: keyed, or asked where a question waits. `without_pages` is the reason for going on without."""
    with transaction.atomic():
        # The row is locked first: a page that comes back at this moment must not be passed over.
        Sheet.objects.select_for_update().get(pk=sheet.pk)
        screen = keying_screen(sheet)
        if screen.open_cells:
            return StillOpen(cells=screen.open_cells)
        if screen.missing_pages and not without_pages.strip():
            return StillOpen(missing_pages=screen.missing_pages)
        asked = any(cell.kind == EntryKind.ASK for cell in screen.cells)
        to = SheetStatus.ASKED if asked else SheetStatus.KEYED
        why = f"without page {_numbers(screen.missing_pages)}: {without_pages}" if screen.missing_pages else ""
        move(sheet.pk, to, by, why=why)
        give_back(sheet.pk, by)
    return to


def _numbers(pages: tuple[int, ...]) -> str:
    return ", ".join(str(page) for page in pages)
