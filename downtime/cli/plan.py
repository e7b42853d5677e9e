"""`downtime plan`: what to print and what to keep in stock, with the sum shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from downtime.cli.console import Console
from downtime.errors import ExitCode

if TYPE_CHECKING:
    from downtime.paper.plan import DepartmentPlan

HEADS = ("", "copies", "pages", "sheets", "in store", "pages", "sheets")


def plan(
    context: typer.Context,
    site: Annotated[Path, typer.Argument(help="The site folder.")],
    hours: Annotated[int | None, typer.Option(min=1, max=672, help="How long each box must last.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=366, help="How long the central store must last.")] = None,
    surge: Annotated[str | None, typer.Option(help="A surge factor of facility.yaml, by its name.")] = None,
    department: Annotated[
        list[str] | None, typer.Option("--department", "-d", help="Only this one; may be repeated.")
    ] = None,
    single_sided: Annotated[
        bool, typer.Option("--single-sided", help="For printers that cannot print on both sides.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Also write a pull list for the storekeeper (PDF).")
    ] = None,
    made_at: Annotated[
        str | None, typer.Option(help="Date and time on the pull list (2026-11-23T0930): same input, same bytes.")
    ] = None,
) -> int:
    """Count what to print and stock, with the sums shown.

    Copies, pages, sheets, reams and labels for each department: for the box on the unit and for the central store.
    How long each must last, and the surge factor, are the department's own settings unless given here.

    Says so, and leaves with 1, where an inpatient unit's box would hold under 8 hours of orders, medication pages,
    laboratory or imaging requests.

    Example: downtime plan SITE --hours 8 --days 28 -o pull.pdf
    """
    from downtime.library.procedures import procedure_paths
    from downtime.library.shelf import Shelf
    from downtime.paper.production import print_run
    from downtime.paper.stock import make_plan
    from downtime.site import load_site

    console: Console = context.obj
    shelf = Shelf(site / "forms")
    loaded = load_site(site, known_forms=shelf.ids, known_procedures=tuple(procedure_paths(site)))
    run = print_run(loaded, made_at=made_at, single_sided=single_sided)
    with console.progress("Counting") as bar:
        planned = make_plan(
            loaded, shelf, hours=hours, days=days, surge=surge, only=department or (), run=run, progress=bar
        )
    if out is not None:
        from downtime.files import make_folder, write_whole
        from downtime.paper.pull_list import pull_list_pdf

        make_folder(out.resolve().parent)
        write_whole(out, pull_list_pdf(loaded, planned, run))
    if console.json:
        console.data(planned.as_data())
    else:
        for unit in planned.departments:
            _say_department(console, unit)
        console.say(planned.total_text)
        if out is not None:
            console.say(f"Pull list: {out}")
    for finding in planned.findings:
        console.warn(str(finding))
    return int(ExitCode.FINDINGS if planned.findings else ExitCode.DONE)


def _say_department(console: Console, unit: DepartmentPlan) -> None:
    """A table of numbers, then the sums, which are too long for a column."""
    console.say(f"{unit.name} ({unit.id}): box {unit.box_id} {unit.terms}")
    rows: list[tuple[object, ...]] = []
    for section in dict.fromkeys(line.section for line in unit.lines):
        rows.append((section, *[""] * 6))
        for line in (line for line in unit.lines if line.section == section):
            box, store = line.box, line.store
            # Label sheets are no paper of the printer's tray; a total that mixed the two would buy the wrong reams.
            sheets = ("labels", "labels") if line.is_labels else (f"{box.sheets:,}", f"{store.sheets:,}")
            numbers = (f"{line.copies:,}", f"{box.pages:,}", sheets[0], f"{line.stock_copies:,}", f"{store.pages:,}")
            rows.append((f"  {line.form}", *numbers, sheets[1]))
    console.table(HEADS, rows, right=(1, 2, 3, 4, 5, 6))
    sums = [(line.form, line.formula, line.stock_formula) for line in unit.lines if line.setting]
    if sums:
        console.say(f"Copies in the box ({'; '.join(unit.settings)}):")
    for form, box_sum, store_sum in sums:
        console.say(f"  {form}: {box_sum}")
        if console.verbose:
            console.say(f"    in the store: {store_sum}")
    if unit.labels:
        console.say(f"Blank label sheets, {unit.labels.stock}: {unit.labels.formula}")
        if console.verbose:
            console.say(f"    in the store: {unit.labels.stock_formula}")
    supplies = ", ".join(f"{line.quantity:,} {line.item}" for line in unit.supplies)
    if supplies:
        console.say(f"Beside the paper: {supplies}")
    console.say(f"{unit.total_text}\n")
