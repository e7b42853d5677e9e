"""The simulated scanner: one table of all that can happen to a page between the pen and the file.

Kinds are put in their natural order whatever order they are named in: first the paper suffers, then the copier, then it
is taken in, then the sensor and the line.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from downtime.drill import damage, feeding, sensing
from downtime.drill.feeding import Feed
from downtime.drill.scanpage import ScanPage
from downtime.errors import UsageError
from downtime.textyaml import nearest


class Stage(IntEnum):
    """When a kind of degradation happens."""

    PAPER = 0
    COPIER = 1
    FEED = 2
    CAMERA = 3
    SENSOR = 4
    TURN = 5
    LINE = 6


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of degradation: what it is in words, when it happens, and what does it."""

    name: str
    words: str
    stage: Stage
    on_page: Callable[[ScanPage, random.Random], ScanPage] | None = None
    on_feed: Callable[[Feed, random.Random], None] | None = None


def _turn(degrees: int) -> Callable[[ScanPage, random.Random], ScanPage]:
    def turn(page: ScanPage, stream: random.Random) -> ScanPage:
        return sensing.turned(page, degrees).noted(f"turned-{degrees}", {"degrees": degrees})

    return turn


_ALL = (
    Kind("clean", "a good scanner: a quarter of a degree, half a millimetre, a little noise", Stage.FEED),
    Kind("turned-90", "laid in turned clockwise by a quarter", Stage.TURN, _turn(90)),
    Kind("turned-180", "laid in upside down", Stage.TURN, _turn(180)),
    Kind("turned-270", "laid in turned by three quarters", Stage.TURN, _turn(270)),
    Kind("skew", "crooked by 1 to 5 degrees", Stage.FEED, on_feed=feeding.skew),
    Kind("dpi-200", "scanned at 200 dots an inch", Stage.FEED, on_feed=feeding.dpi_200),
    Kind("dpi-150", "scanned at 150 dots an inch", Stage.FEED, on_feed=feeding.dpi_150),
    Kind("stretch", "longer or shorter in one direction, up to 1.5 %", Stage.FEED, on_feed=feeding.stretch),
    Kind("scaled", "printed “to fit the page”, 94 to 97 %", Stage.FEED, on_feed=feeding.scaled),
    Kind("cut-edges", "one or two edges cut off by 3 to 8 mm", Stage.FEED, on_feed=feeding.cut_edges),
    Kind("phone", "a photograph with perspective, shadow and a desk", Stage.CAMERA, feeding.phone),
    Kind("blur", "out of focus", Stage.SENSOR, sensing.blur),
    Kind("salt", "specks on 1 to 3 % of the pixels", Stage.SENSOR, sensing.salt),
    Kind("streak", "one to three lines of dirt on the glass", Stage.SENSOR, sensing.streak),
    Kind("copy", "a photocopy, mostly of a photocopy, at 94 to 102 %", Stage.COPIER, sensing.copied),
    Kind("low-toner", "printed with the last of the toner", Stage.PAPER, sensing.low_toner),
    Kind("coffee", "the ring of a cup", Stage.PAPER, damage.coffee),
    Kind("scribble", "a pen over one of the two codes", Stage.PAPER, damage.scribble),
    Kind("torn-corner", "a corner torn off, up to 42 mm", Stage.PAPER, damage.torn_corner),
    Kind("folded-corner", "a corner folded over, up to 28 mm", Stage.PAPER, damage.folded_corner),
    Kind("holes", "punched for a binder", Stage.PAPER, damage.holes),
    Kind("staple", "a staple or its holes in the top-left corner", Stage.PAPER, damage.staple),
    Kind("fold", "folded across, one part up to 0.5 mm off", Stage.PAPER, damage.fold),
    Kind("crumpled", "crumpled and smoothed out", Stage.PAPER, damage.crumpled),
    Kind("bleed-through", "the back shows through", Stage.PAPER, damage.bleed_through),
    Kind("grey-background", "grey or coloured paper", Stage.PAPER, damage.grey_background),
    Kind("jpeg-30", "through a JPEG of quality 30", Stage.LINE, sensing.jpeg_30),
    Kind("dither", "one bit a pixel at 200 dots an inch, greys as dots", Stage.LINE, sensing.dither),
    Kind("threshold", "one bit a pixel at 200 dots an inch, text mode", Stage.LINE, sensing.threshold),
    Kind("fax-standard", "a fax, 204 × 98 dots an inch", Stage.LINE, sensing.fax_standard),
    Kind("fax-fine", "a fax, 204 × 196 dots an inch", Stage.LINE, sensing.fax_fine),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
"""Every kind of degradation by name."""

COMBINATIONS: tuple[tuple[str, ...], ...] = (
    ("copy", "skew", "turned-180"), ("coffee", "fax-fine"), ("holes", "staple", "grey-background"),
    ("low-toner", "copy", "jpeg-30"), ("fold", "phone"), ("scribble", "streak", "dpi-200"), ("scaled", "threshold"),
    ("bleed-through", "skew", "jpeg-30"), ("torn-corner", "turned-90"), ("crumpled", "blur", "dpi-150"),
    ("copy", "fax-standard"), ("holes", "dither", "turned-270"),
)  # fmt: skip
"""What comes together in the field."""


def kind_named(name: str) -> Kind:
    """The kind of that name; raises UsageError for another."""
    if name not in KINDS:
        raise UsageError(
            f"there is no degradation “{name}”", do=nearest(name, list(KINDS)) or f"use one of {', '.join(KINDS)}"
        )
    return KINDS[name]


def scan(page: ScanPage, kinds: Iterable[str], stream: random.Random) -> ScanPage:
    """The page after everything in `kinds`; raises UsageError for an unknown one.

    A good scanner takes every page in, so that ``clean`` alone adds nothing else.
    """
    chosen = sorted((kind_named(name) for name in dict.fromkeys(kinds)), key=lambda kind: kind.stage)
    photographed = any(kind.stage is Stage.CAMERA for kind in chosen)
    for kind in chosen:
        if kind.stage <= Stage.COPIER and kind.on_page:
            page = kind.on_page(page, stream)
    if photographed:
        for kind in chosen:
            if kind.stage is Stage.CAMERA and kind.on_page:
                page = kind.on_page(page, stream)
    else:
        feed = feeding.usual_feed(stream)
        for kind in chosen:
            if kind.on_feed:
                kind.on_feed(feed, stream)
        page = feeding.taken_in(page, feed)
    page = sensing.sensed(page, stream)
    for kind in chosen:
        if kind.stage >= Stage.SENSOR and kind.on_page:
            page = kind.on_page(page, stream)
    return page if page.degradations else page.noted("clean")


__all__ = ["COMBINATIONS", "KINDS", "Kind", "Stage", "kind_named", "scan"]
