"""What happens to the paper itself, before any scanner: stains, tears, holes, staples, folds, a pen over a code."""

from __future__ import annotations

import random
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.drill import strokes
from downtime.drill.chance import noise
from downtime.drill.ink import Pen, Surface
from downtime.drill.paper import GreyImage
from downtime.drill.scanpage import ScanPage, clouds
from downtime.page.geometry import Rect

# The lid behind a hole or a torn corner: white mostly, black in document feeders.
_LIDS = (255, 255, 25)


def coffee(page: ScanPage, stream: random.Random) -> ScanPage:
    """The ring of a cup, 70 to 85 mm across, and a spill inside it; anywhere on the page."""
    px, radius = page.px_mm, stream.uniform(35, 43)
    x, y = stream.uniform(0, page.width_mm), stream.uniform(0, page.height_mm)
    spill = stream.random() < 0.4
    image = page.image.copy()
    reach = radius + 8
    centre = page.pixels([(x, y)])[0]
    left, top = (int(value - reach * px) for value in centre)
    size = int(2 * reach * px)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + size, image.shape[1]), min(top + size, image.shape[0])
    dark = stream.uniform(35, 85)
    if x1 > x0 and y1 > y0:
        rows, columns = np.mgrid[y0:y1:4, x0:x1:4].astype(np.float32)
        away = np.hypot(columns - centre[0], rows - centre[1]) / px
        uneven = clouds(away.shape, 9, stream)
        ring = np.exp(-(((away - radius) / (1.0 + 1.6 * uneven)) ** 2)) * (0.5 + 0.7 * uneven)
        inside = (away < radius) * (0.32 if spill else 0.1) * (0.6 + 0.6 * uneven)
        stain = np.clip((ring + inside) * dark, 0, 130).astype(np.uint8)
        full = cv2.resize(stain, (x1 - x0, y1 - y0), interpolation=cv2.INTER_LINEAR)
        image[y0:y1, x0:x1] = cv2.multiply(image[y0:y1, x0:x1], cv2.bitwise_not(full), scale=1 / 255)
    parameters: dict[str, float | str] = {"x_mm": x, "y_mm": y, "radius_mm": radius, "dark": dark, "spill": str(spill)}
    return page.noted("coffee", parameters, image=image)


def scribble(page: ScanPage, stream: random.Random) -> ScanPage:
    """A pen over one of the two page codes, or the part of it that hides a corner."""
    if not page.codes:
        return page.noted("scribble")
    corner = stream.randrange(len(page.codes))
    code = Rect(*page.codes[corner])
    image = page.image.copy()
    surface = Surface(image, page.width_mm, page.height_mm)
    part = stream.choice((1.0, 1.0, 0.6))
    at = Rect(code.x + stream.random() * code.w * (1 - part), code.y + stream.random() * code.h * (1 - part),
              code.w * part, code.h * part)  # fmt: skip
    points = [(at.x + stream.uniform(-0.1, 1.1) * at.w, at.y + stream.uniform(-0.1, 1.1) * at.h) for _ in range(26)]
    surface.stroke([strokes.smooth(points)], Pen("felt", stream.randint(20, 70), stream.uniform(0.6, 1.3)), stream)
    parameters: dict[str, float | str] = {"code": ("top right", "bottom left")[corner], "part": part}
    return page.noted("scribble", parameters, image=image, hidden=page.hiding(at))


def torn_corner(page: ScanPage, stream: random.Random) -> ScanPage:
    """A corner torn off, 15 to 42 mm along each edge."""
    corner = stream.randrange(4)
    across, down = stream.uniform(15, 42), stream.uniform(15, 42)
    lid = stream.choice(_LIDS)
    image = page.image.copy()
    count = 14
    shares = np.linspace(0, 1, count)
    ragged = np.array([0 if share in (0, 1) else stream.gauss(0, 0.7) for share in shares])
    x, y = across * (1 - shares) + ragged, down * shares + ragged
    flip_x, flip_y = corner in (1, 2), corner in (2, 3)
    edge = [
        (page.width_mm - a if flip_x else a, page.height_mm - b if flip_y else b) for a, b in zip(x, y, strict=True)
    ]
    tip = (page.width_mm + 2 if flip_x else -2.0, page.height_mm + 2 if flip_y else -2.0)
    first, last = (edge[0][0], tip[1]), (tip[0], edge[-1][1])
    outline = page.pixels([first, *edge, last, tip])
    cv2.fillPoly(image, [np.round(outline * 16).astype(np.int32)], lid, cv2.LINE_AA, 4)
    fibres = page.pixels(edge)
    cv2.polylines(
        image, [np.round(fibres * 16).astype(np.int32)], False, 225, max(2, round(0.5 * page.px_mm)), cv2.LINE_AA, 4
    )
    strips = []
    for number in range(4):
        wide = across * (1 - number / 4)
        top = number * down / 4
        strips.append(Rect(page.width_mm - wide if flip_x else 0.0, page.height_mm - top - down / 4 if flip_y else top,
                           wide, down / 4))  # fmt: skip
    names = ("top left", "top right", "bottom right", "bottom left")
    parameters: dict[str, float | str] = {"corner": names[corner], "across_mm": across, "down_mm": down, "lid": lid}
    return page.noted("torn-corner", parameters, image=image, hidden=page.hiding(*strips))


