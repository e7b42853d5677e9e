"""The kits to carry: of each department the newest, which must be encrypted, or become so on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from downtime.errors import ConfigError, DowntimeError, UsageError
from downtime.files import write_whole
from downtime.keep.events import age_text
from downtime.page.envelope import Holds, about_envelope
from downtime.page.manifest import ManifestKind, from_json
from downtime.page.opening import manifest_of, open_protected, read_file
from downtime.page.passphrase import Passphrase, PassphraseWrongError
from downtime.paper.kit_model import VOID_AFTER
from downtime.paper.protect import PLAIN_SUFFIX, SEALED_SUFFIX, write_private
from downtime.site import Site


@dataclass(frozen=True, slots=True)
class FoundKit:
    """A kit on the disk, by what its manifest says."""

    department: str
    manifest: Path
    pdf: Path
    made_at: datetime
    data_as_of: datetime
    sealed: bool


@dataclass(frozen=True, slots=True)
class Kits:
    """The kit to carry of each department; why a department has none; and what somebody must look at."""

    newest: dict[str, FoundKit]
    none: dict[str, str]
    warnings: tuple[str, ...]


def newest_kits(folder: Path | None, site: Site, now: datetime) -> Kits:
    """Look for the newest kit of each department in a folder and the folders in it; raises UsageError if there is none.

    A kit that is older than the site keeps kits, whose data are void, or whose PDF is not the one of its manifest, is
    not carried.
    """
    if folder is None:
        return Kits({}, {}, ())
    if not folder.is_dir():
        raise UsageError("there is no such folder of kits", do="check the name given with --kits", where=str(folder))
    warnings: list[str] = []
    found = [kit for kit in _found(folder, site, warnings) if kit.department in site.departments]
    oldest = now - timedelta(hours=site.facility.protection.keep_kits_hours)
    newest: dict[str, FoundKit] = {}
    none: dict[str, str] = {}
    for kit in sorted(found, key=lambda kit: (kit.data_as_of, kit.made_at)):
        if kit.made_at < oldest:
            none[kit.department] = "the last one is older than kits are kept"
        elif now - kit.data_as_of > VOID_AFTER:
            none[kit.department] = f"the data of the last one are {age_text(now - kit.data_as_of)}, and void"
        else:
            newest[kit.department] = kit
    return Kits(newest, {name: why for name, why in none.items() if name not in newest}, tuple(warnings))


def check_protected(kits: Kits, site: Site, passphrase: Passphrase | None) -> tuple[str, ...]:
    """Raise ConfigError where a kit would be carried unencrypted; says which ones open with another passphrase."""
    bare = [site.departments[name].name for name, kit in kits.newest.items() if not kit.sealed]
    if bare and passphrase is None:
        raise ConfigError(
            f"the kit of {', '.join(bare)} is not encrypted, and no passphrase was given",
            why="a stick is easily lost, and whoever finds it could read the patients' data",
            do="name a file with --passphrase-file and it is encrypted on the way, or leave kits out with --no-kits",
        )
    return tuple(_not_opened(kits, site, passphrase)) if passphrase is not None else ()


def put_kit(kit: FoundKit, folder: Path, stem: str, passphrase: Passphrase | None) -> Path:
    """Write a kit and its manifest into a folder, encrypted; returns the PDF. Raises InputError and WriteError."""
    pdf = read_file(kit.pdf)
    if kit.sealed:
        write_whole(folder / f"{stem}{SEALED_SUFFIX}", read_file(kit.manifest), private=True)
        write_whole(folder / f"{stem}.pdf", pdf, private=True)
        return folder / f"{stem}.pdf"
    if passphrase is None:
        raise ValueError("an unencrypted kit must not be carried")
    return write_private(folder, stem, pdf, manifest_of(kit.manifest), passphrase)


def _found(folder: Path, site: Site, warnings: list[str]) -> Iterator[FoundKit]:
    patterns = [f"{inner}*{suffix}" for inner in ("", "*/") for suffix in (PLAIN_SUFFIX, SEALED_SUFFIX)]
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
        if path.is_symlink() or path.name.startswith(".") or path.parent.name.startswith("."):
            continue
        try:
            kit = _sealed(path, site) if path.name.endswith(SEALED_SUFFIX) else _plain(path, site)
        except DowntimeError as error:
            warnings.append(f"{path}: it is not carried: {error.what}")
            continue
        if isinstance(kit, FoundKit):
            yield kit
        elif kit:
            warnings.append(f"{path}: {kit}")


def _sealed(path: Path, site: Site) -> FoundKit | str:
    about = about_envelope(read_file(path), str(path))
    whole = about.holds is Holds.MANIFEST and about.kind == ManifestKind.KIT and about.department and about.data_as_of
    if not whole or about.facility != site.facility.id:
        return ""
    pdf = path.with_name(path.name.removesuffix(SEALED_SUFFIX) + ".pdf")
    if hashlib.sha256(read_file(pdf)).hexdigest() != about.pdf:
        return "it is not carried: the PDF beside it was changed or replaced"
    return FoundKit(str(about.department), path, pdf, about.made_at, about.data_as_of or about.made_at, True)


def _plain(path: Path, site: Site) -> FoundKit | str:
    manifest = from_json(read_file(path), where=str(path))
    if manifest.kind is not ManifestKind.KIT or manifest.facility.id != site.facility.id or not manifest.data_as_of:
        return ""
    pdf = path.with_name(path.name.removesuffix(PLAIN_SUFFIX) + ".pdf")
    if manifest_of(pdf).kit != manifest.kit:
        return "it is not carried: the PDF beside it is another kit's"
    return FoundKit(manifest.department.id, path, pdf, manifest.made_at, manifest.data_as_of, False)


def _not_opened(kits: Kits, site: Site, passphrase: Passphrase) -> Iterator[str]:
    for name, kit in kits.newest.items():
        if kit.sealed:
            try:
                open_protected(read_file(kit.manifest), str(kit.manifest), passphrase)
            except PassphraseWrongError:
                yield f"the kit of {site.departments[name].name} opens with another passphrase than the one given now"
