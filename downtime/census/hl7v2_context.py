"""What reading the messages of one HL7 v2 file needs to know, and where its problems go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from downtime.census.hl7v2_parse import Message, Segment
from downtime.census.hl7v2_values import moment_of
from downtime.census.source import Problems, When, start_of_day
from downtime.site.census import CensusSettings


@dataclass(frozen=True, slots=True)
class Hl7Context:
    """The house's settings, the moment of reading, and the problems found."""

    settings: CensusSettings
    zone: ZoneInfo
    now: datetime
    problems: Problems

    def tell(self, message: Message, element: str, what: str, patient: str = "", original: str = "") -> None:
        """Add a problem of one message."""
        where = f"{message.source}, message {message.number} ({message.shown})"
        self.problems.add(element, what, patient=patient or f"message {message.number}", original=original, where=where)

    def when(self, message: Message, segment: Segment, field: int, patient: str) -> When | None:
        """The date of a field, and a problem where it is none or is in doubt."""
        return self.when_text(message, segment.first(field).part(1), f"{segment.name}-{field}", patient)

    def when_text(self, message: Message, said: str, element: str, patient: str) -> When | None:
        """The date that a text says, and a problem where it is none or is in doubt."""
        if not said.strip():
            return None
        when = moment_of(said, self.zone)
        if when is None:
            self.tell(message, element, "this is not a date that can be read; it is not used", patient, said)
        elif when.doubt:
            self.tell(message, element, when.doubt, patient, said)
        return when

    def moment(self, message: Message, segment: Segment, field: int, patient: str) -> datetime | None:
        """The moment of a field; a day alone begins at midnight."""
        when = self.when(message, segment, field, patient)
        return None if when is None else when.moment or start_of_day(when.day, self.zone)
