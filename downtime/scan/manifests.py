"""The manifests that scans are read with: from kits' PDFs and from beside them, in folders or one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from downtime.errors import Finding, InputError, Level
from downtime.page.manifest import Manifest
from downtime.page.opening import manifest_of
from downtime.page.passphrase import Passphrase

_BESIDE = (".manifest.json", ".manifest.sealed")
_PDF = ".pdf"


@dataclass(frozen=True, slots=True)
class FoundManifests:
    """What was found, and what could not be used."""

    manifests: tuple[Manifest, ...]
    findings: tuple[Finding, ...]


def find_manifests(places: Iterable[Path], passphrase: Passphrase | None = None) -> FoundManifests:
    """Read every manifest of some files and folders; the same kit in several files is one.

    A file given by name must be usable: raises InputError where it is not, and where two files say different things of
    one kit. In a folder, what cannot be used is told, and a PDF that is no kit is passed over.
    """
    by_kit: dict[str, tuple[Path, Manifest]] = {}
    findings: list[Finding] = []
    for place in places:
        if not place.exists():
            raise InputError("there is no such file or folder", do="check the name", where=str(place))
        for path in _candidates(place) if place.is_dir() else (place,):
            try:
                manifest = manifest_of(path, passphrase)
            except InputError as error:
                if not place.is_dir():
                    raise
                if not _is_no_kit(error):
                    findings.append(
                        Finding(error.where or str(path), 0, Level.WARNING, error.what, error.why, error.do)
                    )
                continue
            before = by_kit.setdefault(manifest.kit, (path, manifest))
            if before[1] != manifest:
                raise InputError(
                    f"two files say different things of kit {manifest.kit}",
                    why=f"the other one is {before[0]}",
                    do="find out which of them belongs to the paper, and remove the other",
                    where=str(path),
                )
    return FoundManifests(tuple(manifest for _, (_, manifest) in sorted(by_kit.items())), tuple(findings))


def _candidates(folder: Path) -> Iterator[Path]:
    """Manifests first; a PDF only where none stands beside it, as opening one costs a hundred times more."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    beside = {path.name.removesuffix(end): path for path in files for end in _BESIDE if path.name.endswith(end)}
    stems = {path.parent / stem for stem, path in beside.items()}
    for path in files:
        if path.name.endswith(_BESIDE) or (path.suffix.lower() == _PDF and path.with_suffix("") not in stems):
            yield path


def _is_no_kit(error: InputError) -> bool:
    return error.what in ("there is no manifest in this PDF", "this is not a PDF")
