"""departments/*.yaml: one unit, its people's phone tree, and what its downtime box holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from downtime.site.contacts import NoAnswer
from downtime.site.facility import MedicationTimes, Supply
from downtime.site.kit_settings import KitSettings
from downtime.site.values import (
    AT_LEAST_ONE,
    ClockTime,
    Copies,
    Id,
    Name,
    Number,
    Prose,
    Text,
    Whole,
    WordName,
    YesNo,
)
from downtime.textyaml import TextModel

Kind = Literal[
    "icu", "ed", "medsurg", "labour", "or", "pharmacy", "laboratory", "imaging", "registration", "oncology", "dialysis",
    "paediatrics", "nicu", "behavioural", "clinic", "gp", "bed-office", "other",
]  # fmt: skip

Per = Literal["fixed", "bed", "patient-day", "arrival", "event", "unit-day"]
"""What the number of copies depends on."""


class Box(TextModel):
    """The physical box, and where its twin stands."""

    id: Annotated[str, Text(40)]
    location: Name
    second_location: Name | None = None


class PacketForm(TextModel):
    """One form in the packet: `copies` as a plain number, or `per` with `uses`."""

    form: Id
    copies: Copies | None = None
    per: Per | None = None
    uses: Annotated[float, Number(0.001, 1_000)] | None = None
    uses_per_arrival: Annotated[float, Number(0.001, 1_000)] | None = Field(
        None, description="with per: patient-day; for those who arrive during the downtime"
    )
    events_per_day: Annotated[float, Number(0.001, 10_000)] | None = Field(None, description="with per: event")
    whole_days: YesNo = Field(
        False, description="yes: the sheet lasts 24 hours, so everybody needs a whole one even in a short downtime"
    )
    note: Name | None = None

    @model_validator(mode="after")
    def _says_how_many(self) -> Self:
        if (self.copies is None) == (self.per is None):
            raise ValueError("write `copies:` with a number, or `per:` with `uses:`; one of the two")
        if self.copies is not None:
            given = [key for key in ("uses", "uses_per_arrival", "events_per_day") if getattr(self, key) is not None]
            if given or self.whole_days:
                raise ValueError(f"`{(given or ['whole_days'])[0]}:` has no effect beside `copies:`; write `per:`")
            return self
        if self.uses is None:
            raise ValueError(f"`uses:` is missing: how many of this form for each {self.per}?")
        if self.per == "fixed" and self.uses != int(self.uses):
            raise ValueError(f"a fixed number of copies is whole, not {self.uses:g}")
        if (self.per == "event") != (self.events_per_day is not None):
            raise ValueError("`per: event` and `events_per_day:` (how many in an ordinary day) belong together")
        if self.uses_per_arrival is not None and self.per != "patient-day":
            raise ValueError("`uses_per_arrival:` goes with `per: patient-day`; otherwise write `per: arrival`")
        if self.whole_days and self.per not in ("patient-day", "unit-day"):
            raise ValueError("`whole_days:` goes with `per: patient-day` or `per: unit-day`")
        return self

    @property
    def fixed_copies(self) -> int | None:
        """The plain number, where one is given."""
        if self.per == "fixed" and self.uses is not None:
            return int(self.uses)
        return self.copies


class PacketSection(TextModel):
    """One part of the packet behind its own divider."""

    section: Name
    front_pocket: YesNo = Field(False, description="yes: the first-hour set, in the pocket in front")
    note: Name | None = None
    forms: Annotated[tuple[PacketForm, ...], AT_LEAST_ONE]

    @field_validator("forms")
    @classmethod
    def _forms_differ(cls, forms: tuple[PacketForm, ...]) -> tuple[PacketForm, ...]:
        ids = [entry.form for entry in forms]
        if twice := next((form for form in ids if ids.count(form) > 1), None):
            raise ValueError(f"“{twice}” stands twice in one section; keep one line and add the copies up")
        return forms


@dataclass(frozen=True, slots=True)
class PacketEntry:
    """A form of the packet with the section it stands in; `path` is its place in the department's file."""

    form: PacketForm
    section: str
    front_pocket: bool
    path: tuple[str | int, ...]


class Packet(TextModel):
    """What is printed ahead: how long it must last, and the forms in the order of use."""

    hours: Annotated[int, Whole(1, 672)] = Field(24, description="how long the box on the unit lasts")
    days: Annotated[int, Whole(1, 366)] = Field(28, description="how long the stock in the central store lasts")
    surge: WordName = Field("normal", description="one of the names under `surge:` in facility.yaml")
    uses_source: Name | None = Field(None, description="where the numbers of `uses` come from")
    sections: Annotated[tuple[PacketSection, ...], AT_LEAST_ONE]

    @model_validator(mode="after")
    def _uses_have_a_source(self) -> Self:
        names = [section.section for section in self.sections]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two sections are called “{twice}”")
        if self.uses_source is None and any(entry.form.uses is not None for entry in self.entries()):
            raise ValueError(
                "`uses_source:` is missing: no published figure says how many forms a patient uses, so say where yours "
                "come from, as “drill of 2026-10-14” or “our own guess”"
            )
        return self

    def entries(self) -> Iterator[PacketEntry]:
        """Every form of the packet in the order of use."""
        for at, section in enumerate(self.sections):
            for number, form in enumerate(section.forms):
                path = ("packet", "sections", at, "forms", number)
                yield PacketEntry(form, section.section, section.front_pocket, path)


