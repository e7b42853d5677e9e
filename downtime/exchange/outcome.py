"""What became of a delivery, in words that every sender shares.

Whoever keeps the outbox does what comes next by `DELIVERY_REMEDIES` alone: only what is `NOT_SENT` may be tried again
by the machine, because no receiver is idempotent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Delivery(StrEnum):
    """What became of one delivery; `DELIVERY_REMEDIES` says what each means for the sender."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


DELIVERY_REMEDIES: dict[Delivery, str] = {
    Delivery.SENT: "It lies where the receiver fetches it; nobody said that it was taken in. Look, then sign it off.",
    Delivery.ACKNOWLEDGED: "Nothing: the receiver said that it has it.",
    Delivery.REFUSED: "See why, correct the record or the settings, and release it again.",
    Delivery.NOT_SENT: "Nothing left this computer: it is tried again by itself.",
    Delivery.UNKNOWN: "Look in the receiving system whether it arrived, then sign it off or release it again.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one delivery, why, and the receiver's answer as it came (empty where none did)."""

    delivery: Delivery
    why: str = ""
    answer: str = ""
