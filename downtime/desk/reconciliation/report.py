"""The closing report of a kit as PDF: what became of every sheet, who said what, and the supervisor's name."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from downtime.desk.reconciliation.counts import counts, reasons
from downtime.desk.reconciliation.report_words import Words
from downtime.desk.store.models import Kit, Sheet, SheetEvent, SheetStatus

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

Table = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ClosingReport:
    """What the report says; two that are equal say the same. Patients stand in it by number alone."""

    kit: str
    facility: str
    department: str
    made_at: datetime
    issued: int
    totals: tuple[tuple[str, str], ...]
    accounted: Table
    reopened: Table


def closing_report(kit: Kit) -> ClosingReport:
    """Gather the report of a kit; a constant number of queries."""
    [found] = counts(Kit.objects.filter(pk=kit.pk))
    sent = "not sent from here" if found.sent is None else f"{found.sent.sent}, {found.sent.acknowledged} acknowledged"
    nobody = Sheet.objects.filter(kit=kit, patient__mrn="").exclude(patient=None).filter(patient__same_as=None).count()
    totals = (
        ("Sheets issued", str(found.issued)), ("came back", str(found.returned)), ("keyed", str(found.keyed)),
        ("verified", str(found.verified)), ("scanned and filed only", str(found.filed)),
        ("not used", str(found.not_used)), ("lost", str(found.lost)), ("sent into the record", sent),
        ("of patients without a record number yet", str(nobody)),
    )  # fmt: skip
    accounted = tuple((_name(sheet), what, why, who) for sheet, what, why, who in reasons(kit))
    events = SheetEvent.objects.filter(sheet__kit=kit, status=SheetStatus.KEYING).exclude(why="")
    reopened = tuple(
        (_name(event.sheet), _moment(event.at), event.why, event.by.name if event.by else "the desk")
        for event in events.select_related("sheet", "by").order_by("pk")
    )
    return ClosingReport(
        kit.kit, kit.facility_name, kit.department_name, kit.made_at, found.issued, totals, accounted, reopened
    )


def report_pdf(report: ClosingReport, name: str, at: datetime) -> bytes:
    """Print a report, signed by `name`, or as a draft where that is empty."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate, Spacer

    from downtime.paper.fonts import canvas_font_name

    signed = f"Signed off by {name} on {_moment(at)}" if name else f"DRAFT of {_moment(at)}: not signed off"
    story: list[Flowable] = [
        Words(f"Closing report, kit {report.kit}", "bold", 17),
        Words(f"{report.facility}, {report.department}. Printed {_moment(report.made_at)}."),
        Spacer(0, 4 * mm),
        _table(("", ""), report.totals, (100 * mm, 70 * mm)),
        Words("Not used or lost", "bold", 13, before_pt=10),
        _table(("Sheet", "Is", "Reason", "Noted by"), report.accounted, (46 * mm, 20 * mm, 70 * mm, 34 * mm))
        if report.accounted else Words("None."),
        Words("Opened again", "bold", 13, before_pt=10),
        _table(("Sheet", "When", "Why", "By"), report.reopened, (46 * mm, 34 * mm, 60 * mm, 30 * mm))
        if report.reopened else Words("None."),
        Spacer(0, 8 * mm),
        Words(signed, "bold", 11),
    ]  # fmt: skip
    out = io.BytesIO()
    margins = {f"{side}Margin": 20 * mm for side in ("left", "right", "top", "bottom")}
    title = f"Closing report {report.kit}"
    SimpleDocTemplate(out, pagesize=A4, title=title, initialFontName=canvas_font_name(), **margins).build(story)
    return out.getvalue()


def _table(head: tuple[str, ...], rows: Table, widths: tuple[float, ...]) -> Flowable:
    from reportlab.platypus import Table as Grid

    body = [[Words(cell) for cell in row] for row in rows]
    top = [[Words(cell, "bold") for cell in head]] if any(head) else []
    return Grid(
        top + body, colWidths=widths, repeatRows=len(top), hAlign="LEFT",
        style=[("LINEBELOW", (0, 0), (-1, -1), 0.25, "#808080"), ("VALIGN", (0, 0), (-1, -1), "TOP")],
    )  # fmt: skip


def _name(sheet: Sheet) -> str:
    return f"{sheet.number} {sheet.title}, copy {sheet.copy_number}" + (f".{sheet.instance}" if sheet.instance else "")


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%d %b %Y %H%M").upper()
