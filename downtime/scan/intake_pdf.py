"""Pages of scanned PDFs: the scanner's own picture where the page is exactly that, rendered by PDFium where it is not.

Taking the picture out costs a seventh of rendering the page. It is done only where nothing can be lost: one picture
covers the page, upright, without mask, clip, transparency, annotation or exchanged colours. Copiers that make
“compact” PDFs draw a page in layers, so the first picture of such a page is not the page. PDFium is not thread-safe:
this module runs in worker processes only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from downtime.page.opening import MANIFEST_NAME
from downtime.page.states import PageReason
from downtime.scan.intake_images import decode_jpeg
from downtime.scan.intake_jbig2 import may_exchange_shapes
from downtime.scan.intake_pdf_plain import PlainPictures
from downtime.scan.intake_pixels import MM_PER_INCH, DecodedPage, Density, fit_density, too_large, wrong_size
from downtime.scan.limits import Limits
from downtime.scan.model import GreyImage

POINTS_PER_INCH = 72.0
RENDER_DPI = 300.0
_COVERS_SHARE = 0.9
_UPRIGHT_WITHIN = 1e-3
# Paper is white: a picture that comes out mostly black has its colours exchanged by something not looked at here.
_DARK_BELOW = 96
_MOST_PICTURES = 200
_DEPTH = 15
# FPDFImageObj_GetImageMetadata's colour spaces in which a JPEG's own grey is the page's grey.
_PLAIN_COLOURS = frozenset(
    {raw.FPDF_COLORSPACE_DEVICEGRAY, raw.FPDF_COLORSPACE_DEVICERGB, raw.FPDF_COLORSPACE_CALGRAY,
     raw.FPDF_COLORSPACE_CALRGB, raw.FPDF_COLORSPACE_ICCBASED}
)  # fmt: skip
_INVISIBLE_TEXT = raw.FPDF_TEXTRENDERMODE_INVISIBLE
_NOT_SEEN = frozenset({raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP})
_NO_DRAWING = _NOT_SEEN | {raw.FPDF_ANNOT_WIDGET}

Box = tuple[float, float, float, float]


class PdfFile:
    """An open PDF; pages are decoded one by one."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Open it; raises PdfiumError for what is damaged or needs a password."""
        self._pdf = pdfium.PdfDocument(path)
        # What was typed into form fields is drawn only where this was asked for before the first page.
        self._pdf.init_forms()
        self._plain = PlainPictures(path)
        self._limits = limits

    @property
    def has_form(self) -> bool:
        """Whether there are fields to be filled on a screen."""
        return bool(self._pdf.get_formtype() == raw.FORMTYPE_ACRO_FORM)

    @property
    def is_issued(self) -> bool:
        """Whether this is what a printer was given: our manifest is attached to it."""
        count = range(raw.FPDFDoc_GetAttachmentCount(self._pdf))
        return any(self._pdf.get_attachment(index).get_name() == MANIFEST_NAME for index in count)

    def is_drawn_on(self, index: int | None = None) -> bool:
        """Whether something was drawn or stamped onto a page (onto any, for None), as with a stylus on a tablet."""
        pages = self._pdf if index is None else [self._pdf[index]]
        return any(_has_annotations(page, _NO_DRAWING) for page in pages)

    def close(self) -> None:
        """Let go of the file."""
        self._plain.close()
        self._pdf.close()

    def page_count(self) -> int | PageReason:
        """How many pages there are, or that there are too many or none."""
        count = len(self._pdf)
        if count > self._limits.pages:
            return PageReason.TOO_MANY_PAGES
        return count if count else PageReason.DAMAGED

    def page(self, index: int) -> DecodedPage | PageReason:
        """Decode one page with all that was written onto it, or say why it cannot be."""
        try:
            page = self._pdf[index]
        except (pdfium.PdfiumError, IndexError):
            return PageReason.DAMAGED
        try:
            width_pt, height_pt = page.get_size()
            mm = MM_PER_INCH / POINTS_PER_INCH
            notes = tuple([PageReason.LOSSY_COMPRESSION] if _lossy(page) else [])
            taken = self._taken_out(page, index, notes)
            if taken is not None:
                return taken
            if refused := wrong_size(width_pt * mm, height_pt * mm, self._limits):
                return refused
            return self._rendered(page, width_pt, height_pt, notes)
        except (pdfium.PdfiumError, ValueError):
            return PageReason.DAMAGED
        finally:
            page.close()

    def _rendered(
        self, page: pdfium.PdfPage, width_pt: float, height_pt: float, notes: tuple[PageReason, ...]
    ) -> DecodedPage | PageReason:
        most = (self._limits.pixels * POINTS_PER_INCH**2 / (width_pt * height_pt)) ** 0.5
        dpi = min(RENDER_DPI, most)
        bitmap = page.render(scale=dpi / POINTS_PER_INCH, grayscale=True)
        grey = np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
        bitmap.close()
        return fit_density(grey, Density(dpi, dpi), self._limits, notes)

    def _taken_out(
        self, page: pdfium.PdfPage, index: int, notes: tuple[PageReason, ...]
    ) -> DecodedPage | PageReason | None:
        """The page's only picture, if it is the page; None where the page must be rendered."""
        picture = _only_picture(page)
        if picture is None or not self._plain.has_only_plain(index):
            return None
        cut = _part_shown(picture.get_matrix().get(), page.get_bbox())
        if cut is None:
            return None
        width, height = picture.get_px_size()
        if refused := too_large(width, height, self._limits):
            return refused
        a, _, _, d, _, _ = picture.get_matrix().get()
        density = Density(width / a * POINTS_PER_INCH, height / d * POINTS_PER_INCH)
        decoded = self._decoded(picture, density)
        if not isinstance(decoded, DecodedPage):
            return decoded
        if decoded.image.mean() < _DARK_BELOW:
            return None
        grey = _turned(_cut(decoded.image, cut), page.get_rotation())
        return DecodedPage(np.ascontiguousarray(grey), decoded.dpi, notes)

    def _decoded(self, picture: Any, density: Density) -> DecodedPage | PageReason | None:
        filters = picture.get_filters(skip_simple=True)
        if filters == ["DCTDecode"]:
            described = picture.get_metadata()
            if described.colorspace in _PLAIN_COLOURS and described.bits_per_pixel in (8, 24):
                # A viewer would fill what is missing of it with grey or white, and fields there would pass for empty.
                return decode_jpeg(bytes(picture.get_data(decode_simple=True)), density, self._limits)
        if not filters and _is_cut_short(picture):
            return PageReason.DAMAGED
        bitmap = picture.get_bitmap(render=False)
        pixels = np.array(bitmap.to_numpy())
        if pixels.ndim == 3 and pixels.shape[2] == 4:
            return None
        grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) if pixels.ndim == 3 and pixels.shape[2] == 3 else pixels
        return fit_density(grey.reshape(grey.shape[:2]), density, self._limits)


