"""From a command to files: reads the key, settles the time of printing, names and writes what was made."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from downtime.errors import UsageError
from downtime.files import write_together
from downtime.page.geometry import PaperSize
from downtime.page.key import read_key
from downtime.page.manifest import ManifestKind
from downtime.page.passphrase import Passphrase
from downtime.paper.packet import FinishedPacket, Run
from downtime.paper.protect import write_private
from downtime.site import Site
from downtime.textyaml import nearest

if TYPE_CHECKING:  # a packet is made without the census, whose models take a while to import
    from downtime.paper.kit_model import FinishedKit

_MADE_AT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}):?(\d{2})")


def facility_key(site: Site) -> bytes | None:
    """The facility's key, or None where facility.yaml names none; raises ConfigError for a key that is bad."""
    return read_key(site.key_path) if site.key_path is not None else None


def print_run(
    site: Site,
    *,
    made_at: str | None = None,
    single_sided: bool = False,
    paper: str | None = None,
    drill: bool = False,
    key: bytes | None = None,
    fillable: bool = False,
) -> Run:
    """The settings of one run; raises UsageError for a time or paper that cannot be."""
    zone = ZoneInfo(str(site.facility.timezone))
    moment = _parsed(made_at).replace(tzinfo=zone) if made_at else datetime.now(zone).replace(second=0, microsecond=0)
    return Run(
        made_at=moment,
        fixed=made_at is not None,
        single_sided=single_sided,
        drill=drill,
        paper=chosen_paper(paper),
        key=key,
        fillable=fillable,
    )


def chosen_paper(name: str | None) -> PaperSize | None:
    """The paper of that name, None where none is named; raises UsageError for a name that is no paper."""
    if name is not None and name not in list(PaperSize):
        raise UsageError(f"there is no paper “{name}”", do=nearest(name, [size.value for size in PaperSize]))
    return PaperSize(name) if name is not None else None


def _parsed(text: str) -> datetime:
    found = _MADE_AT.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        return datetime.fromisoformat(f"{found[1]}T{found[2]}:{found[3]}")
    except ValueError:
        raise UsageError(f"“{text}” is not a date and time", do="write it as 2026-11-23T0930") from None


def write_packet(folder: Path, facility: str, packet: FinishedPacket) -> Path:
    """Write manifest and PDF, both or neither: whoever sees the PDF finds its own manifest beside it."""
    name = f"{facility}-{packet.department}-{'drill' if packet.manifest.kind == 'drill' else 'packet'}"
    name += "-fillable" if packet.fillable else ""
    path = folder / f"{name}.pdf"
    write_together(((folder / f"{name}.manifest.json", packet.manifest.to_json()), (path, packet.pdf)))
    return path


def write_kit(folder: Path, facility: str, kit: FinishedKit, passphrase: Passphrase | None = None) -> Path:
    """Write a kit and its manifest, for the owner's eyes only; an earlier kit of the same minute is never overwritten.

    The name holds facility, department and time, and nothing of a patient. Raises WriteError.
    """
    made = f"{kit.manifest.made_at:%Y%m%d-%H%M}"
    kind = "drill" if kit.manifest.kind is ManifestKind.DRILL else "kit"
    stem = f"{facility}-{kit.department}-{kind}-{made}" + ("-fillable" if kit.fillable else "")
    names = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
    free = next(name for name in names if not (folder / f"{name}.pdf").exists())
    return write_private(folder, free, kit.pdf, kit.manifest, passphrase, kit.manifest_json)
