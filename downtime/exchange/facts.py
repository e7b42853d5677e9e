"""The facts that a sheet carries, ready to be sent: each with its moment, its page, and who wrote and checked it.

Builders of messages take these and nothing else, so that HL7, FHIR and files can never say different things.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from downtime.page.sheet_record import Act, PageImage, SheetPatient, SheetRecord


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote something on paper: initials as written, and the printed name that goes with them on the sheet."""

    name: str = ""
    initials: str = ""

    @property
    def shown(self) -> str:
        """The name, or the initials where nobody knows whose they are."""
        return self.name or self.initials


@dataclass(frozen=True, slots=True)
class Proof:
    """What a fact rests on: its id, the linkIds of its fields, its page, and who keyed and checked it."""

    id: str
    fields: tuple[str, ...]
    page: str
    keyed: Act | None
    checked: Act | None


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of a flowsheet. `number` is None where words stand in its place (“HI”, “refused”)."""

    proof: Proof
    key: str
    text: str
    value: str
    number: Decimal | None
    at: datetime
    by: Writer
    loinc: str = ""
    ucum: str = ""
    panel: str = ""


class Given(StrEnum):
    """What became of one dose."""

    GIVEN = "given"
    NOT_GIVEN = "not_given"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose, given or not: `due` is the printed hour, `reason` the words of the circled code."""

    proof: Proof
    outcome: Given
    drug: str
    amount: str
    route: str
    route_code: str
    at: datetime
    by: Writer
    site: str = ""
    site_code: str = ""
    reason: str = ""
    reason_code: str = ""
    note: str = ""
    order: str = ""


class OrderSource(StrEnum):
    """Table 0483: how the order reached the person who wrote it down."""

    PAPER = "PA"
    PHONE = "PH"
    VOICE = "VO"


@dataclass(frozen=True, slots=True)
class MedicationOrder:
    """One order for a medicine, as written; `source` is paper unless the form says telephone or voice."""

    proof: Proof
    drug: str
    dose: str
    unit: str
    route: str
    route_code: str
    frequency: str
    written: datetime
    prescriber: Writer
    source: OrderSource = OrderSource.PAPER
    reason: str = ""
    start: datetime | None = None
    stop: str = ""


@dataclass(frozen=True, slots=True)
class TestOrder:
    """One test that was asked for; `code` is empty where the site has none for it."""

    __test__ = False  # for pytest: this is no test

    proof: Proof
    test: str
    written: datetime
    prescriber: Writer
    urgency: str = ""
    reason: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Allergy:
    """One allergy as told."""

    proof: Proof
    substance: str
    reaction: str = ""
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """A person and visit as registered on paper."""

    proof: Proof
    arrived: datetime
    patient_class: str
    family: str
    given: tuple[str, ...]
    birth_date: date | None
    sex: str
    age: str = ""
    phone: str = ""
    address: str = ""
    known_number: str = ""
    kin_name: str = ""
    kin_relation: str = ""
    kin_phone: str = ""
    reason: str = ""
    bed: str = ""
    provider: str = ""
    clerk: Writer = Writer()


@dataclass(frozen=True, slots=True)
class Departure:
    """A discharge or death, with where the patient went."""

    proof: Proof
    at: datetime
    disposition: str
    died: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of a charge sheet."""

    proof: Proof
    code: str
    text: str
    quantity: str
    day: date
    diagnosis: str = ""
    by: Writer = Writer()


@dataclass(frozen=True, slots=True)
class Document:
    """The pictures of a sheet's pages as one document, filed as a preliminary note until somebody signs it there."""

    proof: Proof
    title: str
    form: str
    pages: tuple[PageImage, ...]
    written: datetime | None
    by: Writer


Fact = Observation | Dose | MedicationOrder | TestOrder | Allergy | Registration | Departure | Charge | Document


@dataclass(frozen=True, slots=True)
class Withheld:
    """Fields that no machine sends, and why: a person enters them, or looks again."""

    fields: tuple[str, ...]
    label: str
    why: str
    do: str


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """All that a sheet carries: facts to send, what is left to people, and fields that mean nothing in the record."""

    record: SheetRecord
    facts: tuple[Fact, ...]
    withheld: tuple[Withheld, ...] = ()
    on_the_page_alone: tuple[str, ...] = field(default=())

    @property
    def patient(self) -> SheetPatient | None:
        """Whom it is about."""
        return self.record.patient
