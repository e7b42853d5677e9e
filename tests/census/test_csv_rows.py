"""Rows of a CSV whose cells cannot be told apart are told and not used; rows that only end early are."""

from __future__ import annotations

import pytest
from reading_help import mrn, read, site, told

from downtime.errors import InputError

HEADER = "MRN,Surname,Given names,Birth date,Sex,Attending,Medicine,Dose,Route,Frequency,Last dose"
SMITH = "00000007,Smith,John,1949-12-30,M,Vance,heparin,5000 units,subcut,Q8H,"
JONES = "00000008,Jones,Ann,1950-01-01,F,Vance,metoprolol,25 mg,PO,BID,"


def people(*rows: str, header: str = HEADER) -> tuple[list[str], str]:
    snapshot = read("\n".join((header, *rows, "")), site())
    return [mrn(patient) for patient in snapshot.patients], told(snapshot)


def test_one_cell_too_many_shifts_the_others_so_that_the_row_is_not_used():
    """An unquoted comma in the attending's title; the surplus cell at the end is empty."""
    here, words = people(SMITH.replace("Vance", "Vance, MD"), JONES)
    assert here == ["00000008"]
    assert "NOBODY of this row is printed" in words and "heparin" in words and "line 2" in words


def test_a_file_of_which_no_row_fits_is_refused():
    with pytest.raises(InputError, match="every row has more cells than the header"):
        people(SMITH.replace("Vance", "Vance, MD"), JONES.replace("Vance", "Vance, MD"))


def test_cells_under_no_header_are_not_dropped_in_silence():
    here, words = people(SMITH + ",x", JONES + ",", header=HEADER + ",")
    assert here == ["00000008"] and "00000007" in words


def test_rows_that_end_early_are_used_and_marked():
    snapshot = read("\n".join((HEADER, SMITH.rstrip(","), "00000009,Roe", "")), site())
    assert [mrn(patient) for patient in snapshot.patients] == ["00000007", "00000009"]
    order = snapshot.patients[0].medications[0]
    assert order.drug == "heparin" and order.timing.doubts == ("the row of this order in the file is incomplete",)


def test_a_row_that_a_line_break_tore_in_two_is_told_and_nobody_new_comes_of_it():
    torn = SMITH.replace(",1949", "\n,1949")
    here, words = people(torn, JONES)
    assert "00000008" in here and set(here) <= {"00000007", "00000008"}
    assert "ends early" in words and "heparin" in words


def test_a_hole_of_zeros_takes_only_its_own_row():
    here, words = people(SMITH.replace("heparin", "\0" * 16), JONES)
    assert here == ["00000008"] and "was never written" in words
    with pytest.raises(InputError, match="the header has a hole"):
        people(SMITH, header=HEADER.replace("Sex", "\0\0\0"))


@pytest.mark.parametrize("header", ["Do&se", "Dos#", "Medicines", "Alergies"])
def test_a_header_that_is_known_but_for_a_letter_is_asked_about(header):
    known = {"Do&se": "Dose", "Dos#": "Dose", "Medicines": "Medicine", "Alergies": "Sex"}[header]
    with pytest.raises(InputError, match="is not known; is it"):
        people(SMITH, header=HEADER.replace(known, header))


@pytest.mark.parametrize("header", ["Date", "Order date", "Ward round", "Room type"])
def test_other_columns_are_only_told(header):
    here, words = people(SMITH, header=HEADER.replace("Attending", header))
    assert here == ["00000007"] and f"{header}" in words


def test_the_allergies_of_a_record_that_was_merged_stay_with_the_patient():
    header = "MRN,Surname,Allergies,Merged into MRN"
    snapshot = read(f"{header}\n7,Doe,Penicillin,8\n8,Smith,NKDA,\n", site())
    (patient,) = snapshot.patients
    assert [allergy.substance for allergy in patient.allergies] == ["Penicillin"] and mrn(patient) == "8"
    snapshot = read(f"{header}\n7,Doe,Penicillin,8\n8,Smith,no known allergies,\n", site())
    assert any("says otherwise" in words for words in snapshot.patients[0].clarify)


@pytest.mark.parametrize(
    ("cell", "printed", "doubted"),
    [("no known latex allergy", "", "one kind"), ("denies all", "", "not known"), ("No known allergies (NKA)", "", ""),
     ("Latex | no known food allergies", "Latex", "one kind"), ("Nordette", "Nordette", "")],
)  # fmt: skip
def test_words_that_deny_an_allergy_never_print_as_one(cell, printed, doubted):
    snapshot = read(f"MRN,Surname,Allergies\n7,Smith,{cell}\n", site())
    assert " ".join(allergy.substance for allergy in snapshot.patients[0].allergies) == printed
    assert (doubted in told(snapshot)) if doubted else "Allergies" not in told(snapshot)
