"""The plan: what to print for the boxes and what to keep in the central store, counted in copies, sheets and reams.

Sheets are counted as the packet prints them, from the laid-out forms, so that plan and printer agree.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from downtime.clinical import quantities as clinical
from downtime.errors import Finding
from downtime.library.shelf import Shelf
from downtime.paper.issuing import label_setting
from downtime.paper.kit_need import kit_need
from downtime.paper.packet import PartSize, Run, packet_sizes
from downtime.paper.plan import Beside, DepartmentPlan, LabelNeed, Plan, PlanLine
from downtime.paper.production import print_run
from downtime.site import Department, PacketLine, Site, packet_quantities, supply_quantities
from downtime.site.advice import packet_findings
from downtime.site.quantities import surge_factor

HOURS_A_DAY = 24


def make_plan(
    site: Site,
    shelf: Shelf,
    *,
    hours: int | None = None,
    days: int | None = None,
    surge: str | None = None,
    only: Sequence[str] = (),
    run: Run | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Plan:
    """Count what every department (or `only` these) needs in its box and in the central store.

    `hours`, `days` and the surge factor's name are each department's own unless given. Raises UsageError for an unknown
    department or surge factor, ConfigError for a form that cannot be printed or a line of more than 10,000 copies.
    """
    run = run or print_run(site)
    chosen = [site.department(name) for name in dict.fromkeys(only)] or list(site.departments.values())
    units: list[DepartmentPlan] = []
    findings: list[Finding] = []
    for done, department in enumerate(chosen, start=1):
        lines = packet_quantities(site.facility, department, hours=hours, days=days, surge=surge)
        unit = _department_plan(site, department, shelf, run, lines, (hours, days, surge))
        units.append(unit)
        text = site.files[site.department_files[department.id]]
        findings += packet_findings(department, text, unit.hours, lines, shelf.ids)
        if progress:
            progress(done, len(chosen))
    paper = (run.paper or site.facility.paper).value
    return Plan(site.facility.name, paper, run.single_sided, tuple(units), tuple(sorted(set(findings))))


def _department_plan(
    site: Site,
    department: Department,
    shelf: Shelf,
    run: Run,
    lines: Sequence[PacketLine],
    asked: tuple[int | None, int | None, str | None],
) -> DepartmentPlan:
    packet, box = department.packet, department.box
    hours = packet.hours if asked[0] is None else asked[0]
    days = packet.days if asked[1] is None else asked[1]
    surge = asked[2] or packet.surge
    factor = surge_factor(site.facility, surge)
    sizes = packet_sizes(site, department, shelf, run)
    forms = {line.form for line in lines}
    of_form = {size.id: size for size in sizes if size.id in forms}
    return DepartmentPlan(
        id=department.id, name=department.name, box_id=box.id, location=box.location,
        second_location=box.second_location or "", hours=hours, days=days, surge=surge, surge_factor=factor,
        spoilage=site.facility.spoilage,
        lines=tuple(_line(line, of_form[line.form], shelf) for line in lines),
        beside=tuple(Beside(size.title, size.pages, size.sheets) for size in sizes if size.id not in forms),
        labels=_label_need(site, department, run, hours, days, factor),
        supplies=tuple(line for line in supply_quantities(site.facility, department) if line.quantity),
        kit=kit_need(site, department, shelf, run, of_form),
    )  # fmt: skip


def _line(line: PacketLine, size: PartSize, shelf: Shelf) -> PlanLine:
    return PlanLine(
        form=line.form, title=size.title, revision=size.revision, section=line.section,
        is_labels=bool(shelf.form(line.form).spec.labels), pages_each=size.pages, sheets_each=size.sheets,
        copies=line.copies, formula=line.formula, stock_copies=line.stock_copies, stock_formula=line.stock_formula,
        setting=line.setting, note=line.note,
    )  # fmt: skip


def _label_need(site: Site, department: Department, run: Run, hours: int, days: int, surge: float) -> LabelNeed | None:
    """Labels of the patients in the beds; those who arrive take the sheets with downtime numbers, counted as forms."""
    labels = site.facility.labels
    if labels is None or not labels.per_patient_day or not department.census:
        return None
    stock, _, _ = label_setting(site.facility, run.paper)

    def sheets(span: int) -> tuple[int, str]:
        spoilage = site.facility.spoilage
        need = clinical.copies(
            census=department.census, arrivals_per_hour=0, hours=span, uses_per_patient_day=labels.per_patient_day,
            uses_per_arrival=0, surge=surge, spoilage=spoilage,
        )  # fmt: skip
        count = math.ceil(need.copies / stock.labels_a_sheet)
        words = f"{department.census:g} patients × {labels.per_patient_day} labels a day × {span} h ÷ 24"
        words += f" × {surge:g} surge" if surge != 1 else ""
        words += f" × {1 + spoilage:g} spoilage" if spoilage else ""
        return count, f"{words} = {need.copies:,} labels, {stock.labels_a_sheet} a sheet, so {count:,}"

    return LabelNeed(stock.name, *sheets(hours), *sheets(days * HOURS_A_DAY))
