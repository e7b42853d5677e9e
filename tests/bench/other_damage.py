"""Damage by augraphy, a library for making poor documents that is not ours and knows nothing of this program.

It is no extra of the project, because it asks for a build of OpenCV whose files would replace those of the build that
the project runs on. Install it, with what else it needs, by `pip install --no-deps -r tests/bench/augraphy.txt`.
Some of its kinds draw from a source of chance that cannot be set: a seed gives the same page and pen, and nearly the
same damage.
"""

from __future__ import annotations

import importlib.util
import random

import cv2
import numpy as np
from degraded import JPEG_QUALITY, Scanned, chosen, packets

from downtime.drill.chance import chance
from downtime.drill.pen import Pen
from downtime.drill.profiles import PROFILES
from downtime.drill.scanner import scan
from downtime.drill.scanpage import scan_page

OTHER_KINDS = (
    "BadPhotoCopy", "Brightness", "BrightnessTexturize", "ColorPaper", "DirtyDrum", "Dithering", "DoubleExposure",
    "Faxify", "Folding", "InkBleed", "LinesDegradation", "NoiseTexturize", "Stains",
)  # fmt: skip
"""Names of augraphy's own classes; each is used with its defaults. Left out is what writes or draws over the page."""


def installed() -> bool:
    """Whether the library is there."""
    return importlib.util.find_spec("augraphy") is not None


def make_other(seed: int, kinds: tuple[str, ...], number: int, profile: str) -> tuple[Scanned, int]:
    """Image `number` of a kind of the library's damage, on a page from a good scanner at 200 dots an inch."""
    import augraphy

    (name,) = kinds
    packet = number % len(packets())
    page = chosen(packet, (seed, name, number))
    image, written = Pen(packets()[packet], seed * 1000 + number, PROFILES[profile]).write(page)
    before = scan_page(image, page, page.layout.width_mm, page.layout.height_mm)
    done = scan(before, ("dpi-200",), chance(seed, "scan", name, number))
    source = chance(seed, "augraphy", name, number)
    random.seed(source.getrandbits(32))
    np.random.seed(source.getrandbits(32))
    cv2.setRNGSeed(source.getrandbits(31))
    harmed = np.asarray(getattr(augraphy, name)(p=1)(cv2.cvtColor(done.image, cv2.COLOR_GRAY2BGR)))
    grey = cv2.cvtColor(harmed, cv2.COLOR_BGR2GRAY) if harmed.ndim == 3 else harmed
    _, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    dpi = done.dpi if grey.shape == done.image.shape else None
    matrix = tuple(float(value) for value in done.matrix())
    return Scanned(name, packed.tobytes(), dpi, written, matrix, done.hidden, done.off_mm), packet
