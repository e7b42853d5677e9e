"""Census CSVs as Excel and report writers make them: read right, or refused with one clear error."""

from __future__ import annotations

import random
from datetime import date, datetime
from decimal import Decimal

import pytest
from example_table import PATIENTS, PROBLEM_PATIENTS, TAKEN_AT, ZONE
from hypothesis import given, settings
from hypothesis import strategies as st
from make_examples import csv_text
from reading_help import CENSUS, assert_no_order_strayed, comparable, mrn, read, read_or_refuse, riverside, site, told

from downtime.census.csv_columns import COLUMNS, csv_template
from downtime.census.identity import NO_NUMBER, SHARED_NUMBER
from downtime.census.reading import read_census
from downtime.census.snapshot import Allergy, AllergyState, Identifier, Snapshot
from downtime.errors import InputError

HEADER = "MRN,Surname,Given names,Birth date,Sex,Allergies,Weight kg"
ORDERS = "MRN,Surname,Given names,Order number,Medicine,Dose,Route,Frequency"
TEXT = csv_text()


def one(row: str, header: str = HEADER, **settings_: object):
    return read(f"{header}\n{row}\n", site(**settings_)).patients[0]


def refusal(content: bytes | str, **settings_: object) -> str:
    with pytest.raises(InputError) as caught:
        read(content, site(**settings_))
    assert caught.value.exit_code == 4
    return str(caught.value)


def test_the_example_is_what_the_table_says():
    snapshot = read_census([CENSUS / "icu.csv"], facility=riverside(), now=TAKEN_AT)
    assert comparable(snapshot.patients, only="csv") == comparable(PATIENTS, only="csv")
    assert snapshot.taken_at == TAKEN_AT
    assert {item.patient for item in snapshot.problems} == set(PROBLEM_PATIENTS)


def test_the_example_on_disk_is_the_one_that_is_generated():
    assert (CENSUS / "icu.csv").read_bytes() == ("\ufeff" + TEXT).encode()


def test_the_template_is_read_without_any_setting():
    snapshot = read(csv_template(), site())
    assert [len(patient.medications) for patient in snapshot.patients] == [1]
    assert snapshot.patients[0].allergies[0] == Allergy(
        substance="Penicillin", reaction="anaphylaxis", severity="severe"
    )
    assert not snapshot.problems
    assert csv_template().startswith("\ufeff" + next(iter(COLUMNS.values())).header)
    own = riverside()
    assert read(csv_template(own.census), own).patients[0].identifiers == snapshot_with_authority(snapshot, "RIVERSIDE")


def snapshot_with_authority(snapshot: Snapshot, authority: str) -> tuple[Identifier, ...]:
    first, *rest = snapshot.patients[0].identifiers
    return (first.model_copy(update={"authority": authority}), *rest)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_unicode_separators_and_line_ends_do_not_matter(encoding, separator, end):
    # No cell holds a tab or the other separator where it would need quotes.
    rows = [HEADER.split(","), ["00000007", "O'Brien-Łukasiewicz", "Séamus", "1949-12-30", "M", "NKDA", "88.2"]]
    patient = read(end.join(separator.join(row) for row in rows).encode(encoding), site()).patients[0]
    assert (patient.name.family, patient.name.given) == ("O'Brien-Łukasiewicz", ("Séamus",))
    assert patient.weight and patient.weight.kg == Decimal("88.2")
    assert mrn(patient) == "00000007"


def test_a_legacy_encoding_is_read_only_where_the_site_says_which():
    raw = f"{HEADER}\n7,Müller,Jörg,1949-12-30,M,,\n".encode("windows-1252")
    assert "line 2 is not UTF-8" in refusal(raw)
    assert read(raw, site(encoding="windows-1252")).patients[0].name.family == "Müller"
    assert "neither" in refusal(raw.replace("ü".encode("windows-1252"), b"\x81"), encoding="windows-1252")


def test_curly_quotes_made_by_a_text_program_are_quotes():
    snapshot = read(f"{HEADER}\n“7”,“Smith, Jr”,“John”,“1949-12-30”,“M”,“NKDA”,“80”\n", site())
    assert snapshot.patients[0].name.family == "Smith, Jr"


