"""A page code that somebody typed, or that a handheld scanner typed for them: which printed page it names."""

from __future__ import annotations

from dataclasses import dataclass

from downtime.desk.store.models import Kit, ScannedPage, Sheet
from downtime.page.code import decode, kit_text, parse_short
from downtime.page.code_failure import CODE_REMEDIES, CodeFailure

_QR_STARTS = "DT"


@dataclass(frozen=True, slots=True)
class Named:
    """The page that a code names: its sheet if a kit here has it, and its newest picture if it came in."""

    kit: str
    page: int
    sheet: Sheet | None
    scan: ScannedPage | None


@dataclass(frozen=True, slots=True)
class NotNamed:
    """Why a code names nothing here, and what to do, each a sentence."""

    why: str
    do: str


def page_named(text: str, key: bytes | None) -> Named | NotNamed:
    """Find the page of a typed or scanned code; `key` is the facility's, for the long codes that scanners read."""
    typed = text.strip()
    long = typed.upper().startswith(_QR_STARTS) and ":" in typed
    code = decode(typed, key) if long else parse_short(typed)
    if isinstance(code, CodeFailure):
        remedy = CODE_REMEDIES[code.reason]
        detail = f" ({code.detail})" if code.detail else ""
        return NotNamed(f"{remedy.meaning}{detail}", remedy.do)
    kit = kit_text(code.kit)
    scans = ScannedPage.objects.filter(kit=kit, page=code.page).order_by("-in_use", "-id")
    return Named(kit, code.page, sheet_with(kit, code.page), scans.select_related("sheet").first())


def sheet_with(kit: str, page: int) -> Sheet | None:
    """The sheet as printed that a page of a kit belongs to, if the kit is here."""
    found = (
        Sheet.objects.select_related("kit", "patient")
        .filter(kit__kit=kit, instance=0, first_page__lte=page, last_page__gte=page)
        .first()
    )
    return found if found is not None and page in found.pages else None


def kit_is_here(kit: str) -> bool:
    """Whether a kit's manifest is in the store."""
    return Kit.objects.filter(kit=kit).exists()
