"""Who gets paper in a kit, what stands over their pages, and what the data page says of everybody else."""

from __future__ import annotations

from datetime import date

import pytest
from kit_cases import CHARTS, MADE, TAKEN, census, example, hours, kit, listed, order, patient, sheets, snapshot
from page_images import open_pdf

from downtime.census.snapshot import Allergy, AllergyState, Identifier, IdentifierKind, PersonName, Place, Sex, Weight
from downtime.errors import ConfigError, InputError, UsageError
from downtime.paper.kit_model import FinishedKit, KitOptions

FACE = ({"form": "reg-known-patient"},)


def texts(made: FinishedKit) -> list[str]:
    """The text of every page."""
    with open_pdf(made.pdf) as document:
        return [document[number].get_textpage().get_text_range() for number in range(len(document))]


def data_page(made: FinishedKit) -> str:
    """The text of the data page, on one line."""
    [sheet] = sheets(made, "kit-data")
    return " ".join(" ".join(texts(made)[page - 1] for page in sheet.pages).split())


def header(made: FinishedKit, form: str = "reg-known-patient") -> dict[str, str]:
    """What is printed on the first sheet of a form."""
    return sheets(made, form)[0].printed


def test_patients_stand_in_the_order_of_their_beds_and_who_died_or_left_is_named():
    made = kit(census(), forms=FACE)
    beds = [sheet.printed["patient.bed"] for sheet in sheets(made, "reg-known-patient")]
    listed_beds = [bed for bed in example()[1].bed_names if bed in beds]
    assert beds[: len(listed_beds)] == listed_beds
    assert made.left_out == 2
    told = data_page(made)
    assert "Lindqvist, Märta Elisabet" in told and "has died" in told
    assert "Abernathy, Clyde" in told and "was discharged" in told
    assert not sheets(made, "reg-known-patient", "00104410")


def test_who_is_asked_for_by_number_gets_paper_whatever_the_census_says_of_them():
    made = kit(census(), KitOptions(patient="00104410"), forms=FACE)
    assert made.patients == 1
    assert "has died" in texts(made)[sheets(made, "reg-known-patient")[0].first_page - 1]


def test_a_former_number_finds_the_patient_too():
    assert kit(census(), KitOptions(patient="00990017"), forms=FACE).manifest.sheets[-1].patient == "00104413"


def test_nobody_of_another_unit_is_guessed_into_this_one():
    elsewhere = patient("2", "Elsewhere", place=Place(unit="ICU-2", bed="X1"))
    nowhere = patient("3", "Nowhere", place=Place())
    made = kit(snapshot(patient("1"), elsewhere, nowhere), forms=FACE)
    assert [sheet.patient for sheet in sheets(made, "reg-known-patient")] == ["1"]
    told = data_page(made)
    assert "“ICU-2”, which no department of this site lists under census_units: 1" in told
    assert "Nowhere, Ada" in told and "the census names no unit" in told


def test_a_census_of_other_units_is_refused_with_their_names():
    with pytest.raises(InputError) as error:
        kit(snapshot(patient(place=Place(unit="4 West")), patient("2", place=Place(unit="ED"))))
    assert "4 West (1)" in str(error.value) and "ED (1)" in str(error.value)


@pytest.mark.parametrize("count", [0, -3, 49])
def test_hours_that_cannot_be_are_refused(count):
    with pytest.raises(UsageError):
        kit(census(), KitOptions(hours=count))


def test_an_unknown_number_is_refused_without_naming_anybody():
    with pytest.raises(UsageError) as error:
        kit(census(), KitOptions(patient="99999999"))
    assert "99999999" not in str(error.value)