def test_a_line_break_within_quotes_is_one_cell_and_a_lone_quote_an_error():
    assert one('7,Smith,"John\nPaul",1949-12-30,M,,').name.given == ("John", "Paul")
    rows = "".join(f"{number},Smith,John,1949-12-30,M,,80\n" for number in range(3))
    assert "line 2" in refusal(f'{HEADER}\n1,"Smith,John,1949-12-30,M,,\n{rows}9,S"mith,J,1949-12-30,M,,\n')
    assert "line 2" in refusal(f'{HEADER}\n1,"Smith,John,1949-12-30,M,,\n{rows}')


def test_a_title_above_the_header_is_passed_over():
    snapshot = read(f"Census of unit ICU\nPrinted 16 Nov 2026\n\n{HEADER}\n7,Smith,John,1949-12-30,M,,\n", site())
    assert [patient.name.family for patient in snapshot.patients] == ["Smith"]


@pytest.mark.parametrize("number", ["1.00044E+09", "1E+10", "104401.0", "1,044,010", "#N/A"])
def test_a_number_that_a_spreadsheet_spoiled_is_never_used(number):
    snapshot = read(f'{HEADER}\n"{number}",Smith,John,1949-12-30,M,,\n"{number}",Jones,Ann,1950-01-01,F,,\n', site())
    assert [patient.name.family for patient in snapshot.patients] == ["Smith", "Jones"]
    assert all(not mrn(patient) and NO_NUMBER in patient.clarify for patient in snapshot.patients)


def test_lost_zeros_are_told_and_never_put_back():
    patient = one("104401,Smith,John,1949-12-30,M,,", mrn_length=8)
    assert mrn(patient) == "104401"
    assert "leading zeros" in patient.clarify[0]
    assert not one('="00104401",Smith,John,1949-12-30,M,,', mrn_length=8).clarify


@pytest.mark.parametrize("shown", ["1949-12-03", "03 Dec 1949", "3 December 1949", "03-DEC-1949", "1949-12-03 00:00"])
def test_dates_that_read_in_one_way_only_are_read(shown):
    assert one(f"7,Smith,John,{shown},M,,").birth_date == date(1949, 12, 3)


def test_slash_dates_follow_the_stated_order_and_are_refused_without_one():
    row = "7,Smith,John,03/12/1949,M,,"
    assert one(row, date_order="dmy").birth_date == date(1949, 12, 3)
    assert one(row, date_order="mdy").birth_date == date(1949, 3, 12)
    said = refusal(f"{HEADER}\n1,A,B,1949-12-03,M,,\n{row}\n8,C,D,25/12/1949,M,,\n")
    assert "lines 3, 4" in said and "date_order" in said


def test_dates_that_contradict_the_stated_order_put_all_in_doubt():
    rows = "1,A,B,25/12/1949,M,,\n2,C,D,03/04/1950,M,,"
    assert "line 2" in refusal(f"{HEADER}\n{rows}\n", date_order="mdy")
    # Another date proves the order: then the one is a typing error.
    snapshot = read(f"{HEADER}\n{rows}\n3,E,F,12/31/1950,M,,\n", site(date_order="mdy"))
    assert [patient.birth_date for patient in snapshot.patients] == [None, date(1950, 3, 4), date(1950, 12, 31)]


@pytest.mark.parametrize("shown", ["1949-02-30", "3/4/49", "12345", "yesterday", "2190-01-01", "1066-10-14"])
def test_what_is_no_birth_date_is_told_and_left_empty(shown):
    snapshot = read(f"{HEADER}\n7,Smith,John,{shown},M,,\n", site(date_order="dmy"))
    assert snapshot.patients[0].birth_date is None
    assert shown in told(snapshot)


def test_the_hour_that_comes_twice_is_told_and_the_one_that_never_comes_refused():
    header = "MRN,Surname,Admitted"
    snapshot = read(f"{header}\n1,A,2026-11-01 01:30\n2,B,2026-03-08 02:30\n", site())
    assert [patient.admitted for patient in snapshot.patients] == [datetime(2026, 11, 1, 1, 30, tzinfo=ZONE), None]
    assert "twice" in told(snapshot) and "2026-03-08 02:30" in told(snapshot)


