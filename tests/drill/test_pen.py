"""The simulated pen writes the same again from the same seed, and its truth is really on the paper."""

import numpy as np
import pytest
from drill_help import drill_paper, first_page

from downtime.drill.ink import Surface
from downtime.drill.pen import Pen
from downtime.drill.profiles import PROFILES
from downtime.drill.truth import BoxState, MarkKind, WritingKind
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


def test_a_hostile_hand_makes_every_kind_of_trouble():
    paper = drill_paper()
    pen = Pen(paper, 1, PROFILES["hostile"])
    truths = [pen.write(page)[1] for sheet in paper.manifest.sheets[:40] for page in paper.sheet_pages(sheet)]
    boxes = [box for truth in truths for box in truth.boxes]
    assert {box.state for box in boxes} == set(BoxState)
    assert {kind for box in boxes for kind in box.kinds} == set(MarkKind)
    assert any(box.beside for box in boxes) and any(box.faint for box in boxes)
    assert any(truth.void for truth in truths) and any(truth.labels for truth in truths)
    assert {extra.kind for truth in truths for extra in truth.extras} >= {
        "stamp",
        "highlighter",
        "slip",
        "note",
        "void",
    }
    assert any(one.struck for truth in truths for one in truth.writings)