class PhoneTreeSpec(TextModel):
    """Who calls whom: each contact is called once, by one other."""

    start: Id
    calls: dict[Id, tuple[Id, ...]] = Field({}, description="contact -> the contacts it calls, in order")
    no_answer: NoAnswer | None = Field(None, description="for those contacts that name nobody of their own")
    script: tuple[Name, ...] = Field((), max_length=12)


DRILL_PREFIX = "XX"
"""The prefix of every number that a drill prints: no number of a rehearsal may be taken for a patient's."""


class DowntimeNumbers(TextModel):
    """The department's own block of downtime patient numbers: prefix, site and serial, as DT-04-00123."""

    prefix: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    site: Annotated[str, Field(pattern="^[0-9]{2}$")]
    first: Annotated[int, Whole(1, 99_999)]
    last: Annotated[int, Whole(1, 99_999)]

    @field_validator("prefix", mode="before")
    @classmethod
    def _prefix_reads_safely(cls, prefix: Any) -> Any:
        # I, O, Q, S, Z and B are taken for 1, 0, 0, 5, 2 and 8 when written by hand.
        if isinstance(prefix, str) and not (
            len(prefix) == 2 and all(letter in "ACDEFGHJKLMNPRTUVWXY" for letter in prefix)
        ):
            raise ValueError(f"“{prefix[:60]}” is not a prefix; two capital letters, none of I, O, Q, S, Z and B")
        if prefix == DRILL_PREFIX:
            raise ValueError(f"the prefix {DRILL_PREFIX} is kept for drills; choose another")
        return prefix

    @field_validator("site", mode="before")
    @classmethod
    def _site_is_two_digits(cls, site: Any) -> Any:
        if isinstance(site, str) and not (len(site) == 2 and site.isascii() and site.isdigit()):
            raise ValueError(f"“{site[:60]}” is not a site code; two digits, as 04")
        return site

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"the block ends ({self.last}) before it begins ({self.first})")
        if self.count > 10_000:
            raise ValueError(f"a block of {self.count:,} numbers; the limit is 10,000 for one department")
        return self

    @property
    def count(self) -> int:
        """How many numbers the block holds."""
        return self.last - self.first + 1


class Department(TextModel):
    """A unit of the facility, as its manager configures it."""

    id: Id
    name: Name
    short_name: Annotated[str, Text(40)] | None = None
    kind: Kind
    manager: Name | None = None
    location: Name | None = None
    inpatient: YesNo
    beds: Annotated[int, Whole(0, 2000)] = 0
    census: Annotated[float, Number(0, 2000)] = Field(0, description="patients at an ordinary moment")
    arrivals_per_hour: Annotated[float, Number(0, 500)] = 0
    staff: Annotated[int, Whole(0, 2000)] = Field(0, description="people on one shift")
    bays: tuple[Name, ...] = Field((), max_length=200)
    bed_names: tuple[Name, ...] = Field((), max_length=2000)
    medication_times: MedicationTimes | None = None
    shift_starts: Annotated[tuple[ClockTime, ...], AT_LEAST_ONE] | None = Field(None, max_length=6)
    box: Box
    packet: Packet
    kit: KitSettings | None = Field(None, description="what each patient gets in an outage; without it: as the packet")
    census_units: tuple[Name, ...] = Field((), max_length=40, description="what the census calls this unit")
    procedures: tuple[Id, ...] = Field((), max_length=40)
    downtime_numbers: DowntimeNumbers | None = None
    kit_numbers: DowntimeNumbers | None = Field(
        None, description="for the kits of arrivals; the box holds all of downtime_numbers on paper already"
    )
    kit_number_list: Annotated[str, Text(300)] | None = Field(
        None, description="instead of kit_numbers: a file of numbers from registration, one a line"
    )
    phone_tree: PhoneTreeSpec | None = None
    lists: dict[WordName, tuple[Name, ...]] = Field({}, description="choices that forms print, by name")
    supplies: tuple[Supply, ...] = ()
    not_in_front_pocket: dict[Id, Name] = Field({}, description="form id -> why this department has it not in front")
    words: dict[WordName, Prose] = Field({}, description="the department's own words for the templates")

    @property
    def form_ids(self) -> tuple[str, ...]:
        """Every form that this department prints, ahead or in an outage, each once."""
        kit = [entry.form for entry, _ in self.kit.entries()] if self.kit else []
        return tuple(dict.fromkeys([*(entry.form.form for entry in self.packet.entries()), *kit]))

    @field_validator("procedures", "bed_names", "bays", "census_units")
    @classmethod
    def _are_different(cls, items: tuple[str, ...]) -> tuple[str, ...]:
        if twice := next((item for item in items if items.count(item) > 1), None):
            raise ValueError(f"“{twice}” stands twice; keep one")
        return items

    @model_validator(mode="after")
    def _beds_add_up(self) -> Self:
        if self.bed_names and len(self.bed_names) != self.beds:
            raise ValueError(f"bed_names lists {len(self.bed_names)} beds, but beds is {self.beds}")
        if self.kit_numbers is not None and self.kit_number_list is not None:
            raise ValueError("there are kit_numbers and a kit_number_list; keep one of them")
        return self
