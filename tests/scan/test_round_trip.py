"""Every form of the library, on both papers: printed, filled in, scanned a little askew, and read back right."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from page_images import Image, open_pdf, rendered

from downtime.drill.chance import chance
from downtime.library.shelf import Shelf
from downtime.page.geometry import PaperSize
from downtime.page.layout import FieldBox, PageLayout, choice_of
from downtime.page.states import PageReason
from downtime.page.typed_code import parse_kit
from downtime.paper.packet import make_packet
from downtime.paper.production import FinishedPacket, print_run
from downtime.paper.specimen import neutral_department, neutral_site
from downtime.scan.decide import VOID, decide
from downtime.scan.known import KnownPages
from downtime.scan.model import IncomingPage, Mark, PageSource, PageVerdict
from downtime.scan.reading import read_page
from downtime.scan.thresholds import Thresholds
from downtime.site.department import Department

DPI = 150
PX_MM = DPI / 25.4
ALL = "all-forms"
WRITTEN_KINDS = ("text", "number", "date", "time", "signature")
FORMS = Shelf().ids


@cache
def packet(paper: PaperSize) -> FinishedPacket:
    """A packet of one copy of every form of the library."""
    shelf = Shelf()
    units = [neutral_department(shelf.form(form).spec) for form in shelf.ids]
    every = Department.model_validate(
        {
            **units[0].model_dump(mode="json", include={"id", "name", "kind", "inpatient", "beds", "box"}),
            "lists": {name: options for unit in units for name, options in unit.lists.items()},
            "packet": {"sections": [{"section": ALL, "forms": [{"form": form, "copies": "1"} for form in shelf.ids]}]},
        }
    )
    site = replace(neutral_site(paper), departments={every.id: every}, department_files={every.id: ALL})
    return make_packet(site, every, shelf, print_run(site, made_at="2026-11-23T0930"))


@cache
def known(paper: PaperSize) -> KnownPages:
    manifest = packet(paper).manifest
    return KnownPages.of([manifest], manifest.facility.id)


def _cross(image: Image, field: FieldBox) -> None:
    x, y, w, h = (side * PX_MM for side in field.at)
    for begin, end in (((0.15, 0.15), (0.85, 0.85)), ((0.85, 0.15), (0.15, 0.85))):
        points = [(round(x + w * across), round(y + h * down)) for across, down in (begin, end)]
        cv2.line(image, *points, 40, 3, cv2.LINE_AA)


def _write(image: Image, field: FieldBox) -> None:
    """A zigzag as high as letters."""
    x, y, w, h = (side * PX_MM for side in field.at)
    wide, high = min(w * 0.8, 9 * PX_MM), min(h * 0.6, 3.5 * PX_MM)
    steps = np.arange(9)
    points = np.stack([x + w * 0.1 + wide * steps / 8, y + h / 2 + high * (steps % 2 - 0.5)], axis=1)
    cv2.polylines(image, [points.round().astype(np.int32)], False, 40, 2, cv2.LINE_AA)


def _filled(image: Image, page: PageLayout, stream: random.Random) -> tuple[set[str], set[str]]:
    """Mark one box of every other choice and write in every third field; returns both."""
    choices: dict[str, list[FieldBox]] = {}
    marked, written = set(), set()
    asked = {words for _, words in page.asks}
    for field in page.fields:
        if field.kind in ("option", "checkbox") and not field.id.startswith(VOID):
            choices.setdefault(choice_of(field.id), []).append(field)
        elif field.kind in WRITTEN_KINDS and min(field.at[2:]) >= 5 and field.id not in asked and stream.random() < 0.3:
            _write(image, field)
            written.add(field.id)
    for boxes in choices.values():
        if stream.random() < 0.5:
            box = stream.choice(boxes)
            _cross(image, box)
            marked.add(box.id)
    return marked, written


def _scanned(image: Image, stream: random.Random) -> Image:
    """Turned by up to 1.5°, moved, a little out of focus, with some noise."""
    high, wide = image.shape
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), stream.uniform(-1.5, 1.5), stream.uniform(0.99, 1.005))
    matrix[:, 2] += stream.uniform(-6, 6), stream.uniform(-6, 6)
    turned = cv2.warpAffine(image, matrix, (wide, high), flags=cv2.INTER_LINEAR, borderValue=255)
    noise = np.random.default_rng(stream.randrange(2**32)).normal(0, 4, image.shape)
    return np.clip(cv2.GaussianBlur(turned, (3, 3), 0.6) + noise, 0, 255).astype(np.uint8)


def _read(image: Image, paper: PaperSize, number: int, page: PageLayout) -> PageVerdict:
    reading = read_page(IncomingPage(PageSource(file="a", sha256="0" * 64, index=0), image, DPI), known(paper))
    assert reading.identity is not None and reading.failure is None
    assert (parse_kit(reading.identity.kit), reading.identity.page) == (
        parse_kit(packet(paper).manifest.kit), number
    )  # fmt: skip
    return decide(reading, page, Thresholds())


@pytest.mark.parametrize("paper", list(PaperSize), ids=lambda paper: paper.value)
@pytest.mark.parametrize("form", FORMS)
def test_what_is_filled_in_is_read_back(form: str, paper: PaperSize) -> None:
    manifest = packet(paper).manifest
    fields = 0
    with open_pdf(packet(paper).pdf) as document:
        for sheet in (one for one in manifest.sheets if one.form == form):
            for page, number in zip(manifest.layouts[sheet.layout].pages, sheet.pages, strict=True):
                stream = chance(form, paper.value, number)
                image = rendered(document[number - 1], DPI)
                marked, written = _filled(image, page, stream)
                verdict = _read(_scanned(image, stream), paper, number, page)
                assert {name for name, mark in verdict.marks.items() if mark is Mark.MARKED} == marked
                assert Mark.UNSURE not in verdict.marks.values()
                assert set(verdict.written) == written and not verdict.unsure_fields
                assert set(verdict.reasons) <= {PageReason.UNSIGNED, PageReason.MARK_WITHOUT_INK}
                fields += len(page.fields)
    assert fields or form == "reg-patient-label-sheet"
