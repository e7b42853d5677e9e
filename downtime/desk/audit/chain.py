"""Adding to the audit log, and finding any change in it.

Each line's digest is an HMAC-SHA-256 over the line and the digest before it, under a secret that lies in the store
folder and not in the database: whoever can only write to the database can neither change a line nor cut off the end
unseen. A copy of the last digest kept elsewhere also shows that nobody put back an older
store.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction

from downtime.desk.accounts.names import Actor, actor_name
from downtime.desk.audit.models import AuditEvent, ChainHead
from downtime.desk.secrets import AUDIT_SECRET, read_secret
from downtime.page.layout import canonical_json

START = "0" * 64

Detail = str | int | bool | None


def record(by: Actor, action: str, subject: str = "", **details: Detail) -> None:
    """Add a line; called inside the transaction that makes the change, so that both are stored or neither."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit line belongs into the transaction of what it tells")
    head = ChainHead.objects.select_for_update().get(pk=1)
    event = AuditEvent(
        sequence=head.length + 1,
        at=datetime.now(UTC).isoformat(timespec="microseconds"),
        actor=actor_name(by),
        action=action,
        subject=subject,
        details=canonical_json(details),
    )
    key = _key()
    event.digest = _digest(key, head.digest, event)
    event.save(force_insert=True)
    head.length, head.digest = event.sequence, event.digest
    head.seal = _seal(key, head.length, head.digest)
    head.save(update_fields=["length", "digest", "seal"])


def record_alone(by: Actor, action: str, subject: str = "", **details: Detail) -> None:
    """Add a line about something that changes nothing else: a sign-in, a download, a look at a patient's page."""
    with transaction.atomic():
        record(by, action, subject, **details)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of the chain found: how many lines are sound, the last digest, and each fault in a sentence."""

    lines: int
    digest: str
    faults: tuple[str, ...]


def verify(key: bytes | None = None, *, most_faults: int = 20) -> Verified:
    """Check every line against the one before, and the end against its seal."""
    secret = key or _key()
    faults: list[str] = []
    before, expected, sound = START, 1, 0
    for event in AuditEvent.objects.order_by("sequence").iterator(chunk_size=5_000):
        if event.sequence != expected:
            faults.append(
                f"line {expected} is missing" if event.sequence > expected else f"line {event.sequence} is one too many"
            )
        elif not hmac.compare_digest(event.digest, _digest(secret, before, event)):
            faults.append(f"line {event.sequence} was changed, or the one before it")
        else:
            sound += 1
        before, expected = event.digest, event.sequence + 1
        if len(faults) >= most_faults:
            break
    head = ChainHead.objects.get(pk=1)
    if len(faults) < most_faults:
        if head.length >= expected:
            faults.append(f"the last {head.length - expected + 1} lines are missing")
        elif head.digest != before or not hmac.compare_digest(head.seal, _seal(secret, head.length, head.digest)):
            faults.append("the end of the log was changed")
    return Verified(sound, before, tuple(faults))


def holds(digest: str) -> bool:
    """Whether a digest that somebody wrote down is one of the log's."""
    return digest == START or AuditEvent.objects.filter(digest=digest).exists()


def first_head(key: bytes | None = None) -> ChainHead:
    """The end of an empty chain, for the migration that begins it."""
    return ChainHead(pk=1, length=0, digest=START, seal=_seal(key or _key(), 0, START))


def _key() -> bytes:
    return _key_in(settings.DESK.store_folder)


@lru_cache(maxsize=4)
def _key_in(store: Path) -> bytes:
    return read_secret(store, AUDIT_SECRET).encode("ascii")


def _digest(key: bytes, before: str, event: AuditEvent) -> str:
    line = canonical_json([before, event.sequence, event.at, event.actor, event.action, event.subject, event.details])
    return hmac.new(key, line.encode("utf-8"), "sha256").hexdigest()


def _seal(key: bytes, length: int, digest: str) -> str:
    return hmac.new(key, f"end {length} {digest}".encode("ascii"), "sha256").hexdigest()
