"""Whether the pictures of a PDF's page are plain: no mask, no exchanged colours, no layer. Only dictionaries are read.

PDFium does not tell of these, and its picture of an image leaves masks out. No pixel is decoded here.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

# Damage makes pypdf fail in whichever way the damage leads to; then the page is rendered, which is always right.
_DAMAGE = (ValueError, LookupError, TypeError, AttributeError, OSError, RecursionError, NotImplementedError)
_SPECIAL = ("/SMask", "/Mask", "/OC", "/Alternates", "/SMaskInData")
_PLAIN_DECODE = ([0, 1], [0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 0, 1, 0, 1])
_MOST_PICTURES = 50


class PlainPictures:
    """Looks into the dictionaries of one file's pictures; a file that cannot be read so has none that are plain."""

    def __init__(self, path: Path) -> None:
        """Open the file; nothing is read yet but its table of contents."""
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError

        logging.getLogger("pypdf").addHandler(logging.NullHandler())
        logging.getLogger("pypdf").propagate = False
        self._damage = (*_DAMAGE, PyPdfError)
        self._file = path.open("rb")
        self._reader: Any = None
        try:
            self._reader = PdfReader(self._file)
            if self._reader.is_encrypted:
                self._reader.decrypt("")
        except self._damage:
            self._reader = None

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def has_only_plain(self, index: int) -> bool:
        """Whether every picture that the page may draw is plain."""
        if self._reader is None:
            return False
        try:
            objects = self._reader.pages[index].get("/Resources", {}).get_object().get("/XObject", {}).get_object()
            if len(objects) > _MOST_PICTURES:
                return False
            return bool(objects) and all(_is_plain(objects[name].get_object()) for name in objects)
        except self._damage:
            return False


def _is_plain(picture: Any) -> bool:
    if picture.get("/Subtype") != "/Image" or any(key in picture for key in _SPECIAL):
        return False
    if bool(picture.get("/ImageMask", False)):
        return False
    decode = picture.get("/Decode")
    if decode is None or "/DCTDecode" not in str(picture.get("/Filter")):
        # PDFium exchanges colours itself when it decodes; only of a JPEG are the bytes taken as they are.
        return True
    return [float(value) for value in decode.get_object()] in _PLAIN_DECODE
