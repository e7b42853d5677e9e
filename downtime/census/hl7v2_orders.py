"""Orders folded into a person's record: new, changed, held, stopped; each known by its placer's and filler's number.

Sources: HL7 v2.5.1 chapter 4, table 0119 (order control) and table 0038 (order status).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from downtime.census.hl7v2_changes import changed, joined
from downtime.census.hl7v2_context import Hl7Context
from downtime.census.hl7v2_medication import Content, medication_of
from downtime.census.hl7v2_order import Order
from downtime.census.hl7v2_other_orders import kind_and_text, other_of
from downtime.census.hl7v2_parse import Message, Segment
from downtime.census.hl7v2_readings import apply_told, meaning_of
from downtime.census.hl7v2_record import Record
from downtime.census.hl7v2_values import codes_of, moment_of
from downtime.census.order_words import ACTIVE, ON_HOLD

FORMER = "sent under the former number"
Group = tuple[Segment, ...]
Keys = set[tuple[str, str, str]]

_ENDS = ("CA", "OC", "CR", "DC", "OD", "DR", "RP", "RU", "RQ")
_HOLDS, _RELEASES = ("HD", "OH", "HR"), ("RL", "OE", "OR")
_NOT_STOPPED = ("UC", "UD")
_REFUSED = ("UA", "UH", "UM", "UN", "UR", "UX", "UF", "DE", "DF")
_CARRIES = ("NW", "XO", "XX", "XR", "SN", "NA", "OK", "CH", "PA", "RO", "RF", "SC", "SS", "SR", "RE", "AF", "FU", "")
_ENDED_STATUS, _ACTIVE_STATUS = ("CA", "DC", "CM", "RP"), ("A", "IP", "SC", "")
_MOST_LOOKED_AT = 500
_REOPENS = ("NW", "SN", "RO", "XO", "XX", "XR", "CH", *_NOT_STOPPED, *_RELEASES)
_BEGINS = ("RXE", "RXO", "OBR", "ODS")
_MEDICINE = ("RXO", "RXE", "RXC", "RXD")
MEDICINE_KINDS = ("RDE", "OMP", "RDS", "RGV", "RAS")


def groups_of(message: Message) -> list[Group]:
    """The orders of a message, each beginning with its ORC (or with RXE, RXO or OBR where it has none)."""
    found: list[list[Segment]] = []
    names: set[str] = set()
    for segment in message.segments:
        if segment.name == "ORC" or (segment.name in _BEGINS and (not found or segment.name in names)):
            found.append([])
            names = set()
        if found:
            found[-1].append(segment)
            names.add(segment.name)
    return [tuple(group) for group in found]


def keys_of(group: Group) -> Keys:
    """The numbers of an order: who assigned them, and in which role."""
    found: Keys = set()
    for kind, orc_field, obr_field in (("placer", 2, 2), ("filler", 3, 3)):
        for name, field in (("ORC", orc_field), ("OBR", obr_field)):
            element = next((segment.first(field) for segment in group if segment.name == name), None)
            if element and (value := element.text(1, limit=80)):
                found.add((kind, value, element.text(2, limit=80) or element.text(3, limit=80)))
                break
    return found


def apply_orders(record: Record, message: Message, context: Hl7Context, visit: str, doubts: Sequence[str]) -> None:
    """All orders of a message; `doubts` hold for each of them."""
    steps: dict[int, tuple[Order, list[Content]]] = {}
    groups = groups_of(message)
    for at, group in enumerate(groups):
        order, content = _apply_group(record, group, message, context, doubts)
        if order is not None:
            order.visit = visit or order.visit
            if at == len(groups) - 1 and (message.cut or message.open_end):
                order.doubt_times("the message of this order breaks off, or its last line has no end")
        if order is not None and content is not None:
            steps.setdefault(id(order), (order, []))[1].append(content)
    for order, contents in steps.values():
        order.doubt(*joined(order, contents))


def _apply_group(
    record: Record, group: Group, message: Message, context: Hl7Context, doubts: Sequence[str]
) -> tuple[Order | None, Content | None]:
    orc = next((segment for segment in group if segment.name == "ORC"), None)
    control = orc.text(1).upper() if orc is not None else ""
    status = orc.text(5).upper() if orc is not None else ""
    keys = keys_of(group)
    known = record.order_of(keys) if keys else None
    is_medicine = message.kind in MEDICINE_KINDS or any(segment.name in _MEDICINE for segment in group)
    ends = control in _ENDS or (status in _ENDED_STATUS and control not in _NOT_STOPPED)
    later = _later(orc, ends, context)
    if not is_medicine and _is_told(record, group, context, ends and later is None):
        return None, None
    if known is None and ends and later is None:
        _tell_unknown_end(record, group, message, context)
        return None, None
    has_detail = any(segment.name in ("RXO", "RXE", "RXC", "OBR", "ODS", "RQD") for segment in group)
    if known is None and not has_detail and control not in ("NW", "SN", "RO", "CH", "NA", ""):
        what = "this speaks of an order that is not in this file"
        context.tell(message, "ORC-2", what, record.number, " ".join(sorted(key[1] for key in keys)))
        return None, None
    order = known
    if order is None:
        order = Order(keys=set())
        record.orders.append(order)
    record.number_order(order, keys)
    content = None
    if (control in _CARRIES or known is None) and (has_detail or known is None):
        if is_medicine:
            content = medication_of(group, order.shown, context.zone)
            order.medication = changed(order.medication, content, control)
        else:
            order.other = other_of(group, message, context, record.number)
    _apply_control(order, control, status, ends=ends, later=later)
    order.doubt(*(doubt for doubt in doubts if doubt.startswith(FORMER)))
    order.doubt_times(*(doubt for doubt in doubts if not doubt.startswith(FORMER)))
    order.doubt_times(*_doubts_of(orc, control, status))
    return order, content


def _tell_unknown_end(record: Record, group: Group, message: Message, context: Hl7Context) -> None:
    """An order ended of which nothing told before: no matter, unless another order of the medicine is still here."""
    drug = medication_of(group, "", context.zone).order.drug.casefold()
    for order in record.orders[:_MOST_LOOKED_AT]:
        if drug and order.medication is not None and not order.ended and order.medication.drug.casefold() == drug:
            what = "an order of this medicine was stopped under a number that is not in this file"
            order.doubt(what)
            context.tell(message, "ORC-2", what, record.number, order.medication.drug)


def _later(orc: Segment | None, ends: bool, context: Hl7Context) -> datetime | None:
    """The moment to come at which an order is to stop, where ORC-15 states one."""
    if orc is None or not ends:
        return None
    when = moment_of(orc.first(15).part(1), context.zone)
    return when.moment if when is not None and when.moment is not None and when.moment > context.now else None


def _is_told(record: Record, group: Group, context: Hl7Context, ends: bool) -> bool:
    """Whether an order is the code status, isolation or diet of the patient rather than something to do."""
    for segment in group:
        if segment.name == "OBR" and (meaning := meaning_of(codes_of(segment.first(4)), context)):
            if meaning != "weight":
                _, words = kind_and_text(segment)
                apply_told(record, {meaning: ["" if ends else words]})
                return True
        elif segment.name == "ODS":
            words = "; ".join(filter(None, (segment.first(3).text(2) or segment.first(3).text(1), segment.text(4))))
            apply_told(record, {"diet": ["" if ends else words]})
            return True
    return False


def _apply_control(order: Order, control: str, status: str, *, ends: bool, later: datetime | None) -> None:
    if ends and later is not None:
        if order.medication is not None:
            timing = order.medication.timing.model_copy(update={"stop": later})
            order.medication = order.medication.model_copy(update={"timing": timing})
    elif ends:
        order.ended = True
        return
    elif control in _REOPENS or (control == "SC" and status in ("A", "IP", "SC")):
        order.ended = False
    if control in _HOLDS or status == "HD":
        _set_status(order, ON_HOLD)
    elif control in _RELEASES or (control in _CARRIES and control != "SS" and status in ("A", "IP", "SC")):
        _set_status(order, ACTIVE)


def _set_status(order: Order, status: str) -> None:
    if order.medication is not None:
        order.medication = order.medication.model_copy(update={"status": status})
    if order.other is not None:
        order.other = order.other.model_copy(update={"status": status})


def _doubts_of(orc: Segment | None, control: str, status: str) -> list[str]:
    if orc is None or not control:
        return ["it is not said whether this order is new, changed or stopped"]
    doubts = []
    if control in _NOT_STOPPED:
        doubts.append("a request to stop this order was refused")
    elif control in _REFUSED:
        doubts.append(f"another system refused this order or its change ({control})")
    elif control not in (*_CARRIES, *_ENDS, *_HOLDS, *_RELEASES):
        doubts.append(f"the order control “{control[:10]}” is not known")
    if status not in (*_ENDED_STATUS, *_ACTIVE_STATUS, "HD", control):
        doubts.append(f"the source calls the status of this order “{status[:20]}”")
    return doubts


def apply_dispensed(record: Record, message: Message, context: Hl7Context, visit: str, doubts: Sequence[str]) -> None:
    """RDS: a dispensing changes no order; an order known from nothing else is kept, to be clarified."""
    for group in groups_of(message):
        keys = keys_of(group)
        if keys and record.order_of(keys) is None:
            content = medication_of(group, min(key[1] for key in keys), context.zone)
            reasons = [*doubts, "known only from a dispensing message"]
            order = Order(keys=set(), medication=content.order, visit=visit, clarify=reasons)
            record.orders.append(order)
            record.number_order(order, keys)


def apply_result_status(record: Record, message: Message) -> None:
    """ORU: an order that is not a medicine is done where its own status says so."""
    for group in groups_of(message):
        orc = next((segment for segment in group if segment.name == "ORC"), None)
        order = record.order_of(keys_of(group))
        if orc is not None and order is not None and order.medication is None:
            order.ended = order.ended or orc.text(5).upper() in _ENDED_STATUS
