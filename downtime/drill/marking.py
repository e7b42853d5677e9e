"""Tick boxes under the pen: which are marked, how, and what goes wrong."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from downtime.drill import strokes
from downtime.drill.chance import weighted
from downtime.drill.handwriting import Hand, fainter
from downtime.drill.ink import Points, Surface
from downtime.drill.paper import GreyImage
from downtime.drill.profiles import Profile
from downtime.drill.truth import BoxState, BoxTruth, MarkKind
from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox, PageLayout, choice_of
from downtime.paper.fillable_words import FieldPlace

VOID_BOX = "reentry#void"
STRAY_SHARE = 0.01
"""With more ink than this in its inner part a box is not blank, whoever made it."""
INNER_MM = 0.4
"""As far within its edges a box's inner part begins, for `BoxTruth.inside`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The boxes of one choice on one page, or a single tick box."""

    name: str
    boxes: tuple[FieldBox, ...]
    place: FieldPlace
    multiple: bool

    @property
    def options(self) -> tuple[str, ...]:
        """The options as they stand in the ids of their boxes."""
        return tuple(box.id.partition("#")[2].partition("@")[0] for box in self.boxes)

    def meant(self, stream: random.Random) -> tuple[int, ...]:
        """Which boxes a person who fills this in would mark: one, or several where that is asked for."""
        if len(self.boxes) == 1:
            # Of tick boxes that stand alone and need not be ticked, half are not.
            return (0,) if self._required or stream.random() < 0.5 else ()
        first = stream.randrange(len(self.boxes))
        more = [place for place in range(len(self.boxes)) if self.multiple and place != first and stream.random() < 0.2]
        return (first, *more)

    @property
    def _required(self) -> bool:
        return self.place.spec is not None and self.place.spec.required


@dataclass
class _Plan:
    """What is to happen to one box."""

    state: BoxState = BoxState.BLANK
    kinds: tuple[MarkKind, ...] = ()
    beside: bool = False
    faint: bool = False
    printed: bool = False


def choices_of(places: PageLayout, fields: Iterable[tuple[FieldBox, FieldPlace]]) -> list[Choice]:
    """The choices and tick boxes of a page, in its order; the box that voids the page is none of them."""
    groups: dict[str, list[tuple[FieldBox, FieldPlace]]] = {}
    for box, place in fields:
        if box.kind in ("option", "checkbox") and not is_void_box(box):
            groups.setdefault(choice_of(box.id), []).append((box, place))
    return [
        Choice(
            name,
            tuple(box for box, _ in members),
            members[0][1],
            name in places.multiple or members[0][0].kind == "checkbox",
        )
        for name, members in groups.items()
    ]


def is_void_box(box: FieldBox) -> bool:
    """Whether a mark in this box says that the whole sheet is void."""
    return box.id.partition("@")[0] == VOID_BOX


