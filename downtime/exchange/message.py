"""A prepared message: its text, which facts it carries, and a number that is the same whenever it is made again."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from downtime.exchange.destination import Destination
from downtime.exchange.er7 import SEGMENT_END, Segment, Value, message_text, moment, segment_text
from downtime.exchange.facts import Fact
from downtime.exchange.profile import Kind

CONTROL_ID_CHARACTERS = 20
"""MSH-10 holds so many in HL7 v2.5.1."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `facts` are the ids of what it carries, `patient` the number whose order it must keep."""

    kind: Kind
    control_id: str
    text: str
    facts: tuple[str, ...]
    patient: str
    page: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """A fact that no message carries, and why; a person enters it."""

    fact: str
    label: str
    why: str
    do: str = "enter it by hand from the page"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was made of a sheet, and what was not."""

    messages: tuple[Message, ...]
    not_sent: tuple[NotSent, ...]


def finished(
    kind: Kind,
    structure: str,
    body: Sequence[Segment],
    facts: Sequence[Fact],
    patient: str,
    to: Destination,
    made_at: datetime,
) -> Message:
    """Put the header before a body. MSH-10 comes from kind, facts and body, not from the time at which it is made.

    The same content made twice has the same number: the outbox sees that it has it already.
    """
    ids = tuple(fact.proof.id for fact in facts)
    return _message(kind, structure, body, ids, facts[0].proof.page, patient, to, made_at)


def finished_without_facts(
    kind: Kind, structure: str, body: Sequence[Segment], name: str, patient: str, to: Destination, made_at: datetime
) -> Message:
    """A message about the patient's numbers alone; `name` names it in ledgers."""
    return _message(kind, structure, body, (name,), "", patient, to, made_at)


def _message(
    kind: Kind, structure: str, body: Sequence[Segment], ids: tuple[str, ...], page: str, patient: str,
    to: Destination, made_at: datetime,
) -> Message:  # fmt: skip
    code, _, trigger = kind.value.partition("^")
    head: dict[int, Value] = {
        3: to.sending.application,
        4: to.facility,
        5: to.sending.receiving_application or "",
        6: to.sending.receiving_facility or "",
        9: (code, trigger, structure),
        11: to.sending.processing,
        12: "2.5.1",
        18: "UNICODE UTF-8",
    }
    rest = "".join(f"{segment_text(segment)}{SEGMENT_END}" for segment in body)
    named = (*ids, segment_text(Segment("MSH", head)), rest)
    digest = hashlib.sha256("\x00".join(named).encode("utf-8", "surrogatepass")).digest()
    control_id = base64.b32encode(digest).decode("ascii")[:CONTROL_ID_CHARACTERS]
    text = message_text([Segment("MSH", {**head, 7: moment(made_at), 10: control_id})]) + rest
    return Message(kind, control_id, text, ids, patient, page)