def folded_corner(page: ScanPage, stream: random.Random) -> ScanPage:
    """A dog-ear: a corner turned over, whose back lies on the page and is white."""
    corner, size = stream.randrange(4), stream.uniform(10, 28)
    flip_x, flip_y = corner in (1, 2), corner in (2, 3)

    def at(x: float, y: float) -> tuple[float, float]:
        return (page.width_mm - x if flip_x else x, page.height_mm - y if flip_y else y)

    image = page.image.copy()
    lid = stream.choice(_LIDS)
    off = page.pixels([at(-2, -2), at(size, -2), at(-2, size)])
    flap = page.pixels([at(size, 0), at(0, size), at(size, size)])
    cv2.fillPoly(image, [np.round(off * 16).astype(np.int32)], lid, cv2.LINE_AA, 4)
    cv2.fillPoly(image, [np.round(flap * 16).astype(np.int32)], 246, cv2.LINE_AA, 4)
    rim = np.round(page.pixels([at(size, 0), at(size, size), at(0, size)]) * 16).astype(np.int32)
    cv2.polylines(image, [rim], False, 190, max(1, round(0.25 * page.px_mm)), cv2.LINE_AA, 4)
    x, y = at(0, 0)
    hidden = Rect(min(x, x + (-size if flip_x else size)), min(y, y + (-size if flip_y else size)), size, size)
    names = ("top left", "top right", "bottom right", "bottom left")
    parameters: dict[str, float | str] = {"corner": names[corner], "size_mm": size, "lid": lid}
    return page.noted("folded-corner", parameters, image=image, hidden=page.hiding(hidden))


def holes(page: ScanPage, stream: random.Random) -> ScanPage:
    """Punched for a binder: two holes 80 mm apart (ISO 838) or three 108 mm apart, at one of the long edges."""
    three = stream.random() < 0.5
    radius, inset = (4.0, 12.0) if three else (3.0, 12.0)
    long_side = page.height_mm >= page.width_mm
    length = page.height_mm if long_side else page.width_mm
    steps = (-108.0, 0.0, 108.0) if three else (-40.0, 40.0)
    far = stream.random() < 0.3
    lid = stream.choice((255, 25))
    image = page.image.copy()
    hidden = []
    for step in steps:
        along = length / 2 + step + stream.gauss(0, 1.5)
        across = inset + stream.gauss(0, 0.8)
        across = (page.width_mm if long_side else page.height_mm) - across if far else across
        x, y = (across, along) if long_side else (along, across)
        centre = page.pixels([(x, y)])[0]
        cv2.circle(
            image,
            tuple(np.round(centre * 16).astype(int).tolist()),
            round(radius * page.px_mm * 16),
            lid,
            -1,
            cv2.LINE_AA,
            4,
        )
        hidden.append(Rect(x - radius, y - radius, 2 * radius, 2 * radius))
    parameters: dict[str, float | str] = {"holes": len(steps), "lid": lid, "far_edge": str(far)}
    return page.noted("holes", parameters, image=image, hidden=page.hiding(*hidden))


def staple(page: ScanPage, stream: random.Random) -> ScanPage:
    """A staple left in the top-left corner with its shadow, or the two holes and the crease that it leaves."""
    image = page.image.copy()
    x, y = stream.uniform(6, 14), stream.uniform(6, 14)
    angle = np.radians(stream.choice((-45, 0, 45)) + stream.gauss(0, 8))
    half = 6.0
    ends = [(x - half * np.cos(angle), y - half * np.sin(angle)), (x + half * np.cos(angle), y + half * np.sin(angle))]
    left_in = stream.random() < 0.6
    surface = Surface(image, page.width_mm, page.height_mm)
    if left_in:
        shadow = np.asarray(ends) + np.array((0.6, 0.9))
        surface.stroke([shadow], Pen("felt", 150, 1.4), stream)
        surface.stroke([np.asarray(ends)], Pen("gel", 60, 0.6), stream)
    else:
        for end in ends:
            dot = np.asarray([end, (end[0] + 0.3, end[1] + 0.2)])
            surface.stroke([dot], Pen("felt", 40, 0.8), stream)
    if stream.random() < 0.6:
        reach = stream.uniform(16, 30)
        crease = np.asarray([(reach, -1.0), (-1.0, reach)])
        surface.stroke([crease], Pen("dry", 120, 0.5), stream)
    return page.noted("staple", {"x_mm": x, "y_mm": y, "left_in": str(left_in)}, image=image)


