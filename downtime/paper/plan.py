"""What a plan says: copies, pages, sheets and reams, for each box and for the central store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from downtime.errors import Finding
from downtime.paper.amounts import SHEETS_A_REAM, Amount, counted
from downtime.paper.kit_need import KitNeed
from downtime.site import SupplyLine


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One form of a department's packet: how many copies, why so many, and the paper that they take."""

    form: str
    title: str
    revision: str
    section: str
    is_labels: bool
    pages_each: int
    sheets_each: int
    copies: int
    formula: str
    stock_copies: int
    stock_formula: str
    setting: str
    note: str

    @property
    def box(self) -> Amount:
        """What the copies in the box take."""
        return self._amount(self.copies)

    @property
    def store(self) -> Amount:
        """What the copies in the central store take."""
        return self._amount(self.stock_copies)

    def _amount(self, copies: int) -> Amount:
        pages, sheets = copies * self.pages_each, copies * self.sheets_each
        return Amount(pages, 0, sheets) if self.is_labels else Amount(pages, sheets)

    def as_data(self) -> dict[str, Any]:
        """The line as plain data."""
        return {
            "form": self.form, "title": self.title, "revision": self.revision, "section": self.section,
            "labels": self.is_labels, "pages_each": self.pages_each, "sheets_each": self.sheets_each,
            "box": {"copies": self.copies, "formula": self.formula, **self.box.as_data()},
            "store": {"copies": self.stock_copies, "formula": self.stock_formula, **self.store.as_data()},
            "setting": self.setting, "note": self.note,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class LabelNeed:
    """Label sheets for the patients who are already there: their own labels, printed when the downtime begins."""

    stock: str
    sheets: int
    formula: str
    stock_sheets: int
    stock_formula: str

    def as_data(self) -> dict[str, Any]:
        """The need as plain data."""
        return {
            "stock": self.stock,
            "box": {"label_sheets": self.sheets, "formula": self.formula},
            "store": {"label_sheets": self.stock_sheets, "formula": self.stock_formula},
        }


@dataclass(frozen=True, slots=True)
class Beside:
    """A part of the packet that is read and not filled in: cover, dividers, role cards, phone tree."""

    title: str
    pages: int
    sheets: int


@dataclass(frozen=True, slots=True)
class DepartmentPlan:
    """What one department's box holds, and what the central store keeps for it."""

    id: str
    name: str
    box_id: str
    location: str
    second_location: str
    hours: int
    days: int
    surge: str
    surge_factor: float
    spoilage: float
    lines: tuple[PlanLine, ...]
    beside: tuple[Beside, ...]
    labels: LabelNeed | None
    supplies: tuple[SupplyLine, ...]
    kit: KitNeed | None = None

    @property
    def box(self) -> Amount:
        """Everything that is printed for the box."""
        forms = _sum(line.box for line in self.lines)
        read = _sum(Amount(part.pages, part.sheets) for part in self.beside)
        return forms + read + Amount(label_sheets=self.labels.sheets if self.labels else 0)

    @property
    def store(self) -> Amount:
        """Everything that the central store keeps for this department."""
        labels = Amount(label_sheets=self.labels.stock_sheets if self.labels else 0)
        return _sum(line.store for line in self.lines) + labels

    @property
    def settings(self) -> tuple[str, ...]:
        """Where the numbers of uses come from."""
        return tuple(dict.fromkeys(line.setting for line in self.lines if line.setting))

    @property
    def terms(self) -> str:
        """``for 8 h, store for 28 days, surge normal × 1.25, spoilage 15 %``."""
        return (
            f"for {self.hours} h, store for {counted(self.days, 'day')}, "
            f"surge {self.surge} × {self.surge_factor:g}, spoilage {self.spoilage * 100:g} %"
        )

    @property
    def total_text(self) -> str:
        """What it all comes to, in words: a line for the box, one for the store, one for a second box."""
        beside = sum(part.sheets for part in self.beside)
        lines = [
            f"Box: {self.box.words}; {beside} of the sheets are cover, dividers, role cards and phone tree.",
            f"Store: {self.store.words}.",
        ]
        if self.kit:
            lines.append(self.kit.words)
        if self.second_location:
            lines.append(f"The second box ({self.second_location}) takes the same again as the first.")
        return "\n".join(lines)

    def as_data(self) -> dict[str, Any]:
        """The department's plan as plain data."""
        return {
            "department": self.id, "name": self.name,
            "box": {"id": self.box_id, "location": self.location, "second_location": self.second_location},
            "hours": self.hours, "days": self.days,
            "surge": {"name": self.surge, "factor": self.surge_factor}, "spoilage": self.spoilage,
            "lines": [line.as_data() for line in self.lines],
            "beside": [{"title": part.title, "pages": part.pages, "sheets": part.sheets} for part in self.beside],
            "labels": self.labels.as_data() if self.labels else None,
            "kit": self.kit.as_data() if self.kit else None,
            "supplies": [{"item": line.item, "quantity": line.quantity} for line in self.supplies],
            "totals": {"box": self.box.as_data(), "store": self.store.as_data()},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a site, and what is unwise in it."""

    facility: str
    paper: str
    single_sided: bool
    departments: tuple[DepartmentPlan, ...]
    findings: tuple[Finding, ...]

    @property
    def box(self) -> Amount:
        """Everything that is printed for the boxes."""
        return _sum(unit.box for unit in self.departments)

    @property
    def store(self) -> Amount:
        """Everything that the central store keeps."""
        return _sum(unit.store for unit in self.departments)

    @property
    def total_text(self) -> str:
        """What it all comes to, in words."""
        boxes = counted(len(self.departments), "department")
        return f"{boxes}, one box each: {self.box.words}. Central store: {self.store.words}. One ream is 500 sheets."

    def as_data(self) -> dict[str, Any]:
        """The whole plan as plain data."""
        return {
            "facility": self.facility, "paper": self.paper, "single_sided": self.single_sided,
            "sheets_a_ream": SHEETS_A_REAM,
            "departments": [unit.as_data() for unit in self.departments],
            "totals": {"box": self.box.as_data(), "store": self.store.as_data()},
            "findings": [
                {"file": f.file, "line": f.line, "level": f.level.value, "what": f.what, "why": f.why, "do": f.do}
                for f in self.findings
            ],
        }  # fmt: skip


def _sum(amounts: Iterable[Amount]) -> Amount:
    return reduce(Amount.__add__, amounts, Amount())
