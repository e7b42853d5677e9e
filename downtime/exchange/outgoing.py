"""What the outbox hands to a sender and gets back: one thing to deliver, and one true word about what became of it.

A sender keeps no state and never raises for what a network, a disk or a receiver does. The outbox decides what happens
next, by `FATE_REMEDIES` alone: only what is `NOT_SENT` may be tried again by the machine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from downtime.exchange.fhir import Create
from downtime.exchange.message import Message
from downtime.exchange.mllp import Delivery, MllpConnection, Outcome


class Fate(StrEnum):
    """What became of one delivery."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


FATE_REMEDIES: dict[Fate, str] = {
    Fate.SENT: "It lies where the receiver fetches it; nobody said that it was taken in. Look there, then sign it off.",
    Fate.ACKNOWLEDGED: "Nothing: the receiver said that it has it.",
    Fate.REFUSED: "See why, correct the record or the settings, and release it again.",
    Fate.NOT_SENT: "Nothing left this computer: it is tried again by itself.",
    Fate.UNKNOWN: "Look in the receiving system whether it arrived, then sign it off or release it again.",
}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing to deliver. `id` is the same whenever it is made again; `order_key` keeps a patient's in order.

    `content` is sent as it is; `page` and `facts` name what it carries, for the closing report. Nothing here but
    `content` and `order_key` holds patient data.
    """

    id: str
    kind: str
    suffix: str
    content: bytes
    order_key: str = ""
    page: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What became of it, why, and the receiver's own answer where there is one."""

    fate: Fate
    why: str = ""
    answer: str = ""


class Sender(Protocol):
    """Something that delivers one thing after another to one target."""

    def send(self, one: Outgoing) -> Result:
        """Deliver one thing, and say what became of it."""
        ...


def of_message(message: Message) -> Outgoing:
    """An HL7 message as something to deliver."""
    return Outgoing(
        id=message.control_id,
        kind=message.kind.value,
        suffix=".hl7",
        content=message.text.encode("utf-8"),
        order_key=message.patient,
        page=message.page,
        facts=message.facts,
    )


def of_create(create: Create, patient: str, page: str) -> Outgoing:
    """A FHIR create as something to deliver; its id comes from the fact and the content."""
    content = create.to_json()
    digest = hashlib.sha256(create.fact.encode("utf-8") + b"\x00" + content).hexdigest()[:20]
    return Outgoing(digest, create.kind, ".json", content, patient, page, (create.fact,))


_FATES = {
    Delivery.ACCEPTED: Fate.ACKNOWLEDGED,
    Delivery.REFUSED: Fate.REFUSED,
    Delivery.NOT_SENT: Fate.NOT_SENT,
    Delivery.UNKNOWN: Fate.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class MllpSender:
    """Delivers HL7 messages over one MLLP connection."""

    connection: MllpConnection

    def send(self, one: Outgoing) -> Result:
        """Send one message and wait for its acknowledgement."""
        outcome: Outcome = self.connection.send(one.content.decode("utf-8"))
        return Result(_FATES[outcome.delivery], outcome.why, outcome.answer)
