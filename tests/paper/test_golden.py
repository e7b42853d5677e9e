"""Pages as they looked when a person last looked at them: any change of picture fails until somebody looks again.

Compared at 60 dpi with the pictures in `tests/golden`. Where one differs, the page as it is now and the difference are
written beside it (`NAME.actual.png`, `NAME.difference.png`: black is what changed). After looking at both:

    DOWNTIME_RENEW_GOLDEN=1 pytest tests/paper/test_golden.py

Codes, and the id of the kit, change with every definition that a packet is made from: they are left out.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from example_packets import LIVE, ExamplePacket
from page_images import Image, code_cut, open_pdf, rendered

from downtime.library.shelf import Shelf
from downtime.page.geometry import PaperSize, Rect
from downtime.page.layout import PageLayout
from downtime.paper.issuing import issued_form
from downtime.paper.specimen import neutral_department, neutral_site, specimen_pdf
from downtime.paper.surroundings import surroundings

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
DPI = 60
# Two builds of PDFium may round the grey of an edge otherwise; a letter that moved changes some twenty pixels a lot.
GREYS = 32
PIXELS = 6
MADE_AT = datetime(2026, 11, 23, 9, 30)
RENEW = "DOWNTIME_RENEW_GOLDEN"


def without_kit(image: Image, page: PageLayout, height_mm: float) -> Image:
    """The page with codes, code words and kit id painted white."""
    top, low = (Rect(*code) for code in page.codes)
    hidden = [code_cut(page.codes[0]), code_cut(page.codes[1])]
    if page.marks:
        hidden.append(Rect(top.x - 2, top.bottom, top.w + 6, 9))
        hidden.append(Rect(low.right + 2, height_mm - 28.1, 66, 3.4))
    else:  # label stock: the words of code and kit stand at its right
        hidden += [Rect(code.right, code.y, 46, code.h) for code in (top, low)]
    clean = image.copy()
    for rect in hidden:
        left, above, right, below = (round(mm * DPI / 25.4) for mm in (rect.x, rect.y, rect.right, rect.bottom))
        clean[above:below, left:right] = 255
    return clean


def of_specimen(form_id: str, paper: PaperSize, index: int) -> Image:
    """A page of a blank form for nobody in particular."""
    library = Shelf().form(form_id)
    site, department = neutral_site(paper), neutral_department(library.spec)
    layout = issued_form(site, department, library, surroundings(site, department), LIVE, paper)[1].layout
    _, pdf = specimen_pdf(form_id, None, None, paper.value, MADE_AT)
    return without_kit(rendered(open_pdf(pdf)[index], DPI), layout.pages[index], layout.height_mm)


def of_packet(packets: Sequence[ExamplePacket], name: str, form: str) -> Image:
    """The first page of the first sheet of a form in an example packet."""
    packet = next(one for one in packets if one.name == name)
    page = next(one for one in packet.pages() if one.sheet.form == form)
    return without_kit(rendered(open_pdf(packet.path)[page.number - 1], DPI), page.places, page.layout.height_mm)


def compared(name: str, actual: Image) -> None:
    """Fail where the picture is not the golden one; renew it where asked to."""
    path = GOLDEN / f"{name}.png"
    if os.environ.get(RENEW):
        cv2.imwrite(str(path), actual, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        pytest.skip(f"renewed {path}")
    expected = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    how = f"look at it, then {RENEW}=1 pytest tests/paper/test_golden.py"
    if expected is None:
        cv2.imwrite(str(path.with_suffix(".actual.png")), actual)
        pytest.fail(f"there is no {path}; {how}")
    if expected.shape != actual.shape:
        cv2.imwrite(str(path.with_suffix(".actual.png")), actual)
        pytest.fail(f"{name} is {actual.shape} pixels, was {expected.shape}; {how}")
    difference = np.abs(expected.astype(np.int16) - actual.astype(np.int16)).astype(np.uint8)
    changed = int((difference > GREYS).sum())
    if changed > PIXELS:
        cv2.imwrite(str(path.with_suffix(".actual.png")), actual)
        cv2.imwrite(str(path.with_suffix(".difference.png")), 255 - difference)
        pytest.fail(f"{changed} pixels of {name} changed: see {GOLDEN}/{name}.*.png; {how}")


@pytest.mark.parametrize(
    ("form_id", "paper", "index"),
    [("mar-scheduled", PaperSize.LETTER, 0), ("reg-face-sheet", PaperSize.A4, 0)],
    ids=["mar-scheduled", "reg-face-sheet"],
)
def test_forms(form_id: str, paper: PaperSize, index: int) -> None:
    compared(f"{form_id}-{paper.value}-{index + 1}", of_specimen(form_id, paper, index))


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("riverside-icu", "cover"),
        ("riverside-icu", "phone-tree"),
        ("riverside-icu", "reg-patient-label-sheet"),
        ("hillview-reception", "reg-patient-label-sheet"),
    ],
)
def test_pages_of_packets(example_packets: Sequence[ExamplePacket], name: str, form: str) -> None:
    compared(f"{name}-{form}", of_packet(example_packets, name, form))
