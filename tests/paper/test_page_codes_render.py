"""Every page code of every page of every example packet, rendered at 200 dpi and read by two decoders.

All pages of all departments of both example sites are read by zxing-cpp and by OpenCV; `tests/bench/every_code.py`
prints the figures of the same run.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from example_packets import ExamplePacket, PrintedPage
from page_images import SCAN_DPI, ReadCode, open_pdf, read_all_codes, rendered
from zxingcpp import BarcodeFormat, read_barcodes

from downtime.page.code import Corner, PageCode, decode, facility_number, kit_text, layout_number, parse_short
from downtime.page.code_failure import CodeFailure
from downtime.page.geometry import PT_PER_MM, Rect
from downtime.page.marks import MarkCorner

MARK_TOLERANCE_MM = 0.4
# zxing-cpp gives whole pixels, and finds the corner of a code to a module (0.6 mm).
CODE_TOLERANCE_MM = 0.8


@pytest.fixture(scope="module")
def read(example_packets: Sequence[ExamplePacket]) -> dict[str, list[ReadCode]]:
    """What both decoders read in every code of every page."""
    jobs = [(packet.path, [(page.number, page.places.codes) for page in packet.pages()]) for packet in example_packets]
    found = read_all_codes(jobs)
    return {packet.name: found[packet.path] for packet in example_packets}


def wrong(packet: ExamplePacket, page: PrintedPage, corner: int, text: str, pages: int) -> str:
    """How a code differs from what the manifest says of its page; "" where it says the same."""
    code = decode(text, None, facility=facility_number(packet.manifest.facility.id))
    if isinstance(code, CodeFailure):
        return str(code)
    sheet = packet.manifest.page_sheet(page.number)
    if sheet is None:
        return "the manifest has no such page"
    expected = PageCode(
        kit=code.kit, page=page.number, pages=pages, layout=layout_number(sheet.layout),
        facility=facility_number(packet.manifest.facility.id), corner=Corner(corner),
    )  # fmt: skip
    if kit_text(code.kit) != packet.manifest.kit:
        return f"kit {kit_text(code.kit)}, in the manifest {packet.manifest.kit}"
    return "" if code == expected else f"{code}, expected {expected}"


def test_every_code_says_what_the_manifest_says(
    example_packets: Sequence[ExamplePacket], read: dict[str, list[ReadCode]]
) -> None:
    """zxing-cpp reads exactly one code in each square, and it names the page that the manifest has there."""
    faults = []
    for packet in example_packets:
        pages = {page.number: page for page in packet.pages()}
        count = packet.manifest.page_count
        codes = read[packet.name]
        assert len(codes) == 2 * len(pages) > 0
        for code in codes:
            page = pages[code.page]
            fault = wrong(packet, page, code.corner, code.zxing[0], count) if len(code.zxing) == 1 else f"{code.zxing}"
            if fault:
                faults.append(f"{packet.name} page {code.page} ({page.sheet.form}) corner {code.corner}: {fault}")
    assert not faults, f"{len(faults)} codes:\n" + "\n".join(faults[:20])


def test_opencv_reads_the_same(example_packets: Sequence[ExamplePacket], read: dict[str, list[ReadCode]]) -> None:
    """OpenCV may look at the same scan again, larger or blurred; it may never read anything else."""
    codes = [(name, code) for name, found in read.items() for code in found]
    other = [f"{name} page {code.page}: {code.opencv}" for name, code in codes if (code.opencv,) != code.zxing]
    assert not other, f"{len(other)} of {len(codes)} codes:\n" + "\n".join(other[:20])
    at_once = sum(code.looks == 1 for _, code in codes)
    assert at_once >= 0.95 * len(codes)


@pytest.fixture(scope="module")
def distinct(example_packets: Sequence[ExamplePacket]) -> list[tuple[ExamplePacket, PrintedPage]]:
    """Each static page once, whichever department prints it."""
    first: dict[tuple[str, int], tuple[ExamplePacket, PrintedPage]] = {}
    for packet in example_packets:
        for page in packet.distinct_pages():
            first.setdefault((page.sheet.layout, page.index), (packet, page))
    return list(first.values())


def test_whole_pages_show_both_codes_and_the_marks_where_the_layout_says(
    distinct: list[tuple[ExamplePacket, PrintedPage]],
) -> None:
    """A reader looks at whole pages: it finds the two codes, and four ArUco marks within 0.4 mm of their places."""
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
    faults = []
    marked = 0
    for packet, page in distinct:
        with open_pdf(packet.path) as document:
            image = rendered(document[page.number - 1], SCAN_DPI)
        where = f"{packet.name} page {page.number} ({page.sheet.form})"
        faults += [f"{where}: {fault}" for fault in code_faults(image, page)]
        if page.places.marks:
            marked += 1
            faults += [f"{where}: {fault}" for fault in mark_faults(detector, image, page)]
    assert not faults, "\n".join(faults[:20])
    assert marked > 40


def code_faults(image: np.ndarray, page: PrintedPage) -> list[str]:
    """Codes that are not found on the whole page, or that stand elsewhere than the layout says."""
    found = read_barcodes(image, formats=BarcodeFormat.QRCode)
    if len(found) != 2:
        return [f"{len(found)} codes on the whole page"]
    faults = []
    ends = [(code.position.top_left, code.position.bottom_right) for code in found]
    seen = sorted((high.y, high.x, low.y, low.x) for high, low in ends)
    wanted = [(place.y, place.x, place.bottom, place.right) for place in (Rect(*code) for code in page.places.codes)]
    for corner, (place, at) in enumerate(zip(wanted, seen, strict=True)):
        off = np.abs(np.array(at) * 25.4 / SCAN_DPI - np.array(place)).max()
        if off > CODE_TOLERANCE_MM:
            faults.append(f"code {corner} is {off:.2f} mm off")
    return faults


def mark_faults(detector: cv2.aruco.ArucoDetector, image: np.ndarray, page: PrintedPage) -> list[str]:
    """Marks that are missing, that should not be there, or that stand elsewhere."""
    corners, ids, _ = detector.detectMarkers(image)
    found = (
        {int(number): square[0] for number, square in zip(np.ravel(ids), corners, strict=True)}
        if ids is not None
        else {}
    )
    if sorted(np.ravel(ids) if ids is not None else []) != [0, 1, 2, 3]:
        return [f"marks {sorted(found)}"]
    faults = []
    for corner in MarkCorner:
        place = Rect(*page.places.marks[corner])
        ideal = [(place.x, place.y), (place.right, place.y), (place.right, place.bottom), (place.x, place.bottom)]
        off = np.abs(found[corner] * 25.4 / SCAN_DPI - np.array(ideal)).max()
        if off > MARK_TOLERANCE_MM:
            faults.append(f"mark {corner.value} is {off:.2f} mm off")
    return faults


def test_the_code_for_people_names_the_same_page(icu: ExamplePacket) -> None:
    """The words under the code, typed in, find kit and page."""
    document = open_pdf(icu.path)
    for page in icu.pages():
        code = Rect(*page.places.codes[0])
        beside = page.sheet.form == "reg-patient-label-sheet"
        zone = Rect(code.right + 1, code.y, 40, 8) if beside else Rect(code.x - 2, code.bottom + 1, code.w + 4, 8)
        high = page.layout.height_mm
        words = document[page.number - 1].get_textpage().get_text_bounded(
            zone.x * PT_PER_MM, (high - zone.bottom) * PT_PER_MM, zone.right * PT_PER_MM, (high - zone.y) * PT_PER_MM
        )  # fmt: skip
        short = parse_short("".join(words.split()))
        assert not isinstance(short, CodeFailure), (page.number, page.sheet.form, words)
        assert (kit_text(short.kit), short.page, short.drill) == (icu.manifest.kit, page.number, False)
