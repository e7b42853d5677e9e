"""The persons of a drill: invented patients, and staff whose hands can be told apart."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from downtime.drill.chance import chance, weighted
from downtime.drill.handwriting import FACES, Hand
from downtime.drill.ink import Pen
from downtime.drill.profiles import Profile
from downtime.drill.words import GIVEN, MONTHS, SURNAMES


@dataclass(frozen=True, slots=True)
class Patient:
    """An invented patient; `number` is what stands on the label and in the page's number field."""

    surname: str
    given: str
    sex: str
    birth_date: date
    number: str
    encounter: str
    bed: str
    attending: str
    weight_kg: float


def date_words(day: date) -> str:
    """A date as it is written on every form: 24 NOV 2026."""
    return f"{day.day:02d} {MONTHS[day.month - 1]} {day.year}"


def invented_patient(*names: object, today: date, number: str = "") -> Patient:
    """The patient with this name of chance; `number` is one that was issued."""
    stream = chance("patient", *names)
    sex = stream.choice(("F", "M"))
    born = today - timedelta(days=stream.randint(19 * 365, 96 * 365))
    return Patient(
        surname=stream.choice(SURNAMES),
        given=stream.choice(GIVEN[sex]),
        sex=sex,
        birth_date=born,
        number=number or f"{stream.randint(1_000_000, 9_999_999)}",
        encounter=f"{stream.randint(10_000_000, 99_999_999)}",
        bed=f"{stream.randint(1, 24)}",
        attending=stream.choice(SURNAMES),
        weight_kg=round(stream.uniform(46, 121), 1),
    )


# Black and blue ink as a grey scanner sees them; 0.28 to 0.85 mm wide.
_PENS = (
    ("ball", 45, 0.4), ("ball", 62, 0.36), ("ball", 105, 0.42), ("ball", 92, 0.5), ("gel", 28, 0.55),
    ("felt", 40, 0.85), ("gel", 85, 0.6), ("ball", 70, 0.28),
)  # fmt: skip
# Pencil and red ink are not allowed on the forms, and used all the same.
_POOR_PENS = (("pencil", 112, 0.5), ("ball", 140, 0.4), ("ball", 118, 0.25), ("felt", 60, 1.2))


def hand_of(profile: Profile, *names: object) -> Hand:
    """How the person with this name of chance writes."""
    stream = chance("hand", profile.name, *names)
    kind, grey, width = stream.choice(_POOR_PENS if stream.random() < profile.poor_pen else _PENS)
    face = stream.choice(tuple(FACES))
    return Hand(
        name=face,
        face=face,
        stroke_figures=stream.random() < 0.7,
        pen=Pen(kind, min(max(round(stream.gauss(grey, 8)), 5), 170), width * stream.uniform(0.9, 1.15)),
        capital_mm=stream.uniform(2.5, 3.6),
        slant=stream.gauss(0.08, 0.12),
        jitter=abs(stream.gauss(profile.unsteady, profile.unsteady / 3)),
        initials="".join(stream.choice("ABCDEFGHJKLMNPRSTW") for _ in range(stream.choice((2, 2, 3)))),
        habits=stream.getrandbits(24),
    )


def printed_name(stream: random.Random) -> str:
    """A member of staff, as the name is printed beside a signature."""
    given = stream.choice(GIVEN[stream.choice(("F", "M"))])
    return weighted(stream, ((f"{given[0]} {stream.choice(SURNAMES)}", 2), (f"{given} {stream.choice(SURNAMES)}", 1)))
