"""Figures written with a pen: strokes in a unit square, a few ways to write each, never twice the same."""

from __future__ import annotations

import random

import numpy as np

from downtime.drill.ink import Points
from downtime.drill.strokes import smooth

Stroke = tuple[tuple[float, float], ...]
ADVANCE = 0.74
"""From figure to figure, in parts of their height."""

# x from 0 to 0.6, y from 0 (top) to 1 (base). True: the curve is smoothed; a corner stays a corner where strokes meet.
_WAYS: dict[str, tuple[tuple[Stroke, ...], ...]] = {
    "0": ((((0.34, 0.02), (0.08, 0.22), (0.04, 0.62), (0.26, 0.98), (0.52, 0.7), (0.54, 0.25), (0.3, 0.03)),),
          (((0.34, 0.02), (0.08, 0.22), (0.04, 0.62), (0.26, 0.98), (0.52, 0.7), (0.54, 0.25), (0.3, 0.03)),
           ((0.5, 0.05), (0.1, 0.95)))),
    "1": ((((0.32, 0.0), (0.3, 0.5), (0.28, 1.0)),), (((0.1, 0.28), (0.34, 0.02)), ((0.34, 0.02), (0.32, 1.0))),
          (((0.1, 0.28), (0.34, 0.02)), ((0.34, 0.02), (0.32, 1.0)), ((0.1, 1.0), (0.54, 0.98)))),
    "2": ((((0.06, 0.24), (0.24, 0.02), (0.5, 0.16), (0.44, 0.46), (0.04, 0.98)), ((0.04, 0.98), (0.56, 0.96))),
          (((0.06, 0.24), (0.26, 0.02), (0.5, 0.2), (0.3, 0.66), (0.06, 0.92), (0.16, 0.8), (0.34, 0.94), (0.58,
          0.9)),)),
    "3": ((((0.06, 0.12), (0.3, 0.02), (0.5, 0.2), (0.22, 0.44), (0.54, 0.68), (0.34, 0.98), (0.04, 0.86)),),
          (((0.06, 0.04), (0.52, 0.02)), ((0.52, 0.02), (0.24, 0.4)), ((0.24, 0.4), (0.56, 0.66), (0.3, 1.0), (0.04,
          0.88)))),
    "4": ((((0.3, 0.02), (0.04, 0.62)), ((0.04, 0.62), (0.58, 0.6)), ((0.42, 0.3), (0.4, 1.0))),
          (((0.1, 0.04), (0.08, 0.52)), ((0.08, 0.52), (0.56, 0.5)), ((0.46, 0.02), (0.44, 1.0)))),
    "5": ((((0.14, 0.04), (0.1, 0.44)), ((0.1, 0.44), (0.34, 0.36), (0.54, 0.62), (0.36, 0.96), (0.04, 0.92)),
           ((0.14, 0.04), (0.54, 0.02))),),
    "6": ((((0.46, 0.02), (0.16, 0.36), (0.06, 0.74), (0.28, 0.99), (0.52, 0.78), (0.36, 0.54), (0.08, 0.7)),),),
    "7": ((((0.04, 0.06), (0.54, 0.04)), ((0.54, 0.04), (0.32, 0.46), (0.2, 1.0))),
          (((0.04, 0.06), (0.54, 0.04)), ((0.54, 0.04), (0.32, 0.46), (0.2, 1.0)), ((0.14, 0.5), (0.5, 0.46)))),
    "8": ((((0.48, 0.14), (0.26, 0.0), (0.08, 0.2), (0.34, 0.48), (0.54, 0.76), (0.28, 1.0), (0.05, 0.78), (0.28, 0.48),
            (0.5, 0.16)),),),
    "9": ((((0.5, 0.24), (0.28, 0.02), (0.06, 0.24), (0.24, 0.5), (0.5, 0.22)), ((0.5, 0.22), (0.48, 0.62), (0.4,
    1.0))),
          (((0.5, 0.24), (0.28, 0.02), (0.06, 0.24), (0.24, 0.5), (0.5, 0.22), (0.46, 0.8), (0.14, 0.98)),)),
    ".": ((((0.12, 0.96), (0.16, 1.0)),),),
    ":": ((((0.14, 0.35), (0.16, 0.39)), ((0.12, 0.86), (0.14, 0.9))),),
    "-": ((((0.06, 0.55), (0.5, 0.52)),),),
    "/": ((((0.5, 0.0), (0.04, 1.05)),),),
}  # fmt: skip
_NARROW = {".": 0.36, ":": 0.4, "1": 0.62}


def is_figures(text: str) -> bool:
    """Whether this module can write the text."""
    return bool(text) and all(letter in _WAYS for letter in text)


def figure(
    letter: str, height_mm: float, slant: float, jitter: float, habit: int, stream: random.Random
) -> list[Points]:
    """The strokes of one figure whose top-left corner is at 0, 0; `habit` picks the way a person writes it."""
    ways = _WAYS[letter]
    strokes = ways[habit % len(ways)]
    by = 0.02 + jitter * 0.05
    turn = stream.gauss(0, 0.03 + jitter * 0.05)
    scale = height_mm * (1 + stream.gauss(0, 0.03 + jitter * 0.05))
    moved: dict[tuple[float, float], tuple[float, float]] = {}
    curves = []
    for stroke in strokes:
        points = []
        for x, y in stroke:
            # A corner belongs to two strokes and must stay one point.
            point = moved.setdefault((x, y), (x + stream.gauss(0, by), y + stream.gauss(0, by)))
            points.append((point[0] + (slant + turn) * (1 - point[1]), point[1] - turn * point[0]))
        curves.append(np.asarray(smooth(points)) * scale)
    return curves


def advance(letter: str) -> float:
    """The width of a figure with its space, in parts of its height."""
    return _NARROW.get(letter, ADVANCE)
