"""How well people fill in forms: careful at noon, tired at four in the morning, or as badly as a test needs."""

from __future__ import annotations

from dataclasses import dataclass

from downtime.drill.truth import MarkKind
from downtime.errors import UsageError
from downtime.textyaml import nearest


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares are chances from 0 to 1.

    `fill` of the fields that need not be filled in; `rows` of a grid's rows, from and to; `sloppy` is how far marks go
    astray in parts of a box, `unsteady` the same for letters. `corrected`, `stray`, `both` (two options of a choice of
    one), `words` (an option's words stand with its mark) and `beside` (a mark stands next to its box) count for each
    choice or box, `faint` for each piece of writing, `label`, `void` and `extra` for each page, `poor_pen` for each
    hand. `faint_pen` is the kind and grey of a pen that hardly writes. `marks` are the kinds of mark and their weights.
    """

    name: str
    fill: float
    rows: tuple[float, float]
    sloppy: float
    unsteady: float
    corrected: float
    stray: float
    both: float
    words: float
    beside: float
    faint: float
    label: float
    void: float
    extra: float
    poor_pen: float
    faint_pen: tuple[str, int]
    marks: tuple[tuple[MarkKind, float], ...]


_CAREFUL = ((MarkKind.TICK, 5.0), (MarkKind.CROSS, 5.0), (MarkKind.FILL, 1.0))
_TIRED = (*_CAREFUL, (MarkKind.LINE, 0.7), (MarkKind.SCRIBBLE, 0.7), (MarkKind.DOT, 0.15))
_HOSTILE = (
    (MarkKind.TICK, 3.0), (MarkKind.CROSS, 3.0), (MarkKind.FILL, 1.0), (MarkKind.LINE, 1.5),
    (MarkKind.SCRIBBLE, 1.5), (MarkKind.DOT, 1.0), (MarkKind.RING, 0.5),
)  # fmt: skip

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            "careful",
            fill=0.75,
            rows=(0.25, 0.9),
            sloppy=0.07,
            unsteady=0.12,
            corrected=0.01,
            stray=0.0,
            both=0.0,
            words=1.0,
            beside=0.0,
            faint=0.0,
            label=0.5,
            void=0.0,
            extra=0.02,
            poor_pen=0.0,
            faint_pen=("pencil", 120),
            marks=_CAREFUL,
        ),
        Profile(
            "tired",
            fill=0.5,
            rows=(0.1, 0.9),
            sloppy=0.16,
            unsteady=0.35,
            corrected=0.04,
            stray=0.01,
            both=0.005,
            words=0.95,
            beside=0.002,
            faint=0.02,
            label=0.5,
            void=0.01,
            extra=0.08,
            poor_pen=0.08,
            faint_pen=("pencil", 120),
            marks=_TIRED,
        ),
        Profile(
            "hostile",
            fill=0.55,
            rows=(0.0, 1.0),
            sloppy=0.32,
            unsteady=0.8,
            corrected=0.15,
            stray=0.06,
            both=0.05,
            words=0.8,
            beside=0.04,
            faint=0.12,
            label=0.6,
            void=0.05,
            extra=0.4,
            poor_pen=0.4,
            faint_pen=("dry", 165),
            marks=_HOSTILE,
        ),
    )
}


def profile_named(name: str) -> Profile:
    """The profile of that name; raises UsageError for another."""
    if name not in PROFILES:
        raise UsageError(
            f"there is no profile “{name}”", do=nearest(name, list(PROFILES)) or "use careful, tired or hostile"
        )
    return PROFILES[name]
