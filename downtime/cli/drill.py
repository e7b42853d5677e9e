"""`downtime drill`: paper filled in by a simulated pen and scanned by a simulated scanner, with the truth beside it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from downtime.cli.console import Console
from downtime.errors import ExitCode, MissingPartError, UsageError

if TYPE_CHECKING:
    from downtime.drill.rehearse import Rehearsed
    from downtime.page.manifest import Manifest


def drill(
    context: typer.Context,
    site: Annotated[Path, typer.Argument(help="The site folder.")],
    department: Annotated[str, typer.Option("--department", "-d", help="The unit that rehearses.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="An empty folder for scans, manifests and the truth.")],
    pages: Annotated[int, typer.Option(help="How many pages get filled in.")] = 40,
    seed: Annotated[int, typer.Option(help="The same seed gives the same drill.")] = 1,
    kind: Annotated[str, typer.Option(help="packet or kit: which paper is filled in.")] = "packet",
    census: Annotated[
        list[Path] | None, typer.Option("--census", help="For a kit: a census file, or a folder of them.")
    ] = None,
    profile: Annotated[str, typer.Option(help="Who writes: careful, tired or hostile.")] = "tired",
    degrade: Annotated[
        str | None, typer.Option(help="What happens to pages: kinds with commas between them, + to combine.")
    ] = None,
    file_format: Annotated[
        str | None, typer.Option("--format", help="Kinds of file, with commas between them; otherwise mixed.")
    ] = None,
    made_at: Annotated[
        str | None, typer.Option(help="Date and time to print (2026-11-23T0930); otherwise this morning, 0600.")
    ] = None,
    paper: Annotated[str | None, typer.Option(help="letter or a4, instead of the site's own.")] = None,
) -> int:
    """Rehearse: make a drill's paper, fill it in, scan it, and keep what is true of it."""
    _need_the_desk()
    from downtime.drill.paper import IssuedPaper, composed_forms
    from downtime.drill.profiles import profile_named
    from downtime.drill.rehearse import new_folders, rehearse
    from downtime.drill.wanted import Rehearsal, parse_degrade
    from downtime.paper.protect import private_folder

    console: Console = context.obj
    wanted = Rehearsal(
        seed=seed,
        pages=pages,
        profile=profile_named(profile),
        degrade=parse_degrade(degrade) if degrade else None,
        formats=tuple(name.strip() for name in file_format.split(",")) if file_format else (),
    )
    if kind not in ("packet", "kit"):
        raise UsageError(f"there is no “{kind}” to fill in", do="use --kind packet or --kind kit")
    if (kind == "kit") != bool(census):
        raise UsageError("a kit needs a census, a packet has none", do="use --kind kit and --census FILE together")
    if kind == "kit":
        for warning in private_folder(out):
            console.warn(warning)
    _, manifests = new_folders(out)
    pdf, manifest, path = _issued(site, department, kind, census or [], manifests, made_at or _morning(), paper, seed)
    forms = composed_forms(site, department, [sheet.form for sheet in manifest.sheets])
    issued = IssuedPaper(pdf, manifest, forms)
    with console.progress("Drill") as bar:
        done = rehearse(issued, path.name, wanted, out, bar)
    issued.close()
    _say(console, done, path, out, site, of_patients=kind == "kit", printed=manifest.page_count)
    return int(ExitCode.DONE)


def _say(
    console: Console, done: Rehearsed, path: Path, out: Path, site: Path, *, of_patients: bool, printed: int
) -> None:
    """The result, and the command that reads it."""
    from downtime.drill.rehearse import SCANS_FOLDER, TRUTH_NAME

    scans, truth = out / SCANS_FOLDER, out / TRUTH_NAME
    if console.json:
        console.data(
            {
                "scans": str(scans),
                "files": done.files,
                "images": done.images,
                "written": done.written,
                "lost": done.lost,
                "manifest": str(path),
                "truth": str(truth),
            }
        )
        return
    console.say(f"{path}  the paper: {printed} pages, every one says DRILL")
    console.say(f"{scans}  {done.files} files, {done.images} images of {done.written} written pages")
    if done.lost:
        console.say(f"{done.lost} written pages went through the scanner under another one: they must be found missing")
    if of_patients:
        console.say("The scans show the patients of the census as they are: remove the folder when the drill is over.")
    console.say(f"{truth}  what is true; do not show it to whoever rehearses")
    scanned, issued_to, of_site, read = (shlex.quote(str(part)) for part in (scans, path.parent, site, out / "read"))
    console.say(f"Next: downtime scan {scanned} --manifests {issued_to} --site {of_site} --drill -o {read}")


def _need_the_desk() -> None:
    """Raise MissingPartError where the libraries of the desk are not installed."""
    from importlib.util import find_spec

    missing = [name for name in ("numpy", "cv2", "pypdfium2", "PIL", "zxingcpp") if find_spec(name) is None]
    if missing:
        raise MissingPartError(
            "a drill needs the desk's part",
            why=f"{', '.join(missing)} is not installed"
            if len(missing) == 1
            else f"not installed: {', '.join(missing)}",
            do='pip install "downtime[desk]"',
        )


def _morning() -> str:
    """Six in the morning of today: with one seed, every drill of a day is the same."""
    from datetime import date

    return f"{date.today().isoformat()}T0600"


def _issued(
    site: Path, department: str, kind: str, census: list[Path], out: Path, made_at: str, paper: str | None, seed: int
) -> tuple[bytes, Manifest, Path]:
    """Print the drill's packet or kit into `out`."""
    from dataclasses import replace

    from downtime.cli.passphrases import opened_census
    from downtime.paper.batch import read_site
    from downtime.paper.kit import KitOptions, make_kit
    from downtime.paper.packet import make_packet
    from downtime.paper.production import facility_key, print_run, write_kit, write_packet

    loaded, shelf = read_site(site)
    unit = loaded.department(department)
    run = print_run(loaded, made_at=made_at, paper=paper, drill=True, key=facility_key(loaded))
    # Two drills of one morning are two kits: the seed stands in the part of the time that no page shows.
    run = replace(run, made_at=run.made_at.replace(microsecond=seed % 1_000_000))
    if kind == "packet":
        packet = make_packet(loaded, unit, shelf, run)
        return packet.pdf, packet.manifest, write_packet(out, loaded.facility.id, packet)
    snapshot = opened_census(census, loaded, run.made_at, None)
    hours = unit.kit.hours if unit.kit else KitOptions().hours
    made = make_kit(loaded, unit, shelf, snapshot, KitOptions(hours=hours), run)
    return made.pdf, made.manifest, write_kit(out, loaded.facility.id, made)
