"""Renew what the examples carry of the forms: content digests in the approvals, and the picture in the README.

    python tests/renew_examples.py

Run it after changing a form; the examples' approvers are fictional, so nobody has to be asked again. A hospital's own
approvals are never renewed by a program.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pypdfium2

from downtime.library.shelf import Shelf
from downtime.paper.packet import make_packet
from downtime.paper.production import print_run
from downtime.site import load_site

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PICTURE = EXAMPLES / "mar-scheduled.png"
MADE_AT = "2026-11-23T0930"


def renew_approvals() -> None:
    """Write the digest of each form as it is now into the examples' approvals."""
    digests = {form.spec.form: form.digest[:12] for form in Shelf().all_forms()}
    for path in sorted(EXAMPLES.glob("*/approvals.yaml")):
        text = path.read_text("utf-8")
        for form, digest in digests.items():
            text = re.sub(rf'(form: {form},.*?content: ")[0-9a-f]{{12}}"', rf'\g<1>{digest}"', text)
        path.write_text(text, "utf-8")


def renew_picture() -> None:
    """Print the ICU packet of the example hospital and keep the first scheduled MAR as a picture."""
    site = load_site(EXAMPLES / "riverside")
    packet = make_packet(site, site.department("icu"), Shelf(), print_run(site, made_at=MADE_AT))
    page = next(sheet for sheet in packet.manifest.sheets if sheet.form == "mar-scheduled").first_page
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(packet.pdf)
        file.flush()
        document = pypdfium2.PdfDocument(file.name)
        document[page - 1].render(scale=100 / 72, grayscale=True).to_pil().save(PICTURE, optimize=True)


if __name__ == "__main__":
    renew_approvals()
    renew_picture()
