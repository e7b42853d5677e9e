"""Entries: adding a person's word on a field, and reading what counts now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from downtime.desk.accounts.models import User
from downtime.desk.audit.chain import record
from downtime.desk.store.models import Entry, EntryKind, EntryRound, EntrySource, Lease, LeasePurpose
from downtime.page.layout import canonical_json

ACTION = "entry"
CORRECTION = "correction: "

# What the sheet must be in somebody's hands for, so that a look counts as the look it is.
_PURPOSES = {
    EntryRound.FIRST: LeasePurpose.KEYING,
    EntryRound.SECOND: LeasePurpose.VERIFYING,
    EntryRound.THIRD: LeasePurpose.DECIDING,
}


class NotInYourHandsError(Exception):
    """The sheet was taken over by somebody else; what was typed is not stored."""

    def __init__(self, holder: str) -> None:
        """`holder` is the name of who has it now; empty if nobody has."""
        super().__init__(holder)
        self.holder = holder


class LookedBeforeError(Exception):
    """The same person has looked at this field in another round; a further look is worth something by another only."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says about a field, and the token that their browser made for this save."""

    field: str
    kind: EntryKind
    token: str
    value: str = ""
    note: str = ""
    source: EntrySource = EntrySource.TYPED


def enter(sheet_id: int, word: Word, *, by: User, page_id: int | None, round_: EntryRound = EntryRound.FIRST) -> Entry:
    """Add an entry; the same token again gives the one that is there.

    Raises NotInYourHandsError without the lease for this round (a question may be put in any), and LookedBeforeError.
    """
    now = timezone.now()
    with transaction.atomic():
        lease = Lease.objects.select_for_update().select_related("holder").filter(sheet_id=sheet_id).first()
        known = Entry.objects.filter(token=word.token).first()
        if known is not None and (known.sheet_id, known.field, known.by_id) == (sheet_id, word.field, by.pk):
            return known
        fits = lease is not None and (lease.purpose == _PURPOSES[round_] or word.kind == EntryKind.ASK)
        if lease is None or lease.holder_id != by.pk or not fits:
            raise NotInYourHandsError(lease.holder.name if lease else "")
        Lease.objects.filter(pk=lease.pk).update(seen_at=now)
        return add(sheet_id, word, by=by, page_id=page_id, round_=round_, at=now)


def add(
    sheet_id: int, word: Word, *, by: User, page_id: int | None, round_: EntryRound, at: datetime | None = None
) -> Entry:
    """Add an entry inside a transaction that holds the sheet and has checked that `by` may; with its audit line.

    Raises LookedBeforeError where the same person's word in another round counts for this field.
    """
    if word.kind not in _NO_LOOK and _looked_before(sheet_id, word.field, by, round_):
        raise LookedBeforeError(word.field)
    entry = Entry(
        sheet_id=sheet_id, field=word.field, round=round_, kind=word.kind, value=word.value, note=word.note,
        source=word.source, page_id=page_id, by=by, at=at or timezone.now(), token=word.token,
    )  # fmt: skip
    entry.save(force_insert=True)
    record(by, ACTION, f"sheet:{sheet_id}", entry=entry.pk, digest=digest_of(entry))
    return entry


# Taking a word back and putting a question to the ward say nothing about what stands on paper.
_NO_LOOK = frozenset({EntryKind.WITHDRAWN, EntryKind.ASK})


def _looked_before(sheet_id: int, field: str, by: User, round_: EntryRound) -> bool:
    counting: dict[int, Entry] = {}
    for entry in Entry.objects.filter(sheet_id=sheet_id, field=field).exclude(round=round_).order_by("pk"):
        counting[entry.round] = entry
    return any(entry.by_id == by.pk and entry.kind not in _NO_LOOK for entry in counting.values())


def digest_of(entry: Entry) -> str:
    """What the audit log keeps of an entry: a hash that any change to it would change, and that tells nothing."""
    content = [
        entry.pk, entry.sheet_id, entry.field, int(entry.round), str(entry.kind), entry.value, entry.note,
        str(entry.source), entry.page_id, entry.by_id, entry.at.isoformat(timespec="microseconds"), entry.token,
    ]  # fmt: skip
    return hashlib.sha256(canonical_json(content).encode("utf-8", "surrogatepass")).hexdigest()


def newest(sheet_id: int, round_: EntryRound = EntryRound.FIRST) -> dict[str, Entry]:
    """The entry that counts for each field in a round; what was taken back is left out. One query."""
    rows = Entry.objects.filter(sheet_id=sheet_id, round=round_).select_related("by").order_by("pk")
    found = {entry.field: entry for entry in rows}
    return {field: entry for field, entry in found.items() if entry.kind != EntryKind.WITHDRAWN}


def reopened(sheet_id: int) -> frozenset[str]:
    """The fields that a correction opened and that nobody has keyed since. One query."""
    rows = Entry.objects.filter(sheet_id=sheet_id, round=EntryRound.FIRST).order_by("pk")
    found = {field: (kind, note) for field, kind, note in rows.values_list("field", "kind", "note")}
    return frozenset(
        field for field, (kind, note) in found.items() if kind == EntryKind.WITHDRAWN and note.startswith(CORRECTION)
    )