class Marker:
    """Marks the boxes of one page."""

    def __init__(
        self,
        surface: Surface,
        before: GreyImage,
        printed: frozenset[str],
        profile: Profile,
        hand: Hand,
        stream: random.Random,
    ) -> None:
        """`before` is the page as it was printed, to see how much ink went into a box; `printed` boxes were crossed."""
        self._surface, self._before, self._printed = surface, before, printed
        self._profile, self._hand, self._stream = profile, hand, stream
        # A person mostly makes one kind of mark.
        self._usual = weighted(stream, profile.marks)

    def mark(self, choice: Choice, meant: Sequence[int]) -> list[BoxTruth]:
        """Mark the boxes of one choice that are `meant` (their places from 0; none leaves it blank)."""
        plans = [_Plan() for _ in choice.boxes]
        stream, profile = self._stream, self._profile
        printed = [place for place, box in enumerate(choice.boxes) if box.id in self._printed]
        for index in printed:
            plans[index].state, plans[index].printed = BoxState.MARKED, True
        if printed:
            # What was known at printing is left alone, or taken back for something else.
            if not choice.multiple and len(plans) > 1 and stream.random() < profile.corrected:
                plans[printed[0]].state, plans[printed[0]].kinds = BoxState.CORRECTED, (MarkKind.STRUCK,)
                self._plan_mark(stream.choice([plan for plan in plans if not plan.printed]))
            meant = ()
        for index in meant:
            self._plan_mark(plans[index])
        if meant:
            self._plan_error(choice, plans)
        for plan in plans:
            if plan.state is BoxState.BLANK and stream.random() < profile.stray:
                plan.state, plan.kinds = BoxState.STRAY, (MarkKind.LINE,)
        return [self._drawn(box, plan) for box, plan in zip(choice.boxes, plans, strict=True)]

    def void(self, box: FieldBox) -> BoxTruth:
        """Mark the box that voids the page."""
        plan = _Plan()
        self._plan_mark(plan)
        return self._drawn(box, plan)

    def measured(self, box: FieldBox, truth: BoxTruth) -> BoxTruth:
        """A box once everything is written: how much ink is in it, meant or not.

        A line through the page, a stamp or a neighbour's tail may have come into a box that nobody marked.
        """
        inside = round(self._surface.dark_share(self._before, box.rect.inset(INNER_MM)), 4)
        state = BoxState.STRAY if truth.state is BoxState.BLANK and inside > STRAY_SHARE else truth.state
        return truth.model_copy(update={"inside": inside, "state": state})

    def _plan_mark(self, plan: _Plan) -> None:
        stream, profile = self._stream, self._profile
        kind = self._usual if stream.random() < 0.85 else weighted(stream, profile.marks)
        plan.state, plan.kinds = BoxState.MARKED, (kind,)
        plan.faint = stream.random() < profile.faint
        plan.beside = stream.random() < profile.beside

    def _plan_error(self, choice: Choice, plans: list[_Plan]) -> None:
        """Sometimes the wrong box was marked first and taken back, or two options stand where one is asked."""
        stream, profile = self._stream, self._profile
        free = [plan for plan in plans if plan.state is BoxState.BLANK]
        if stream.random() < profile.corrected:
            wrong = stream.choice(free) if free else plans[0]
            wrong.state = BoxState.CORRECTED
            first = wrong.kinds[:1] or (self._usual,)
            back = stream.choice((MarkKind.STRUCK, MarkKind.STRUCK, MarkKind.SCRIBBLE))
            # A box that is black already is taken back by lines beyond it: more ink in it nobody could see.
            black = first[0] in (MarkKind.FILL, MarkKind.SCRIBBLE)
            wrong.kinds = (*first, MarkKind.STRUCK if black else back)
            wrong.beside = wrong.faint = False
        elif free and not choice.multiple and stream.random() < profile.both:
            self._plan_mark(stream.choice(free))

    def _drawn(self, box: FieldBox, plan: _Plan) -> BoxTruth:
        if plan.state is BoxState.BLANK:
            return BoxTruth(field=box.id)
        stream, hand = self._stream, self._hand
        hand = fainter(hand, self._profile.faint_pen) if plan.faint else hand
        rect = box.rect
        if plan.state is BoxState.STRAY:
            self._surface.stroke([_slip(rect, stream)], hand.pen, stream)
        elif plan.beside:
            rect = Rect(rect.x - rect.w * stream.uniform(1.1, 1.5), rect.y + stream.uniform(-0.5, 0.5), rect.w, rect.h)
        if plan.state is not BoxState.STRAY:
            for kind in plan.kinds:
                pen = replace(hand.pen, width_mm=hand.pen.width_mm * 1.6) if kind is MarkKind.DOT else hand.pen
                self._surface.stroke(strokes.mark(kind, rect, self._profile.sloppy, stream), pen, stream)
        return BoxTruth(
            field=box.id,
            state=plan.state,
            kinds=plan.kinds,
            beside=plan.beside,
            faint=plan.faint,
            printed=plan.printed,
        )


def _slip(rect: Rect, stream: random.Random) -> Points:
    """A slip of the pen over a corner of a box: short, and not meant."""
    x, y = stream.choice((rect.x, rect.right)), stream.choice((rect.y, rect.bottom))
    return strokes.smooth(
        [(x + stream.uniform(-2.5, 2.5), y + stream.uniform(-2.5, 2.5)), (x, y), (x + stream.uniform(-2, 2), y + 2)]
    )
