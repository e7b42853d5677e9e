"""Write-in fields under the pen: text on a line, over several lines or one letter to a box, signatures and drawings."""

from __future__ import annotations

import random

from downtime.drill import strokes
from downtime.drill.handwriting import Hand, fainter, write, write_in_boxes
from downtime.drill.ink import Surface
from downtime.drill.profiles import Profile
from downtime.drill.truth import Writing, WritingKind, WritingState
from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox, box
from downtime.paper.fillable_words import FieldPlace

# A second try is written beside the first one where there is so much room.
_CORRECTED_MM = 18.0
# The gap between two groups of character boxes, as it is printed.
_GROUP_GAP_MM = 1.6


class FieldWriter:
    """Writes into the fields of one page."""

    def __init__(self, surface: Surface, profile: Profile, stream: random.Random) -> None:
        """`stream` is the page's."""
        self._surface, self._profile, self._stream = surface, profile, stream

    def write(self, field: FieldBox, place: FieldPlace, text: str, hand: Hand) -> Writing | None:
        """Write `text` into a field, or draw where a field asks for it; None where there is nothing to write."""
        faint = self._stream.random() < self._profile.faint
        hand = fainter(hand, self._profile.faint_pen) if faint else hand
        if field.kind in ("signature", "diagram"):
            return self._drawn(field, place, hand, faint)
        if not text:
            return None
        lines = place.spec.lines if place.spec is not None and field.kind == "lines" else 1
        state, struck = WritingState.WRITTEN, ""
        wrong = self._stream.random() < self._profile.corrected
        if place.groups:
            text, at = self._boxed(field, place, text, hand)
            if wrong:
                self._surface.stroke(strokes.strike(at, self._stream), hand.pen, self._stream)
                state = WritingState.STRUCK
        elif lines > 1:
            text, at = self._lines(text, field.rect, lines, hand)
        elif wrong and field.rect.w > _CORRECTED_MM:
            text, struck, at = self._twice(text, field.rect, hand)
            state = WritingState.CORRECTED
        else:
            text, at = write(self._surface, text, field.rect, hand, self._stream)
        return Writing(field=field.id, text=text, state=state, struck=struck, hand=hand.name, at=box(at), faint=faint)

    def _boxed(self, field: FieldBox, place: FieldPlace, text: str, hand: Hand) -> tuple[str, Rect]:
        letters = text if field.kind == "comb" else text.replace(" ", "")
        if field.kind == "number":
            # The point is printed: figures stand in the boxes before and after it.
            whole, _, decimals = text.partition(".")
            letters = whole.rjust(place.groups[0])[: place.groups[0]] + (decimals if len(place.groups) > 1 else "")
        written, at = write_in_boxes(
            self._surface, letters, character_boxes(field.rect, place.groups), hand, self._stream
        )  # fmt: skip
        return (written if field.kind == "comb" else text), at

    def _lines(self, text: str, rect: Rect, lines: int, hand: Hand) -> tuple[str, Rect]:
        """Write over several lines; what does not fit is left out."""
        height, rest = rect.h / lines, text.split()
        done: list[str] = []
        whole = Rect(rect.x, rect.y, 0, 0)
        for number in range(lines):
            if not rest:
                break
            line = Rect(rect.x, rect.y + number * height, rect.w, height)
            written, at = write(self._surface, " ".join(rest), line, hand, self._stream)
            done.append(written)
            rest = rest[len(written.split()) :]
            whole = Rect(whole.x, whole.y, max(whole.w, at.w), at.bottom - whole.y)
        return " ".join(done), whole

    def _twice(self, text: str, rect: Rect, hand: Hand) -> tuple[str, str, Rect]:
        """Write something wrong, strike it out, and write beside it; returns both texts and where they stand."""
        first, second = (
            Rect(rect.x, rect.y, rect.w * 0.45, rect.h),
            Rect(rect.x + rect.w * 0.45, rect.y, rect.w * 0.55, rect.h),
        )
        struck, at = write(self._surface, _mistaken(text, self._stream), first, hand, self._stream)
        self._surface.stroke(strokes.strike(at, self._stream), hand.pen, self._stream)
        text, then = write(self._surface, text, second, hand, self._stream)
        top = min(at.y, then.y)
        return text, struck, Rect(at.x, top, then.right - at.x, max(at.bottom, then.bottom) - top)

    def _drawn(self, field: FieldBox, place: FieldPlace, hand: Hand, faint: bool) -> Writing:
        if field.kind == "signature":
            kind, curves = WritingKind.SIGNATURE, strokes.signature(field.rect, self._stream)
        else:
            kind, graph = WritingKind.DRAWING, place.spec.graph if place.spec else None
            count = min(graph.columns, 12) if graph else 0
            drawn = (
                strokes.graph(field.rect, count, self._stream) if count else strokes.drawing(field.rect, self._stream)
            )
            curves = drawn
        at = self._surface.stroke(curves, hand.pen, self._stream)
        return Writing(field=field.id, text="", kind=kind, hand=hand.name, at=box(at), faint=faint)


def character_boxes(rect: Rect, groups: tuple[int, ...]) -> list[Rect]:
    """The boxes of a field for single characters, as they are printed."""
    wide = (rect.w - _GROUP_GAP_MM * (len(groups) - 1)) / sum(groups)
    boxes, x = [], rect.x
    for index, count in enumerate(groups):
        x += _GROUP_GAP_MM if index else 0.0
        boxes += [Rect(x + number * wide, rect.y, wide, rect.h) for number in range(count)]
        x += count * wide
    return boxes


def _mistaken(text: str, stream: random.Random) -> str:
    """What somebody wrote first: two letters changed places, or one figure is another one."""
    places = [index for index, letter in enumerate(text) if letter.isdigit()]
    if places:
        at = stream.choice(places)
        return text[:at] + str((int(text[at]) + stream.randint(1, 9)) % 10) + text[at + 1 :]
    at = stream.randrange(max(len(text) - 1, 1))
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
