"""`downtime purge`: removes kits and snapshots that are older than the site says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from downtime.cli.console import Console
from downtime.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from downtime.keep.purge import Limits, Purge


def purge(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="SITE|FOLDER", help="A site folder, or a folder with kits.")],
    site: Annotated[Path | None, typer.Option("--site", help="The site whose limits hold for the folder.")] = None,
    older_than: Annotated[
        str | None, typer.Option("--older-than", help="Instead of the site's limits, as 72h or 7d.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
) -> int:
    """Remove kits and snapshots that are older than the site says; packets hold no patient and stay.

    Leaves with 1 where something was left that needs a person, with 5 where something could not be removed.
    """
    from datetime import UTC, datetime

    from downtime.keep.purge import find_old, remove

    console: Console = context.obj
    folders, limits = _where_and_how_old(folder, site, older_than)
    now = datetime.now(UTC)
    found = [find_old(place, limits, now) for place in folders]
    gone: list[Path] = []
    stuck: list[Any] = []
    if not dry_run:
        for part in found:
            removed, failed = remove(part)
            gone += removed
            stuck += failed
    _tell(console, found, gone, stuck, dry_run)
    if stuck:
        return int(ExitCode.CANNOT_WRITE)
    return int(ExitCode.FINDINGS if any(part.left for part in found) else ExitCode.DONE)


def _where_and_how_old(folder: Path, site: Path | None, older_than: str | None) -> tuple[list[Path], Limits]:
    from datetime import timedelta

    from downtime.keep.purge import Limits
    from downtime.keep.spans import span_of
    from downtime.site import load_site
    from downtime.site.reading import FACILITY

    is_site = (folder / FACILITY).is_file()
    if is_site and site is not None:
        raise UsageError("the folder is a site itself", do="leave --site out")
    root = folder if is_site else site
    loaded = load_site(root) if root is not None else None
    span = span_of(older_than, least=timedelta(), most=timedelta(days=3660)) if older_than else None
    if span is None and loaded is None:
        raise UsageError(
            "nothing says how old a kit may become", do="name the site with --site, or give a limit: --older-than 72h"
        )
    if loaded is None:
        limits = Limits(span or timedelta(), span or timedelta())
    else:
        facility = loaded.facility
        kits = span if span is not None else timedelta(hours=facility.protection.keep_kits_hours)
        snapshots = span if span is not None else timedelta(hours=facility.snapshots.keep_hours)
        limits = Limits(kits, snapshots, facility.id)
    if not is_site or loaded is None:
        return [folder], limits
    own = (loaded.snapshots_folder, loaded.kits_folder)
    return [place for place in dict.fromkeys(own) if place.is_dir()], limits


def _tell(console: Console, found: list[Purge], gone: list[Path], stuck: list[Any], dry_run: bool) -> None:
    left = [item for part in found for item in part.left]
    young, others = sum(part.young for part in found), sum(part.of_others for part in found)
    wanted = [path for part in found for item in part.old for path in item.paths]
    counts: dict[str, int] = {}
    for part in found:
        for kind, count in part.counts.items():
            counts[kind] = counts.get(kind, 0) + count
    if console.json:
        console.data(
            {
                "dry_run": dry_run, "counts": counts, "files": [str(path) for path in (wanted if dry_run else gone)],
                "young": young, "of_other_facilities": others,
                "left": [{"file": str(item.path), "why": item.why} for item in left],
                "not_removed": [{"file": str(item.path), "why": item.why} for item in stuck],
            }
        )  # fmt: skip
        return
    for path in wanted if dry_run else gone:
        console.say(f"{'would remove' if dry_run else 'removed'}  {path}")
    for item in left:
        console.warn(f"left  {item.path}: {item.why}")
    for item in stuck:
        console.warn(f"not removed  {item.path}: {item.why}")
    said = ", ".join(f"{count} {kind}{'s' if count != 1 else ''}" for kind, count in counts.items()) or "nothing"
    console.say(f"{'Would remove' if dry_run else 'Old enough to go'}: {said}. Young enough to stay: {young}.")
    if others:
        console.say(f"Of another facility, and not judged: {others}.")
