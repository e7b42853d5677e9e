"""What copier, sensor and transmission do to an image: blur, noise, streaks, one bit a pixel, a fax line."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from PIL import Image

from downtime.drill.chance import noise
from downtime.drill.paper import GreyImage
from downtime.drill.scanpage import ScanPage, clouds, levels, noisy, warped

_GREYS = np.arange(256, dtype=np.float64)
FAX_WIDTH_PX = 1728
"""Pixels of a fax line: 215 mm at 204 dots an inch (ITU-T T.4)."""


def sensed(page: ScanPage, stream: random.Random) -> ScanPage:
    """What every sensor adds: the softness of the lens and a little noise."""
    image = cv2.GaussianBlur(page.image, (3, 3), stream.uniform(0.45, 0.7))
    return replace(page, image=noisy(image, stream.uniform(1.5, 3.5), stream))


def blur(page: ScanPage, stream: random.Random) -> ScanPage:
    """Out of focus: a spread of 0.13 to 0.24 mm."""
    spread = stream.uniform(0.13, 0.24)
    return page.noted("blur", {"spread_mm": spread}, image=cv2.GaussianBlur(page.image, (0, 0), spread * page.px_mm))


def jpeg_30(page: ScanPage, stream: random.Random) -> ScanPage:
    """Through a JPEG of quality 30."""
    _, packed = cv2.imencode(".jpg", page.image, [cv2.IMWRITE_JPEG_QUALITY, 30])
    return page.noted("jpeg-30", {"quality": 30}, image=cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE))


def salt(page: ScanPage, stream: random.Random) -> ScanPage:
    """Specks of salt and pepper on 1 to 3 % of the pixels."""
    share = stream.uniform(0.01, 0.03)
    source = noise(stream)
    image = page.image.copy()
    count = int(image.size * share)
    places = source.integers(0, image.size, count)
    image.reshape(-1)[places] = np.where(source.random(count) < 0.5, 0, 255).astype(np.uint8)
    return page.noted("salt", {"share": share}, image=image)


def streak(page: ScanPage, stream: random.Random) -> ScanPage:
    """Dirt on the scanner glass: one to three lines in the direction of the feed, over the whole image."""
    image = page.image.copy()
    columns = image.shape[1]
    count = stream.randint(1, 3)
    parameters: dict[str, float | str] = {"count": count}
    for number in range(count):
        wide = max(1, round(stream.uniform(0.08, 0.45) * page.px_mm))
        at = stream.randrange(round(columns * 0.02), round(columns * 0.98) - wide)
        dark = stream.randint(70, 215)
        white = stream.random() < 0.15
        strip = image[:, at : at + wide]
        shade = np.full_like(strip, dark)
        strip[:] = cv2.add(strip, shade) if white else cv2.subtract(strip, shade)
        parameters[f"x{number + 1}_px"] = at
        parameters[f"wide{number + 1}_px"] = wide
        parameters[f"dark{number + 1}"] = -dark if white else dark
    return page.noted("streak", parameters, image=image)


def low_toner(page: ScanPage, stream: random.Random) -> ScanPage:
    """Printed with the last of the toner: grey, in clouds, with white specks where none was left."""
    image = page.image
    thin = stream.uniform(0.3, 0.5)
    cloud = clouds((image.shape[0] // 8, image.shape[1] // 8), 6, stream)
    share = np.clip((thin + 0.22 * cloud) * 255, 0, 235).astype(np.uint8)
    share = cv2.resize(share, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
    ink = cv2.bitwise_not(image)
    lost = cv2.multiply(ink, share, scale=1 / 255)
    weak = cv2.add(image, lost)
    grain = noise(stream).integers(0, 256, (image.shape[0] // 2, image.shape[1] // 2), dtype=np.uint8)
    specks = cv2.resize(grain, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_NEAREST) < 20
    weak[specks] = 255
    return page.noted("low-toner", {"thin": thin}, image=weak)


def copied(page: ScanPage, stream: random.Random) -> ScanPage:
    """A photocopy of a photocopy, at 94 to 102 % in all: darker darks, lighter lights, specks, shadows at the edges."""
    scale = stream.uniform(0.94, 1.02)
    generations = stream.choice((1, 2, 2))
    first = scale ** (1 / generations)
    for _ in range(generations):
        page = _copy(page, first, stream)
    lines = 0
    if stream.random() < 0.35:
        lines = 1
        page = replace(streak(page, stream), degradations=page.degradations)
    return page.noted("copy", {"scale": scale, "generations": generations, "lines": lines})


def _copy(page: ScanPage, scale: float, stream: random.Random) -> ScanPage:
    rows, columns = page.image.shape
    angle = np.radians(stream.gauss(0, 0.5))
    cosine, sine = np.cos(angle) * scale, np.sin(angle) * scale
    x, y = columns / 2, rows / 2
    dx, dy = stream.gauss(0, 1.0) * page.px_mm, stream.gauss(0, 1.0) * page.px_mm
    moved = np.array(
        [[cosine, -sine, x - cosine * x + sine * y + dx], [sine, cosine, y - sine * x - cosine * y + dy], [0, 0, 1]]
    )
    shadow = stream.choice((255, 255, 170, 60))
    page = warped(page, moved, (columns, rows), shadow)
    soft = cv2.GaussianBlur(page.image, (0, 0), 0.055 * page.px_mm)
    middle, steep = stream.uniform(120, 165), stream.uniform(0.018, 0.032)
    curve = 255 / (1 + np.exp(-(_GREYS - middle) * steep * 1.6))
    image = levels(soft, (curve - curve[0]) * 255 / (curve[255] - curve[0]))
    source = noise(stream)
    count = int(page.image.size * 0.00012)
    ys, xs = source.integers(0, rows - 3, count), source.integers(0, columns - 3, count)
    for step in range(2):
        image[ys + step, xs] = 40
        image[ys, xs + step] = 40
    return replace(page, image=image)


def dither(page: ScanPage, stream: random.Random) -> ScanPage:
    """One bit a pixel at 200 dots an inch, greys as dots (Floyd and Steinberg, 1976)."""
    page = _bits(page, 200.0, 200.0, spread=True)
    return page.noted("dither", {"dpi": 200.0})


def threshold(page: ScanPage, stream: random.Random) -> ScanPage:
    """One bit a pixel at 200 dots an inch, black below a grey and white above it: what scanners call text mode."""
    grey = stream.uniform(105, 175)
    page = _bits(page, 200.0, 200.0, spread=False, grey=grey)
    return page.noted("threshold", {"dpi": 200.0, "grey": grey})


def fax_standard(page: ScanPage, stream: random.Random) -> ScanPage:
    """A fax at standard density: 204 × 98 dots an inch."""
    return _faxed(page, 98.0, "fax-standard", stream)


def fax_fine(page: ScanPage, stream: random.Random) -> ScanPage:
    """A fax at fine density: 204 × 196 dots an inch."""
    return _faxed(page, 196.0, "fax-fine", stream)


def _faxed(page: ScanPage, dpi_y: float, kind: str, stream: random.Random) -> ScanPage:
    if page.image.shape[1] > page.image.shape[0]:
        # A fax machine takes paper in by its short edge.
        page = turned(page, 90)
    spread = stream.random() < 0.4
    grey = stream.uniform(110, 160)
    page = _bits(page, 204.0, dpi_y, spread=spread, grey=grey)
    rows, columns = page.image.shape
    margin = (FAX_WIDTH_PX - columns) // 2
    moved = np.array([[1, 0, margin], [0, 1, round(stream.uniform(2, 6) * dpi_y / 25.4)], [0, 0, 1]], np.float64)
    page = warped(page, moved, (FAX_WIDTH_PX, rows), 255, smooth=False)
    image = page.image
    head: GreyImage = np.full((24, FAX_WIDTH_PX), 255, np.uint8)
    cv2.putText(head, "NOV 24 2026 03:12  FROM: WARD  P.01", (60, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 1, cv2.LINE_8)
    head = cv2.resize(head, (FAX_WIDTH_PX, max(8, round(24 * dpi_y / 196))), interpolation=cv2.INTER_NEAREST)
    image[: head.shape[0]] = np.minimum(image[: head.shape[0]], head)
    bad = 0
    if stream.random() < 0.4:
        bad = stream.randint(1, 4)
        for _ in range(bad):
            # A line that came in damaged shows the line before it.
            row = stream.randrange(1, rows)
            image[row] = image[row - 1]
    parameters: dict[str, float | str] = {"dpi_x": 204.0, "dpi_y": dpi_y, "spread": str(spread), "bad_lines": bad}
    return page.noted(kind, parameters, image=image)


def _bits(page: ScanPage, dpi_x: float, dpi_y: float, *, spread: bool, grey: float = 128.0) -> ScanPage:
    """The page in black and white only, at another density."""
    rows, columns = page.image.shape
    have_x, have_y = page.dpi or (page.px_mm * 25.4, page.px_mm * 25.4)
    size = (round(columns * dpi_x / have_x), round(rows * dpi_y / have_y))
    image: GreyImage = cv2.resize(page.image, size, interpolation=cv2.INTER_AREA)
    sx, sy = size[0] / columns, size[1] / rows
    moved = np.array([[sx, 0, 0.5 * sx - 0.5], [0, sy, 0.5 * sy - 0.5], [0, 0, 1]])
    if spread:
        image = np.array(Image.fromarray(image).convert("1").convert("L"))
    else:
        _, image = cv2.threshold(image, grey, 255, cv2.THRESH_BINARY)
    return replace(page, image=image, to_pixels=moved @ page.to_pixels, dpi=(dpi_x, dpi_y), bilevel=True)


_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


def turned(page: ScanPage, degrees: int) -> ScanPage:
    """The page laid in turned by a quarter, a half or three quarters, clockwise."""
    rows, columns = page.image.shape
    right, low = columns - 1.0, rows - 1.0
    moves = {
        90: [[0, -1, low], [1, 0, 0], [0, 0, 1]],
        180: [[-1, 0, right], [0, -1, low], [0, 0, 1]],
        270: [[0, 1, 0], [-1, 0, right], [0, 0, 1]],
    }
    moved = np.array(moves[degrees], np.float64)
    dpi = page.dpi if degrees == 180 or page.dpi is None else (page.dpi[1], page.dpi[0])
    rotation: Any = (page.rotation + degrees) % 360
    return replace(
        page,
        image=cv2.rotate(page.image, _TURNS[degrees]),
        to_pixels=moved @ page.to_pixels,
        dpi=dpi,
        rotation=rotation,
    )
