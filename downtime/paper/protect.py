"""Protection of what holds patient data: the PDF as AES-256, its manifest in an envelope, both private on the disk."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from downtime import __version__
from downtime.files import make_folder, write_together
from downtime.page.envelope import About, Holds, wrapped
from downtime.page.manifest import Manifest
from downtime.page.passphrase import Passphrase

PLAIN_SUFFIX, SEALED_SUFFIX = ".manifest.json", ".manifest.sealed"
_OTHERS_READ, _OTHERS_WRITE = stat.S_IRGRP | stat.S_IROTH, stat.S_IWGRP | stat.S_IWOTH


def encrypted_pdf(pdf: bytes, passphrase: Passphrase) -> bytes:
    """The PDF encrypted with AES-256 (ISO 32000-2, revision 6), attachments and titles too; it opens in any reader.

    Whoever has the passphrase may print and copy: a second passphrase for that would only look like protection.
    """
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.encrypt(passphrase.text, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def write_private(
    folder: Path, stem: str, pdf: bytes, manifest: Manifest, passphrase: Passphrase | None, content: bytes = b""
) -> Path:
    """Write a PDF that holds patient data, and its manifest beside it, readable by the owner alone; returns the PDF.

    With a passphrase both are encrypted. The manifest stands first: whoever sees the PDF finds it. A manifest of the
    other kind from an earlier run goes, so that it is not taken for this PDF's. `content` is the manifest's JSON where
    it has been made already. Raises WriteError.
    """
    content = content or manifest.to_json()
    if passphrase is None:
        suffix, other = PLAIN_SUFFIX, SEALED_SUFFIX
    else:
        pdf = encrypted_pdf(pdf, passphrase)
        content = wrapped(content, about_manifest(manifest, pdf), passphrase)
        suffix, other = SEALED_SUFFIX, PLAIN_SUFFIX
    path = folder / f"{stem}.pdf"
    write_together(((folder / f"{stem}{suffix}", content), (path, pdf)), private=True)
    (folder / f"{stem}{other}").unlink(missing_ok=True)
    return path


def about_manifest(manifest: Manifest, pdf: bytes) -> About:
    """What the envelope of a kit's manifest says on its outside: enough to list, carry and remove the kit."""
    return About(
        holds=Holds.MANIFEST, facility=manifest.facility.id, department=manifest.department.id, kind=manifest.kind,
        kit=manifest.kit, made_at=manifest.made_at, data_as_of=manifest.data_as_of,
        pdf=hashlib.sha256(pdf).hexdigest(), software_version=__version__,
    )  # fmt: skip


def private_folder(folder: Path) -> tuple[str, ...]:
    """Make a folder for patient data; returns what is unwise about one that is there already. Raises WriteError."""
    if not folder.exists():
        make_folder(folder.parent)
        old = os.umask(0o077)
        try:
            make_folder(folder)
        finally:
            os.umask(old)
    return tuple(_exposed(make_folder(folder)))


def _exposed(folder: Path) -> Iterator[str]:
    # Windows keeps access in lists that the mode does not show.
    if os.name != "posix":
        return
    mode = folder.stat().st_mode
    if mode & _OTHERS_WRITE and not mode & stat.S_ISVTX:
        yield (
            f"{folder}: other users may write to this folder (mode {stat.S_IMODE(mode):04o}), so they could put "
            f"another kit in the place of yours – chmod 700 '{folder}'"
        )
    elif mode & _OTHERS_READ:
        yield f"{folder}: other users see the names of the files here; the files themselves are yours alone"