@pytest.mark.parametrize(
    ("cell", "state"),
    [("", AllergyState.NOT_IN_SNAPSHOT), ("NKDA", AllergyState.NO_DRUG_KNOWN), ("N.K.D.A.", AllergyState.NO_DRUG_KNOWN),
     ("no known allergies", AllergyState.NONE_KNOWN), ("NKA", AllergyState.NONE_KNOWN),
     ("not asked", AllergyState.NOT_ASKED), ("unable to obtain", AllergyState.NOT_ASKED),
     ("none", AllergyState.NOT_IN_SNAPSHOT), ("NKA | not asked", AllergyState.NOT_IN_SNAPSHOT),
     ("NKDA | Latex", AllergyState.LISTED), ("none known | Latex", AllergyState.LISTED)],
)  # fmt: skip
def test_the_words_for_allergies_are_kept_apart(cell, state):
    patient = one(f"7,Smith,John,1949-12-30,M,{cell},")
    assert patient.allergy_state is state
    assert bool(patient.allergies) == (state is AllergyState.LISTED)


@pytest.mark.parametrize(("cell", "kg"), [("71.5", "71.5"), ("71 kg", "71"), ('"71,5"', "71.5")])
def test_kilograms_are_read(cell, kg):
    patient = one(f"7,Smith,John,1949-12-30,M,,{cell}")
    assert patient.weight and patient.weight.kg == Decimal(kg)


@pytest.mark.parametrize("cell", ["157 lb", "11 st 3", "1571", '"71,500"', "0", "heavy"])
def test_other_weights_are_refused_and_told(cell):
    snapshot = read(f"{HEADER}\n7,Smith,John,1949-12-30,M,,{cell}\n", site())
    assert snapshot.patients[0].weight is None
    assert cell.strip('"') in told(snapshot)


def test_a_header_in_pounds_spoils_the_column():
    header = HEADER.replace("Weight kg", "Weight (lb)")
    assert one("7,Smith,John,1949-12-30,M,,157", header, columns={"weight_kg": "Weight (lb)"}).weight is None


def test_missing_and_double_columns_are_one_error_with_the_nearest_header():
    said = refusal("MRM,Surname,Bed\n7,Smith,1\n", columns={"mrn": "MRN", "bed": "Bed name"})
    assert "line 1" in said and "“MRN”" in said and "“MRM”" in said and "“Bed name”" in said
    assert "stands 2 times" in refusal(f"{HEADER},MRN\n7,Smith,John,1949-12-30,M,,,8\n")
    assert "medicine" in refusal("MRN,Surname,Drugs,Dose\n7,Smith,aspirin,1 g\n")


def test_columns_that_are_not_read_are_named():
    assert "Religion" in told(read(f"{HEADER},Religion\n7,Smith,John,1949-12-30,M,,,none\n", site()))


def test_a_row_too_long_is_told_with_its_words_and_nobody_of_it_is_printed():
    snapshot = read(f"{HEADER}\n7,Smith, Jr,John,1949-12-30,M,NKDA,80\n8,Jones,Ann,1950-01-01,F,,\n", site())
    assert [patient.name.family for patient in snapshot.patients] == ["Jones"]
    assert "line 2" in told(snapshot) and "Smith, Jr,John" in told(snapshot)


def test_a_row_cut_short_is_printed_and_marked():
    snapshot = read(f"{ORDERS}\n7,Smith,John,R1,heparin,5000 un", site())
    assert snapshot.patients[0].clarify
    assert any("incomplete" in words for words in snapshot.patients[0].medications[0].clarify)


def test_a_damaged_cell_shows_that_it_is_damaged():
    snapshot = read(f"{ORDERS}\n7,Smith,John,R1,heparin,5\x000 units,IV,BID\n", site())
    order = snapshot.patients[0].medications[0]
    assert order.dose == "5\ufffd0 units"
    assert any("damaged" in words for words in order.clarify)


def test_two_people_with_one_number_keep_their_own_orders():
    rows = "7,Smith,John,R1,heparin,1 unit,IV,BID\n7,Jones,Ann,R2,insulin,2 units,IV,BID\n7,Smith,John,R3,aspirin,,,"
    snapshot = read(f"{ORDERS}\n{rows}\n7,,,R4,digoxin,125 mcg,PO,DAILY\n", site())
    assert {p.name.family: [o.id for o in p.medications] for p in snapshot.patients} == {
        "Smith": ["R1", "R3"], "Jones": ["R2"],
    }  # fmt: skip
    assert all(SHARED_NUMBER in patient.clarify for patient in snapshot.patients)
    assert "digoxin" in told(snapshot)


