"""Leases: taking a sheet into one's hands, renewing, giving back, and taking it over from somebody, with a trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record
from downtime.desk.store.models import Lease, LeasePurpose, Sheet

# A clerk who is called away comes back within minutes or not at all; every save renews the lease.
FREE_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Mine:
    """The sheet is in one's own hands; `taken_over_from` names whose it was."""

    lease: Lease
    taken_over_from: str = ""


@dataclass(frozen=True, slots=True)
class Theirs:
    """The sheet is in somebody else's hands."""

    lease: Lease


def take(sheet_id: int, by: User, purpose: LeasePurpose, *, over: bool = False) -> Mine | Theirs:
    """Take a sheet; `over` takes it from whoever holds it, who sees so at their next save."""
    now = timezone.now()
    with transaction.atomic():
        # The sheet's row is the lock: two people who open a sheet at once must not both make a lease.
        Sheet.objects.select_for_update().get(pk=sheet_id)
        lease = Lease.objects.select_related("holder").filter(sheet_id=sheet_id).first()
        held = lease is not None and lease.holder_id != by.pk and now - lease.seen_at < FREE_AFTER
        if lease is not None and held and not over:
            return Theirs(lease)
        if lease is not None and lease.holder_id == by.pk:
            lease.seen_at, lease.purpose = now, purpose
            lease.save(update_fields=["seen_at", "purpose"])
            return Mine(lease)
        before = lease.holder.username if lease is not None else ""
        if lease is not None:
            lease.delete()
        made = Lease.objects.create(sheet_id=sheet_id, holder=by, purpose=purpose, since=now, seen_at=now)
        if held:
            record(by, "lease.taken_over", f"sheet:{sheet_id}", holder=before)
        return Mine(made, before if held else "")


def give_back(sheet_id: int, by: User) -> None:
    """Give a sheet back; nothing happens where it is not one's own."""
    Lease.objects.filter(sheet_id=sheet_id, holder=by).delete()


def is_free(lease: Lease | None, user: User) -> bool:
    """Whether a user may open the sheet of this lease without taking it from somebody."""
    return lease is None or lease.holder_id == user.pk or timezone.now() - lease.seen_at >= FREE_AFTER