def test_two_people_of_one_name_have_an_alert_on_every_page_of_both():
    made = kit(snapshot(patient("1", place=Place(unit="ICU", bed="ICU-01")),
                        patient("2", place=Place(unit="ICU", bed="ICU-02")),
                        patient("3", "Other", place=Place(unit="ICU", bed="ICU-03"))), forms=CHARTS)  # fmt: skip
    pages = texts(made)
    for sheet in made.manifest.sheets:
        for page in sheet.pages:
            if sheet.patient in ("1", "2"):
                other = "ICU-02" if sheet.patient == "1" else "ICU-01"
                assert f"NAME ALERT: same name in {other}" in pages[page - 1]
            elif sheet.patient == "3":
                assert "NAME ALERT" not in pages[page - 1]


def test_accents_and_capitals_do_not_hide_a_namesake():
    made = kit(snapshot(patient("1", "Nguyễn", "An"), patient("2", "NGUYEN", "Bình")), forms=FACE)
    pages = texts(made)
    found = [pages[sheet.first_page - 1] for sheet in sheets(made, "reg-known-patient")]
    assert len(found) == 2 and all("NAME ALERT: same surname" in page for page in found)


def test_two_people_with_one_number_are_printed_without_it_and_belong_to_no_number():
    made = kit(snapshot(patient("7", "One"), patient("7", "Two")), forms=FACE)
    found = sheets(made, "reg-known-patient")
    assert [sheet.patient for sheet in found] == [None, None]
    assert all("patient.mrn" not in sheet.printed for sheet in found)
    assert made.to_clarify == 2
    assert "same number, different person" in texts(made)[found[0].first_page - 1]


def test_two_identifiers_stand_on_every_page_of_whoever_shares_a_number():
    """Without the number these are name and birth date, and what is wrong stands over the page, labels too."""
    forms = [*FACE, {"form": "mar-scheduled"}, {"form": "flow-icu"}, {"form": "reg-patient-label-sheet"}]
    made = kit(snapshot(patient("7", "Firstone"), patient("7", "Secondtwo")), forms=forms)
    pages = texts(made)
    seen = 0
    for sheet in made.manifest.sheets:
        if sheet.form == "kit-data":
            continue
        for page in sheet.pages:
            text = pages[page - 1]
            seen += 1
            assert ("Firstone" in text) != ("Secondtwo" in text), (sheet.form, page)
            assert "03 FEB 1960" in text and "CLARIFY FIRST" in text, (sheet.form, page)
    assert seen > 20


def test_a_long_name_keeps_clear_of_the_word_drill_on_a_label():
    """What a label says stands from left to right: nothing of the name is under DRILL."""
    long = patient(surname="Featherstonehaugh-Cholmondeley", given_name="Wilhelmina Alexandra Konstantina")
    made = kit(snapshot(long), forms=[{"form": "reg-patient-label-sheet"}], drill=True)
    [sheet] = sheets(made, "reg-patient-label-sheet")
    with open_pdf(made.pdf) as pdf:
        text = pdf[sheet.first_page - 1].get_textpage()
        search, places = text.search("DRILL"), set()
        while (hit := search.get_next()) is not None:
            places |= set(range(hit[0], hit[0] + 5))
        boxes = {place: text.get_charbox(place) for place in range(text.count_chars())}
    assert len(places) > 50
    for place in places:
        left, low, right, high = boxes[place]
        over = [
            at
            for at, box in boxes.items()
            if at not in places and box[0] < right and left < box[2] and box[1] < high and low < box[3]
        ]
        assert over == []


def test_a_sheet_of_labels_says_how_old_its_data_are_and_who_must_be_cleared_up():
    old = kit(snapshot(patient(), taken=MADE - hours(3)), forms=[{"form": "reg-patient-label-sheet"}])
    [sheet] = sheets(old, "reg-patient-label-sheet")
    text = " ".join(texts(old)[sheet.first_page - 1].split())
    assert "data 16 NOV 2026 0430, 3 h 00 min old" in text and "OLD DATA: 3 h 00 min old when printed" in text
    assert "NOT IN THE DATA" not in text


