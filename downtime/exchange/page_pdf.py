"""The pictures of a sheet's pages as one small PDF: gray, at most 200 dots an inch, the same bytes each time.

Gray and not black and white: a pencil that is barely there must still be seen by whoever opens the document.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from downtime.errors import InputError, MissingPartError

MOST_DPI = 200
_QUALITY = 60
_LONG_SIDE_INCHES = 11.7  # A4; a page of Letter is a little shorter


def pages_pdf(pictures: Sequence[bytes], title: str) -> bytes:
    """One page for each picture (PNG or JPEG), in their order.

    Raises InputError for what is no picture, MissingPartError without the extra `desk`, ValueError without pictures.
    """
    if not pictures:
        raise ValueError("a document has at least one page")
    try:
        from PIL import Image, UnidentifiedImageError
    except ModuleNotFoundError:
        raise MissingPartError("pictures cannot be made a PDF", do="install downtime[desk]") from None
    pages = []
    for number, picture in enumerate(pictures, start=1):
        try:
            with Image.open(io.BytesIO(picture)) as opened:
                page = opened.convert("L")
        except (UnidentifiedImageError, OSError) as error:
            why = str(error).partition(" <")[0]
            raise InputError(f"picture {number} cannot be read", why=why, do="scan the page again") from None
        longest = round(MOST_DPI * _LONG_SIDE_INCHES)
        page.thumbnail((longest, longest))
        pages.append(page)
    out = io.BytesIO()
    dpi = max(pages[0].size) / _LONG_SIDE_INCHES
    # No dates: the same pictures give the same bytes, so a document that is sent again can be told.
    pages[0].save(
        out, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, quality=_QUALITY, title=title,
        creationDate=None, modDate=None,
    )  # fmt: skip
    return out.getvalue()
