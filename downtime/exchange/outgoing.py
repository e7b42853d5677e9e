"""What the outbox hands to a sender and gets back: one thing to deliver, and one true word about what became of it.

A sender keeps no state and never raises for what a network, a disk or a receiver does. The outbox decides what happens
next, by `DELIVERY_REMEDIES` alone: only what is `NOT_SENT` may be tried again by the machine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

from downtime.exchange.fhir import Create
from downtime.exchange.message import Message
from downtime.exchange.mllp import MllpConnection
from downtime.exchange.outcome import Outcome


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


class Sender(Protocol):
    """Something that delivers one thing after another to one target."""

    def send(self, one: Outgoing) -> Outcome:
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


@dataclass(frozen=True, slots=True)
class MllpSender:
    """Delivers HL7 messages over one MLLP connection."""

    connection: MllpConnection

    def send(self, one: Outgoing) -> Outcome:
        """Send one message and wait for its acknowledgement."""
        return self.connection.send(one.content.decode("utf-8"))
