"""The data page of a kit: what was read, how old it is, who is not in it and why, and all that a person must settle.

It stands first, and nothing that a source could not say is left off it: paper that looks complete and is not is worse
than none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from downtime.census.snapshot import Problem, Snapshot
from downtime.paper.kit_days import KitHours
from downtime.paper.kit_model import Chart, LeftOut, Person
from downtime.paper.report import Block, Heading, Table, Words
from downtime.paper.surroundings import moment_text

UNCHECKED = (
    "Nobody has checked what this kit prints. Due times are worked out from the orders as the computer had them; each "
    "is initialed under “Times ok” before the first dose. Before anything is given: two identifiers from the band, the "
    "allergies again, and the last dose from the patient, the chart or whoever was there."
)


@dataclass(frozen=True, slots=True)
class PageRange:
    """Where somebody's pages are: first and last page of the kit."""

    person: Person
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SinceWords:
    """What is told of an earlier kit: a sentence, and rows of bed, patient, what changed, and its sheets."""

    words: str = ""
    rows: tuple[tuple[str, str, str, str], ...] = ()


@dataclass(frozen=True)
class DataPage:
    """Everything that the data page tells."""

    unit: str
    kit: str
    hours: KitHours
    snapshot: Snapshot
    age: timedelta
    stale_after: timedelta
    people: Sequence[Person]
    left_out: Sequence[LeftOut]
    elsewhere: Sequence[tuple[str, int]]
    shortened: Sequence[tuple[Person, int]]
    since: SinceWords = SinceWords()
    only: bool = False
    pages: Sequence[PageRange] = ()


