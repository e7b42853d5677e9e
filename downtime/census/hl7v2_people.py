"""Which person of the file a message belongs to, and what a merge makes of two of them.

Number and authority find the person; name and birth date must not contradict. A message whose number is known but that
names somebody else begins a second person with that number, who is then not printed until it is clarified: an order
never lands on a person that the message does not name.
"""

from __future__ import annotations

from downtime.census.csv_values import number_fault
from downtime.census.hl7v2_context import Hl7Context
from downtime.census.hl7v2_identity import Key, Who, numbers_in, person_in
from downtime.census.hl7v2_orders import FORMER
from downtime.census.hl7v2_parse import Message, Segment
from downtime.census.hl7v2_record import Record
from downtime.census.identity import same_person
from downtime.census.snapshot import Patient, PersonName

UNUSED = "a message with this patient's number could not be used; an order or a dose may be missing"
_NOT_MERGED = "a merge could not be read: "


class People:
    """All persons of one file, by number."""

    def __init__(self, context: Hl7Context) -> None:
        self._context = context
        self._by_key: dict[Key, list[Record]] = {}
        self._merged_into: dict[Key, Key] = {}
        self._records: dict[int, Record] = {}

    @property
    def records(self) -> tuple[Record, ...]:
        """Everybody, in the order of first mention."""
        return tuple(self._records.values())

    def find(self, who: Who, message: Message, *, is_adt: bool) -> tuple[Record | None, str]:
        """The person of a message, new where the number is; and a doubt about it, or why it is nobody.

        Registration may correct a name or a birth date, but not both at once; other systems may not.
        """
        found: list[Record] = []
        for key in who.keys:
            for record in self._of_number(key):
                if not any(record is known for known in found):
                    found.append(record)
        nameless = who.name == PersonName() and who.birth_date is None
        if nameless and len(found) > 1:
            return None, "two people have this number, and the message names nobody"
        agreeing = [record for record in found if nameless or _agrees(record, who)]
        doubt = ""
        former = all(key in self._merged_into for key in who.keys)
        if not agreeing and not former:
            agreeing = [record for record in found if _may_be(record, who, is_adt=is_adt)]
            doubt = "" if is_adt else "the message calls the patient by another name"
        if len(agreeing) > 1:
            agreeing = self._united(agreeing, message)
        if len(agreeing) > 1:
            return None, "the message has the numbers of two patients"
        if agreeing:
            record = agreeing[0]
            self._index(record, [key for key in who.keys if key not in record.retired])
        else:
            _, fault = number_fault(who.number, self._context.settings)
            if nameless and fault:  # neither name nor number says who it is
                return None, f"the message names nobody, and {fault}"
            record, doubt = self._new(who, message), ""
        record.learn(who, replace=is_adt and not former, named_so=not doubt)
        if former and not doubt:
            doubt = f"{FORMER} {who.number}"
        return record, doubt

    def mark_unused(self, message: Message) -> None:
        """Mark those whom a message names that could not be used: it may have been an order, or a dose."""
        for segment in message.all("PID"):
            numbers = numbers_in(segment, 3, self._context)
            for key in () if isinstance(numbers, str) else numbers[0]:
                for record in self._of_number(key):
                    if UNUSED not in record.clarify:
                        record.clarify.append(UNUSED)

    def merge(self, message: Message) -> None:
        """Follow the merges of a message: PID survives, the number of MRG is retired."""
        context = self._context
        pair: Segment | None = None
        found = 0
        for segment in message.segments:
            if segment.name == "PID":
                pair = segment
            elif segment.name == "MRG" and pair is not None:
                found += 1
                who, old = person_in(pair, context), numbers_in(segment, 1, context)
                if isinstance(who, str) or isinstance(old, str):
                    why = who if isinstance(who, str) else str(old)
                    context.tell(message, "MRG-1", _NOT_MERGED + why, original=segment.first(1).whole(100))
                else:
                    self._merge(message, who, old[0])
        if not found:
            context.tell(message, "MRG", "a merge that names no retired number; it is not used")

    def _merge(self, message: Message, who: Who, old: tuple[Key, ...]) -> None:
        survivor, why = self.find(who, message, is_adt=True)
        if survivor is None:
            self._context.tell(message, "PID-3", _NOT_MERGED + why, patient=who.number)
            return
        own = {authority for authority, _ in survivor.keys}
        for key in old:
            if key in survivor.retired:
                continue
            gone = self._by_key.get(key, [])
            what = ""
            if key[0] not in own:
                what = f"{key[1]} was numbered by another authority than the number that stays"
            elif key in survivor.keys:
                what = f"{key[1]} would be merged into itself"
            elif key in self._merged_into or any(one in self._merged_into for one in who.keys):
                what = f"{key[1]} or the number that stays was merged into another before"
            elif len(gone) > 1 or any(one is not survivor for at in survivor.keys for one in self._of_number(at)):
                what = "a number of it belongs to two people"
            if what:
                for record in (survivor, *gone):
                    record.clarify.append(f"a merge of {key[1]} and {who.number} could not be read")
                self._context.tell(message, "MRG-1", _NOT_MERGED + what, patient=who.number)
                continue
            self._retire(key, who.keys[0], survivor, list(gone))
            what = f"the record of {key[1]} was merged into this patient's"
            self._context.tell(message, "MRG-1", what, patient=survivor.number)

    def _retire(self, key: Key, into: Key, survivor: Record, gone: list[Record]) -> None:
        # `into` was merged into nothing itself, so that following the numbers never goes in a circle.
        self._merged_into[key] = into
        if not gone:
            survivor.retired.append(key)
        for record in gone:
            survivor.absorb(record)
            self._forget(record)
            for other in record.keys:
                self._merged_into.setdefault(other, into)

    def _last(self, key: Key) -> Key:
        """The number that a number was merged into in the end."""
        while key in self._merged_into:
            key = self._merged_into[key]
        return key

    def _of_number(self, key: Key) -> list[Record]:
        last = self._last(key)
        own = self._by_key.get(key, [])
        return own if last == key else [*own, *self._by_key.get(last, [])]

    def _united(self, records: list[Record], message: Message) -> list[Record]:
        """One person of two, where numbers of different authorities are now said to be the same person's."""
        first, *rest = records
        for other in rest:
            apart = {key[0] for key in first.keys}.isdisjoint(key[0] for key in other.keys)
            if not apart or not same_person(_as_patient(first), _as_patient(other)):
                return records
        for other in rest:
            first.absorb(other)
            self._forget(other)
            first.retired = [key for key in first.retired if key not in other.keys]
            self._index(first, other.keys)
            self._context.tell(message, "PID-3", "two numbers are of one person", patient=first.number)
        return [first]

    def _index(self, record: Record, keys: list[Key]) -> None:
        for key in keys:
            there = self._by_key.setdefault(key, [])
            if not any(known is record for known in there):
                there.append(record)
            if key not in record.keys:
                record.keys.append(key)

    def _forget(self, record: Record) -> None:
        for key in record.keys:
            self._by_key[key] = [known for known in self._by_key.get(key, []) if known is not record]
        self._records.pop(id(record), None)

    def _new(self, who: Who, message: Message) -> Record:
        record = Record(keys=list(who.keys))
        _, fault = number_fault(who.number, self._context.settings)
        if fault:
            record.clarify.append(fault)
            self._context.tell(message, "PID-3", fault, patient=who.number)
        self._records[id(record)] = record
        self._index(record, list(who.keys))
        return record


def _as_patient(record: Record) -> Patient:
    return Patient(identifiers=(), name=record.name, birth_date=record.birth_date)


def _agrees(record: Record, who: Who) -> bool:
    """Whether nothing contradicts; former names and aliases count, too."""
    known = [(record.names or [record.name], record.birth_date)]
    if all(key in record.retired for key in who.keys):
        known += record.former
    return any(
        not (born and who.birth_date and born != who.birth_date) and _one_name(names, who) for names, born in known
    )


def _one_name(mine: list[PersonName], who: Who) -> bool:
    theirs = who.names or (who.name,)
    return any(
        same_person(Patient(identifiers=(), name=one), Patient(identifiers=(), name=other))
        for one in mine or [PersonName()]
        for other in theirs
    )


def _may_be(record: Record, who: Who, *, is_adt: bool) -> bool:
    """Whether one thing contradicts and another bears it out."""
    same_birth = record.birth_date is not None and record.birth_date == who.birth_date
    if is_adt:
        # Somebody unknown is found out to be somebody, or a typing error of one of the two is corrected.
        found_out = record.birth_date is None and who.birth_date is not None
        return same_birth or found_out or _one_name(record.names or [record.name], who)
    return same_birth