def test_an_order_that_cannot_be_read_is_kept_word_for_word():
    patient = one("7,Smith,John,R1,heparin per protocol,,,as directed", ORDERS)
    order = patient.medications[0]
    assert order.original == "heparin per protocol as directed"
    assert {"no dose is stated", "no route is stated"} <= set(order.clarify)
    assert order.high_alert


def test_ended_orders_are_told_and_held_ones_kept():
    header = ORDERS + ",Order status"
    rows = "7,S,J,R1,a,1 mg,PO,BID,stopped\n7,S,J,R2,b,1 mg,PO,BID,On hold\n7,S,J,R3,c,1 mg,PO,BID,strange"
    snapshot = read(f"{header}\n{rows}\n", site())
    assert [(o.drug, o.status) for o in snapshot.patients[0].medications] == [("b", "on hold"), ("c", "strange")]
    assert snapshot.patients[0].medications[1].clarify
    assert "“stopped”" in told(snapshot)


def test_a_row_with_a_number_and_no_name_is_printed_and_marked():
    snapshot = read(f"{HEADER}\n7,,,,,,\n,,,,,NKDA,\n,Smith,John,1949-12-30,M,,\n", site())
    assert [mrn(patient) for patient in snapshot.patients] == ["", "7"]
    assert all(patient.clarify for patient in snapshot.patients)
    assert "line 3" in told(snapshot)


@pytest.mark.parametrize("chain", [["2", "3", ""], ["2", "1", ""], ["1", "", ""], ["9", "", ""]])
def test_merged_records_go_to_the_last_of_the_chain_and_circles_end(chain):
    rows = "".join(f"{at},Name{at},X,,{into},R{at},drug{at},1 mg\n" for at, into in enumerate(chain, start=1))
    header = "MRN,Surname,Given names,Birth date,Merged into MRN,Order number,Medicine,Dose"
    snapshot = read(f"{header}\n{rows}", site())
    orders = sorted(order.id for patient in snapshot.patients for order in patient.medications)
    assert orders == ["R1", "R2", "R3"]
    assert len(snapshot.patients) == (1 if chain == ["2", "3", ""] else 3)


@given(st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_rows_changes_nothing(shuffler: random.Random):
    head, *rows = TEXT.split("\r\n")[:-1]
    shuffler.shuffle(rows)
    snapshot = read("\r\n".join([head, *rows]))
    assert_no_order_strayed(snapshot)
    assert sorted(map(mrn, snapshot.patients)) == sorted(map(mrn, PATIENTS))


RAW = TEXT.encode()


@given(st.integers(0, len(RAW)))
@settings(max_examples=60)
def test_a_truncated_file_gives_no_order_to_another(length):
    if snapshot := read_or_refuse(RAW[:length]):
        assert_no_order_strayed(snapshot)


@given(st.lists(st.tuples(st.integers(0, len(RAW) - 1), st.integers(0, 255)), min_size=1, max_size=1))
@settings(max_examples=120)
def test_a_damaged_byte_gives_no_order_to_another(changes):
    damaged = bytearray(RAW)
    for place, value in changes:
        damaged[place] = value
    if snapshot := read_or_refuse(bytes(damaged)):
        assert_no_order_strayed(snapshot)


CELLS = st.text(alphabet=st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ['"', "“", "\x00", "1E+9", "03/04/2026", "=1+1", "NKDA", "yes", "\n", "7", "R1", "2026-11-01 01:30", ";", ",", "|"]
)


@given(st.lists(st.lists(CELLS, max_size=9), max_size=8), st.sampled_from(",;\t"), st.booleans())
@settings(max_examples=150)
def test_any_cells_below_a_good_header_are_read_or_refused(rows, separator, quoted):
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if quoted else text

    lines = [ORDERS.replace(",", separator), *(separator.join(map(cell, row)) for row in rows)]
    read_or_refuse("\n".join(lines).encode(), site(date_order="dmy"))


@given(st.binary(max_size=400))
@settings(max_examples=150)
def test_any_bytes_are_read_or_refused(raw):
    read_or_refuse(raw, site())


def test_a_huge_cell_is_refused_or_cut_where_it_shows():
    assert "characters" in refusal(f"{HEADER}\n7,{'x' * 10_000_000},John,1949-12-30,M,,\n")
    patient = one(f"7,Smith,John,1949-12-30,M,{'y' * 100_000},")
    assert "[cut: 100,000 characters" in patient.allergies[0].substance
