"""Amounts of paper: printed pages, sheets of paper, sheets of labels, and their words."""

from __future__ import annotations

from dataclasses import dataclass

SHEETS_A_REAM = 500


@dataclass(frozen=True, slots=True)
class Amount:
    """Printed pages, the sheets of paper that they take, and sheets of labels."""

    pages: int = 0
    sheets: int = 0
    label_sheets: int = 0

    def __add__(self, other: Amount) -> Amount:
        """The two together."""
        return Amount(self.pages + other.pages, self.sheets + other.sheets, self.label_sheets + other.label_sheets)

    @property
    def reams(self) -> int:
        """The reams of 500 sheets to take from the shelf."""
        return -(-self.sheets // SHEETS_A_REAM)

    @property
    def words(self) -> str:
        """``1,240 sheets of paper (3 reams), 64 label sheets``."""
        text = f"{counted(self.sheets, 'sheet')} of paper"
        text += f" ({counted(self.reams, 'ream')})" if self.sheets >= SHEETS_A_REAM else ""
        return text + (f", {counted(self.label_sheets, 'label sheet')}" if self.label_sheets else "")

    def as_data(self) -> dict[str, int]:
        """The amount as plain data."""
        return {
            "pages": self.pages, "sheets": self.sheets, "reams": self.reams, "label_sheets": self.label_sheets,
        }  # fmt: skip


def counted(number: int, word: str) -> str:
    """``1 sheet``, ``1,200 sheets``."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")
