"""Text of a report with the paper's own fonts: every script that a name may be written in, from either side."""

from __future__ import annotations

from typing import Any

from reportlab.platypus import Flowable

from downtime.paper.font_fit import FittedText, fit_text
from downtime.paper.fonts import FontBook, text_width_pt

_LEADING = 1.3
_MOST_LINES = 200  # a reason has 300 letters at most: in the narrowest column these are enough
_BASELINE = 0.26  # of a line's height below the baseline


class Words(Flowable):  # type: ignore[misc]
    """A paragraph, wrapped to the width it is given; `face` is regular or bold."""

    def __init__(self, text: str, face: str = "regular", size_pt: float = 10, before_pt: float = 0) -> None:
        """Text of any language; line ends count as spaces."""
        super().__init__()
        self._text = " ".join(text.split())
        self._face, self._size_pt = face, size_pt
        self.spaceBefore = before_pt
        self._fitted: FittedText | None = None

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Break the text into lines; returns its size in points."""
        self._fitted = fit_text(self._text, self._face, self._size_pt, width, max_lines=_MOST_LINES)
        self.width, self.height = width, max(1, len(self._fitted.lines)) * self._size_pt * _LEADING
        return self.width, self.height

    def draw(self) -> None:
        """Write the lines; those of a text that is read from the right end at the right."""
        if self._fitted is None:
            return
        book = _book(self.canv)
        for number, line in enumerate(self._fitted.lines, start=1):
            y_pt = self.height - (number - _BASELINE) * self._size_pt * _LEADING
            rtl = self._fitted.direction == "rtl"
            wide = text_width_pt(line, self._face, self._size_pt, self._fitted.direction) if rtl else self.width
            direction = self._fitted.direction
            x_pt = self.width - wide
            self.canv._code.append(book.text_ops(line, self._face, self._size_pt, x_pt, y_pt, direction=direction))


def _book(canvas: Any) -> FontBook:
    """The fonts of a canvas, one book for each document."""
    book = getattr(canvas, "words_book", None)
    if book is None:
        book = canvas.words_book = FontBook(canvas)
    return book