def age_words(age: timedelta) -> str:
    """An age in hours and minutes, as ``2 h 05 min``."""
    minutes = max(0, int(age.total_seconds() // 60))
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def data_page(page: DataPage) -> list[Block]:
    """The blocks of the data page, in order."""
    blocks: list[Block] = list(_warnings(page))
    blocks.append(Table(("What", "As it was"), (22, 100), tuple(_facts(page))))
    blocks.append(Words(UNCHECKED, face="italic"))
    for section in (_since, _left_out, _clarify, _orders, _shortened, _problems, _index):
        blocks += list(section(page))
    return blocks


def _warnings(page: DataPage) -> Iterator[Block]:
    age = age_words(page.age)
    if page.hours.is_void:
        yield Words(
            f"THESE DATA WERE {age} OLD WHEN PRINTED, AND VOID. No due times are printed. Check every line against "
            "another source before it is used.",
            loud=True,
        )
    elif page.age > page.stale_after:
        yield Words(
            f"OLD DATA: {age} old when printed, more than the {age_words(page.stale_after)} that this hospital allows. "
            "Doses may have been given, and orders changed, since.",
            loud=True,
        )


def _facts(page: DataPage) -> Iterator[tuple[str, str]]:
    hours, zone = page.hours, page.hours.zone
    patients = sum(person.patient is not None for person in page.people)
    arrivals = len(page.people) - patients
    inside = _counted(patients, "patient") + (f", {_counted(arrivals, 'set')} for arrivals" if arrivals else "")
    outside = "nobody of this unit"
    if page.left_out:
        outside = f"{_counted(len(page.left_out), 'patient')} of this unit, or of none; named below"
    if page.only:
        outside = "everybody but the patient who was asked for"
    yield "Unit", page.unit
    yield "Data as of", f"{moment_text(hours.taken_at.astimezone(zone))}, {age_words(page.age)} old when printed"
    yield "Source", page.snapshot.source
    yield "Printed", f"{moment_text(hours.made_at.astimezone(zone))}, for {_counted(hours.hours, 'hour')}"
    yield "Void after", moment_text(hours.void_at.astimezone(zone))
    yield "In this kit", inside
    yield "Not in it", outside
    yield "Kit", page.kit


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _since(page: DataPage) -> Iterator[Block]:
    if page.since.words:
        yield Heading("Changes since the earlier kit")
        yield Words(page.since.words)
    if page.since.rows:
        yield Table(("Bed", "Patient", "What changed", "Sheets of the earlier kit"), (16, 40, 60, 50), page.since.rows)


def _left_out(page: DataPage) -> Iterator[Block]:
    if page.left_out:
        yield Heading("Not in this kit, and why")
        rows = tuple((one.place or "no place", one.name, one.number, one.why) for one in page.left_out)
        yield Table(("Place", "Patient", "Number", "Why"), (22, 45, 25, 75), rows)
        yield Words("If one of them needs paper all the same: downtime kit … --patient NUMBER")
    if page.elsewhere:
        yield Heading("Other units in the census")
        yield Words("; ".join(f"{name}: {count}" for name, count in page.elsewhere) + ". They get no paper here.")


def _clarify(page: DataPage) -> Iterator[Block]:
    rows = tuple((bed_of(one), name_of(one), number_of(one), alert) for one in page.people for alert in one.alerts)
    if rows:
        yield Heading("Patients to be clarified, and alerts on their pages")
        yield Table(("Bed", "Patient", "Number", "What stands over every page"), (16, 45, 25, 80), rows)


def _orders(page: DataPage) -> Iterator[Block]:
    rows = []
    for person in page.people:
        for planned in person.orders:
            words = list(planned.check)
            if planned.chart is Chart.NONE:
                words.append(f"on no chart{': ' + planned.chart_words if planned.chart_words else ''}")
            if words:
                order = planned.order
                shown = " ".join(
                    part for part in (order.drug or "medicine not named", order.dose or order.rate) if part
                )
                who = f"{name_of(person)}, {number_of(person)}"
                rows.append((bed_of(person), who, shown, "; ".join(words)))
    if rows:
        yield Heading("Orders to check before anything is given")
        yield Table(("Bed", "Patient", "Order", "Why"), (16, 40, 45, 65), tuple(rows))


def _shortened(page: DataPage) -> Iterator[Block]:
    if page.shortened:
        yield Heading("Texts that had no room in their place")
        told = "; ".join(f"{bed_of(person)} {name_of(person)}: {count}" for person, count in page.shortened)
        yield Words(f"They stand in full on the patient's list of all orders. {told}.")


def _problems(page: DataPage) -> Iterator[Block]:
    if not page.snapshot.problems:
        return
    names = {person.ref: name_of(person) for person in page.people if person.ref}
    rows = tuple(_problem(problem, names.get(problem.patient, "")) for problem in page.snapshot.problems)
    yield Heading("What could not be read, or was in doubt")
    yield Table(("Patient", "What", "About it", "As it stood; where"), (32, 26, 60, 50), rows)


def _problem(problem: Problem, name: str) -> tuple[str, ...]:
    who = " ".join(part for part in (problem.patient, name) if part) or "the whole file"
    original = f"“{problem.original}”; " if problem.original else ""
    return who, problem.element, problem.what, f"{original}{problem.where}"


def _index(page: DataPage) -> Iterator[Block]:
    if page.pages:
        yield Heading("Whose pages these are")
        rows = tuple(
            (bed_of(one.person), name_of(one.person), number_of(one.person), f"{one.first} to {one.last}", "")
            for one in page.pages
        )
        yield Table(("Bed", "Patient", "Number", "Pages", "Handed to"), (18, 55, 30, 24, 40), rows)


def bed_of(person: Person) -> str:
    """The bed as lists have it."""
    return person.bed or ("arrival" if person.patient is None else "no bed")


def name_of(person: Person) -> str:
    """The name as lists have it."""
    name = person.values.get("patient.name", "")
    return name if isinstance(name, str) and name else "no name yet"


def number_of(person: Person) -> str:
    """The number as lists have it."""
    return person.ref or "none to be trusted"