def fold(page: ScanPage, stream: random.Random) -> ScanPage:
    """A fold across the sheet: a dark and a bright line, and one part that lies up to 0.5 mm off."""
    across = stream.random() < 0.7
    share = stream.choice((1 / 3, 1 / 2, 2 / 3)) + stream.gauss(0, 0.01)
    slip = stream.gauss(0, 0.2)
    slip = max(min(slip, 0.5), -0.5)
    image = page.image.copy() if across else page.image.T.copy()
    rows = image.shape[0]
    row = round(rows * share)
    px = page.px_mm
    by = round(slip * px)
    if by:
        image[row:] = np.roll(image[row:], by, axis=0)
        edge = image[row : row + by] if by > 0 else image[by:]
        edge[:] = 250
    wide = max(2, round(stream.uniform(0.4, 1.4) * px))
    dark = stream.randint(60, 150)
    # Around the line the paper is bent away from the glass.
    far = round(8 * px)
    shade = np.clip(255 - 30 * np.exp(-np.abs(np.arange(-far, far)) / (3 * px)), 0, 255).astype(np.uint8)
    near = image[max(row - far, 0) : row + far]
    image[max(row - far, 0) : row + far] = cv2.multiply(
        near, np.repeat(shade[far - min(row, far) :][: len(near), None], near.shape[1], axis=1), scale=1 / 255
    )
    profile: NDArray[np.float64] = np.concatenate((np.linspace(0, dark, wide), np.linspace(-60, 0, wide)))
    band = image[row - wide : row + wide].astype(np.float64)
    jitter = 0.6 + 0.6 * clouds(band.shape, 40, stream)
    image[row - wide : row + wide] = np.clip(band - profile[:, None] * jitter, 0, 255).astype(np.uint8)
    image = image if across else np.ascontiguousarray(image.T)
    parameters: dict[str, float | str] = {
        "across": str(across),
        "share": share,
        "slip_mm": by / px,
        "dark": float(dark),
    }
    return page.noted("fold", parameters, image=image, off_mm=max(page.off_mm, abs(by) / px))


def crumpled(page: ScanPage, stream: random.Random) -> ScanPage:
    """Crumpled and smoothed out again: soft shading, and creases."""
    image = page.image
    small = (image.shape[0] // 16, image.shape[1] // 16)
    relief = clouds(small, 9, stream) + 0.5 * clouds(small, 22, stream)
    slope = cv2.Sobel(relief, cv2.CV_32F, 1, 0) + cv2.Sobel(relief, cv2.CV_32F, 0, 1)
    light = np.clip(238 + slope * stream.uniform(25, 60), 150, 255).astype(np.uint8)
    light = cv2.resize(light, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
    return page.noted("crumpled", image=cv2.multiply(image, light, scale=1 / 255))


def bleed_through(page: ScanPage, stream: random.Random) -> ScanPage:
    """What stands on the back shows through thin paper, mirrored and weak."""
    other = page.back if page.back is not None else page.image
    if other.shape != page.image.shape:
        other = cv2.resize(other, (page.image.shape[1], page.image.shape[0]), interpolation=cv2.INTER_AREA)
    share = stream.uniform(0.10, 0.24)
    mirrored = cv2.GaussianBlur(cv2.flip(other, 1), (0, 0), 0.18 * page.px_mm)
    table = (255 - (255 - np.arange(256)) * share).astype(np.uint8)
    seen: GreyImage = cv2.LUT(mirrored, table)
    return page.noted("bleed-through", {"share": share}, image=cv2.multiply(page.image, seen, scale=1 / 255))


def grey_background(page: ScanPage, stream: random.Random) -> ScanPage:
    """Recycled or coloured paper: 165 to 215 greys, with fibres in it."""
    grey = stream.uniform(165, 215)
    fibres = noise(stream).normal(0, 3.5, (page.image.shape[0] // 2, page.image.shape[1] // 2)).astype(np.float32)
    sheet = np.clip(grey + cv2.GaussianBlur(fibres, (0, 0), 0.8), 0, 255).astype(np.uint8)
    sheet = cv2.resize(sheet, (page.image.shape[1], page.image.shape[0]), interpolation=cv2.INTER_LINEAR)
    return page.noted("grey-background", {"grey": grey}, image=cv2.multiply(page.image, sheet, scale=1 / 255))


def with_back(page: ScanPage, back: GreyImage | None) -> ScanPage:
    """The page with its other side known."""
    return replace(page, back=back)
