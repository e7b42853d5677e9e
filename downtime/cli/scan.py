"""`downtime scan`: scanned paper and filled forms into identified, straightened, read and collated sheets."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from downtime.cli.console import Console
from downtime.cli.passphrases import PassphraseFile
from downtime.errors import ConfigError, ExitCode, InputError, MissingPartError, UsageError

if TYPE_CHECKING:
    from downtime.scan.result import ScanResult
    from downtime.scan.run import Request, Run

MOST_SHEETS_LISTED = 40
"""Of a longer list only what is not complete is printed; the report has all."""


def scan(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Scanned files, or folders of them.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for results and pictures; given again, it goes on.")],
    manifests: Annotated[
        list[Path], typer.Option("--manifests", help="Kits, packets or their manifests: files or folders.")
    ],
    site: Annotated[
        Path | None, typer.Option("--site", help="The site folder: its key checks the signatures of page codes.")
    ] = None,
    thresholds: Annotated[
        Path | None, typer.Option("--thresholds", help="Settings of marks and limits, instead of the site's scan.yaml.")
    ] = None,
    typed: Annotated[
        Path | None, typer.Option("--typed", help="File with codes that somebody typed for unidentified pages.")
    ] = None,
    drill: Annotated[bool, typer.Option("--drill", help="Read the pages of a rehearsal, and no live ones.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on taking what appears, until Ctrl-C.")] = False,
    every: Annotated[float, typer.Option("--every", min=0.1, help="With --watch: seconds between looks.")] = 5.0,
    scores: Annotated[
        bool, typer.Option("--scores", help="Also scores.pdf: all marks by their score, to set thresholds by.")
    ] = False,
    processes: Annotated[int, typer.Option("--processes", min=0, help="How many; 0 for one a core.")] = 0,
    passphrase_file: PassphraseFile = None,
) -> int:
    """Read scanned pages and put them together to sheets; leaves with 1 where a person is needed."""
    console: Console = context.obj
    _check_places(paths, out)
    request = _request(console, manifests, site, thresholds, passphrase_file, drill=drill, processes=processes)
    from downtime.scan.run import start

    with start(out, request) as run:
        if typed is not None:
            from downtime.scan.typed_codes import read_typed_codes

            run.type_codes(read_typed_codes(typed, run.page_ids()))
        result = _watched(console, run, paths, out, every, request) if watch else _once(console, run, paths, request)
        _write(run, result, out, scores=scores)
    _say(console, result, out)
    return int(ExitCode.DONE if result.is_settled else ExitCode.FINDINGS)


def _once(console: Console, run: Run, paths: list[Path], request: Request) -> ScanResult:
    import time

    from downtime.scan.watch import take_once

    with console.progress("Pages") as bar:
        take_once(run, paths, request.settings.limits.settle_seconds, bar, time.sleep)
    return run.result()


def _watched(console: Console, run: Run, paths: list[Path], out: Path, every: float, request: Request) -> ScanResult:
    """Take what comes until somebody ends it; the results on disk are renewed after every arrival."""
    import time

    from downtime.scan.watch import Watch
    from downtime.scan.words import counts

    watching = Watch(run, paths, request.settings.limits.settle_seconds)
    console.say(f"Watching {', '.join(str(path) for path in paths)}; Ctrl-C ends it.")
    try:
        while True:
            with console.progress("Pages") as bar:
                changed = watching.look(time.monotonic(), bar)
            if changed:
                result = run.result()
                _write(run, result, out, scores=False)
                console.say(f"{len(result.pages)} pages: {counts(result)}")
            time.sleep(every)
    except KeyboardInterrupt:
        return run.result()


def _write(run: Run, result: ScanResult, out: Path, *, scores: bool) -> None:
    from downtime.files import write_whole
    from downtime.scan.report import REPORT, report_page
    from downtime.scan.result import RESULT

    write_whole(out / RESULT, result.to_json(), private=True)
    write_whole(out / REPORT, report_page(result).encode("utf-8"), private=True)
    if scores:
        from downtime.scan.scores_pdf import SCORES

        write_whole(out / SCORES, run.scores_pdf(), private=True)


def _check_places(paths: list[Path], out: Path) -> None:
    target = out.resolve()
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise InputError("there is no such file or folder", do="check the name", where=str(path))
        source = path.resolve()
        if target == source or source in target.parents or target in source.parents:
            raise UsageError(
                f"{out} and {path} lie in each other",
                why="the pictures that are written would come in as scans",
                do="choose an output folder that is apart",
            )


def _request(
    console: Console,
    manifests: list[Path],
    site: Path | None,
    thresholds: Path | None,
    passphrase_file: Path | None,
    *,
    drill: bool,
    processes: int,
) -> Request:
    try:
        from downtime.scan.run import Request
    except ModuleNotFoundError as missing:
        raise MissingPartError(
            "reading scans needs a part that is not installed", why=f"{missing.name} is missing",
            do='pip install "downtime[desk]"',
        ) from None  # fmt: skip
    from downtime.cli.passphrases import given_passphrase
    from downtime.scan.manifests import find_manifests
    from downtime.scan.settings import ScanSettings, read_settings

    of_site = _of_site(site)
    passphrase = given_passphrase(passphrase_file or of_site.passphrase_file, None)
    found = find_manifests(manifests, passphrase)
    for finding in found.findings:
        console.warn(str(finding))
    if not found.manifests:
        console.warn("No manifest was found: pages can be straightened and kept, but not read.")
    own = [one for one in found.manifests if of_site.facility in (None, one.facility.id)]
    for other in found.manifests:
        if other not in own:
            console.warn(f"Kit {other.kit} is of another facility ({other.facility.id}): its pages are set apart.")
    file = thresholds or of_site.settings
    settings = read_settings(file) if file else ScanSettings()
    return Request(tuple(own), of_site.facility, of_site.key, settings, drill, processes)


@dataclass(frozen=True, slots=True)
class _OfSite:
    """What a site folder says for reading; all of it None where none was given."""

    facility: str | None = None
    key: bytes | None = field(default=None, repr=False)
    settings: Path | None = None
    passphrase_file: Path | None = None


def _of_site(site: Path | None) -> _OfSite:
    """What is needed of a site; a mistake in a department's file must not keep scans from being read."""
    if site is None:
        return _OfSite()
    from downtime.page.key import read_key
    from downtime.site.reading import FACILITY, SCAN, read_folder

    parts = read_folder(site)
    if parts.facility is None:
        findings = [one for one in parts.findings if FACILITY in one.file or one.file == str(site)]
        raise ConfigError(findings=findings or parts.findings)
    key = read_key(site / parts.facility.key) if parts.facility.key else None
    named = parts.facility.protection.passphrase_file
    own = site / SCAN
    return _OfSite(parts.facility.id, key, own if own.exists() else None, site / named if named else None)


