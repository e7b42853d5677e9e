"""Opening what was issued: the manifest of a kit or packet, from its PDF or from beside it, encrypted or not.

Reading paper back needs nothing else, so scan and desk open kits here; status, carry and purge do, too.
"""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from downtime.errors import InputError
from downtime.page.envelope import is_envelope, passphrase_missing, passphrase_wrong, unwrapped
from downtime.page.manifest import Manifest, from_json
from downtime.page.passphrase import Passphrase

if TYPE_CHECKING:
    from pypdf import PdfReader

MANIFEST_NAME = "manifest.json"
"""The manifest's name among the attachments of a PDF."""

MOST_BYTES = 1_000_000_000
_PDF_STARTS_WITHIN_BYTES = 1024


def manifest_of(path: Path, passphrase: Passphrase | None = None) -> Manifest:
    """Read the manifest in a PDF, in an envelope, or as plain JSON.

    Raises PassphraseMissingError or PassphraseWrongError where it is encrypted, InputError for a file that is damaged
    or was not made by Downtime.
    """
    return from_json(open_protected(read_file(path), str(path), passphrase), where=str(path))


def open_protected(raw: bytes, where: str, passphrase: Passphrase | None = None) -> bytes:
    """The JSON of the manifest in a PDF, in an envelope, or standing bare; raises as `manifest_of`."""
    if is_envelope(raw):
        return unwrapped(raw, where, passphrase)
    if raw.lstrip()[:1] == b"{":
        return raw
    found = _attached(raw, where, passphrase)
    if found is None:
        why = "it was not made by Downtime, or printing to a new PDF has taken the manifest out"
        raise InputError("there is no manifest in this PDF", why=why, do=_DO, where=where)
    return found


def read_file(path: Path) -> bytes:
    """The bytes of a file that was issued; raises InputError where they cannot be had."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError("this file is too large for a kit", do=_DO, where=str(path))
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError("cannot be read", why=why, do="check its name and who may read it", where=str(path)) from None


def _attached(pdf: bytes, where: str, passphrase: Passphrase | None) -> bytes | None:
    from pypdf.errors import PyPdfError

    if b"%PDF-" not in pdf[:_PDF_STARTS_WITHIN_BYTES]:
        raise InputError("this is not a PDF", do=_DO, where=where)
    # One clear error is enough: pypdf's own remarks about a damaged file would stand above it.
    logging.getLogger("pypdf").addHandler(logging.NullHandler())
    try:
        found = _opened(pdf, where, passphrase).attachments.get(MANIFEST_NAME)
        return found[0] if found else None
    # A damaged file makes pypdf fail in whichever way the damage leads to; none of them is a bug of ours.
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, OSError, RecursionError) as error:
        why = f"it is damaged or cut short ({type(error).__name__})"
        raise InputError("the PDF cannot be read", why=why, do=_DO, where=where) from None


def _opened(pdf: bytes, where: str, passphrase: Passphrase | None) -> PdfReader:
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(io.BytesIO(pdf))
    if reader.is_encrypted:
        if passphrase is None:
            raise passphrase_missing(where)
        if reader.decrypt(passphrase.text) is PasswordType.NOT_DECRYPTED:
            raise passphrase_wrong(where)
    return reader


_DO = "give the PDF as Downtime wrote it, or the manifest that stands beside it"
