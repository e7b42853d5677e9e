"""Kits that are issued, written on and scanned, for the desk's tests: by the drill's own pen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import count

import cv2
from example_packets import ROOT

from downtime.desk.accounts.models import User
from downtime.desk.store.definitions import Definitions
from downtime.desk.store.kits import add_kit
from downtime.desk.store.models import FileSource, FileState, IncomingFile, Kit, ScannedPage, Sheet
from downtime.desk.store.pages import NewPage, add_page
from downtime.drill.paper import IssuedPaper, composed_forms
from downtime.drill.pen import Pen
from downtime.drill.profiles import profile_named
from downtime.page.layout import Layout
from downtime.page.manifest import Manifest
from downtime.page.states import PageState
from downtime.paper.batch import read_site
from downtime.paper.packet import make_packet
from downtime.paper.production import print_run
from downtime.scan.crop import straightened
from downtime.scan.decide import decide
from downtime.scan.known import KnownPages
from downtime.scan.model import IncomingPage, PageReading, PageSource, PageVerdict
from downtime.scan.reading import read_page
from downtime.scan.thresholds import Thresholds

RIVERSIDE = ROOT / "examples" / "riverside"
_numbers = count(1)


@cache
def site_and_shelf():
    return read_site(RIVERSIDE)


@cache
def paper(department: str = "medsurg", drill: bool = False) -> IssuedPaper:
    """The packet of a department of the example hospital, with its forms."""
    site, shelf = site_and_shelf()
    packet = make_packet(
        site, site.department(department), shelf, print_run(site, made_at="2026-11-23T0930", drill=drill)
    )
    forms = composed_forms(RIVERSIDE, department, [sheet.form for sheet in packet.manifest.sheets])
    return IssuedPaper(packet.pdf, packet.manifest, forms)


def store_kit(manifest: Manifest, by: User | None = None) -> Kit:
    """Put a kit into the store, as the desk with the example site would."""
    return add_kit(manifest, by, Definitions.of(site_and_shelf()[0])).kit


def sheet_named(form: str, nth: int = 0) -> Sheet:
    """A stored sheet of a form."""
    return Sheet.objects.select_related("kit", "patient").filter(form=form, instance=0).order_by("pk")[nth]


def came_in() -> IncomingFile:
    """A file that was read."""
    number = next(_numbers)
    return IncomingFile.objects.create(
        sha256=f"{number:064x}", name=f"scan{number}.pdf", size_bytes=1, source=FileSource.DROPPED, state=FileState.DONE
    )


@dataclass(frozen=True)
class Written:
    """A page that was written on: its picture as it lay in the layout, and what the pen meant."""

    image: object
    truth: object


@cache
def written(department: str, form: str, index: int, seed: int, drill: bool = False) -> Written:
    """A page of the first copy of a form, after the drill's pen."""
    made = paper(department, drill)
    sheet = next(sheet for sheet in made.manifest.sheets if sheet.form == form)
    image, truth = Pen(made, seed, profile_named("careful")).write(list(made.sheet_pages(sheet))[index])
    return Written(image, truth)


def scan_in(department: str, form: str, index: int = 0, seed: int = 1, drill: bool = False) -> ScannedPage:
    """Write on a page, read it as the scan room does, and put it into the store."""
    return put_page(department, written(department, form, index, seed, drill).image, drill)


def put_page(department: str, image: object, drill: bool = False) -> ScannedPage:
    """Read a page that was written on, and put it into the store."""
    made = paper(department, drill)
    known = KnownPages.of([made.manifest])
    reading = read_page(IncomingPage(PageSource(file="scan.png", sha256="0" * 64, index=0), image), known)
    issued = known.issued(known_kit(made.manifest), reading.identity.page)
    verdict = decide(reading, issued.page_layout, Thresholds(), rehearsal=True)
    # The example site is unsigned in the tests: nobody doubts it there.
    reasons = tuple(reason for reason in verdict.reasons if reason.value != "unsigned")
    state = PageState.NEEDS_REVIEW if reasons else PageState.READ
    verdict = verdict.model_copy(update={"reasons": reasons, "state": state})
    upright = straightened(image, reading.registration, issued.layout, 200)
    return add_page(
        NewPage(came_in().pk, 0, reading, verdict, straight=jpeg(upright), thumbnail=jpeg(upright[::8, ::8])),
        same_bytes,
    )


def known_kit(manifest: Manifest) -> int:
    from downtime.page.typed_code import parse_kit

    kit = parse_kit(manifest.kit)
    assert isinstance(kit, int)
    return kit


def jpeg(image: object) -> bytes:
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()


def same_bytes(one: bytes, other: bytes) -> bool:
    return one == other


def empty_scan(sheet: Sheet, layout: Layout, index: int = 0, written: tuple[str, ...] = ()) -> ScannedPage:
    """A page of a sheet that came in with ink in these fields, without a picture worth looking at."""
    from downtime.scan.model import HowRead, Identity

    number = list(sheet.pages)[index]
    identity = Identity(
        kit=sheet.kit.kit, page=number, pages=sheet.kit.page_count, layout48=0, facility=0, drill=False,
        copy_master=False, signed=True, how=HowRead.CODE,
    )  # fmt: skip
    source = PageSource(file="scan.png", sha256="0" * 64, index=0)
    reading = PageReading(source=source, width_px=10, height_px=10, identity=identity)
    verdict = PageVerdict(state=PageState.READ, written=written)
    file = came_in()
    return add_page(
        NewPage(file.pk, 0, reading, verdict, straight=b"\xff\xd8\xff" + bytes(str(file.pk), "ascii")), same_bytes
    )
