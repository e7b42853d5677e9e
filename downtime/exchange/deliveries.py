"""Everything that leaves the desk for one verified sheet, by the routes of the recovery policy; and what does not.

This is what the outbox asks for. Nothing is sent here, and nothing is remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from downtime.exchange.destination import destination_of
from downtime.exchange.emis_documents import EmisDocument, emis_document
from downtime.exchange.facts import Charge, Document, Fact, SheetFacts, Withheld
from downtime.exchange.fhir import Create, creates_of
from downtime.exchange.form_map import FormMap
from downtime.exchange.gather import facts_of
from downtime.exchange.hl7_documents import document_id
from downtime.exchange.hl7_parts import key_number
from downtime.exchange.index_files import charge_file, index_file, indexed
from downtime.exchange.message import NotSent
from downtime.exchange.outgoing import Outgoing, of_create, of_message
from downtime.exchange.prepare import label_of, messages_of
from downtime.page.sheet_record import SheetRecord
from downtime.site.facility import Facility
from downtime.site.recovery import PagesRoute, ValuesRoute
from downtime.site.recovery_defaults import Treatment, treatment_of


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What becomes of one sheet. Each of its facts is in exactly one of `outgoing`, `for_people`, `not_sent`.

    `for_people` are facts that somebody enters at a screen; `on_paper` says that the pages stay where they are.
    """

    treatment: Treatment
    outgoing: tuple[Outgoing, ...]
    for_people: tuple[Fact, ...]
    not_sent: tuple[NotSent, ...]
    withheld: tuple[Withheld, ...]
    on_the_page_alone: tuple[str, ...]
    on_paper: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """How a sheet is to be sent: the outage, the moment, the pictures, what a person said, the target's own ids."""

    outage_minutes: int
    made_at: datetime
    pdf: bytes | None = None
    folds: Mapping[str, int] | None = None
    references: Mapping[str, str] | None = None


def deliveries_of(record: SheetRecord, form: FormMap, facility: Facility, how: Sent) -> Deliveries:
    """All deliveries of a sheet after an outage of so many minutes; a rehearsal has none."""
    to = destination_of(facility)
    targets = form.form.record.targets
    treatment = treatment_of(facility.recovery, record.form, targets, how.outage_minutes)
    found = facts_of(record, form, to.zone, treatment, how.folds)
    documents = tuple(fact for fact in found.facts if isinstance(fact, Document))
    values = tuple(fact for fact in found.facts if not isinstance(fact, Document))
    made = [*_values(_with(found, values), treatment, facility, how)]
    made += _pages(_with(found, documents), treatment, facility, how)
    by_people = treatment.values in (ValuesRoute.WORKLIST, ValuesRoute.PAPER)
    return Deliveries(
        treatment=treatment,
        outgoing=tuple(one for one in made if isinstance(one, Outgoing)),
        for_people=values if by_people and not record.drill else (),
        not_sent=tuple(one for one in made if isinstance(one, NotSent)),
        withheld=found.withheld,
        on_the_page_alone=found.on_the_page_alone,
        on_paper=treatment.pages is PagesRoute.PAPER,
    )


def _with(found: SheetFacts, facts: tuple[Fact, ...]) -> SheetFacts:
    return replace(found, facts=facts)


def _values(found: SheetFacts, treatment: Treatment, facility: Facility, how: Sent) -> Iterator[Outgoing | NotSent]:
    to, route = destination_of(facility), treatment.values
    if found.record.drill:
        yield from (_rehearsal(fact) for fact in found.facts)
    elif route is ValuesRoute.HL7V2:
        prepared = messages_of(found, to, how.made_at)
        yield from map(of_message, prepared.messages)
        yield from prepared.not_sent
    elif route is ValuesRoute.FHIR:
        yield from _created(creates_of(found, to, how.references or {}), found)
    elif route is ValuesRoute.CHARGE_FILE:
        charges = tuple(fact for fact in found.facts if isinstance(fact, Charge))
        if charges:
            content = charge_file([_with(found, charges)], to)
            yield _file(found, f"{found.record.id}-charges", "CHARGES", ".csv", content, charges)
        for fact in found.facts:
            if not isinstance(fact, Charge):
                yield NotSent(fact.proof.id, label_of(fact), "a charge file holds charges alone")


def _pages(found: SheetFacts, treatment: Treatment, facility: Facility, how: Sent) -> Iterator[Outgoing | NotSent]:
    to, route = destination_of(facility), treatment.pages
    for one in (fact for fact in found.facts if isinstance(fact, Document)):
        alone = _with(found, (one,))
        if found.record.drill:
            yield _rehearsal(one)
        elif route is PagesRoute.PAPER:
            yield NotSent(one.proof.id, label_of(one), "its pages stay on paper", "file them where the policy says")
        elif how.pdf is None:
            yield NotSent(one.proof.id, label_of(one), "the pictures of its pages are not at hand", "scan them again")
        elif route is PagesRoute.HL7V2:
            prepared = messages_of(alone, to, how.made_at, how.pdf)
            yield from map(of_message, prepared.messages)
            yield from prepared.not_sent
        elif route is PagesRoute.FHIR:
            yield from _created(creates_of(alone, to, how.references or {}, how.pdf), alone)
        else:
            # The PDF goes first: whoever sees its index or metadata finds it there.
            beside = _beside(one, alone, route, facility)
            if not isinstance(beside, NotSent):
                yield _file(alone, document_id(one, found.record), "PAGES", ".pdf", how.pdf, (one,))
            yield beside


def _beside(one: Document, found: SheetFacts, route: PagesRoute, facility: Facility) -> Outgoing | NotSent:
    """What stands beside the PDF: a line of an index, or the metadata for a practice."""
    to, name = destination_of(facility), document_id(one, found.record)
    if route is PagesRoute.EMIS_DOCUMENTS:
        made = emis_document(one, found.record, to)
        if not isinstance(made, EmisDocument):
            return made
        return _file(found, name, "EMIS", ".json", made.metadata, (one,))
    suffix, content = index_file([indexed(one, found.record, to)], to)
    return _file(found, name, "INDEX", suffix, content, (one,))


def _created(made: tuple[tuple[Create, ...], tuple[NotSent, ...]], found: SheetFacts) -> Iterator[Outgoing | NotSent]:
    number = key_number(found.patient) if found.patient is not None else ""
    pages = {fact.proof.id: fact.proof.page for fact in found.facts}
    for create in made[0]:
        yield of_create(create, number, pages[create.fact])
    yield from made[1]


def _file(
    found: SheetFacts, name: str, kind: str, suffix: str, content: bytes, facts: tuple[Fact, ...]
) -> Outgoing:  # fmt: skip
    number = key_number(found.patient) if found.patient is not None else ""
    page, ids = facts[0].proof.page, tuple(fact.proof.id for fact in facts)
    return Outgoing(name, kind, suffix, content, number, page, ids)


def _rehearsal(fact: Fact) -> NotSent:
    return NotSent(fact.proof.id, label_of(fact), "it was a rehearsal", "nothing")
