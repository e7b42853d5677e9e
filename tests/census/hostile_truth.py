"""The people of a hostile file before anything was done to it: every word of theirs belongs to one patient only.

A word such as ``MedicoKavuro`` is found again in whatever is read; with another patient it is a wrong patient. Numbers
of two patients differ in many digits, so that no slip of one or two characters makes one of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from example_table import TAKEN_AT

_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeo"]
_FAMILY_ENDS = ("", "ović", "ñez", "ğlu", "-Strauß", "ễn", "'Neil", "王")
FREQUENCIES = {"Q8H": ("every 8 hours", 8), "Q6H": ("every 6 hours", 6), "BID": ("2 times a day", None),
               "DAILY": ("daily", None), "Q12H": ("every 12 hours", 12)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrueOrder:
    """One order: all but the drug may be the same as another's."""

    number: str
    drug: str
    dose: str
    unit: str
    code: str
    as_needed: bool
    start: datetime
    last_given: datetime | None
    stopped: bool


@dataclass(frozen=True, slots=True)
class TruePatient:
    """One patient of the truth; `words` are all that nobody else has."""

    mrn: str
    visit: str
    family: str
    given: str
    born: date
    sex: str
    bed: str
    kg: int
    allergies: tuple[str, ...]
    diagnoses: tuple[str, ...]
    results: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]
    orders: tuple[TrueOrder, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """What must never be read with anybody else."""
        drugs = (order.drug for order in self.orders)
        labels = (label for label, _ in self.results)
        return (*self.allergies, *self.diagnoses, *self.tests, *labels, *drugs)


def people(chance: Random) -> tuple[TruePatient, ...]:
    """Two to five patients."""
    count = chance.randint(2, 5)
    # A digit of its own at four places: two numbers never come near each other.
    digits = chance.sample("123456789", count)
    return tuple(_patient(chance, place, digit) for place, digit in enumerate(digits))


def _word(chance: Random, kind: str, place: int) -> str:
    return kind + "".join(chance.choice(_SYLLABLES) for _ in range(4)).capitalize() + "xyzwq"[place]


def _patient(chance: Random, place: int, digit: str) -> TruePatient:
    return TruePatient(
        mrn=f"00{digit}{chance.randint(0, 9)}{digit}{chance.randint(0, 9)}{digit}{digit}",
        visit=f"V{digit}{digit}{chance.randint(1000, 9999)}{digit}",
        family=_word(chance, "Famil", place) + chance.choice(_FAMILY_ENDS),
        given=_word(chance, "Given", place),
        born=date(chance.randint(1930, 2020), chance.randint(1, 12), chance.randint(13, 28)),
        sex=chance.choice("FM"),
        bed=f"ICU-{place + 1:02d}",
        kg=40 + 7 * place + chance.randint(0, 5),
        allergies=tuple(_word(chance, "Allergo", place) for _ in range(chance.randint(0, 2))),
        diagnoses=tuple(_word(chance, "Diagno", place) for _ in range(chance.randint(0, 2))),
        results=tuple((_word(chance, "Resulto", place), f"{chance.randint(1, 99)}.{place + 1}") for _ in range(2)),
        tests=tuple(_word(chance, "Testo", place) for _ in range(chance.randint(0, 1))),
        orders=tuple(_order(chance, f"R{digit}{place}{at}{digit}", place) for at in range(chance.randint(0, 4))),
    )


def _order(chance: Random, number: str, place: int) -> TrueOrder:
    start = TAKEN_AT - timedelta(hours=chance.randint(30, 90))
    given = TAKEN_AT - timedelta(minutes=chance.randint(10, 700)) if chance.random() < 0.6 else None
    return TrueOrder(
        number=number,
        drug=_word(chance, "Medico", place),
        dose=str(chance.choice([1, 2, 5, 10, 25, 40, 500, 750])),
        unit=chance.choice(["mg", "g", "units"]),
        code=chance.choice(sorted(FREQUENCIES)),
        as_needed=chance.random() < 0.2,
        start=start.replace(minute=0),
        last_given=given,
        stopped=chance.random() < 0.15,
    )
