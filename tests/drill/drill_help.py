"""A drill packet to write on, small and made once."""

from __future__ import annotations

import atexit
import io
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from downtime.drill.paper import GreyImage, IssuedPaper, composed_forms
from downtime.drill.scanpage import ScanPage
from downtime.page.layout import PageLayout
from downtime.paper.batch import read_site
from downtime.paper.packet import make_packet
from downtime.paper.production import print_run

ROOT = Path(__file__).resolve().parents[2]
RIVERSIDE = ROOT / "examples" / "riverside"


@cache
def drill_paper(department: str = "icu") -> IssuedPaper:
    """The drill packet of a department of the example hospital, with its forms."""
    site, shelf = read_site(RIVERSIDE)
    run = print_run(site, made_at="2026-11-23T0930", drill=True)
    packet = make_packet(site, site.department(department), shelf, run)
    forms = composed_forms(RIVERSIDE, department, [sheet.form for sheet in packet.manifest.sheets])
    paper = IssuedPaper(packet.pdf, packet.manifest, forms)
    atexit.register(paper.close)
    return paper


def first_page(paper: IssuedPaper, form: str, index: int = 0):
    """A page of the first copy of a form."""
    sheet = next(sheet for sheet in paper.manifest.sheets if sheet.form == form)
    return list(paper.sheet_pages(sheet))[index]


def marks_off_mm(page: ScanPage, places: PageLayout) -> list[float]:
    """How far each ArUco mark that OpenCV finds lies from where the page's transform says, in mm."""
    stretch = page.dpi[0] / page.dpi[1] if page.dpi else 1.0
    image = page.image if stretch == 1 else cv2.resize(page.image, None, fx=1, fy=stretch)
    found, ids, _ = _detector().detectMarkers(image)
    off = []
    for corners, number in zip(found, [] if ids is None else ids.ravel(), strict=True):
        x, y, w, h = places.marks[number]
        wanted = page.pixels([(x, y), (x + w, y), (x + w, y + h), (x, y + h)])
        seen = corners[0].astype(float)
        seen[:, 1] = (seen[:, 1] + 0.5) / stretch - 0.5
        off.append(float(np.abs((seen - wanted).mean(axis=0)).max()) / page.px_mm)
    return off


@cache
def _detector() -> cv2.aruco.ArucoDetector:
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    return cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50), parameters)


def png(image: GreyImage) -> bytes:
    """An image as bytes that can be compared."""
    out = io.BytesIO()
    np.save(out, image)
    return out.getvalue()
