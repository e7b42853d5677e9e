"""One order while messages are folded together: its numbers, its content so far, its doses, and what is doubtful."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from downtime.census.snapshot import Dose, MedicationOrder, OtherOrder

OrderKey = tuple[str, str, str]
"""Placer or filler, the number, and who assigned it."""


@dataclass
class Order:
    """One order, whatever messages said of it so far; `keys` are its numbers."""

    keys: set[OrderKey]
    medication: MedicationOrder | None = None
    other: OtherOrder | None = None
    ended: bool = False
    visit: str = ""
    doses: dict[datetime, Dose] = field(default_factory=dict)
    clarify: list[str] = field(default_factory=list)
    no_times: list[str] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """The order's number as the source writes it."""
        return min(((key[0] != "placer", key[1]) for key in self.keys), default=(True, ""))[1]

    def doubt(self, *words: str) -> None:
        """Add what must be cleared up before this order is followed."""
        self.clarify += [word for word in words if word not in self.clarify]

    def doubt_times(self, *words: str) -> None:
        """The same, where it also means that no times may be computed."""
        self.doubt(*words)
        self.no_times += [word for word in words if word not in self.no_times]

    def finished(self, visit: str) -> MedicationOrder:
        """The medication order with its last dose, and all that must be cleared up; `visit` is the one that counts."""
        base = self.medication or MedicationOrder(drug="")
        other = [f"ordered during another visit ({self.visit})"] if visit and self.visit not in ("", visit) else []
        last = max(self.doses.values(), key=lambda dose: dose.given, default=None)
        clarify = tuple(dict.fromkeys((*base.clarify, *self.clarify, *other)))
        timing = base.timing.doubted(*self.no_times)
        return base.model_copy(update={"last_given": last, "clarify": clarify, "timing": timing})

    def finished_other(self) -> OtherOrder:
        """The order that is no medicine; what must be cleared up stands in its text."""
        base = self.other or OtherOrder(text="")
        if not self.clarify:
            return base
        return base.model_copy(update={"text": f"{base.text} (to clarify: {'; '.join(dict.fromkeys(self.clarify))})"})
