"""When a medicine is due, as the order says it: coded timing, the words beside it, and the bounds of the order.

Only what the source said stands here; `downtime.clinical.due` turns it into clock times, or refuses. Where words and
code disagree the paper prints the words and no times, so both are kept.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PeriodUnit(StrEnum):
    """FHIR's units of time (UCUM)."""

    SECOND = "s"
    MINUTE = "min"
    HOUR = "h"
    DAY = "d"
    WEEK = "wk"
    MONTH = "mo"


class Repeat(_Frozen):
    """How often: `frequency` times every `period` `unit` (FHIR Timing.repeat; the maxima say that it is a range)."""

    frequency: int | None = None
    frequency_max: int | None = None
    period: Decimal | None = None
    period_max: Decimal | None = None
    unit: PeriodUnit | None = None
    days_of_week: tuple[str, ...] = ()
    times_of_day: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    offset_minutes: int | None = None
    count: int | None = None
    count_max: int | None = None


class OrderTiming(_Frozen):
    """The timing of one order: every field is what the source said, nothing is inferred.

    `text` is the instruction as a person wrote it; `code` the coded frequency as it came (``Q8H``, ``BID``); `repeat`
    the structured one; `times` explicit moments; more than one of them may be there, and must then agree.
    `doubts` are what the reader could not be sure of, and why no time may be computed: a start or a dose whose time
    cannot be read, two frequencies, an order on hold. `lasts_hours` is how long it lasts, where that is said.
    `start_day_only` and `stop_day_only` say that the source named a day and no hour (the moment is then any of that
    day in the hospital's zone): a day is never taken for a dose at midnight, and a last day counts to its end.
    """

    text: str = ""
    code: str = ""
    repeat: Repeat | None = None
    times: tuple[datetime, ...] = ()
    start: datetime | None = None
    stop: datetime | None = None
    start_day_only: bool = False
    stop_day_only: bool = False
    as_needed: bool = False
    as_needed_reason: str = ""
    least_hours_apart: Decimal | None = None
    most_in_24_hours: str = ""
    continuous: bool = False
    one_time: bool = False
    immediate: bool = False
    steps: int = 1
    lasts_hours: Decimal | None = None
    doubts: tuple[str, ...] = ()

    def doubted(self, *doubts: str) -> OrderTiming:
        """The timing with further reasons why no times may be computed."""
        return self.model_copy(update={"doubts": tuple(dict.fromkeys((*self.doubts, *doubts)))}) if doubts else self
