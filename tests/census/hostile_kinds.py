"""All kinds of hostile files, by name, and the one that a seed and a number give."""

from __future__ import annotations

from random import Random

import hostile_any
import hostile_csv
import hostile_fhir
import hostile_hl7
from hostile_file import HostileFile, Mutation
from hostile_truth import people

KINDS: dict[str, Mutation] = {
    **hostile_any.KINDS, **hostile_csv.KINDS, **hostile_fhir.KINDS, **hostile_hl7.KINDS,
}  # fmt: skip
HUGE = frozenset(name for name in KINDS if name.endswith("huge"))
"""Kinds whose files have many megabytes: they come once in so many rounds."""

ROUNDS_BETWEEN_HUGE = 25


def hostile_file(seed: int, number: int) -> HostileFile:
    """File `number` of a run: kinds take turns, and each file has its own chance of the seed and its number."""
    names = list(KINDS)
    round_, place = divmod(number, len(names))
    kind = names[place]
    if kind in HUGE and round_ % ROUNDS_BETWEEN_HUGE:
        kind = names[(place + round_) % len(names)]
        kind = kind if kind not in HUGE else names[0]
    chance = Random(f"{seed} {number}")
    return KINDS[kind](chance, people(chance))
