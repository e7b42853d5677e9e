"""`downtime recovery`: what becomes of each form after an outage, who enters it, and by which route it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from downtime.cli.console import Console
from downtime.errors import ExitCode

if TYPE_CHECKING:
    from downtime.library.schema import FormSpec
    from downtime.site.recovery import Recovery
    from downtime.site.recovery_defaults import Treatment

HEADS = ("form", "outage", "entered", "by", "values", "pages", "which")


def recovery(
    context: typer.Context,
    site: Annotated[Path, typer.Argument(help="The site folder.")],
    form: Annotated[list[str] | None, typer.Option("--form", help="Only this form; may be repeated.")] = None,
) -> int:
    """Show the recovery policy: for each form and outage length what is entered again, by whom, by which route.

    The site's own rules stand in facility.yaml under `recovery:`; every other form follows the defaults for the site's
    record system, each with its source.

    Example: downtime recovery SITE --form mar-scheduled
    """
    from downtime.library.procedures import procedure_paths
    from downtime.library.shelf import Shelf
    from downtime.site import load_site

    console: Console = context.obj
    shelf = Shelf(site / "forms")
    loaded = load_site(site, known_forms=shelf.ids, known_procedures=tuple(procedure_paths(site)))
    policy = loaded.facility.recovery
    specs = [shelf.form(name).spec for name in form] if form else [each.spec for each in shelf.all_forms()]
    lines = [line for spec in specs for line in _lines(policy, spec)]
    if console.json:
        console.data([_as_data(*line) for line in lines])
    else:
        console.say(f"record system: {policy.system.value}")
        console.table(HEADS, [_row(*line) for line in lines])
        for source in dict.fromkeys(line[3].source for line in lines):
            console.say(f"from {source}: {', '.join(_named(lines, source))}")
    return int(ExitCode.DONE)


def _lines(policy: Recovery, spec: FormSpec) -> Iterator[tuple[str, int | None, int, Treatment]]:
    """Form, longest outage in minutes, the one before, and what is done."""
    from downtime.library.schema import Fate
    from downtime.site.recovery_defaults import limits_of, treatment_of

    if spec.record.fate is Fate.DISCARD:
        return
    before = 0
    for limit in limits_of(policy, spec.form, spec.record.targets):
        minutes = limit if limit is not None else before + 1
        yield spec.form, limit, before, treatment_of(policy, spec.form, spec.record.targets, minutes)
        before = limit or before


def _row(form: str, limit: int | None, before: int, done: Treatment) -> tuple[str, ...]:
    length = f"up to {_span(limit)}" if limit else f"over {_span(before)}" if before else "any"
    which = ", ".join(done.fields) or done.what or ("last rows" if done.rows == "last" else "")
    return (form, length, done.enter.value, done.by, done.values.value, done.pages.value, which)


def _named(lines: list[tuple[str, int | None, int, Treatment]], source: str) -> list[str]:
    return list(dict.fromkeys(form for form, _, _, done in lines if done.source == source))


def _span(minutes: int) -> str:
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def _as_data(form: str, limit: int | None, before: int, done: Treatment) -> dict[str, object]:
    return {
        "form": form, "over_minutes": before, "up_to_minutes": limit, "enter": done.enter, "fields": done.fields,
        "rows": done.rows, "what": done.what, "by": done.by, "values": done.values, "pages": done.pages,
        "source": done.source,
    }  # fmt: skip
