"""The simulated pen: fills in a printed page as a person would, and says what it wrote.

What stands on a page depends on the seed, the kit and the page alone, never on which pages were written before.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from downtime.drill.chance import chance
from downtime.drill.ink import Surface
from downtime.drill.marking import Choice, Marker, choices_of, is_void_box
from downtime.drill.paper import DPI, GreyImage, IssuedPage, IssuedPaper
from downtime.drill.people import Patient
from downtime.drill.profiles import Profile
from downtime.drill.sense import base_id, meant_option, value_of
from downtime.drill.sticking import stick_label
from downtime.drill.story import story_of
from downtime.drill.stray import extras_of, write_void
from downtime.drill.truth import BoxState, BoxTruth, Extra, StuckLabel, Writing, WrittenPage
from downtime.drill.wanting import Wanting
from downtime.drill.writing import FieldWriter
from downtime.page.layout import FieldBox
from downtime.paper.fillable_words import FieldPlace, FormWords

Places = list[tuple[FieldBox, FieldPlace]]

BOXES = frozenset({"option", "checkbox"})
_NOT_WRITTEN = frozenset({*BOXES, "label", "print"})


class Pen:
    """Writes on the pages of one packet or kit."""

    def __init__(self, paper: IssuedPaper, seed: int, profile: Profile, dpi: float = DPI) -> None:
        """The same paper, seed and profile always give the same writing."""
        self.paper, self.seed, self.profile, self._dpi = paper, seed, profile, dpi
        self._words: dict[str, FormWords] = {}
        self._places: dict[tuple[str, int], Places] = {}

    def write(self, page: IssuedPage, patient: Patient | None = None, again: int = 0) -> tuple[GreyImage, WrittenPage]:
        """Write on one page; returns it as an image, and the truth.

        `patient` is whom an empty sheet is used for. `again` gives other writing on the same page, as when a photocopy
        of the empty form was filled in too.
        """
        before = self.paper.image(page.number, self._dpi)
        image = before.copy()
        surface = Surface(image, page.layout.width_mm, page.layout.height_mm)
        return image, _PageWork(self, page, surface, before, patient, again).done()

    def places(self, page: IssuedPage) -> Places:
        """The fields of a page with what the definition says of them."""
        key = (page.sheet.layout, page.index)
        if key not in self._places:
            form = page.sheet.form
            words = self._words.setdefault(form, FormWords(self.paper.forms.get(form)))
            self._places[key] = [(field, words.place(field)) for field in page.places.fields]
        return self._places[key]


class _PageWork:
    """One page while it is being written on."""

    def __init__(
        self, pen: Pen, page: IssuedPage, surface: Surface, before: GreyImage, patient: Patient | None, again: int
    ) -> None:
        self._pen, self._page, self._surface, self._before = pen, page, surface, before
        self._places = pen.places(page)
        self._again = again
        self._story = story_of(pen.paper.manifest, page.sheet, pen.profile, pen.seed + again * 7919, patient)
        self._stream = self._named("page", page.index)
        self._wanting = Wanting(self._places, self._story, pen.profile, self._stream, self._named)
        self._writer = FieldWriter(surface, pen.profile, self._stream)

    def _named(self, *names: object) -> random.Random:
        """A stream of chance that belongs to the sheet, so that what stands on two of its pages is the same."""
        kit, sheet = self._pen.paper.manifest.kit, self._page.sheet.number
        return chance(self._pen.seed, kit, sheet, self._pen.profile.name, self._again, *names)

    def done(self) -> WrittenPage:
        """Write everything; returns the truth."""
        if not self._places:
            return self._truth((), (), (), (), (), void=False)
        void = self._stream.random() < self._pen.profile.void
        known = [field for field, _ in self._places if self._page.sheet.printed_in(field.id)]
        crossed = frozenset(field.id for field in known if field.kind in BOXES)
        printed = [field.id for field in known if field.kind not in BOXES]
        labels = self._stick(frozenset(printed))
        profile, hand = self._pen.profile, self._story.hand
        marker = Marker(self._surface, self._before, crossed, profile, hand, self._stream)
        marked = self._mark(marker, bool(labels), void)
        writings = self._write(frozenset(printed), bool(labels), marked)
        layout = self._page.layout
        extras = extras_of(self._surface, layout, profile, hand, self._stream)
        if void and (self._stream.random() < 0.7 or not any(is_void_box(field) for field, _ in self._places)):
            extras += (write_void(self._surface, layout, hand, self._stream),)
        boxes = tuple(marker.measured(field, marked[field.id]) for field, _ in self._places if field.id in marked)
        return self._truth(boxes, writings, tuple(printed), labels, extras, void=void)

    def _truth(
        self,
        boxes: tuple[BoxTruth, ...],
        writings: tuple[Writing, ...],
        printed: tuple[str, ...],
        labels: tuple[StuckLabel, ...],
        extras: tuple[Extra, ...],
        *,
        void: bool,
    ) -> WrittenPage:
        sheet = self._page.sheet
        about_patient = sheet.patient or any(field.id.startswith("patient.") for field, _ in self._places)
        return WrittenPage(
            kit=self._pen.paper.manifest.kit,
            page=self._page.number,
            sheet=sheet.number,
            form=sheet.form,
            layout=sheet.layout,
            index=self._page.index,
            copy_number=sheet.copy_number,
            patient=self._story.scene.patient.number if about_patient else "",
            drill=self._pen.paper.is_drill,
            boxes=boxes,
            writings=writings,
            printed=printed,
            labels=labels,
            extras=extras,
            void=void,
        )

    def _stick(self, printed: frozenset[str]) -> tuple[StuckLabel, ...]:
        # Where the patient's name is printed nobody needs a label, and an invented one would say another name.
        if not self._story.label or any(base_id(name) == "patient.surname" for name in printed):
            return ()
        patient, drill = self._story.scene.patient, self._pen.paper.is_drill
        return tuple(
            stick_label(self._surface, field, patient, drill, self._pen.profile, self._stream)
            for field, _ in self._places
            if field.kind == "label"
        )

    def _write(self, printed: frozenset[str], labelled: bool, marked: Mapping[str, BoxTruth]) -> tuple[Writing, ...]:
        writings = []
        asking = {words: box for box, words in self._page.places.asks}
        for field, place in self._places:
            if field.kind in _NOT_WRITTEN or field.id in printed:
                continue
            if field.id in asking:
                # Words that go with an option are written with its mark; now and then somebody forgets them.
                truth = marked.get(asking[field.id])
                wanted = truth is not None and truth.state is BoxState.MARKED
                wanted = wanted and self._stream.random() < self._pen.profile.words
            else:
                wanted = self._wanting.wants(field, place, labelled)
            if not wanted:
                continue
            second = "checked" in field.id or "second" in field.id
            hand = self._story.second_hand if second else self._story.hand
            written = self._writer.write(field, place, self._value(field, place), hand)
            if written is not None:
                writings.append(written)
        return tuple(writings)

    def _value(self, field: FieldBox, place: FieldPlace) -> str:
        name = base_id(field.id)
        row = name.partition(f".{place.row}.")[0] if place.row else name.rpartition(".")[0]
        return value_of(
            field, place, self._story.scene, self._named("value", name), self._named("row", row, place.row)
        )  # fmt: skip

    def _mark(self, marker: Marker, labelled: bool, void: bool) -> dict[str, BoxTruth]:
        found: dict[str, BoxTruth] = {}
        for field, _ in self._places:
            if is_void_box(field):
                found[field.id] = marker.void(field) if void else BoxTruth(field=field.id)
        for choice in choices_of(self._page.places, self._places):
            wanted = self._wanting.wants(choice.boxes[0], choice.place, labelled)
            meant = self._meant(choice) if wanted else ()
            for truth in marker.mark(choice, meant):
                found[truth.field] = truth
        return found

    def _meant(self, choice: Choice) -> tuple[int, ...]:
        known = meant_option(choice.name, choice.options, self._story.scene)
        return choice.meant(self._named("choice", base_id(choice.name))) if known is None else (known,)
