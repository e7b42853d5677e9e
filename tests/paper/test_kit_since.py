"""Only what changed since an earlier kit: told by digests, never by words; and which sheets are thereby void."""

from __future__ import annotations

import json

import pytest
from kit_cases import MADE, TAKEN, census, hours, kit, order, patient, sheets, snapshot
from kit_cases import given as dose
from page_images import open_pdf

from downtime.census.snapshot import Allergy, Place
from downtime.errors import UsageError
from downtime.paper.kit_model import KitOptions

FORMS = ({"form": "reg-known-patient"}, {"form": "mar-orders", "when": "medicines"}, {"form": "mar-scheduled"},
         {"form": "ord-general"}, {"form": "note-nursing"}, {"form": "reg-patient-label-sheet"})  # fmt: skip
ADA = patient("1", "Ada", medications=(order(last_given=dose(0, 10)),))
BEN = patient("2", "Ben", place=Place(unit="ICU", bed="ICU-02"), medications=(order("aspirin", "DAILY"),))


def later(*people, before=(ADA, BEN), taken=TAKEN, chain=None):
    """The kit of what changed, and the earlier kit."""
    earlier = chain or kit(snapshot(*before), forms=FORMS)
    now = kit(snapshot(*people, taken=taken), KitOptions(since=earlier.manifest), made=MADE + hours(1), forms=FORMS)
    return now, earlier


def told(made) -> str:
    """The data page, on one line."""
    [front] = sheets(made, "kit-data")
    with open_pdf(made.pdf) as document:
        return " ".join(" ".join(document[page - 1].get_textpage().get_text_range() for page in front.pages).split())


def printed_for(made, ref):
    """The forms that one patient got."""
    return [sheet.form for sheet in made.manifest.sheets if sheet.patient == ref]


def test_where_nothing_changed_nobody_gets_paper_and_it_is_said():
    now, _ = later(ADA, BEN)
    assert now.patients == 0 and now.unchanged == 2
    assert "Unchanged patients: 2" in told(now)


def test_a_new_order_makes_new_charts_and_leaves_the_other_sheets_in_use():
    changed = ADA.model_copy(update={"medications": (*ADA.medications, order("heparin", "Q8H"))})
    now, earlier = later(changed, BEN)
    assert printed_for(now, "1") == ["mar-orders", "mar-scheduled"]
    assert not printed_for(now, "2")
    void = [sheet.number for sheet in earlier.manifest.sheets if sheet.patient == "1" and sheet.form.startswith("mar-")]
    assert f"void: {void[0]} to {void[-1]}; goes on:" in told(now)
    assert "1 medicine order new or changed" in told(now)


def test_an_allergy_that_is_new_makes_every_page_of_the_patient_anew():
    changed = ADA.model_copy(update={"allergies": (*ADA.allergies, Allergy(substance="Latex"))})
    now, earlier = later(changed, BEN)
    assert printed_for(now, "1") == printed_for(earlier, "1")
    assert "allergies" in told(now) and "goes on" not in told(now)


def test_a_patient_who_moved_gets_new_paper():
    moved = ADA.model_copy(update={"place": Place(unit="ICU", bed="ICU-09")})
    now, earlier = later(moved, BEN)
    assert printed_for(now, "1") == printed_for(earlier, "1")
    assert "moved to another bed" in told(now)


def test_a_dose_that_was_given_since_makes_the_old_times_void():
    given = ADA.model_copy(update={"medications": (order(last_given=dose(7, 55)),)})
    now, _ = later(given, BEN, taken=TAKEN + hours(1.4))
    assert "mar-scheduled" in printed_for(now, "1")
    assert "doses given since" in told(now)


def test_somebody_new_is_printed_and_somebody_gone_is_named_with_the_sheets_that_are_void():
    new = patient("3", "Cora", place=Place(unit="ICU", bed="ICU-03"))
    now, earlier = later(ADA, new)
    assert printed_for(now, "3") and not printed_for(now, "1")
    assert "new in this unit" in told(now)
    gone = [sheet.number for sheet in earlier.manifest.sheets if sheet.patient == "2"]
    assert "no longer among this unit" in told(now) and f"void: {gone[0]} to {gone[-1]}" in told(now)
    assert "Ben 2" in told(now)


def test_a_namesake_who_comes_changes_the_pages_of_who_was_here():
    namesake = patient("3", "Ada", "Other", place=Place(unit="ICU", bed="ICU-03"))
    now, earlier = later(ADA, BEN, namesake)
    assert printed_for(now, "1") == printed_for(earlier, "1")


def test_changes_are_told_from_a_kit_of_changes_too():
    second, first = later(ADA.model_copy(update={"place": Place(unit="ICU", bed="ICU-09")}), BEN)
    moved_again = BEN.model_copy(update={"place": Place(unit="ICU", bed="ICU-08")})
    third, _ = later(ADA.model_copy(update={"place": Place(unit="ICU", bed="ICU-09")}), moved_again, chain=second)
    assert second.manifest.follows == first.manifest.kit
    assert not printed_for(third, "1") and printed_for(third, "2")
    assert f"itself the changes since {first.manifest.kit}" in told(third)


def test_somebody_without_a_number_is_always_printed():
    nobody = patient("", "Nobody")
    now, _ = later(nobody, BEN, before=(nobody, BEN))
    assert (now.patients, now.unchanged) == (1, 1)


def test_the_digests_tell_nothing_and_those_of_two_kits_cannot_be_matched():
    one = kit(snapshot(ADA), forms=FORMS)
    other = kit(snapshot(ADA), forms=FORMS, made=MADE + hours(1))
    text = json.dumps(one.manifest.people)
    for word in ("Ada", "pantoprazole", "Penicillin", "ICU-01", "1960"):
        assert word not in text
    first, second = one.manifest.people["1"], other.manifest.people["1"]
    assert all(first[name] != second[name] for name in first if first[name])


@pytest.mark.parametrize("what", ["another unit", "a drill", "no people"])
def test_a_kit_that_cannot_be_compared_is_refused(what):
    earlier = kit(snapshot(ADA), forms=FORMS, drill=what == "a drill").manifest
    if what == "another unit":
        earlier = earlier.model_copy(update={"department": earlier.department.model_copy(update={"id": "ed"})})
    if what == "no people":
        earlier = earlier.model_copy(update={"people": {}})
    with pytest.raises(UsageError):
        kit(census(), KitOptions(since=earlier))
