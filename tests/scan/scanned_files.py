"""Files as scanners, faxes, phones and accidents make them, written byte by byte where no library would."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]

LETTER_PT = (612.0, 792.0)
DPI = 100


def picture(width: int = 850, height: int = 1100) -> Grey:
    """A page that looks different whichever way it is turned, mirrored or exchanged: mostly white, with grey in it."""
    page = np.full((height, width), 255, np.uint8)
    cv2.rectangle(page, (40, 30), (300, 130), 0, -1)
    cv2.rectangle(page, (width - 90, 60), (width - 50, 400), 90, -1)
    cv2.line(page, (60, height - 80), (width // 2, height - 300), 30, 9)
    cv2.circle(page, (width // 3, height // 2), 70, 160, -1)
    return page


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """A picture file in memory."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(grey: Grey, quality: int = 90, **options: object) -> bytes:
    """The picture as JPEG."""
    return saved(Image.fromarray(grey), "JPEG", quality=quality, **options)


def bits(grey: Grey) -> Grey:
    """Black and white, as 0 and 255."""
    return np.where(grey < 128, 0, 255).astype(np.uint8)


def g4(grey: Grey) -> bytes:
    """The picture's ITU-T T.6 data: a TIFF writer's one strip, in which its black is what T.6 calls white."""
    out = io.BytesIO()
    image = Image.fromarray(255 - bits(grey)).convert("1")
    image.save(out, "TIFF", compression="group4", strip_size=image.width * image.height)
    tiff = Image.open(io.BytesIO(out.getvalue()))
    [offset], [count] = tiff.tag_v2[273], tiff.tag_v2[279]
    assert tiff.tag_v2[262] == 1
    return out.getvalue()[offset : offset + count]


@dataclass(frozen=True)
class Pdf:
    """A small PDF of one or more pages, each a dictionary of extras, a content stream and its pictures."""

    pages: Sequence[PdfPage]
    media_on_tree: bool = False

    def write(self) -> bytes:
        """The whole file with a right table of contents."""
        objects: list[bytes] = [b"", b""]
        kids = []
        for page in self.pages:
            names = []
            for name, stream in page.streams.items():
                objects.append(stream.write(len(objects) + 1, objects))
                names.append(f"/{name} {len(objects)} 0 R")
            objects.append(_stream("", page.content.encode()))
            content = len(objects)
            size = "" if self.media_on_tree else f"/MediaBox[0 0 {page.size[0]:g} {page.size[1]:g}]"
            objects.append(
                f"<</Type/Page/Parent 2 0 R{size}/Contents {content} 0 R{page.extra}"
                f"/Resources<</XObject<<{' '.join(names)}>>/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
                f"/ExtGState<</Half<</ca 0.5>>>>/Properties<</Off<</Type/OCG/Name(x)>>>>>>>>".encode()
            )
            kids.append(f"{len(objects)} 0 R")
        first = self.pages[0].size if self.pages else LETTER_PT
        size = f"/MediaBox[0 0 {first[0]:g} {first[1]:g}]" if self.media_on_tree else ""
        objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
        objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]{size}>>".encode()
        return assembled(objects)


@dataclass(frozen=True)
class PdfPage:
    """One page: size in points, content stream, named streams, and more keys for its dictionary."""

    content: str
    streams: Mapping[str, PdfStream] = field(default_factory=dict)
    size: tuple[float, float] = LETTER_PT
    extra: str = ""


@dataclass(frozen=True)
class PdfStream:
    """A stream object: its dictionary without /Length, its bytes, and a mask that it refers to by {mask}."""

    dictionary: str
    data: bytes
    mask: PdfStream | None = None

    def write(self, number: int, objects: list[bytes]) -> bytes:
        """The object's bytes; the mask is put before it."""
        dictionary = self.dictionary
        if self.mask is not None:
            objects.append(_stream(self.mask.dictionary, self.mask.data))
            dictionary = dictionary.replace("{mask}", f"{number} 0 R")
        return _stream(dictionary, self.data)


def assembled(objects: Sequence[bytes]) -> bytes:
    """A PDF of numbered objects, the first of which is its catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _stream(dictionary: str, data: bytes) -> bytes:
    return f"<<{dictionary}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"


def image_stream(grey: Grey, data: bytes, filters: str, extra: str = "", colours: str = "/DeviceGray", bits: int = 8,
                 mask: PdfStream | None = None) -> PdfStream:  # fmt: skip
    """A picture as a PDF's image XObject."""
    height, width = grey.shape[:2]
    dictionary = (
        f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace {colours}/BitsPerComponent {bits}"
        f"{f'/Filter {filters}' if filters else ''}{extra}"
    )
    return PdfStream(dictionary, data, mask)


def covering(size: tuple[float, float] = LETTER_PT) -> str:
    """The content stream that draws the picture Im over the whole page."""
    return f"q {size[0]:g} 0 0 {size[1]:g} 0 0 cm /Im Do Q"


def scan_pdf(stream: PdfStream, *, content: str = "", size: tuple[float, float] = LETTER_PT, extra: str = "") -> bytes:
    """A PDF of one page that is one picture."""
    return Pdf([PdfPage(content or covering(size), {"Im": stream}, size, extra)]).write()


def jpeg_pdf(grey: Grey, pages: int = 1, **options: object) -> bytes:
    """What most scanners write: a JPEG on each page."""
    stream = image_stream(grey, jpeg(grey), "/DCTDecode")
    page = PdfPage(covering(), {"Im": stream}, **options)
    return Pdf([page] * pages).write()


def jbig2(grey: Grey, *, shapes: bool) -> bytes:
    """An embedded JBIG2 stream: one dot-by-dot region in T.6 coding; with `shapes`, an (empty) dictionary before it.

    ITU-T T.88, 7.2 to 7.4: segment number, flags, referred-to count, page, length; then the data.
    """
    height, width = grey.shape

    def segment(number: int, kind: int, data: bytes) -> bytes:
        return number.to_bytes(4) + bytes([kind, 0, 1]) + len(data).to_bytes(4) + data

    page = width.to_bytes(4) + height.to_bytes(4) + bytes(8) + bytes([0, 0, 0])
    region = width.to_bytes(4) + height.to_bytes(4) + bytes(8) + bytes([0]) + bytes([1]) + g4(grey)
    out = segment(0, 48, page)
    if shapes:
        # A Huffman symbol dictionary of no symbols: flags, number exported, number new; one export run of zero.
        out += segment(1, 0, bytes([0, 1]) + bytes(8) + bytes([0]))
    return out + segment(2, 38, region)


def tiff(frames: Sequence[Image.Image], **options: object) -> bytes:
    """A TIFF of several pages."""
    return saved(frames[0], "TIFF", save_all=True, append_images=list(frames[1:]), **options)


def deflated(grey: Grey) -> bytes:
    """Zlib-compressed pixels."""
    return zlib.compress(grey.tobytes())
