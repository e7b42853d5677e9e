"""Pages as images: rendered by PDFium, cut out in millimetres, read by two decoders that share nothing."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import zxingcpp
from numpy.typing import NDArray

from downtime.page.geometry import PT_PER_MM, Rect
from downtime.page.layout import Box

Image = NDArray[np.uint8]

SCAN_DPI = 200
QUIET_MODULES = 4
CODE_MODULES = 33
_PAGES_A_JOB = 60


def open_pdf(pdf: bytes | Path) -> pypdfium2.PdfDocument:
    """Open a PDF in PDFium."""
    return pypdfium2.PdfDocument(pdf if isinstance(pdf, bytes) else str(pdf))


def rendered(page: pypdfium2.PdfPage, dpi: float, cut: Rect | None = None) -> Image:
    """A page, or a part of it in millimetres, as 8-bit grey."""
    width, height = page.get_size()
    crop = (0.0, 0.0, 0.0, 0.0)
    if cut is not None:
        crop = (
            cut.x * PT_PER_MM, height - cut.bottom * PT_PER_MM, width - cut.right * PT_PER_MM, cut.y * PT_PER_MM
        )  # fmt: skip
    bitmap = page.render(scale=dpi / 72, crop=crop, grayscale=True)
    image = bitmap.to_numpy()
    copy = image.reshape(image.shape[:2]).copy()
    bitmap.close()
    return copy


def picture(pdf: bytes, dpi: float, page: int = 0) -> Image:
    """One page of a PDF in memory."""
    with open_pdf(pdf) as document:
        return rendered(document[page], dpi)


def changed_outside(blank: Image, printed: Image, allowed: Iterable[Rect], dpi: float, *, over: int = 24) -> Image:
    """Where `printed` differs from `blank` by more than `over` greys outside of the allowed places."""
    changed = np.abs(blank.astype(np.int16) - printed.astype(np.int16)) > over
    scale = dpi / 25.4
    for rect in allowed:
        top, bottom = int(np.floor(rect.y * scale)), int(np.ceil(rect.bottom * scale))
        left, right = int(np.floor(rect.x * scale)), int(np.ceil(rect.right * scale))
        changed[max(top, 0) : bottom, max(left, 0) : right] = False
    return changed


def described(changed: Image, dpi: float) -> str:
    """The bounds of what changed, in millimetres, for a message."""
    rows, columns = np.nonzero(changed)
    mm = 25.4 / dpi
    return (
        f"{len(rows)} pixels within x {columns.min() * mm:.1f} to {columns.max() * mm:.1f}, "
        f"y {rows.min() * mm:.1f} to {rows.max() * mm:.1f} mm"
    )


def code_cut(code: Box) -> Rect:
    """A page code with its quiet zone."""
    place = Rect(*code)
    return place.inset(-QUIET_MODULES * place.w / CODE_MODULES)


def zxing_texts(image: Image) -> list[str]:
    """Everything that zxing-cpp reads as a QR code in an image."""
    return [found.text for found in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]


# OpenCV misses about one clean code in a hundred at any one rendering: which one, depends on where the pixels fall.
# So the same scan is looked at again, larger or a little blurred, and last with OpenCV's other finder of corners.
_LOOKS: tuple[Callable[[Image], Image], ...] = (
    lambda image: image,
    lambda image: cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC),
    lambda image: cv2.GaussianBlur(image, (3, 3), 0.8),
    lambda image: cv2.resize(image, None, fx=1.4, fy=1.4, interpolation=cv2.INTER_LINEAR),
    lambda image: cv2.GaussianBlur(
        cv2.resize(image, None, fx=2.2, fy=2.2, interpolation=cv2.INTER_NEAREST), (0, 0), 0.8
    ),
)
LAST_LOOK = len(_LOOKS) + 1


def opencv_text(image: Image) -> tuple[str, int]:
    """What OpenCV reads in an image ("" for nothing), and at which look."""
    detector = cv2.QRCodeDetector()
    for number, look in enumerate(_LOOKS, start=1):
        text, _, _ = detector.detectAndDecode(look(image))
        if text:
            return text, number
    text, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(image)
    return text, LAST_LOOK


@dataclass(frozen=True, slots=True)
class ReadCode:
    """What both decoders saw in one of the two codes of a page; `looks` is how often OpenCV had to look."""

    page: int
    corner: int
    zxing: tuple[str, ...]
    opencv: str
    looks: int


def read_codes(pdf: Path, places: Sequence[tuple[int, tuple[Box, Box]]]) -> list[ReadCode]:
    """Read the codes at these places (page number from 1, two squares) from a rendering at 200 dpi."""
    cv2.setNumThreads(1)
    document = open_pdf(pdf)
    found = []
    for number, codes in places:
        page = document[number - 1]
        for corner, code in enumerate(codes):
            image = rendered(page, SCAN_DPI, code_cut(code))
            text, looks = opencv_text(image)
            found.append(ReadCode(number, corner, tuple(zxing_texts(image)), text, looks))
        page.close()
    return found


def read_all_codes(jobs: Sequence[tuple[Path, Sequence[tuple[int, tuple[Box, Box]]]]]) -> dict[Path, list[ReadCode]]:
    """Read the codes of many PDFs in several processes."""
    pieces = [
        (pdf, places[start : start + _PAGES_A_JOB])
        for pdf, places in jobs
        for start in range(0, len(places), _PAGES_A_JOB)
    ]
    results: dict[Path, list[ReadCode]] = {pdf: [] for pdf, _ in jobs}
    with ProcessPoolExecutor(min(os.cpu_count() or 1, 4), mp_context=get_context("spawn")) as processes:
        for (pdf, _), found in zip(pieces, processes.map(read_codes, *zip(*pieces, strict=True)), strict=True):
            results[pdf] += found
    return results


def fonts_not_embedded(pdf: bytes) -> list[str]:
    """The names of the fonts that any page or Form XObject names without carrying a TrueType file for them."""
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject, IndirectObject

    missing: set[str] = set()
    seen: set[int] = set()

    def resolved(value: object) -> object:
        return value.get_object() if isinstance(value, IndirectObject) else value

    def walk(resources: object) -> None:
        resources = resolved(resources)
        if not isinstance(resources, DictionaryObject) or id(resources) in seen:
            return
        seen.add(id(resources))
        fonts = resolved(resources.get("/Font", {}))
        for name, reference in fonts.items():  # type: ignore[attr-defined]
            font = resolved(reference)
            for one in [resolved(inner) for inner in resolved(font.get("/DescendantFonts", []))] or [font]:  # type: ignore[attr-defined]
                descriptor = resolved(one.get("/FontDescriptor", {}))
                if "/FontFile2" not in descriptor:
                    missing.add(f"{name} {one.get('/BaseFont')}")
        for reference in resolved(resources.get("/XObject", {})).values():  # type: ignore[attr-defined]
            walk(resolved(reference).get("/Resources", {}))  # type: ignore[attr-defined]

    for page in PdfReader(io.BytesIO(pdf)).pages:
        walk(page["/Resources"])
    return sorted(missing)
