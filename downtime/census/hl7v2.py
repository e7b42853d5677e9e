"""HL7 v2 to a Snapshot: the messages of a file, folded in the order in which they were made.

Admissions, transfers, discharges and merges say who is here and where; order messages what they get; RAS when they last
got it; ORU how they are. A message that does not say for certain whose it is goes to nobody, and is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from downtime.census.hl7v2_context import Hl7Context
from downtime.census.hl7v2_file import looks_like_hl7v2, raw_messages
from downtime.census.hl7v2_given import apply_doses
from downtime.census.hl7v2_identity import Who, who_of
from downtime.census.hl7v2_order import Order
from downtime.census.hl7v2_orders import FORMER, apply_dispensed, apply_orders, apply_result_status
from downtime.census.hl7v2_parse import Message, parse
from downtime.census.hl7v2_people import People
from downtime.census.hl7v2_readings import apply_readings
from downtime.census.hl7v2_record import Record
from downtime.census.hl7v2_segments import apply_allergies, apply_diagnoses, apply_person, apply_visit
from downtime.census.hl7v2_values import moment_of
from downtime.census.snapshot import Snapshot
from downtime.census.source import Problems, zone_of
from downtime.errors import InputError
from downtime.site.facility import Facility

__all__ = ["looks_like_hl7v2", "read_hl7v2", "read_hl7v2_files"]

_ORDERS = ("RDE", "OMP", "ORM", "OMG", "OML", "OMI", "OMD", "OMB")
_READ = ("ADT", *_ORDERS, "RDS", "RAS", "ORU")
_MERGES = ("A18", "A30", "A34", "A36", "A39", "A40")
_MOVES_NUMBERS = ("A35", "A41", "A42", "A43", "A44", "A45", "A46", "A47", "A48", "A49", "A50", "A51")
_IDENTITY = ("MSH", "EVN", "PID", "MRG")
_CLOCKS_DIFFER_BY = timedelta(minutes=10)
_BREAKS_OFF = "the message breaks off"
_OPEN_END = "the last line has no end, and may be cut"


def read_hl7v2(raw: bytes, shown_as: str, facility: Facility, now: datetime) -> Snapshot:
    """Read a file of HL7 v2 messages; raises InputError where it has none that can be taken apart."""
    return read_hl7v2_files([(shown_as, raw)], facility, now)


def read_hl7v2_files(files: Sequence[tuple[str, bytes]], facility: Facility, now: datetime) -> Snapshot:
    """Read files of HL7 v2 together, as one feed: an interface writes a file a message, and a later one stops orders.

    Files are given as name and content. One that cannot be taken apart is told; raises InputError where none can be.
    """
    shown_as = files[0][0] if len(files) == 1 else f"{files[0][0]} and {len(files) - 1} more"
    problems = Problems(shown_as)
    context = Hl7Context(facility.census, zone_of(facility.timezone), now, problems)
    stamped = _in_order(_messages(files, context), context)
    people = People(context)
    unread: Counter[str] = Counter()
    for place, (_, message) in enumerate(stamped):
        if message.kind not in _READ or (message.kind, message.event) == ("RDE", "O25"):
            unread[message.shown] += 1
        else:
            _apply(message, people, context, place)
    if unread:
        shown = ", ".join(f"{count} {kind}" for kind, count in sorted(unread.items())[:40])
        problems.add("messages", "kinds of messages that are not read", original=shown)
    _tell_shared_numbers(people, context)
    return Snapshot(
        taken_at=_taken_at([moment for moment, _ in stamped if moment is not None], context),
        source=shown_as,
        patients=tuple(record.patient() for record in people.records),
        problems=problems.found(),
    )


def _messages(files: Sequence[tuple[str, bytes]], context: Hl7Context) -> list[Message]:
    found: list[Message] = []
    fault: InputError | None = None
    for shown_as, raw in files:
        try:
            found += _messages_of(shown_as, raw, context)
        except InputError as error:
            fault = error
            context.problems.add("file", f"this file is not read: {error.what}", where=shown_as)
    if not found:
        raise fault or InputError("there is no HL7 file", do="name one")
    open_ends = [message for message in found if message.open_end]
    if len(files) > 2 and len(open_ends) == len(files):  # the habit of a writer, and no sign of damage
        return [replace(message, open_end=False) for message in found]
    return found


def _messages_of(shown_as: str, raw: bytes, context: Hl7Context) -> list[Message]:
    found, fault = [], ""
    problems = Problems(shown_as)
    for item in raw_messages(raw, shown_as, context.settings, problems):
        message = parse(item)
        if isinstance(message, str):
            fault, name = message, f"message {item.number}"
            problems.add("MSH", f"{fault}; NOTHING of it is used", patient=name, where=f"{shown_as}, {name}")
            continue
        if message.doubt:
            context.tell(message, "MSH-18", message.doubt)
        found.append(message)
    if not found:
        raise InputError(
            fault, why="without its separators a message cannot be taken apart",
            do="look whether the interface wrote it whole", where=shown_as,
        )  # fmt: skip
    context.problems.extend(problems.found())
    return found


def _in_order(messages: list[Message], context: Hl7Context) -> list[tuple[datetime | None, Message]]:
    """The messages by MSH-7, those of one moment as they stand; one without a time stays behind the one before it."""
    before: datetime | None = None
    keyed: list[tuple[float, datetime | None, Message]] = []
    future = 0
    for message in messages:
        header = message.segments[0]
        when = moment_of(header.first(7).part(1), context.zone)
        moment = when.moment if when is not None else None
        if moment is None:
            context.tell(message, "MSH-7", "the message does not say when it was made; its place in the file counts")
        elif before is not None and moment < before <= moment.replace(fold=1):
            moment = moment.replace(fold=1)  # the hour that comes twice: a file goes forward
        future += moment is not None and moment > context.now + _CLOCKS_DIFFER_BY
        before = moment or before
        keyed.append((before.timestamp() if before else float("-inf"), moment, message))
    if future:
        context.problems.add("MSH-7", f"{future} messages were made in the future; compare the clocks")
    keyed.sort(key=lambda item: item[0])
    return [(moment, message) for _, moment, message in keyed]


def _taken_at(moments: list[datetime], context: Hl7Context) -> datetime:
    """When the data were true: the time of the last message, and never later than now."""
    if not moments:
        context.problems.add("MSH-7", "no message says when it was made: the age of these data is NOT KNOWN")
        return context.now
    return min(max(moments), context.now)


def _apply(message: Message, people: People, context: Hl7Context, place: int) -> None:
    last = message.segments[-1].name
    if (message.cut or message.open_end) and not _is_whole_enough(message):
        context.tell(message, last, f"{_BREAKS_OFF if message.cut else _OPEN_END}; NOTHING of it is used")
        return
    if message.kind == "ADT" and message.event in _MERGES:
        people.merge(message)
        return
    who = who_of(message, context)
    record, doubt = (None, who) if isinstance(who, str) else people.find(who, message, is_adt=message.kind == "ADT")
    if record is None or isinstance(who, str):
        pid = message.first("PID")
        shown = pid.first(3).whole(100) if pid is not None else ""
        context.tell(message, "PID", f"{doubt}; NOTHING of it is used", original=shown)
        people.mark_unused(message)
        return
    doubts = _doubts(message, record, doubt, context)
    _apply_to(record, who, message, context, place, doubts, former=doubt.startswith(FORMER))


def _is_whole_enough(message: Message) -> bool:
    """Whether a message that breaks off says for certain whom it is about."""
    last = message.segments[-1]
    if last.name not in _IDENTITY:
        return True
    # The retired number of a merge is whole where its authority is followed by something.
    raw = last.raw(1)
    return last.name == "MRG" and not message.cut and raw.count(last.delimiters.component or "\n") > 3


def _doubts(message: Message, record: Record, doubt: str, context: Hl7Context) -> list[str]:
    """What is not certain about all that the message says."""
    doubts = [doubt] if doubt else []
    if doubt:
        context.tell(message, "PID", doubt, record.number)
    if message.event in _MOVES_NUMBERS and message.kind == "ADT":
        what = "numbers or visits are moved between records by this message, and it is not read"
        context.tell(message, "MRG", what, record.number)
        record.clarify.append("a message moved numbers or visits of this record; compare them")
    if message.damaged:
        doubts.append("the message has damaged characters")
        context.tell(message, "message", "characters of this message are damaged", record.number)
        record.clarify.append("characters of a message about this patient are damaged")
    if message.cut or message.open_end:
        context.tell(message, message.segments[-1].name, _BREAKS_OFF if message.cut else _OPEN_END, record.number)
    if message.cut and message.kind == "ADT":
        record.clarify.append("a message about this patient breaks off")
    return doubts


def _apply_to(
    record: Record, who: Who, message: Message, context: Hl7Context, place: int, doubts: list[str], *, former: bool
) -> None:
    is_adt = message.kind == "ADT" and not former
    apply_person(record, who, message, context, is_adt=is_adt)
    visit = apply_visit(record, message, context, place, is_adt=is_adt)
    apply_allergies(record, message, context)
    apply_readings(record, message, context)
    if is_adt:
        apply_diagnoses(record, message)
    elif message.kind in _ORDERS:
        apply_orders(record, message, context, visit, doubts)
    elif message.kind == "RDS":
        apply_dispensed(record, message, context, visit, doubts)
    elif message.kind == "RAS":
        apply_doses(record, message, context)
    elif message.kind == "ORU":
        apply_result_status(record, message)


def _tell_shared_numbers(people: People, context: Hl7Context) -> None:
    """A number that two authorities assigned, and an order number that two patients have: each must be looked at."""
    by_value: dict[str, list[Record]] = {}
    by_order: dict[tuple[str, str, str], list[tuple[Record, Order]]] = {}
    for record in people.records:
        for value in {value for _, value in record.keys}:
            by_value.setdefault(value, []).append(record)
        for order in record.orders:
            for key in order.keys if not order.ended else ():
                by_order.setdefault(key, []).append((record, order))
    for value, records in by_value.items():
        if len({key for record in records for key in record.keys if key[1] == value}) > 1:
            what = "the same number stands here under two authorities; name yours in facility.yaml, census: authority"
            context.problems.add("PID-3", what, patient=value)
            for record in records:
                record.clarify.append("the same number stands in the file under another authority")
    for order_key, pairs in by_order.items():
        if len({id(record) for record, _ in pairs}) > 1:
            for record, order in pairs:
                what = "an order with this number stands for another patient, too"
                context.problems.add("ORC-2", what, patient=record.number, original=order_key[1])
                order.doubt(what)
