"""Small kits on the disk, written as the program writes real ones."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from downtime.page.code import kit_text, new_kit_id
from downtime.page.manifest import Manifest, ManifestKind, Named
from downtime.page.passphrase import Passphrase
from downtime.paper.finish import finish_pdf
from downtime.paper.protect import write_private


@cache
def one_page() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 72, "a page")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def small_kit(
    folder: Path, stem: str, made_at: datetime, passphrase: Passphrase | None = None, *,
    kind: ManifestKind = ManifestKind.KIT, facility: str = "riverside", department: str = "icu",
    name: str = "Intensive Care", census: bool = True,
) -> Path:  # fmt: skip
    """A kit of one page; its data are half an hour older than itself."""
    manifest = Manifest(
        kit=kit_text(new_kit_id(None)), facility=Named(id=facility, name="Riverside General Hospital"),
        department=Named(id=department, name=name), kind=kind, made_at=made_at,
        data_as_of=made_at - timedelta(minutes=30) if census else None, software_version="0.1.0", signed=False,
        sheets=(), layouts={},
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    pdf = finish_pdf(one_page(), manifest.to_json(), [], [], duplex=True)
    return write_private(folder, stem, pdf, manifest, passphrase)
