"""The scanner takes the paper in: crooked, shifted, stretched, cut, at another density; or a phone looks at it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from downtime.drill.paper import GreyImage
from downtime.drill.scanpage import Homography, ScanPage, clouds, warped
from downtime.page.geometry import Rect

PAPER_GREY = 255


@dataclass
class Feed:
    """How the sheet is going to be taken in; kinds of degradation change it before the one move of all pixels.

    Lengths in mm, `skew_deg` clockwise; `cut_mm` are left, top, right, bottom.
    """

    skew_deg: float = 0.0
    shift_mm: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)
    dpi: float = 300.0
    cut_mm: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    background: int = PAPER_GREY
    notes: list[tuple[str, dict[str, float | str]]] = field(default_factory=list)


def usual_feed(stream: random.Random) -> Feed:
    """What a good scanner does to every sheet."""
    return Feed(
        skew_deg=stream.gauss(0, 0.25),
        shift_mm=(stream.gauss(0, 0.6), stream.gauss(0, 0.6)),
        background=stream.choice((PAPER_GREY, PAPER_GREY, 252)),
    )


def taken_in(page: ScanPage, feed: Feed) -> ScanPage:
    """The page after the feed: all its moves in one."""
    now_px_mm = page.px_mm
    target_px_mm = feed.dpi / 25.4
    factor = target_px_mm / now_px_mm
    if factor < 0.85:
        # Averaged first: a scanner's cells see all of the paper, and thin lines must not fall between two pixels.
        page = _shrunk(page, factor)
        factor = target_px_mm / page.px_mm
    rows, columns = page.image.shape
    size_mm = (page.width_mm, page.height_mm) if columns * page.height_mm <= rows * page.width_mm * 1.05 else None
    width = round(columns * factor) if size_mm is None else round(page.width_mm * target_px_mm)
    height = round(rows * factor) if size_mm is None else round(page.height_mm * target_px_mm)
    left, top, right, bottom = (cut * target_px_mm for cut in feed.cut_mm)
    middle = np.array([[1, 0, -columns / 2], [0, 1, -rows / 2], [0, 0, 1]], np.float64)
    angle = np.radians(feed.skew_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    stretch = np.diag([feed.scale[0] * factor, feed.scale[1] * factor, 1.0])
    back = np.array(
        [
            [1, 0, width / 2 + feed.shift_mm[0] * target_px_mm - left],
            [0, 1, height / 2 + feed.shift_mm[1] * target_px_mm - top],
            [0, 0, 1],
        ]
    )
    moved: Homography = back @ stretch @ turn @ middle
    size = (round(width - left - right), round(height - top - bottom))
    page = warped(page, moved, size, feed.background)
    page = replace(page, dpi=(feed.dpi, feed.dpi))
    for kind, parameters in feed.notes:
        page = page.noted(kind, parameters)
    return replace(page, hidden=(*page.hidden, *_outside(page)))


def _shrunk(page: ScanPage, factor: float) -> ScanPage:
    rows, columns = page.image.shape
    size = (round(columns * factor), round(rows * factor))
    image = cv2.resize(page.image, size, interpolation=cv2.INTER_AREA)
    sx, sy = size[0] / columns, size[1] / rows
    moved = np.array([[sx, 0, 0.5 * sx - 0.5], [0, sy, 0.5 * sy - 0.5], [0, 0, 1]])
    return replace(page, image=image, to_pixels=moved @ page.to_pixels)


def _outside(page: ScanPage) -> tuple[tuple[float, float, float, float], ...]:
    """Strips of the page in mm that lie outside of the image."""
    rows, columns = page.image.shape
    corners = np.array([[[-0.5, -0.5], [columns - 0.5, -0.5], [columns - 0.5, rows - 0.5], [-0.5, rows - 0.5]]])
    x0, y0, x1, y1 = 0.0, 0.0, page.width_mm, page.height_mm
    seen = cv2.perspectiveTransform(corners, np.linalg.inv(page.to_pixels)).reshape(-1, 2)
    left, right = sorted(seen[:, 0])[1], sorted(seen[:, 0])[2]
    top, bottom = sorted(seen[:, 1])[1], sorted(seen[:, 1])[2]
    strips = (
        Rect(x0, y0, left - x0, y1 - y0), Rect(right, y0, x1 - right, y1 - y0),
        Rect(x0, y0, x1 - x0, top - y0), Rect(x0, bottom, x1 - x0, y1 - bottom),
    )  # fmt: skip
    return tuple(
        (round(strip.x, 2), round(strip.y, 2), round(strip.w, 2), round(strip.h, 2))
        for strip in strips
        if strip.w > 0.3 and strip.h > 0.3
    )


def skew(feed: Feed, stream: random.Random) -> None:
    """Crooked by up to 5 degrees, and by one at least."""
    feed.skew_deg = stream.choice((-1, 1)) * stream.uniform(1.0, 5.0)
    feed.notes.append(("skew", {"degrees": feed.skew_deg}))


def dpi_200(feed: Feed, stream: random.Random) -> None:
    """At 200 dots an inch."""
    feed.dpi = 200.0
    feed.notes.append(("dpi-200", {"dpi": 200.0}))


def dpi_150(feed: Feed, stream: random.Random) -> None:
    """At 150 dots an inch."""
    feed.dpi = 150.0
    feed.notes.append(("dpi-150", {"dpi": 150.0}))


def stretch(feed: Feed, stream: random.Random) -> None:
    """Longer or shorter in the direction of the feed only, by up to 1.5 %."""
    by = stream.choice((-1, 1)) * stream.uniform(0.003, 0.015)
    feed.scale = (feed.scale[0], feed.scale[1] * (1 + by))
    feed.notes.append(("stretch", {"by": by}))


def scaled(feed: Feed, stream: random.Random) -> None:
    """Printed or scanned “to fit the page”: 94 to 97 %."""
    by = stream.uniform(0.94, 0.97)
    feed.scale = (feed.scale[0] * by, feed.scale[1] * by)
    feed.notes.append(("scaled", {"scale": by}))


def cut_edges(feed: Feed, stream: random.Random) -> None:
    """One or two edges lie outside of the glass, by 3 to 8 mm."""
    cut = [0.0, 0.0, 0.0, 0.0]
    for edge in stream.sample(range(4), stream.choice((1, 2))):
        cut[edge] = stream.uniform(3, 8)
    feed.cut_mm = (cut[0], cut[1], cut[2], cut[3])
    names = ("left_mm", "top_mm", "right_mm", "bottom_mm")
    feed.notes.append(("cut-edges", dict(zip(names, cut, strict=True))))


def phone(page: ScanPage, stream: random.Random) -> ScanPage:
    """A photograph on a desk: perspective, shadow, a hand that shakes; 12 megapixels, no density."""
    rows, columns = page.image.shape
    portrait = rows >= columns
    width, height = (2448, 3264) if portrait else (3264, 2448)
    fill = stream.uniform(0.78, 0.92)
    reach = min(width * fill / columns, height * fill / rows)
    corners = np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)], np.float64) - (columns / 2, rows / 2)
    angle = np.radians(stream.gauss(0, 2.5))
    turn = np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    tilt_x, tilt_y = stream.gauss(0, 0.035), stream.gauss(0, 0.05)
    targets = []
    for x, y in corners:
        depth = 1 + tilt_x * np.sign(x) + tilt_y * np.sign(y)
        targets.append(turn @ (x * reach, y * reach) / depth + (width / 2, height / 2))
    whole = (corners + np.array((columns / 2, rows / 2))).astype(np.float32)
    moved = np.asarray(cv2.getPerspectiveTransform(whole, np.asarray(targets, np.float32)), np.float64)
    desk = stream.randint(60, 150)
    page = warped(replace(page, image=cv2.GaussianBlur(page.image, (0, 0), 0.7)), moved, (width, height), desk)
    light = _shadow((height, width), stream)
    image = cv2.multiply(page.image, light, scale=1 / 255)
    image = cv2.GaussianBlur(image, (0, 0), stream.uniform(0.5, 1.1))
    parameters = {"tilt_x": tilt_x, "tilt_y": tilt_y, "degrees": float(np.degrees(angle)), "desk_grey": float(desk)}
    return page.noted("phone", parameters, image=image, dpi=None)


def _shadow(shape: tuple[int, int], stream: random.Random) -> GreyImage:
    """Light that falls off to one side, and the shadow of whoever holds the phone."""
    small = (shape[0] // 16, shape[1] // 16)
    y, x = np.mgrid[0 : small[0], 0 : small[1]].astype(np.float32)
    angle = stream.uniform(0, 2 * np.pi)
    slope = (x / small[1] - 0.5) * np.cos(angle) + (y / small[0] - 0.5) * np.sin(angle)
    light = 0.88 - slope * stream.uniform(0.1, 0.32) + 0.04 * clouds(small, 3, stream)
    edge = slope - stream.uniform(-0.1, 0.3)
    light *= 1 - stream.uniform(0.15, 0.4) / (1 + np.exp(-edge * stream.uniform(30, 90)))
    small_light: GreyImage = np.clip(light * 255, 0, 255).astype(np.uint8)
    return cv2.resize(small_light, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