def test_a_patient_without_a_number_or_birth_date_is_printed_and_says_so():
    made = kit(snapshot(patient("", birth_date=None, sex=Sex.UNKNOWN)), forms=FACE)
    [sheet] = sheets(made, "reg-known-patient")
    assert sheet.patient is None
    assert sheet.printed["patient.birth_date"] == "not known: ask"
    assert sheet.printed["patient.sex"] == "?"
    page = texts(made)[sheet.first_page - 1]
    assert "no number that can be used" in page and "birth date is not in the snapshot" in page


def test_a_merged_number_is_printed():
    numbers = (Identifier(kind=IdentifierKind.MRN, value="5"), Identifier(kind=IdentifierKind.RETIRED, value="777"))
    made = kit(snapshot(patient(identifiers=numbers)), forms=FACE)
    assert header(made)["former"] == "777"
    assert "Former number 777" in texts(made)[sheets(made, "reg-known-patient")[0].first_page - 1]


@pytest.mark.parametrize(
    ("state", "tick", "words"),
    [
        (AllergyState.NONE_KNOWN, "none", "no known allergies"),
        (AllergyState.NO_DRUG_KNOWN, None, "no known DRUG allergies"),
        (AllergyState.NOT_ASKED, None, "NOT ASKED"),
        (AllergyState.NOT_IN_SNAPSHOT, None, "NOT IN THE DATA"),
        (AllergyState.LISTED, "listed", "Penicillin (rash)"),
    ],
)
def test_what_is_known_of_allergies_is_never_mixed_up(state, tick, words):
    listed_ones = (Allergy(substance="Penicillin", reaction="rash"),) if state is AllergyState.LISTED else ()
    printed = header(kit(snapshot(patient(allergy_state=state, allergies=listed_ones)), forms=CHARTS), "mar-scheduled")
    assert printed["allergies.text"].startswith(words)
    assert [name for name in printed if name.startswith("allergies#")] == ([f"allergies#{tick}"] if tick else [])


def test_a_part_of_the_allergies_is_never_taken_for_all_of_them():
    many = tuple(Allergy(substance=f"Substance {number}", reaction="a long reaction") for number in range(20))
    made = kit(snapshot(patient(allergies=many)), forms=CHARTS)
    assert header(made, "mar-scheduled")["allergies.text"] == "20 ALLERGIES: see the list of orders"
    assert all(f"Substance {number} (a long reaction)" in listed(made, "00200001") for number in range(20))


def test_the_weight_stands_with_its_day_and_is_never_written_with_a_trailing_zero():
    printed = header(kit(snapshot(patient()), forms=CHARTS), "mar-scheduled")
    assert printed["weight.kg"] == "70.5"
    assert printed["weight.date"].startswith("15 NOV")
    assert printed["weight#measured"] == "X"


def test_a_way_of_weighing_that_is_not_known_ticks_no_box():
    weight = Weight(kg="80", taken=date(2026, 11, 15), method="hoist, roughly")
    printed = header(kit(snapshot(patient(weight=weight)), forms=CHARTS), "mar-scheduled")
    assert not [name for name in printed if name.startswith("weight#")]


def test_more_lines_than_the_face_sheet_has_rows_stand_on_the_list():
    lines = tuple(f"Line {number}, somewhere on the left" for number in range(12))
    made = kit(snapshot(patient(lines=lines, medications=(order(),))), forms=(*FACE, {"form": "mar-orders"}))
    everything = listed(made, "00200001") + str(header(made))
    assert all(line in everything for line in lines)


def test_every_patient_has_a_row_in_the_census_of_the_unit_even_two_in_one_bed():
    people = [patient(str(number), f"Surname{number}", place=Place(unit="ICU", bed=bed))
              for number, bed in enumerate(["ICU-01", "ICU-01", "", "HALL-1", "ICU-02"], start=1)]  # fmt: skip
    [sheet] = sheets(kit(snapshot(*people)), "log-unit-census")
    names = [text for name, text in sheet.printed.items() if name.endswith(".patient")]
    assert sorted(names) == [f"Surname{number}, Ada" for number in range(1, 6)]
    assert sheet.printed["beds.1.patient"] in ("Surname1, Ada", "Surname2, Ada")


