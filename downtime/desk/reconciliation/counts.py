"""Counting sheets for each kit and department, and finding what is missing; a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import Count, F, Q, QuerySet

from downtime.desk.store.models import Kit, ScannedPage, Sheet, SheetEvent, SheetStatus

_S = SheetStatus
A_PAGE = 60
OPEN = (_S.ISSUED, _S.RETURNED, _S.KEYING, _S.ASKED, _S.KEYED, _S.DISPUTED)
_KEYED = (_S.KEYED, _S.DISPUTED, _S.VERIFIED, _S.CLOSED)


@dataclass(frozen=True, slots=True)
class Sent:
    """How many sheets of a kit were sent into the record, and acknowledged by it."""

    sent: int
    acknowledged: int


class Outbox(Protocol):
    """What reconciliation asks of whatever sends sheets."""

    def sent(self, kits: Iterable[int]) -> dict[int, Sent]:
        """What was sent of each kit, by its row number, in one query."""
        ...


def outbox() -> Outbox | None:
    """The outbox of this desk; None while nothing is sent from here."""
    return None


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the sheets of a kit. `sent` is None where nothing is sent from here."""

    kit: Kit
    issued: int
    returned: int
    keyed: int
    verified: int
    not_used: int
    lost: int
    filed: int
    open: int
    closed: int
    signed_at: datetime | None
    sent: Sent | None


def counts(kits: QuerySet[Kit]) -> list[Counts]:
    """The counts of kits, in one query and one of the outbox."""
    back = Q(sheets__first_returned_at__isnull=False)

    def of(*statuses: SheetStatus) -> Count:
        return Count("sheets", filter=Q(sheets__status__in=statuses), distinct=True)

    # Whether a kit was signed off is asked apart: a second join would count sheets once for each sign-off.
    rows = list(
        kits.annotate(
            n_issued=Count("sheets", distinct=True), n_back=Count("sheets", filter=back, distinct=True),
            n_keyed=of(*_KEYED), n_verified=of(_S.VERIFIED, _S.CLOSED), n_not_used=of(_S.NOT_USED), n_lost=of(_S.LOST),
            n_filed=of(_S.FILED), n_open=of(*OPEN), n_closed=of(_S.CLOSED),
        )
    )  # fmt: skip
    signed = dict(
        Kit.objects.filter(pk__in=[row.pk for row in rows], signoffs__isnull=False)
        .order_by("signoffs__pk")
        .values_list("pk", "signoffs__at")
    )
    box = outbox()
    sent = box.sent([row.pk for row in rows]) if box is not None else {}
    return [_counts(row, signed.get(row.pk), sent.get(row.pk)) for row in rows]


def _counts(row: Kit, signed: datetime | None, sent: Sent | None) -> Counts:
    found = vars(row)
    return Counts(
        row, found["n_issued"], found["n_back"], found["n_keyed"], found["n_verified"], found["n_not_used"],
        found["n_lost"], found["n_filed"], found["n_open"], found["n_closed"], signed, sent,
    )  # fmt: skip


def missing(kit: Kit, after: int = 0, most: int | None = A_PAGE) -> list[Sheet]:
    """Open sheets of a kit of which pages have not come back: each with `back`, how many pages did."""
    pages = (F("last_page") - F("first_page")) / F("step") + 1
    rows = (
        Sheet.objects.filter(kit=kit, status__in=(_S.ISSUED, _S.RETURNED, _S.KEYING, _S.ASKED))
        .select_related("patient")
        .annotate(back=Count("scans", filter=Q(scans__in_use=True)), all_pages=pages)
        .filter(back__lt=F("all_pages"))
        .order_by("number", "instance")
    )
    return list(rows[after : after + most + 1] if most is not None else rows)


def unsettled_pages(kit: Kit) -> int:
    """How many scanned pages of a kit still wait in the inbox."""
    return ScannedPage.objects.filter(kit=kit.kit, settled=False).count()


def reasons(kit: Kit) -> list[tuple[Sheet, str, str, str]]:
    """The sheets of a kit that were not used or are lost: sheet, what, the reason with its name, who noted it."""
    events = (
        SheetEvent.objects.filter(sheet__kit=kit, status__in=(_S.NOT_USED, _S.LOST))
        .select_related("sheet", "by")
        .order_by("pk")
    )
    last = {event.sheet_id: event for event in events}
    kept = [e for e in last.values() if e.sheet.status in (_S.NOT_USED, _S.LOST, _S.CLOSED) and not _came_back(e)]
    return [(e.sheet, SheetStatus(e.status).label, e.why, e.by.name if e.by else "the desk") for e in kept]


def _came_back(event: SheetEvent) -> bool:
    return event.sheet.first_returned_at is not None and event.sheet.first_returned_at > event.at
