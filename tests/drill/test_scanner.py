"""The simulated scanner moves the paper as it says, hides what it says, and does the same again from the same seed."""

import numpy as np
import pytest
from drill_help import drill_paper, first_page, marks_off_mm

from downtime.drill.chance import chance
from downtime.drill.scanner import COMBINATIONS, KINDS, scan
from downtime.drill.scanpage import ScanPage, scan_page
from downtime.errors import UsageError

# A torn corner takes one mark with it, a streak two that stand above one another.
LEAST_MARKS = 2


def scanned(kinds: tuple[str, ...], form: str = "mar-scheduled", seed: int = 1) -> tuple[ScanPage, object]:
    paper = drill_paper()
    page = first_page(paper, form)
    before = scan_page(paper.image(page.number), page, page.layout.width_mm, page.layout.height_mm)
    return scan(before, kinds, chance("test", seed, *kinds)), page.places


@pytest.mark.parametrize("kinds", [*((name,) for name in KINDS), *COMBINATIONS], ids="+".join)
def test_the_marks_are_found_where_the_transform_says(kinds):
    page, places = scanned(kinds)
    off = marks_off_mm(page, places)
    coarse = any(name.startswith(("fax", "dither", "threshold", "low", "copy", "salt")) for name in kinds)
    assert len(off) >= LEAST_MARKS or "fax-standard" in kinds
    assert max(off, default=0) < 0.1 + page.off_mm + (0.15 if coarse else 0.0)
    assert {one.kind for one in page.degradations} >= set(kinds)
    assert page.image.dtype == np.uint8


def test_the_same_seed_scans_the_same_bytes():
    first, _ = scanned(("copy", "coffee", "phone"))
    again, _ = scanned(("copy", "coffee", "phone"))
    other, _ = scanned(("copy", "coffee", "phone"), seed=2)
    assert np.array_equal(first.image, again.image) and first.degradations == again.degradations
    assert not np.array_equal(first.image, other.image)


def test_what_is_hidden_is_really_gone():
    page, _ = scanned(("torn-corner",), seed=4)
    torn = page.degradations[0].parameters
    corner = ("top left", "top right", "bottom right", "bottom left").index(torn["corner"])
    x = 2.0 if corner in (0, 3) else page.width_mm - 2
    y = 2.0 if corner in (0, 1) else page.height_mm - 2
    assert any(a <= x <= a + w and b <= y <= b + h for a, b, w, h in page.hidden)
    column, row = page.pixels([(x, y)])[0].round().astype(int)
    around = page.image[max(row - 3, 0) : row + 4, max(column - 3, 0) : column + 4]
    assert abs(float(np.median(around)) - torn["lid"]) < 12


def test_an_unknown_degradation_is_named_with_the_nearest():
    with pytest.raises(UsageError, match=r"cofee.*coffee"):
        scanned(("cofee",))