def _say(console: Console, result: ScanResult, out: Path) -> None:
    from downtime.scan.report import REPORT
    from downtime.scan.words import counts, remarks

    if console.json:
        console.data(_without_patients(result))
        return
    console.say(f"{result.files} files, {len(result.pages)} pages: {counts(result)}.")
    for remark in remarks(result):
        console.warn(remark)
    _say_sheets(console, result)
    _say_waiting(console, result)
    console.say(f"Report: {out / REPORT}")
    if not result.is_settled:
        pages, sheets = len(result.waiting), len(result.incomplete)
        console.say(
            f"Next: {pages} page{'s need' if pages != 1 else ' needs'} a person, "
            f"{sheets} sheet{'s are' if sheets != 1 else ' is'} not complete."
        )


def _say_sheets(console: Console, result: ScanResult) -> None:
    """The sheets, without their patients; of many only those that are not complete."""
    from downtime.scan.result import SheetStatus
    from downtime.scan.words import pages_came, sheet_name

    for kit in result.kits:
        console.say(
            f"{kit.department_name}, {kit.kind} {kit.kit}: of {kit.issued} sheets {kit.complete} complete, "
            f"{kit.partial} in part, {kit.missing} missing, {kit.unused} blank copies of which nothing came."
        )
    every = console.verbose or len(result.sheets) <= MOST_SHEETS_LISTED
    shown = [sheet for sheet in result.sheets if every or sheet.status is not SheetStatus.COMPLETE]
    if shown:
        rows = [(sheet_name(sheet), pages_came(sheet), sheet.status.value) for sheet in shown]
        console.table(("sheet", "pages", "status"), rows)
    if len(shown) < len(result.sheets):
        console.say(f"{len(result.sheets) - len(shown)} sheets are complete; downtime --verbose scan lists them.")


def _say_waiting(console: Console, result: ScanResult) -> None:
    from downtime.scan.words import label, page_names, place, reasons_of

    names = page_names(result)
    for entry in result.waiting:
        where = f" (sheet {entry.sheet}, page {entry.page})" if entry.sheet else ""
        console.say(f"{names[entry.id]} {place(entry)}{where}: {label(entry.state)}".lstrip())
        for why in reasons_of(entry):
            console.say(f"    {why}")


def _without_patients(result: ScanResult) -> dict[str, Any]:
    """The result for other programs, without what is a patient's: that stands in result.json alone."""
    private = {"patient", "barcodes", "entered"}
    data = result.model_dump(mode="json", exclude_defaults=True)
    for part in ("pages", "sheets"):
        data[part] = [{key: value for key, value in one.items() if key not in private} for one in data.get(part, ())]
    return data
