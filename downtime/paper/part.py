"""A run of printing, and a document of the packet with its copies: what the parts of a packet are made for and of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from downtime.page.geometry import PaperSize
from downtime.paper.cover import Content
from downtime.paper.document import Extras
from downtime.paper.sheet import PrintedForm


@dataclass(frozen=True, slots=True)
class Run:
    """One run of printing: when, for which paper, and whether the printer prints on one side only.

    `fillable` is a document to be filled on a screen: each form once, without downtime numbers, because a file can be
    copied and a number must belong to one person.
    """

    made_at: datetime
    fixed: bool = False
    single_sided: bool = False
    drill: bool = False
    paper: PaperSize | None = None
    key: bytes | None = None
    station: str = ""
    fillable: bool = False


@dataclass
class Part:
    """A document of the packet, printed `copies` times; its pages are known once all parts are counted.

    By copy (0-based): `extras` is what else goes on a page, `values` what it prints into fields, `number` whose it is.
    """

    printed: PrintedForm
    copies: int
    section: str
    bookmark: str
    note: str = ""
    listed: bool = True
    extras: Callable[[int, int], Extras] | None = None
    values: Callable[[int], dict[str, str]] | None = None
    number: Callable[[int], str | None] | None = None
    first_page: int = 0
    last_page: int = 0

    @property
    def key(self) -> str:
        """What tells this part's pages from the others': dividers share their id."""
        return self.printed.id if self.listed else f"{self.printed.id}/{self.section}"

    @property
    def content(self) -> Content:
        """The part as a line of the contents."""
        printed = self.printed
        return Content(
            section=self.section, title=printed.title, id=printed.id, revision=printed.revision, copies=self.copies,
            pages=len(printed.pages), first_page=self.first_page, last_page=self.last_page, note=self.note,
        )  # fmt: skip
