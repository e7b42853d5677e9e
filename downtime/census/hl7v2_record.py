"""What is known of one person so far while messages are folded together, and the patient that it becomes in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from downtime.census.hl7v2_identity import Key, Who
from downtime.census.hl7v2_order import Order, OrderKey
from downtime.census.snapshot import (
    Allergy,
    AllergyState,
    Identifier,
    IdentifierKind,
    Patient,
    PersonName,
    Place,
    Reading,
    Sex,
    Weight,
)

_ELSEWHERE = ("O", "P", "R", "C", "N")
"""Classes of HL7 table 0004 that lie in no bed here: outpatient, announced, recurring, commercial."""


_MOST_NAMES = 50
_NO_PLACE, _NO_NAME = Place(), PersonName()


@dataclass
class Visit:
    """One stay or visit: patients may have an outpatient visit open beside the stay they lie here for."""

    number: str = ""
    kind: str = ""
    place: Place = _NO_PLACE
    attending: str = ""
    service: str = ""
    admitted: datetime | None = None
    discharged: bool = False
    clarify: str = ""
    moved_by_adt: bool = False
    touched: int = 0

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """The visit that counts: an open stay in a bed, then what registration knows of, then the latest."""
        in_a_bed = not self.discharged and not self.clarify and self.kind not in _ELSEWHERE
        return in_a_bed, self.moved_by_adt, self.touched


@dataclass
class Record:
    """One person of the file."""

    keys: list[Key]
    others: list[Identifier] = field(default_factory=list)
    retired: list[Key] = field(default_factory=list)
    name: PersonName = _NO_NAME
    names: list[PersonName] = field(default_factory=list)
    former: list[tuple[list[PersonName], date | None]] = field(default_factory=list)
    birth_date: date | None = None
    sex: Sex = Sex.UNKNOWN
    deceased: bool = False
    visits: dict[str, Visit] = field(default_factory=dict)
    diagnoses: tuple[str, ...] = ()
    allergies: dict[str, Allergy] = field(default_factory=dict)
    allergy_state: AllergyState = AllergyState.NOT_IN_SNAPSHOT
    code_status: str = ""
    isolation: tuple[str, ...] = ()
    diet: str = ""
    lines: tuple[str, ...] = ()
    weight: Weight | None = None
    weighed: float = 0.0
    vitals: dict[str, tuple[float, Reading]] = field(default_factory=dict)
    results: dict[str, tuple[float, Reading]] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    by_number: dict[tuple[str, str], list[Order]] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    clarify: list[str] = field(default_factory=list)

    @property
    def number(self) -> str:
        """The number as problems name the patient."""
        return self.keys[0][1] if self.keys else ""

    def visit(self, number: str) -> Visit:
        """The visit of a number; messages without one speak of the visit that counts."""
        if not number and self.visits:
            return self.current
        if number and list(self.visits) == [""]:  # the one visit so far had no number: it now has one
            self.visits[number] = self.visits.pop("")
            self.visits[number].number = number
        return self.visits.setdefault(number, Visit(number=number))

    @property
    def current(self) -> Visit:
        """The visit that counts."""
        return max(self.visits.values(), key=lambda visit: visit.rank, default=Visit())

    def number_order(self, order: Order, keys: set[OrderKey]) -> None:
        """Let an order be found by some numbers."""
        for key in keys - order.keys:
            self.by_number.setdefault(key[:2], []).append(order)
        order.keys |= keys

    def order_of(self, keys: set[OrderKey]) -> Order | None:
        """The order that one of some numbers names; the placer's number counts before the filler's."""
        for kind in ("placer", "filler"):
            for key in keys:
                known = self.by_number.get(key[:2], []) if key[0] == kind else []
                found = [order for order in known if key in order.keys]
                if not found:  # one system names the application beside the number, another does not
                    found = [order for order in known if not key[2] or (*key[:2], "") in order.keys]
                if len(found) == 1:
                    return found[0]
        return None

    def absorb(self, gone: Record) -> None:
        """Take over what a record had that was merged into this one; what this one says counts before it."""
        for order in gone.orders:
            known = self.order_of(order.keys)
            if known is None:
                order.doubt(f"ordered under the former number {gone.number}")
                self.orders.append(order)
                keys, order.keys = order.keys, set()
                self.number_order(order, keys)
            else:
                known.doses = {**order.doses, **known.doses}
        self.retired += [key for key in (*gone.keys, *gone.retired) if key not in self.retired]
        self.former += [(gone.names, gone.birth_date), *gone.former]
        self.allergies = {**gone.allergies, **self.allergies}
        silent = (AllergyState.NOT_IN_SNAPSHOT, AllergyState.NOT_ASKED)
        if self.allergy_state in silent and gone.allergy_state is not AllergyState.NOT_IN_SNAPSHOT:
            self.allergy_state = gone.allergy_state
        for number, visit in gone.visits.items():
            if number or not self.visits:
                self.visits.setdefault(number, visit)
        self.name = self.name if self.name != PersonName() else gone.name
        self.birth_date = self.birth_date or gone.birth_date
        self.sex = gone.sex if self.sex is Sex.UNKNOWN else self.sex
        self.code_status, self.diet = self.code_status or gone.code_status, self.diet or gone.diet
        self.isolation, self.lines = self.isolation or gone.isolation, self.lines or gone.lines
        self.diagnoses = self.diagnoses or gone.diagnoses
        self.deceased = self.deceased or gone.deceased
        if self.weight is None or gone.weighed > self.weighed:
            self.weight, self.weighed = gone.weight or self.weight, gone.weighed
        for mine, theirs in ((self.vitals, gone.vitals), (self.results, gone.results)):
            for key, pair in theirs.items():
                if key not in mine or mine[key][0] < pair[0]:
                    mine[key] = pair
        self.clarify += gone.clarify

    def learn(self, who: Who, *, replace: bool, named_so: bool) -> None:
        """Take over the numbers, name and birth date of a message; without `replace` only what is not known yet.

        `named_so` says that the person is surely called so: only then the name counts for later messages.
        """
        self.keys += [key for key in who.keys if key not in self.keys and key not in self.retired]
        self.others = [number for number in self.others if number not in who.numbers] + list(who.numbers)
        if named_so:
            self.names = [*self.names, *(name for name in who.names if name not in self.names)][-_MOST_NAMES:]
        if who.name != PersonName() and (replace or self.name == PersonName()):
            self.name = who.name
        if who.birth_date and (replace or self.birth_date is None):
            self.birth_date = who.birth_date

    def patient(self) -> Patient:
        """The patient, without orders that have ended."""
        here = self.current
        clarify = [*self.clarify, here.clarify]
        medications = [order.finished(here.number) for order in self.orders if order.medication and not order.ended]
        others = [order.finished_other() for order in self.orders if order.other and not order.ended]
        return Patient(
            identifiers=self._identifiers(here),
            name=self.name,
            birth_date=self.birth_date,
            sex=self.sex,
            place=here.place,
            attending=here.attending,
            service=here.service,
            admitted=here.admitted,
            diagnoses=self.diagnoses,
            allergy_state=AllergyState.LISTED if self.allergies else self.allergy_state,
            allergies=tuple(self.allergies.values()),
            code_status=self.code_status,
            isolation=self.isolation,
            weight=self.weight,
            diet=self.diet,
            lines=self.lines,
            medications=tuple(dict.fromkeys(medications)),
            orders=tuple(dict.fromkeys(others)),
            vitals=tuple(reading for _, reading in self.vitals.values()),
            results=tuple(reading for _, reading in self.results.values()),
            deceased=self.deceased,
            discharged=here.discharged,
            clarify=tuple(dict.fromkeys(words for words in clarify if words)),
        )

    def _identifiers(self, here: Visit) -> tuple[Identifier, ...]:
        found = [Identifier(kind=IdentifierKind.MRN, value=value, authority=named) for named, value in self.keys]
        if here.number:
            found.append(Identifier(kind=IdentifierKind.ENCOUNTER, value=here.number))
        visits = (IdentifierKind.ENCOUNTER, IdentifierKind.ACCOUNT)
        found += [item for item in self.others if item.kind not in visits]
        # Of visits and accounts only the last said: those of an earlier stay would be filed to the wrong one.
        for kind in visits:
            last = [item for item in self.others if item.kind is kind][-1:]
            found += [item for item in last if not (here.number and kind is IdentifierKind.ENCOUNTER)]
        found += [
            Identifier(kind=IdentifierKind.RETIRED, value=value, authority=named) for named, value in self.retired
        ]
        return tuple(dict.fromkeys(found))