def open_pdf(path: Path, limits: Limits) -> PdfFile | PageReason:
    """Open a PDF, or say why it cannot be."""
    _forget_last_error()
    try:
        return PdfFile(path, limits)
    except pdfium.PdfiumError as error:
        return PageReason.ENCRYPTED if error.err_code == raw.FPDF_ERR_PASSWORD else PageReason.DAMAGED
    except OSError:
        return PageReason.VANISHED


def _forget_last_error() -> None:
    """PDFium keeps its last error, and some failures set none: after a locked file a damaged one would pass for locked.

    What is no PDF at all always sets one.
    """
    raw.FPDF_LoadMemDocument(b"no PDF", 6, None)


def _only_picture(page: pdfium.PdfPage) -> Any:
    """The one picture that a page consists of, or None; text that is there to be searched and not seen is let pass."""
    if raw.FPDFPage_HasTransparency(page) or _has_annotations(page):
        return None
    found = None
    for one in page.get_objects(max_depth=1):
        if one.type == raw.FPDF_PAGEOBJ_TEXT and raw.FPDFTextObj_GetTextRenderMode(one) == _INVISIBLE_TEXT:
            continue
        if one.type != raw.FPDF_PAGEOBJ_IMAGE or found is not None or _is_special(one):
            return None
        found = one
    return found


def _is_special(picture: Any) -> bool:
    """Whether a picture is clipped, see-through, or belongs to a layer that may be switched off."""
    clip = raw.FPDFPageObj_GetClipPath(picture)
    clipped = bool(clip) and raw.FPDFClipPath_CountPaths(clip) > 0
    return clipped or bool(raw.FPDFPageObj_HasTransparency(picture)) or raw.FPDFPageObj_CountMarks(picture) > 0


def _is_cut_short(picture: Any) -> bool:
    """Whether an uncompressed picture has fewer bytes than its size asks for."""
    width, height = picture.get_px_size()
    row = -(-width * picture.get_metadata().bits_per_pixel // 8)
    return bool(len(picture.get_data(decode_simple=True)) < row * height)


def _has_annotations(page: pdfium.PdfPage, but: frozenset[int] = _NOT_SEEN) -> bool:
    """Whether something was drawn, stamped or typed onto the page, but for annotations of some kinds."""
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if kind not in but:
            return True
    return False


def _lossy(page: pdfium.PdfPage) -> bool:
    """Whether a picture of the page is compressed so that shapes may have been exchanged."""
    for number, one in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=_DEPTH)):
        if number >= _MOST_PICTURES:
            return False
        if "JBIG2Decode" in one.get_filters() and may_exchange_shapes(bytes(one.get_data(decode_simple=True))):
            return True
    return False


def _part_shown(matrix: tuple[float, ...], box: Box) -> Box | None:
    """Which part of an upright picture is shown, as shares of its size from the top-left; None if it is not upright."""
    a, b, c, d, e, f = matrix
    if a <= 0 or d <= 0 or abs(b) > _UPRIGHT_WITHIN * a or abs(c) > _UPRIGHT_WITHIN * d:
        return None
    left, right = (min(max((x - e) / a, 0.0), 1.0) for x in (box[0], box[2]))
    low, high = (min(max((y - f) / d, 0.0), 1.0) for y in (box[1], box[3]))
    covered = (right - left) * a * (high - low) * d / ((box[2] - box[0]) * (box[3] - box[1]))
    return (left, 1 - high, right, 1 - low) if covered >= _COVERS_SHARE else None


def _cut(grey: GreyImage, part: Box) -> GreyImage:
    height, width = grey.shape
    left, top, right, bottom = part
    return grey[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]


def _turned(grey: GreyImage, rotation_deg: int) -> GreyImage:
    """The picture as a viewer shows it: PDF counts the turns clockwise, numpy against the clock."""
    return np.rot90(grey, -(rotation_deg // 90)) if rotation_deg else grey
