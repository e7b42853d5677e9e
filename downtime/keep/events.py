"""What the watch over an inbox tells: one event a line, for people or as JSON, without names, numbers or file names.

An interface engine may call its files by patient, and an error may quote a value. So the line says what kind of thing
went wrong; the whole, with names, stands in one private file that the next one replaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from downtime.keep.spans import span_text
from downtime.paper.surroundings import moment_text

SAY_AGAIN_AFTER = timedelta(hours=1)
"""The same event is told again after this; until then its repeats are counted."""

_QUOTED = re.compile(r"“[^”]*”")


class Happening(StrEnum):
    """What can happen in one round of the watch."""

    KEPT = "kept"
    UNCHANGED = "unchanged"
    UNSETTLED = "unsettled"
    REFUSED = "refused"
    INBOX_LOST = "inbox lost"
    INBOX_BACK = "inbox back"
    NOT_WRITTEN = "not written"
    KITS = "kits"
    WARNING = "warning"


@dataclass(frozen=True)
class Event:
    """One event: when, what, its words, and figures that name nobody. `last_good` is the time of the last good data."""

    at: datetime
    what: Happening
    words: str
    last_good: datetime | None = None
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """The event for people, with the age of the last good snapshot."""
        return f"{moment_text(self.at)}  {self.what}: {self.words} {self.standing}"

    @property
    def standing(self) -> str:
        """How old the last good data are, in words."""
        if self.last_good is None:
            return "There is no good snapshot."
        local = self.last_good.astimezone(self.at.tzinfo)
        return f"Last good data: {moment_text(local)}, {age_text(self.at - self.last_good)}."

    def as_data(self) -> dict[str, Any]:
        """The event as plain data: one line of JSON."""
        age = None if self.last_good is None else int((self.at - self.last_good).total_seconds() // 60)
        return {
            "at": self.at.isoformat(), "event": self.what.value, "words": self.words, **self.figures,
            "last_good": self.last_good.isoformat() if self.last_good else None, "age_minutes": age,
        }  # fmt: skip


@dataclass
class Teller:
    """Lets an event through when it is new or was not told for a while, so that a year's output stays small."""

    _last: tuple[Happening, str] | None = None
    _told_at: datetime | None = None
    _repeats: int = 0

    def lets_through(self, event: Event) -> Event | None:
        """The event to tell, with the number of those that were not; None for a repeat."""
        same = (event.what, event.words) == self._last and event.what is not Happening.KEPT
        # A clock that was set back must not silence anything.
        if same and self._told_at is not None and timedelta() <= event.at - self._told_at < SAY_AGAIN_AFTER:
            self._repeats += 1
            return None
        repeats, self._repeats = self._repeats if same else 0, 0
        self._last, self._told_at = (event.what, event.words), event.at
        if not repeats:
            return event
        return Event(event.at, event.what, event.words, event.last_good, {**event.figures, "repeats": repeats})


def age_text(age: timedelta) -> str:
    """The age of data in words: ``25 min old``."""
    return f"{span_text(age)} old" if age >= timedelta() else "of a time to come: look at this computer's clock"


def without_values(words: str) -> str:
    """An error's words without what it quotes from a file."""
    return _QUOTED.sub("“…”", words)
