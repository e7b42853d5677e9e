"""The simulated pen writes the same again from the same seed, and its truth is really on the paper."""

from itertools import islice

import numpy as np
import pytest
from drill_help import drill_paper, first_page

from downtime.drill.ink import Surface
from downtime.drill.pen import Pen
from downtime.drill.profiles import PROFILES
from downtime.drill.truth import BoxState, MarkKind, WritingKind, WritingState, WrittenPage
from downtime.page.geometry import Rect

FORMS = ("mar-scheduled", "flow-icu", "log-unit-census", "reg-face-sheet", "ord-general")


def written(form: str, profile: str, seed: int = 3, index: int = 0):
    paper = drill_paper()
    page = first_page(paper, form, index)
    image, truth = Pen(paper, seed, PROFILES[profile]).write(page)
    before = paper.image(page.number)
    return page, before, Surface(image, page.layout.width_mm, page.layout.height_mm), truth


def test_the_same_seed_writes_the_same_bytes_whatever_was_written_before():
    paper = drill_paper()
    page, other = first_page(paper, "mar-scheduled"), first_page(paper, "flow-icu")
    image, truth = Pen(paper, 5, PROFILES["hostile"]).write(page)
    later = Pen(paper, 5, PROFILES["hostile"])
    later.write(other)
    again, same = later.write(page)
    assert np.array_equal(image, again) and truth == same
    different, elsewhere = Pen(paper, 6, PROFILES["hostile"]).write(page)
    assert not np.array_equal(image, different) and truth != elsewhere


@pytest.mark.parametrize("form", FORMS)
def test_marks_are_where_the_truth_says_and_nowhere_else(form):
    page, before, surface, truth = written(form, "careful")
    assert [box.field for box in truth.boxes] == [
        field.id for field in page.places.fields if field.kind in ("option", "checkbox")
    ]  # fmt: skip
    rects = {field.id: field.rect for field in page.places.fields}
    for box in truth.boxes:
        dark = surface.dark_share(before, rects[box.field].inset(0.4))
        if box.state is BoxState.MARKED:
            assert dark > 0.05, box
            assert dark == pytest.approx(box.inside, abs=0.002)
        elif box.state is BoxState.BLANK and not truth.extras:
            assert dark < 0.1, box


@pytest.mark.parametrize("form", FORMS)
def test_writing_is_in_its_field_and_the_fields_that_are_not_listed_are_empty(form):
    page, before, surface, truth = written(form, "careful")
    assert truth.writings
    by_field = {one.field: one for one in truth.writings}
    touched = [Rect(*label.at).inset(-4) for label in truth.labels] + [Rect(*extra.at) for extra in truth.extras]
    for field in page.places.fields:
        if field.kind in ("option", "checkbox", "label", "print"):
            continue
        one = by_field.get(field.id)
        dark = surface.dark_share(before, field.rect)
        if one is not None:
            assert dark > 0.002, field
            assert one.text or one.kind is not WritingKind.TEXT
        elif not any(field.rect.overlaps(rect) for rect in touched):
            # A neighbour's letters may reach over a line, no more.
            assert dark < 0.03, field


def test_ink_never_lightens_what_is_printed():
    _, before, surface, truth = written("ord-general", "careful", seed=11)
    labels = [Rect(*label.at).inset(-5) for label in truth.labels]
    lighter = surface.image.astype(np.int16) - before > 1
    for rect in labels:
        lighter[round(rect.y * surface.px_mm_y) : round(rect.bottom * surface.px_mm_y),
                round(rect.x * surface.px_mm_x) : round(rect.right * surface.px_mm_x)] = False  # fmt: skip
    assert not lighter.any()


def troubles(truth: WrittenPage) -> set[str]:
    """What went wrong on a page, in words."""
    found = {box.state.value for box in truth.boxes} | {kind.value for box in truth.boxes for kind in box.kinds}
    found |= {name for box in truth.boxes for name in ("beside", "faint") if getattr(box, name)}
    found |= {extra.kind for extra in truth.extras} | {one.state.value for one in truth.writings}
    return found | {"label"} if truth.labels else found


def test_a_hostile_hand_makes_every_kind_of_trouble():
    paper = drill_paper()
    pen = Pen(paper, 1, PROFILES["hostile"])
    missing = {*BoxState, *MarkKind, *WritingState, "beside", "faint", "label"}
    missing = {str(one) for one in missing} | {"stamp", "highlighter", "slip", "note", "void"}
    for page in islice((page for page in paper.pages() if page.places.fields), 150):
        missing -= troubles(pen.write(page)[1])
        if not missing:
            break
    assert not missing
