"""The closing report of a kit as PDF: what became of every sheet, who said what, and the supervisor's name."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from xml.sax.saxutils import escape

from django.utils import timezone

from downtime.desk.reconciliation.counts import counts, reasons
from downtime.desk.store.models import Kit, Sheet, SheetEvent, SheetStatus

_FONT, _BOLD = "DeskReport", "DeskReport-Bold"
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
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

    _fonts()
    plain = ParagraphStyle("plain", fontName=_FONT, fontSize=10, leading=13)
    heading = ParagraphStyle("heading", plain, fontName=_BOLD, fontSize=13, leading=17, spaceBefore=10, spaceAfter=4)

    def table(head: tuple[str, ...], rows: Table, widths: tuple[float, ...]) -> Flowable:
        return _table(head, rows, [width * mm for width in widths], plain)

    signed = f"Signed off by {name} on {_moment(at)}" if name else f"DRAFT of {_moment(at)}: not signed off"
    story: list[Flowable] = [
        Paragraph(f"Closing report, kit {report.kit}", ParagraphStyle("title", heading, fontSize=17, leading=21)),
        Paragraph(escape(f"{report.facility}, {report.department}. Printed {_moment(report.made_at)}."), plain),
        Spacer(0, 4 * mm),
        table(("", ""), report.totals, (100, 70)),
        Paragraph("Not used or lost", heading),
        table(("Sheet", "Is", "Reason", "Noted by"), report.accounted, (46, 20, 70, 34))
        if report.accounted else Paragraph("None.", plain),
        Paragraph("Opened again", heading),
        table(("Sheet", "When", "Why", "By"), report.reopened, (46, 34, 60, 30))
        if report.reopened else Paragraph("None.", plain),
        Spacer(0, 8 * mm),
        Paragraph(escape(signed), ParagraphStyle("signed", plain, fontName=_BOLD, fontSize=11)),
    ]  # fmt: skip
    out = io.BytesIO()
    margins = {f"{side}Margin": 20 * mm for side in ("left", "right", "top", "bottom")}
    SimpleDocTemplate(out, pagesize=A4, title=f"Closing report {report.kit}", **margins).build(story)
    return out.getvalue()


def _table(head: tuple[str, ...], rows: Table, widths: list[float], plain: object) -> object:
    from reportlab.platypus import Paragraph
    from reportlab.platypus import Table as Grid

    body = [[Paragraph(escape(cell), plain) for cell in row] for row in rows]
    top = [[Paragraph(f"<b>{escape(cell)}</b>", plain) for cell in head]] if any(head) else []
    return Grid(
        top + body, colWidths=widths, repeatRows=len(top), hAlign="LEFT",
        style=[("LINEBELOW", (0, 0), (-1, -1), 0.25, "#808080"), ("VALIGN", (0, 0), (-1, -1), "TOP")],
    )  # fmt: skip


def _fonts() -> None:
    from reportlab.lib.fonts import addMapping
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    if _FONT in pdfmetrics.getRegisteredFontNames():
        return
    folder = files("fontpkg_atkinson_hyperlegible") / "files"
    for name, style in ((_FONT, "Regular"), (_BOLD, "Bold")):
        pdfmetrics.registerFont(TTFont(name, io.BytesIO((folder / f"AtkinsonHyperlegible-{style}.ttf").read_bytes())))
    addMapping(_FONT, 0, 0, _FONT)
    addMapping(_FONT, 1, 0, _BOLD)


def _name(sheet: Sheet) -> str:
    return f"{sheet.number} {sheet.title}, copy {sheet.copy_number}" + (f".{sheet.instance}" if sheet.instance else "")


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%d %b %Y %H%M").upper()
