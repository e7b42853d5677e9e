"""All messages of a sheet for a destination: what its profile takes in is made, everything else is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from downtime.exchange.destination import Destination
from downtime.exchange.er7 import Segment
from downtime.exchange.facts import (
    Allergy,
    Charge,
    Departure,
    Document,
    Dose,
    Fact,
    Given,
    MedicationOrder,
    Observation,
    Registration,
    SheetFacts,
    TestOrder,
)
from downtime.exchange.hl7_documents import charge_body, document_body
from downtime.exchange.hl7_orders import Amount, amount_of, dose_body, laboratory_order_body, medication_order_body
from downtime.exchange.hl7_parts import key_number
from downtime.exchange.hl7_people import departure_body, merge_body, registration_body
from downtime.exchange.hl7_values import observation_body, without_code
from downtime.exchange.message import Message, NotSent, Prepared, finished, finished_without_facts
from downtime.exchange.profile import Kind
from downtime.page.sheet_record import Act, PatientNumber, SheetPatient, SheetRecord

Kindred = TypeVar("Kindred", bound=Fact)


def messages_of(facts: SheetFacts, to: Destination, made_at: datetime, pdf: bytes | None = None) -> Prepared:
    """Every HL7 message of a sheet, in the order in which they must arrive; `pdf` holds the pictures of its pages.

    A rehearsal gives none, nor does a sheet without a patient who has a number.
    """
    record, patient = facts.record, facts.patient
    reason = _no_message_at_all(record, patient)
    if patient is None or reason:
        return Prepared((), tuple(NotSent(fact.proof.id, label_of(fact), reason) for fact in facts.facts))
    maker = _Maker(facts, record, patient, to, made_at, pdf)
    made = list(maker.all())
    return Prepared(
        tuple(one for one in made if isinstance(one, Message)), tuple(one for one in made if isinstance(one, NotSent))
    )


def merge_message(
    survivor: SheetPatient, retired: PatientNumber, decided: Act, to: Destination, made_at: datetime
) -> Message | NotSent:
    """A40 for two numbers of one person, decided by people; held in the outbox until two more have released it."""
    reason = to.profile.refusal(Kind.MERGE, to.sending.also)
    name = f"merge:{retired.value}"
    if reason:
        return NotSent(name, f"Merge of {retired.value}", reason, "merge them at the screen")
    body = merge_body(survivor, retired, decided, to, decided.at)
    return finished_without_facts(Kind.MERGE, to.sending.merge_structure, body, name, key_number(survivor), to, made_at)


def label_of(fact: Fact) -> str:
    """A fact in a few words, without the patient."""
    match fact:
        case Observation():
            return f"{fact.text} {fact.value}"
        case Dose():
            return f"Dose of {fact.drug}"
        case MedicationOrder():
            return f"Order for {fact.drug}"
        case TestOrder():
            return f"Test {fact.test}"
        case Allergy():
            return f"Allergy to {fact.substance}"
        case Charge():
            return f"Charge {fact.code}"
        case Document():
            return f"Pages of {fact.title}"
        case Departure():
            return "Discharge"
    return "Registration"


def _no_message_at_all(record: SheetRecord, patient: SheetPatient | None) -> str:
    if record.drill:
        return "it was a rehearsal"
    if patient is None or not key_number(patient):
        return "nobody has confirmed whose sheet this is"
    return ""


class _Maker:
    """Makes the messages of one sheet; each method one kind."""

    def __init__(
        self, facts: SheetFacts, record: SheetRecord, patient: SheetPatient, to: Destination, made_at: datetime,
        pdf: bytes | None,
    ) -> None:  # fmt: skip
        self._facts, self._record, self._patient, self._to = facts, record, patient, to
        self._made_at, self._pdf = made_at, pdf

    def all(self) -> Iterator[Message | NotSent]:
        yield from self._registrations()
        yield from self._orders()
        yield from self._doses()
        yield from self._observations()
        yield from self._charges()
        yield from self._departures()
        yield from self._documents()

    def _of(self, kind: type[Kindred]) -> list[Kindred]:
        return [fact for fact in self._facts.facts if isinstance(fact, kind)]

    def _refused(self, kind: Kind, facts: Sequence[Fact]) -> list[NotSent]:
        reason = self._to.profile.refusal(kind, self._to.sending.also)
        return [NotSent(fact.proof.id, label_of(fact), reason) for fact in facts] if reason else []

    def _registrations(self) -> Iterator[Message | NotSent]:
        registered, allergies = self._of(Registration), self._of(Allergy)
        for one in registered:
            new = Kind.ADMIT if one.patient_class == "I" else Kind.REGISTER
            # A visit number on the sheet came from the record: the visit is there, and is not begun a second time.
            kind = Kind.UPDATE if self._record.encounter else new
            if refused := self._refused(kind, [one, *allergies]):
                yield from refused
                continue
            trigger = kind.value.partition("^")[2]
            body = registration_body(trigger, one, allergies, self._record, self._patient, self._to)
            yield self._finished(kind, "ADT_A01", body, [one, *allergies])
        if not registered:
            # Allergies alone would be an update of demographics without demographics: people enter them.
            why = "an allergy without a registration is entered by a person, who sees those that are there"
            yield from (NotSent(one.proof.id, label_of(one), why) for one in allergies)

    def _orders(self) -> Iterator[Message | NotSent]:
        for one in self._of(MedicationOrder):
            if refused := self._refused(Kind.MEDICATION_ORDER, [one]):
                yield from refused
                continue
            body = medication_order_body(one, self._record, self._patient, self._to)
            yield self._finished(Kind.MEDICATION_ORDER, "OMP_O09", body, [one])
        for test in self._of(TestOrder):
            if refused := self._refused(Kind.TEST_ORDER, [test]):
                yield from refused
                continue
            body = laboratory_order_body(test, self._record, self._patient, self._to)
            yield self._finished(Kind.TEST_ORDER, "OML_O21", body, [test])

    def _doses(self) -> Iterator[Message | NotSent]:
        for one in sorted(self._of(Dose), key=lambda dose: dose.at):
            if refused := self._refused(Kind.DOSES, [one]):
                yield from refused
                continue
            amount = amount_of(one.amount) if one.outcome is Given.GIVEN else Amount("0", "")
            if amount is None:
                yield NotSent(one.proof.id, label_of(one), f"“{one.amount}” is not one number with one unit")
                continue
            body = dose_body(one, self._record, self._patient, self._to, amount)
            yield self._finished(Kind.DOSES, "RAS_O17", body, [one])

    def _observations(self) -> Iterator[Message | NotSent]:
        observations = self._of(Observation)
        if refused := self._refused(Kind.RESULTS, observations):
            yield from refused
            return
        left = list(without_code(observations, self._to))
        yield from left
        names = {one.fact for one in left}
        sent = [one for one in observations if one.proof.id not in names]
        if sent:
            body = observation_body(sent, self._record, self._patient, self._to)
            yield self._finished(Kind.RESULTS, "ORU_R01", body, sent)

    def _charges(self) -> Iterator[Message | NotSent]:
        charges = self._of(Charge)
        if refused := self._refused(Kind.CHARGES, charges):
            yield from refused
        elif charges:
            body = charge_body(charges, self._record, self._patient, self._to, self._record.completed.at)
            yield self._finished(Kind.CHARGES, "DFT_P03", body, charges)

    def _departures(self) -> Iterator[Message | NotSent]:
        for one in self._of(Departure):
            if refused := self._refused(Kind.DISCHARGE, [one]):
                yield from refused
                continue
            body = departure_body(one, self._record, self._patient, self._to)
            yield self._finished(Kind.DISCHARGE, "ADT_A03", body, [one])

    def _documents(self) -> Iterator[Message | NotSent]:
        for one in self._of(Document):
            if refused := self._refused(Kind.DOCUMENT, [one]):
                yield from refused
            elif self._pdf is None:
                yield NotSent(one.proof.id, label_of(one), "the pictures of its pages are not at hand")
            else:
                body = document_body(one, self._pdf, self._record, self._patient, self._to)
                yield self._finished(Kind.DOCUMENT, "MDM_T02", body, [one])

    def _finished(self, kind: Kind, structure: str, body: Sequence[Segment], facts: Sequence[Fact]) -> Message:
        number = key_number(self._patient)
        return finished(kind, structure, body, facts, number, self._to, self._made_at)
