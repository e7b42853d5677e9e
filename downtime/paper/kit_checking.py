"""What is wrong or unwise about the kits of a site, told before an outage: forms, charts, units and CSV columns."""

from __future__ import annotations

from collections.abc import Iterator

from downtime.census.csv_columns import COLUMNS, same_header
from downtime.errors import ConfigError, Finding, Level
from downtime.library.schema import FormSpec, GridSpec, Scope
from downtime.library.shelf import Shelf
from downtime.paper.kit_model import Chart
from downtime.paper.kit_plan import CHARTS_OF, kit_plan
from downtime.site import Department, Site
from downtime.site.kit_settings import KitForm, KitWhen
from downtime.site.reading import FACILITY
from downtime.textyaml import Path_

CHART_SOURCES = frozenset(chart.value for chart in Chart if chart is not Chart.NONE)
# What must stand in the row of an order, so that nobody gives it from memory: one name of each set (ISMP). The route
# of an infusion that is not intravenous prints with its words.
_NEEDED = (("order.drug",), ("order.dose", "order.rate"), ("order.route", "order.words"))


def kit_findings(site: Site, shelf: Shelf) -> Iterator[Finding]:
    """Everything that would make a kit print nobody, the wrong kind of form, or an order on no chart."""
    yield from _columns(site)
    for department in site.departments.values():
        if department.kit is None:
            continue
        if not department.census_units:
            yield site.finding(
                department.id, ("kit",), "no census_units: a kit finds nobody",
                f"what a census calls {department.name} is never guessed",
                "write the unit's name in the census as census_units: [ICU]", Level.WARNING,
            )  # fmt: skip
        for entry, path in department.kit.entries():
            try:
                spec = shelf.form(entry.form).spec
            except ConfigError:  # told with the forms
                continue
            yield from _form(site, department, entry, path, spec)
        yield from _charts(site, department, shelf)


def _form(site: Site, department: Department, entry: KitForm, path: Path_, spec: FormSpec) -> Iterator[Finding]:
    part = path[1]
    if part == "unit" and spec.scope is Scope.PATIENT:
        what, do = f"{spec.form} is a form of a patient", "put it under kit: patient"
        yield site.finding(department.id, path, what, "under `unit:` it prints without anybody's name", do)
    if part == "patient" and spec.scope is not Scope.PATIENT:
        what, do = f"{spec.form} is a form of the unit", "put it under kit: unit"
        yield site.finding(department.id, path, what, "under `patient:` each patient would get one, without a name", do)
    for grid in _chart_grids(spec):
        chart = Chart(grid.rows.data)
        if entry.when is KitWhen.ARRIVALS or (entry.when in CHARTS_OF and chart not in CHARTS_OF[entry.when]):
            what = f"{spec.form} has rows for {_NAMES[chart]}, and prints only `when: {entry.when.value}`"
            yield site.finding(department.id, (*path, "when"), what, "whoever has no such order gets no chart for "
                               "the others", "leave `when:` away")  # fmt: skip
        names = {field.data for column in grid.columns for line in column.cell for field in line}
        names |= {column.data for column in grid.columns}
        for either in _NEEDED:
            if not names & set(either):
                what = f"{spec.form}: rows of {_NAMES[chart]} without {' or '.join(either)}"
                why = "an order on it could not be told from another"
                yield site.finding(department.id, path, what, why, f"bind a field with `data: {either[0]}`")


def _charts(site: Site, department: Department, shelf: Shelf) -> Iterator[Finding]:
    try:
        plan = kit_plan(department, shelf)
        specs = [shelf.form(entry.form).spec for entry in plan.patient]
    except ConfigError:  # told with the forms
        return
    there = {Chart(grid.rows.data) for spec in specs for grid in _chart_grids(spec)}
    lacking = [_NAMES[chart] for chart in (Chart.SCHEDULED, Chart.AS_NEEDED, Chart.INFUSION) if chart not in there]
    if not lacking:
        return
    yield site.finding(
        department.id, ("kit", "patient"), f"the kit has no chart for {', '.join(lacking)}",
        "such orders print on another chart with CHECK ORDER, or on the list of all orders alone",
        "add the form, if this unit gives any", Level.NOTE,
    )  # fmt: skip


_NAMES = {
    Chart.SCHEDULED: "scheduled medicines",
    Chart.ONE_TIME: "one-time medicines",
    Chart.AS_NEEDED: "medicines as needed",
    Chart.INFUSION: "infusions",
}


def _chart_grids(spec: FormSpec) -> Iterator[GridSpec]:
    for whole in spec.sections:
        for section in whole.whole:
            if section.grid is not None and section.grid.rows.data in CHART_SOURCES:
                yield section.grid


def _columns(site: Site) -> Iterator[Finding]:
    """A header that facility.yaml gives to one meaning and that is another's usual one: the other is then not read."""
    columns = site.facility.census.columns
    usual = {same_header(column.header): meaning for meaning, column in COLUMNS.items()}
    for meaning, header in columns.items():
        other = usual.get(same_header(header), meaning)
        if other != meaning and other not in columns:
            yield site.files[FACILITY].finding(
                ("census", "columns", meaning), f"“{header}” is read as {meaning}, so nothing is read as {other}",
                f"“{COLUMNS[other].header}” is the usual header of {other}",
                f"name the header of {other} too, or correct this one", Level.WARNING,
            )  # fmt: skip
