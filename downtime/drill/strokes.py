"""The shapes of pen marks, in millimetres: ticks, crosses, fills and what else people put into and around a box."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from downtime.drill.ink import Points
from downtime.drill.truth import MarkKind
from downtime.page.geometry import Rect

Curves = list[Points]
_STEPS = 6


def smooth(points: Sequence[tuple[float, float]] | Points) -> Points:
    """A curve through all points (Catmull and Rom's, 1974), as short straight lines."""
    given = np.asarray(points, np.float64)
    if len(given) < 3:
        return given
    padded = np.concatenate((given[:1], given, given[-1:]))
    windows = padded[_windows(len(given) - 1)]
    curve = np.matmul(_basis(), windows).reshape(-1, 2)
    return np.concatenate((curve, given[-1:]))


@lru_cache(maxsize=64)
def _windows(count: int) -> NDArray[np.int64]:
    """The places of four points each, for so many pieces of a curve."""
    places: NDArray[np.int64] = np.arange(count)[:, None] + np.arange(4)
    return places


@cache
def _basis() -> NDArray[np.float64]:
    t = np.linspace(0, 1, _STEPS, endpoint=False)[:, None]
    powers = np.concatenate((np.ones_like(t), t, t**2, t**3), axis=1)
    weights = np.array([[0, 1, 0, 0], [-0.5, 0, 0.5, 0], [1, -2.5, 2, -0.5], [-0.5, 1.5, -1.5, 0.5]])
    basis: NDArray[np.float64] = powers @ weights
    return basis


def mark(kind: MarkKind, box: Rect, sloppy: float, stream: random.Random) -> Curves:
    """The curves of a mark in or on a box; `sloppy` is by how much (in parts of the box) the hand goes astray."""
    dx, dy = stream.gauss(0, sloppy) * 0.5 * box.w, stream.gauss(0, sloppy) * 0.5 * box.h
    moved = Rect(box.x + dx, box.y + dy, box.w, box.h)
    return [_placed(curve, moved) for curve in _SHAPES[kind](sloppy, stream)]


def _placed(curve: Points, box: Rect) -> Points:
    placed: Points = curve * (box.w, box.h) + (box.x, box.y)
    return placed


def _near(x: float, y: float, by: float, stream: random.Random) -> tuple[float, float]:
    return x + stream.gauss(0, by), y + stream.gauss(0, by)


def _tick(sloppy: float, stream: random.Random) -> Curves:
    by = 0.06 + sloppy * 0.3
    long = stream.uniform(0.0, 0.5 + sloppy * 3)
    start, low = _near(0.12, 0.5, by, stream), _near(0.4, 0.86, by, stream)
    end = _near(0.85 + long * 0.5, 0.15 - long, by, stream)
    bend = ((low[0] + end[0]) / 2 + 0.03, (low[1] + end[1]) / 2 - 0.02)
    return [np.concatenate((np.array([start]), smooth([low, bend, end])))]


def _cross(sloppy: float, stream: random.Random) -> Curves:
    by = 0.05 + sloppy * 0.3
    far = stream.uniform(0.05, 0.25) - sloppy * stream.random()
    lines = []
    for ends in (((far, far), (1 - far, 1 - far)), ((1 - far, far), (far, 1 - far))):
        first, last = (_near(*end, by, stream) for end in ends)
        middle = _near((first[0] + last[0]) / 2, (first[1] + last[1]) / 2, 0.03, stream)
        lines.append(smooth([first, middle, last]))
    return lines


def _fill(sloppy: float, stream: random.Random) -> Curves:
    """Hatching to and fro until the box is dark."""
    by = 0.03 + sloppy * 0.25
    count = stream.randint(7, 11)
    points = []
    for number in range(count):
        y = 0.1 + 0.8 * number / (count - 1)
        x = (0.08, 0.92) if number % 2 else (0.92, 0.08)
        points += [_near(x[0], y - 0.03, by, stream), _near(x[1], y + 0.03, by, stream)]
    return [np.asarray(points)]


def _dot(sloppy: float, stream: random.Random) -> Curves:
    x, y = _near(0.5, 0.5, 0.08 + sloppy * 0.3, stream)
    reach = stream.uniform(0.04, 0.12)
    return [smooth([(x + reach * math.cos(a), y + reach * math.sin(a)) for a in (0, 1.5, 3.1, 4.6, 6.3, 7.5)])]


def _line(sloppy: float, stream: random.Random) -> Curves:
    by = 0.05 + sloppy * 0.3
    ends = stream.choice((((0.05, 0.9), (0.95, 0.1)), ((0.0, 0.5), (1.0, 0.5)), ((0.1, 0.1), (0.9, 0.9))))
    first, last = (_near(*end, by, stream) for end in ends)
    return [smooth([first, _near((first[0] + last[0]) / 2, (first[1] + last[1]) / 2, 0.04, stream), last])]


def _scribble(sloppy: float, stream: random.Random) -> Curves:
    reach = 0.42 + sloppy * 0.6
    return [smooth([_near(0.5, 0.5, reach * 0.6, stream) for _ in range(stream.randint(9, 16))])]


def _ring(sloppy: float, stream: random.Random) -> Curves:
    """A ring round the box, not quite closed."""
    start, wide, high = stream.uniform(0, 6), stream.uniform(0.75, 0.95), stream.uniform(0.75, 0.95)
    turns = np.linspace(start, start + stream.uniform(5.9, 6.8), 14)
    jitter = np.array([stream.gauss(0, 0.03) for _ in turns])
    points = np.stack((0.5 + (wide + jitter) * np.cos(turns), 0.5 + (high + jitter) * np.sin(turns)), axis=1)
    return [smooth(points)]


def _struck(sloppy: float, stream: random.Random) -> Curves:
    """Two or three lines right through the box, wider than it: how a mark is taken back."""
    lines = []
    for number in range(stream.randint(2, 3)):
        y = 0.28 + 0.22 * number
        lines.append(smooth([_near(-0.45, y, 0.06, stream), _near(0.5, y, 0.04, stream), _near(1.5, y, 0.06, stream)]))
    return lines


_SHAPES = {
    MarkKind.TICK: _tick, MarkKind.CROSS: _cross, MarkKind.FILL: _fill, MarkKind.DOT: _dot, MarkKind.LINE: _line,
    MarkKind.SCRIBBLE: _scribble, MarkKind.RING: _ring, MarkKind.STRUCK: _struck,
}  # fmt: skip


def strike(rect: Rect, stream: random.Random) -> Curves:
    """A line through a piece of writing, as an error is crossed out: one line, so that it can still be read."""
    mid = rect.y + rect.h * stream.uniform(0.42, 0.6)
    tilt = stream.gauss(0, 0.4)
    ends = [
        (rect.x - 0.6, mid + tilt),
        (rect.x + rect.w / 2, mid + stream.gauss(0, 0.2)),
        (rect.right + 0.8, mid - tilt),
    ]
    return [smooth(ends)]


def signature(rect: Rect, stream: random.Random) -> Curves:
    """A signature: a large first stroke, loops that flatten out, and a tail."""
    wide = min(rect.w * stream.uniform(0.6, 0.92), 45)
    high = min(rect.h, 11) * stream.uniform(0.55, 0.8)
    x0, base = rect.x + rect.w * 0.04, rect.y + rect.h * 0.68
    loops = max(3, int(wide / stream.uniform(3.0, 4.5)))
    turns = np.linspace(0, 2 * math.pi * loops, loops * 9)
    along = turns / turns[-1]
    heights = np.interp(along, (0, 0.1, 0.3, 1), (0.5, 0.45, 0.24, stream.uniform(0.06, 0.16)))
    wobble = np.array([stream.gauss(0, 0.12) for _ in range(loops + 1)])
    heights = heights * (1 + np.interp(along, np.linspace(0, 1, loops + 1), wobble))
    x = x0 + wide * along + 0.45 * high * heights * np.sin(turns)
    y = base - high * heights * (1 - np.cos(turns)) + stream.uniform(-0.06, 0.02) * wide * along
    body: Points = np.stack((x, y), axis=1)
    tail = smooth([tuple(body[-1]), (body[-1][0] + 3, body[-1][1] - 1), (body[-1][0] - wide * 0.5, base + high * 0.25)])
    return [body, tail] if stream.random() < 0.5 else [body]


def graph(rect: Rect, count: int, stream: random.Random) -> Curves:
    """Points on a graph, joined, each with a small cross."""
    level = stream.uniform(0.3, 0.7)
    points = []
    for number in range(count):
        level = min(max(level + stream.gauss(0, 0.1), 0.1), 0.9)
        points.append((rect.x + rect.w * (number + 0.5) / count, rect.y + rect.h * level))
    crosses = [np.array([(x - 0.8 * s, y - 0.8), (x + 0.8 * s, y + 0.8)]) for x, y in points for s in (1, -1)]
    return [np.asarray(points), *crosses]


def drawing(rect: Rect, stream: random.Random) -> Curves:
    """A sketch of something: an outline and a few lines."""
    turns = np.linspace(0, 6.4, 12)
    wide, high = rect.w * stream.uniform(0.15, 0.35), rect.h * stream.uniform(0.2, 0.38)
    x, y = rect.x + rect.w * stream.uniform(0.4, 0.6), rect.y + rect.h * stream.uniform(0.42, 0.58)
    radius = np.array([1 + stream.gauss(0, 0.1) for _ in turns])
    outline = smooth(np.stack((x + wide * radius * np.cos(turns), y + high * radius * np.sin(turns)), axis=1))
    inner = [smooth([(x + stream.uniform(-wide, wide), y + stream.uniform(-high, high)) for _ in range(4)])
             for _ in range(stream.randint(1, 3))]  # fmt: skip
    return [outline, *inner]
