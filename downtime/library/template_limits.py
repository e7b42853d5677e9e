"""What templates may build and print: limits on texts, lists and turns, and values as text.

Nothing here needs Jinja, so that it costs nothing to import.
"""

from __future__ import annotations

import datetime
import re
import string
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

MAX_TEXT_CHARACTERS = 100_000
MAX_TURNS = 50_000
MAX_RANGE = 5_000

_PRINTABLE = (str, int, float, Decimal, datetime.date, datetime.time)
_PUNCTUATION = str.maketrans({char: "\\" + char for char in string.punctuation})

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INSIDE_NUMBER = re.compile("(?<=[0-9]) (?=[0-9])")
_BLANKS = re.compile(r"[ \t\r\n\u2028\u2029]+")


@dataclass(slots=True)
class Budget:
    """What one rendering has used of its turns, and the names it may use."""

    names: frozenset[str] = frozenset()
    turns: int = 0
    line: int = 0


budget: ContextVar[Budget | None] = ContextVar("template_budget", default=None)


class Refused(Exception):
    """What a template does is not allowed: (what, why, do)."""


def markdown_escaped(value: str) -> str:
    """The value as Markdown that shows exactly these characters; a number with spaces in it is never broken."""
    return _INSIDE_NUMBER.sub("\u00a0", cleaned(value)).translate(_PUNCTUATION)


def without_controls(text: str) -> str:
    """The text without control characters, line feeds and tabs excepted."""
    return _CONTROLS.sub("", text)


def cleaned(value: str) -> str:
    """A value on one line without control characters."""
    return _BLANKS.sub(" ", without_controls(value))


def limited(length: int) -> None:
    """Refuse a text or list longer than the limit."""
    if length > MAX_TEXT_CHARACTERS:
        raise Refused(
            f"a text or list of {length:,} items is built",
            f"the limit is {MAX_TEXT_CHARACTERS:,}",
            "take out the multiplication or the loop that makes it",
        )


def scalar(value: Any) -> str:
    """The text of a value that can be printed; anything else is refused."""
    if isinstance(value, Enum):
        value = value.value
    if value is None:
        raise Refused(
            "a value to be printed here is empty",
            "a page with a hole in it must not print",
            "fill it in in the site folder, or put {% if … %} around it",
        )
    if not isinstance(value, _PRINTABLE):
        raise Refused(
            f"a {type(value).__name__} cannot be printed",
            "only text, numbers and dates can",
            "print one of its parts, or write a {% for %} loop",
        )
    text = str(value)
    limited(len(text))
    return text


def checked_range(*numbers: int) -> range:
    """Python's range with a limit."""
    result = range(*numbers)
    if len(result) > MAX_RANGE:
        raise Refused(f"range() of {len(result):,} numbers", f"the limit is {MAX_RANGE:,}", "count less far")
    return result


def join(values: Iterable[Any], between: str = "") -> str:
    """Jinja's join filter with a limit."""
    texts = [scalar(value) for value in values]
    limited(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def replace(value: Any, old: str, new: str) -> str:
    """Jinja's replace filter with a limit."""
    text = scalar(value)
    limited(len(text) + text.count(old) * len(new))
    return text.replace(old, new)
