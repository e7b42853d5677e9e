"""Pieces onto pages: nothing breaks that must not, headings go with what they head, logs fill their last page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from downtime.errors import ConfigError
from downtime.page.geometry import Rect
from downtime.paper.pieces import Drawn, Piece, Sketch

MAX_PAGES = 40
MAX_STRETCH = 1.45


@dataclass(frozen=True, slots=True)
class _Placed:
    piece: Piece
    is_head_again: bool = False


def paginate(pieces: list[Piece], body_of: Callable[[int], Rect], what: str) -> list[Drawn]:
    """Place pieces on as many pages as they need; `body_of` gives the body rectangle of page 0, 1, ….

    Raises ConfigError if a piece is taller than a whole page, or if there would be more than 40 pages.
    """
    pages: list[list[_Placed]] = [[]]
    used = 0.0

    def room() -> float:
        return body_of(len(pages) - 1).h - used

    index = 0
    while index < len(pieces):
        piece = pieces[index]
        if piece.breaks_page:
            if pages[-1]:
                pages.append([])
                used = 0.0
            index += 1
            continue
        bundle = _bundle(pieces, index)
        needed = sum(part.height for part in bundle)
        if bundle[-1].head is not None and not any(part is bundle[-1].head for part in bundle):
            fresh_needed = needed + bundle[-1].head.height
        else:
            fresh_needed = needed
        is_gap = not pages[-1] and len(bundle) == 1 and piece.group == "" and _is_gap(piece)
        if is_gap:
            index += 1
            continue
        if needed > room() + 0.05 and pages[-1]:
            if _is_gap(piece):
                index += 1
                continue
            pages.append([])
            used = 0.0
            if len(pages) > MAX_PAGES:
                raise ConfigError(f"{what} would need more than {MAX_PAGES} pages", do="shorten it")
            head = bundle[0].head
            if head is not None:
                pages[-1].append(_Placed(head, True))
                used += head.height
        if used + needed > body_of(len(pages) - 1).h + 0.05:
            raise ConfigError(
                f"a part of {what} is {fresh_needed:.0f} mm high",
                why=f"page {len(pages)} has {body_of(len(pages) - 1).h:.0f} mm",
                do="make it shorter, or split it",
            )
        for part in bundle:
            pages[-1].append(_Placed(part))
            used += part.height
        index += len(bundle)
    rows_before: Counter[str] = Counter()
    drawn = []
    for number, page in enumerate(pages):
        if page:
            drawn.append(_draw_page(page, body_of(number), rows_before))
            rows_before.update(item.piece.group for item in page if item.piece.more is not None)
    return drawn


def _is_gap(piece: Piece) -> bool:
    return piece.height <= 4 and not piece.group and not piece.keep_with_next and not piece.stretch


def _bundle(pieces: list[Piece], start: int) -> list[Piece]:
    """A heading together with all that must follow it on the same page."""
    end = start
    while pieces[end].keep_with_next and end + 1 < len(pieces) and not pieces[end + 1].breaks_page:
        end += 1
    return pieces[start : end + 1]


def _draw_page(placed: list[_Placed], body: Rect, rows_before: Counter[str]) -> Drawn:
    pieces = _filled([item.piece for item in placed], body.h, rows_before)
    spare = body.h - sum(piece.height for piece in pieces)
    stretching = sum(piece.height for piece in pieces if piece.stretch)
    factor = min(1 + spare / stretching, MAX_STRETCH) if stretching and spare > 0 else 1.0
    sketch = Sketch()
    y = body.y
    for piece in pieces:
        height = piece.height * factor if piece.stretch else piece.height
        sketch.add(piece.draw(Rect(body.x, y, body.w, height)))
        y += height
    return sketch.done()


def _filled(pieces: list[Piece], room: float, rows_before: Counter[str]) -> list[Piece]:
    """Add empty rows to the last grid that may grow, as many as the page has room for; they go on counting."""
    last = max((index for index, piece in enumerate(pieces) if piece.more is not None), default=None)
    if last is None:
        return pieces
    grid = pieces[last]
    on_page = sum(1 for piece in pieces if piece.group == grid.group and piece.more is not None)
    already = on_page + rows_before[grid.group]
    spare = room - sum(piece.height for piece in pieces)
    result, number, make = list(pieces), already, grid.more
    while make is not None and spare >= (extra := make(number)).height:
        result.insert(last + 1 + number - already, replace(extra, more=None))
        spare -= extra.height
        number += 1
    return result
