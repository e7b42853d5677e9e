"""Whether the entries are still what the audit log says they were."""

from __future__ import annotations

import json
from collections.abc import Iterator

from downtime.desk.audit.models import AuditEvent
from downtime.desk.store.entries import ACTION, digest_of
from downtime.desk.store.models import Entry

_BATCH = 2_000


def changed_entries(most: int = 20) -> tuple[str, ...]:
    """Each entry that was changed, taken away or put in beside the log, in a sentence."""
    faults = []
    for fault in _faults():
        faults.append(fault)
        if len(faults) >= most:
            break
    return tuple(faults)


def _faults() -> Iterator[str]:
    lines = AuditEvent.objects.filter(action=ACTION).order_by("sequence").values_list("details", flat=True)
    seen = 0
    batch: dict[int, str] = {}
    for details in lines.iterator(chunk_size=_BATCH):
        told = json.loads(details)
        batch[told["entry"]] = told["digest"]
        if len(batch) == _BATCH:
            yield from _compared(batch)
            seen += len(batch)
            batch = {}
    yield from _compared(batch)
    seen += len(batch)
    more = Entry.objects.count() - seen
    if more > 0:
        yield f"{more} entries stand in the store that the audit log does not know"


def _compared(batch: dict[int, str]) -> Iterator[str]:
    stored = Entry.objects.in_bulk(list(batch)) if batch else {}
    for number, digest in batch.items():
        if number not in stored:
            yield f"entry {number} is missing"
        elif digest_of(stored[number]) != digest:
            yield f"entry {number} was changed"
