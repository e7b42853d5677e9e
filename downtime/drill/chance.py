"""Chance that can be had again: each page, image and hand draws from a stream of its own, named by what it is for.

So what is written on page 7 does not depend on whether page 6 was written before it, and a seed gives the same bytes.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Some = TypeVar("Some")


def chance(*names: object) -> random.Random:
    """The stream of chance with this name."""
    return random.Random("/".join(str(name) for name in names))


def noise(stream: random.Random) -> np.random.Generator:
    """A source of whole arrays of chance, begun from a stream."""
    return np.random.Generator(np.random.PCG64(stream.getrandbits(64)))


def weighted(stream: random.Random, choices: Sequence[tuple[Some, float]]) -> Some:
    """One of the choices, each as likely as its weight says."""
    return stream.choices([choice for choice, _ in choices], [weight for _, weight in choices])[0]
