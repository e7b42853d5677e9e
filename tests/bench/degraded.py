"""The degraded set: pages of two packets, written on by a simulated pen and scanned in every way that harms them.

Made fresh from a seed; no page of one seed is another's. Letter from an intensive care unit, A4 from a practice; signed
with a key, so that an unsigned page is a finding.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from downtime.drill.chance import chance
from downtime.drill.paper import IssuedPage, IssuedPaper, composed_forms
from downtime.drill.pen import Pen
from downtime.drill.profiles import PROFILES
from downtime.drill.scanner import COMBINATIONS, KINDS, scan
from downtime.drill.scanpage import scan_page
from downtime.drill.truth import WrittenPage
from downtime.library.schema import FormSpec
from downtime.page.layout import Box
from downtime.page.manifest import Manifest
from downtime.paper.batch import read_site
from downtime.paper.packet import make_packet
from downtime.paper.production import print_run
from downtime.scan.known import KnownPages

ROOT = Path(__file__).resolve().parents[2]
KEY = bytes(range(32))
MADE_AT = "2026-11-23T0930"
PACKETS = (("riverside", "icu"), ("hillview-gp", "consulting"))
JPEG_QUALITY = 80

ALL_KINDS: tuple[tuple[str, ...], ...] = (*((name,) for name in KINDS), *COMBINATIONS)


@dataclass(frozen=True)
class Scanned:
    """One image as the scanner's file has it, and the truth: what was printed, written, hidden, and where it lies."""

    kind: str
    file: bytes
    dpi: tuple[float, float] | None
    page: WrittenPage
    to_pixels: tuple[float, ...]
    hidden: tuple[Box, ...]
    off_mm: float


class Shelf:
    """Where the packets of a set are kept, so that a set that is begun stays one whatever happens to the forms."""

    folder: Path | None = None


@cache
def packets() -> tuple[IssuedPaper, ...]:
    """The two packets: those of the set that was begun, or made of the forms as they are now."""
    return tuple(_kept(number, Shelf.folder) for number in range(len(PACKETS)))


def _kept(number: int, folder: Path | None) -> IssuedPaper:
    path = folder / f"packet-{number}.pickle" if folder else None
    if path is not None and path.exists():
        return IssuedPaper(*pickle.loads(path.read_bytes()))
    made = _printed(*PACKETS[number])
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(made))
    return IssuedPaper(*made)


def _printed(site_name: str, department: str) -> tuple[bytes, Manifest, dict[str, FormSpec]]:
    folder = ROOT / "examples" / site_name
    site, shelf = read_site(folder)
    run = print_run(site, made_at=MADE_AT, key=KEY)
    packet = make_packet(site, site.department(department), shelf, run)
    return packet.pdf, packet.manifest, composed_forms(folder, department, [s.form for s in packet.manifest.sheets])


@cache
def known() -> tuple[KnownPages, ...]:
    """What a reader knows of each packet."""
    return tuple(
        KnownPages.of([paper.manifest], paper.manifest.facility.id, KEY) for paper in packets()
    )  # fmt: skip


@cache
def candidates(packet: int) -> tuple[IssuedPage, ...]:
    """Pages of a packet with fields; of a form with many copies the first twelve."""
    return tuple(
        page for page in packets()[packet].pages() if page.places.fields and page.sheet.copy_number <= 12
    )  # fmt: skip


def chosen(packet: int, stream_name: tuple[object, ...]) -> IssuedPage:
    """A page by chance: first the form, then the page."""
    stream = chance(*stream_name)
    forms = sorted({page.sheet.form for page in candidates(packet)})
    form = stream.choice(forms)
    return stream.choice([page for page in candidates(packet) if page.sheet.form == form])


def kind_name(kinds: tuple[str, ...]) -> str:
    return "+".join(kinds)


def make(seed: int, kinds: tuple[str, ...], number: int, profile: str) -> tuple[Scanned, int]:
    """Image `number` of a kind, and the packet it is from."""
    packet = number % len(PACKETS)
    page = chosen(packet, (seed, kind_name(kinds), number))
    image, written = Pen(packets()[packet], seed * 1000 + number, PROFILES[profile]).write(page)
    before = scan_page(image, page, page.layout.width_mm, page.layout.height_mm)
    done = scan(before, kinds, chance(seed, "scan", kind_name(kinds), number))
    extension, settings = (".png", []) if done.bilevel else (".jpg", [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    _, packed = cv2.imencode(extension, done.image, settings)
    matrix = tuple(float(value) for value in done.matrix())
    return Scanned(kind_name(kinds), packed.tobytes(), done.dpi, written, matrix, done.hidden, done.off_mm), packet


def degraded(
    seed: int, kinds: tuple[str, ...], count: int, profile: str, keep: Path | None = None
) -> Iterator[tuple[Scanned, int]]:
    """`count` images of one kind; with `keep`, a set made once is read from there the next time."""
    for number in range(count):
        name = f"{seed}-{kind_name(kinds)}-{number}-{profile}.pickle"
        path = keep / name if keep else None
        if path is not None and path.exists():
            yield pickle.loads(path.read_bytes())
            continue
        made = make(seed, kinds, number, profile)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(pickle.dumps(made))
        yield made


def image_of(scanned: Scanned) -> np.ndarray:
    """The image as a reader decodes it."""
    return cv2.imdecode(np.frombuffer(scanned.file, np.uint8), cv2.IMREAD_GRAYSCALE)