def test_data_older_than_the_site_allows_are_called_old_on_every_page():
    fresh = texts(kit(snapshot(patient()), made=TAKEN + hours(1), forms=CHARTS))
    assert not any("OLD DATA" in page for page in fresh)
    made = kit(snapshot(patient()), made=TAKEN + hours(1.1), forms=CHARTS)
    assert made.stale and made.needs_a_person
    printed = [page for page in texts(made) if "Back left empty" not in page]
    assert all("OLD DATA: 1 h 06 min old when printed" in page for page in printed)


def test_every_page_says_how_old_the_data_are_and_when_they_are_void():
    for page in texts(kit(snapshot(patient()), forms=CHARTS)):
        if "Back left empty" not in page:
            assert "DATA AS OF 16 NOV 2026 0640, 50 min before printing" in page
            assert "void after 17 NOV 2026 0640" in page


def test_a_drill_says_so_on_every_page_and_is_no_kit():
    made = kit(snapshot(patient()), forms=CHARTS, drill=True)
    assert made.manifest.kind == "drill"
    assert all("DRILL" in page for page in texts(made) if "Back left empty" not in page)


def test_arrivals_get_blank_charts_with_their_number_and_no_face_sheet_from_data():
    numbers = ("DT-04-08001-1", "DT-04-08002-9")
    made = kit(census(), KitOptions(numbers=numbers))
    assert made.arrivals == 2 and made.manifest.downtime_numbers == numbers
    mine = [sheet for sheet in made.manifest.sheets if sheet.patient == numbers[0]]
    assert {"reg-face-sheet", "mar-scheduled", "mar-prn", "mar-infusion"} <= {sheet.form for sheet in mine}
    assert not {"reg-known-patient", "mar-orders"} & {sheet.form for sheet in mine}
    assert all(sheet.printed.get("patient.mrn", numbers[0]) == numbers[0] for sheet in mine)


@pytest.mark.parametrize(
    "name",
    [
        PersonName(family="عبد الرحمن", given=("محمد",)),
        PersonName(family="王", given=("小明",)),
        PersonName(family="W" * 200, given=("g\u0301" * 100,)),
        PersonName(text="Only a whole name"),
        PersonName(family="{{ 7 * 7 }} <b>|^~\\&", given=("(Tj) ET",)),
        PersonName(),
    ],
    ids=["right to left", "Chinese", "200 characters", "in one part", "markup", "none"],
)
def test_any_name_is_printed_and_breaks_nothing(name):
    made = kit(snapshot(patient(name=name, medications=(order(),))))
    with open_pdf(made.pdf) as document:
        assert len(document) == made.pages
    whole = sheets(made, "log-unit-census")[0].printed.get("beds.1.patient", "")
    assert bool(whole) == bool(name.family or name.text)


def test_a_department_without_forms_for_a_patient_is_refused():
    from downtime.paper.kit_plan import kit_plan

    site, _, shelf = example()
    laboratory = site.departments["laboratory"].model_copy(update={"kit": None})
    with pytest.raises(ConfigError):
        kit_plan(laboratory, shelf)


def test_a_department_without_a_kit_prints_what_its_packet_holds_for_a_patient():
    from downtime.paper.kit_plan import kit_plan

    _, department, shelf = example()
    plan = kit_plan(department.model_copy(update={"kit": None}), shelf)
    forms = [entry.form for entry in plan.patient]
    assert {"mar-orders", "mar-scheduled", "flow-icu", "ord-general"} <= set(forms)
    assert "rec-patient-cover" not in forms
    assert {entry.form: entry.when for entry in plan.patient}["mar-infusion"] == "infusions"


def test_the_same_input_gives_the_same_bytes():
    assert kit(snapshot(patient()), forms=CHARTS).pdf == kit(snapshot(patient()), forms=CHARTS, made=MADE).pdf
