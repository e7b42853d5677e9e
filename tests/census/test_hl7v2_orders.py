"""Orders: what RXE, RXO, RXR and TQ1 say, how later messages change and stop them, and when each was last given."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from example_table import ZONE
from hl7_help import HERE, NOW, RXE, RXR, SMITH, TQ1, adt, message, one, only, order, read, told
from reading_help import read as read_file

from downtime.clinical.timing import PeriodUnit, Repeat

LATER, LATEST = "20261116063000", "20261116064500"


def test_an_order_has_words_and_code_and_its_original():
    found = one(RXE, "TQ1|1||BID|||5^D|20261115080000|20261120080000|R", "RXR|PO^Oral^HL70162", "NTE|1||With food")
    assert (found.id, found.drug, found.dose, found.route) == ("1", "meropenem", "1 g", "Oral")
    assert (found.timing.code, found.timing.text) == ("BID", "every 8 hours")
    assert found.timing.start == datetime(2026, 11, 15, 8, tzinfo=ZONE)
    assert found.timing.stop == datetime(2026, 11, 20, 8, tzinfo=ZONE)
    assert found.instructions == "for 5 D; With food"
    assert found.original.startswith("RXE||^meropenem|1||^g||^every 8 hours / TQ1|1||BID")


@pytest.mark.parametrize(
    ("rxe", "drug", "dose", "rate", "doubt"),
    [
        ("RXE||N1^aspirin^NDC^G2^acetylsalicylic acid|81||mg", "aspirin", "81 mg", "", ""),
        ("RXE||N1^^NDC^G2^aspirin^L|81||mg", "aspirin", "81 mg", "", ""),
        ("RXE||00047-0402^^NDC|81||mg", "00047-0402", "81 mg", "", "only a code"),
        ("RXE||^morphine|2|4|mg", "morphine", "2 to 4 mg", "", ""),
        ("RXE||^insulin|10000||[iU]", "insulin", "10,000 units", "", ""),
        ("RXE||^fentanyl|50||ug", "fentanyl", "50 mcg", "", ""),
        ("RXE||^digoxin|.125||mg", "digoxin", "0.125 mg", "", ""),
        ("RXE||^digoxin|1,25||mg", "digoxin", "1,25 mg", "", "is not a plain number"),
        ("RXE||^x-drug|0||mg", "x-drug", "mg", "", "the dose is 0"),
        ("RXE||^saline|||||||||||||||||||||75|mL/hr", "saline", "", "75 mL/h", ""),
        ("RXE||^saline||||||||||||||||||||H1|75|mL", "saline", "", "75 mL (per H1)", "in which time"),
        ("RXE|||1||g", "", "1 g", "", ""),
    ],
)  # fmt: skip
def test_drug_dose_and_rate(rxe, drug, dose, rate, doubt):
    found = one(rxe, TQ1, RXR)
    assert (found.drug, found.dose, found.rate) == (drug, dose, rate)
    assert doubt in " ".join(found.clarify) if doubt else not found.clarify


def test_an_order_without_any_detail_is_kept_to_be_clarified():
    text = order("NTE|1||see paper")
    found = read_file(text).patients[0].medications[0]
    assert not found.drug and "no medicine is named" in found.clarify and "see paper" in found.original


def test_components_of_an_infusion():
    parts = ["RXC|B|^sodium chloride 0.9 %|1000|mL", "RXC|A|^potassium chloride|20|meq^mEq"]
    named = one("RXE||^IV fluid|||||||||||||||||||||125|mL/h", TQ1, RXR, *parts)
    assert "Contains: sodium chloride 0.9 % 1,000 mL, potassium chloride 20 mEq" in named.instructions
    assert one("RXE|", TQ1, RXR, *parts).drug == "sodium chloride 0.9 % 1,000 mL + potassium chloride 20 mEq"


@pytest.mark.parametrize(
    ("rxr", "route", "doubt"),
    [
        ("PO", "PO", ""), ("IV^intravenous push", "intravenous push", ""), ("SC", "subcut", ""),
        ("IN", "intranasal", ""),
        ("GTT", "gastrostomy tube", ""), ("IT", "INTRATHECAL", ""), ("SC^SC", "subcut", ""), ("IH", "inhaled", ""),
        ("OP", "eye (which one is not stated)", "side"), ("OP||", "eye (which one is not stated)", "side"),
        ("OP|LE^left", "eye, left", ""), ("IO", "IO", "intraocular"),
        ("IO^intraosseous", "intraosseous", "intraocular"),
        ("XYZ", "XYZ", "not known"), ("IV|LA^left arm||IVP^IV push", "IV, left arm, IV push", ""),
    ],
)  # fmt: skip
def test_routes_are_words_only_where_they_are_certain(rxr, route, doubt):
    found = one(RXE, TQ1, f"RXR|{rxr}")
    assert found.route == route
    assert doubt in " ".join(found.clarify) if doubt else not found.clarify


@pytest.mark.parametrize(
    ("tq1", "code", "flags"),
    [
        ("Q6H", "Q6H", set()),
        ("PRN", "", {"as_needed"}),
        ("PRNQ6H", "Q6H", {"as_needed"}),
        ("Q6H PRN", "Q6H", {"as_needed"}),
        ("Q6H~PRN", "Q6H", {"as_needed"}),
        ("PRN per protocol", "PRN per protocol", {"as_needed"}),
        ("C", "C", {"continuous"}),
        ("CONT", "CONT", {"continuous"}),
        ("STAT", "STAT", {"one_time", "immediate"}),
        ("ONCE", "ONCE", {"one_time"}),
        ("Q1J4", "Q1J4", set()),
        ("QD", "QD", set()),
    ],
)
def test_frequencies_stay_as_they_came(tq1, code, flags):
    timing = one("RXE||^x-drug|1||mg", f"TQ1|1||{tq1}", RXR).timing
    assert timing.code == code
    assert {name for name in ("as_needed", "continuous", "one_time", "immediate") if getattr(timing, name)} == flags


def test_the_parts_of_tq1():
    tq1 = "TQ1|1||Q8H^^^^8^h|0600~14:00|||20261115|20261117|S|PRN for pain|slowly||30^min|5"
    found = one("RXE||^x-drug|1||mg", tq1, RXR)
    timing = found.timing
    assert timing.repeat == Repeat(
        frequency=1, period=Decimal(8), unit=PeriodUnit.HOUR, times_of_day=("0600", "1400"), count=5
    )
    assert timing.start_day_only and timing.stop_day_only and timing.immediate
    assert timing.as_needed and timing.as_needed_reason == "pain"
    assert timing.text == "slowly" and found.instructions == "over 30 min"


@pytest.mark.parametrize(
    ("tq1", "doubt"),
    [
        ("TQ1|1||Q8H||||20261315", "the start cannot be read"),
        ("TQ1|1||Q8H||||20261116080000|20261115080000", "stops before it starts"),
        ("TQ1|1||Q8H|noon", "a time of the day cannot be read"),
        # 2400 is midnight of one day or of the next, and of the two a dose is given once.
        ("TQ1|1||DAILY|2400", "a time of the day cannot be read: 2400"),
        ("TQ1|1||BID|0800~24:00", "a time of the day cannot be read: 24:00"),
        ("TQ1|1||DAILY|2360", "a time of the day cannot be read: 2360"),
        ("TQ1|1||DAILY|" + "~".join(f"00{minute:02d}" for minute in range(49)), "49 times of the day, of which 48"),
        ("TQ1|1||Q8H|||||||||||ten", "the number of doses"),
        ("TQ1|1||Q8H~BID", "several frequencies"),
        ("TQ1|1||Q8H^^0600^0800", "parts that are not read"),
        ("TQ1|1||Q8H|||5^mo", "for 5 mo and has no stop"),
        ("TQ1|1||Q8H|||||||if pressure above 180", "has a condition"),
    ],
)
def test_timing_that_is_not_certain_must_be_clarified(tq1, doubt):
    assert doubt in " ".join(one(RXE, tq1, RXR).clarify)


def test_several_timings_are_steps_and_leave_no_frequency():
    steps = "TQ1|1||DAILY||||20261101|20261103", "TQ1|2||BID||||20261104|20261106"
    timing = one("RXE||^prednisone|1||mg", *steps, RXR).timing
    assert (timing.steps, timing.code, timing.text) == (2, "", "DAILY; BID")


def test_the_timing_of_older_versions():
    timing = "^Q6H&0600,1200^D5^20261115080000^20261120080000^S^PRN pain^slowly"
    old = message("ORM^O01", SMITH, f"ORC|NW|1|||||{timing}", "RXO|^ibuprofen|400||mg", "RXR|PO")
    found = only(old).medications[0]
    assert (found.drug, found.dose, found.timing.code) == ("ibuprofen", "400 mg", "Q6H")
    assert found.timing.repeat == Repeat(times_of_day=("0600", "1200"))
    assert found.timing.immediate and found.timing.as_needed_reason == "pain" and found.timing.text == "slowly"
    assert found.instructions == "for 5 days"
    in_rxe = only(message("RDE^O01", SMITH, "ORC|NW|1", "RXE|1^BID^X3|^ibuprofen|400||mg")).medications[0]
    assert in_rxe.timing.code == "BID" and in_rxe.timing.repeat == Repeat(count=3)


def test_a_request_and_its_encoding_that_differ_are_told():
    found = one("TQ1|1||TID", "RXO|^ampicillin|250||mg||^1 by oral route 2 times daily", "RXR|IV",
                "RXE||^nicardipine|5||mg", "TQ1|1||BID", "RXR|PO")  # fmt: skip
    doubts = " ".join(found.clarify)
    assert found.drug == "nicardipine" and found.timing.code == "BID" and found.route == "PO"
    assert "“ampicillin”, encoded as “nicardipine”" in doubts
    assert "“TID”, encoded as “BID”" in doubts and "“IV”, encoded as “PO”" in doubts


def test_words_that_name_another_route_are_told():
    found = one("RXE||^ampicillin|1||tab||^1 tablet by oral route 2 times daily", "TQ1|1||TID", "RXR|IV")
    assert "the words say by mouth, the route says IV" in found.clarify
    assert (found.timing.text, found.timing.code) == ("1 tablet by oral route 2 times daily", "TID")


@pytest.mark.parametrize(
    ("note", "most"), [("No more than 4 g in 24 hours", "4 g"), ("Maximum of 3,000 mg per 24 h.", "3,000 mg"),
                       ("No more than 4 g in 24 hours of all paracetamol", ""), ("Maximum 4 doses", "")],
)  # fmt: skip
def test_the_most_in_a_day_only_where_a_note_says_just_that(note, most):
    found = one(RXE, TQ1, RXR, f"NTE|1||{note}")
    assert found.timing.most_in_24_hours == most
    assert found.instructions == ("" if most else note)


@pytest.mark.parametrize("control", ["DC", "CA", "OD", "OC", "CR", "DR"])
def test_a_stopped_order_is_gone(control):
    assert not only(order(), order(control=control, at=LATER)).medications


@pytest.mark.parametrize("status", ["DC", "CM", "CA"])
def test_a_status_may_stop_an_order(status):
    stop = message("RDE^O11", SMITH, f"ORC|SC|1^EHR|||{status}", at=LATER)
    assert not only(order(), stop).medications


def test_a_stop_that_is_yet_to_come_is_a_stop_time():
    stop = message("RDE^O11", SMITH, "ORC|DC|1^EHR|||||||||||||20261117120000", RXE, at=LATER)
    assert only(order(), stop).medications[0].timing.stop == datetime(2026, 11, 17, 12, tzinfo=ZONE)


def test_the_order_of_messages_is_that_of_their_times():
    assert not only(order(control="DC", at=LATER), order()).medications
    assert only(order(control="DC"), order(at=LATER)).medications


def test_held_released_and_not_stopped():
    held = only(order(), order("NTE|1", control="HD", at=LATER)).medications[0]
    assert held.status == "on hold"
    assert only(order(), order("NTE|1", control="HD", at=LATER), order("NTE|1", control="RL", at=LATEST)).medications[
        0
    ].status == "active"  # fmt: skip
    refused = only(order(), order(control="DC", at=LATER), order("NTE|1", control="UD", at=LATEST)).medications[0]
    assert "a request to stop this order was refused" in refused.clarify


@pytest.mark.parametrize(
    ("orc", "doubt"),
    [("ORC||1", "not said whether"), ("ORC|QQ|1", "order control “QQ” is not known"), ("ORC|UX|1", "refused"),
     ("ORC|NW|1|||ZZ", "calls the status of this order “ZZ”")],
)  # fmt: skip
def test_controls_that_are_not_certain_keep_the_order(orc, doubt):
    assert doubt in " ".join(only(message("RDE^O11", SMITH, orc, RXE, TQ1, RXR)).medications[0].clarify)


def test_a_change_keeps_what_it_does_not_mention():
    first = order("RXE||^meropenem|1||^g||^every 8 hours" + "|" * 20 + "^sepsis", TQ1 + "|20261120", RXR)
    changed = only(first, order("RXE||^meropenem|2||^g", "TQ1|1||Q12H", control="XO", at=LATER)).medications[0]
    assert (changed.dose, changed.timing.code, changed.route, changed.reason) == ("2 g", "Q12H", "IV", "sepsis")
    assert changed.timing.start == datetime(2026, 11, 15, 8, tzinfo=ZONE)
    assert "the stop is from before the order was changed" in changed.clarify
    assert changed.timing.text == ""  # the old words were those of the old frequency
    endless = only(first, order("RXE||^meropenem|2||^g", 'TQ1|1||Q8H|||||""', control="XO", at=LATER)).medications[0]
    assert endless.timing.stop is None and not endless.clarify
    assert endless.timing.text == "every 8 hours"


def test_an_order_sent_anew_is_taken_as_it_is():
    again = only(order(), order("RXE||^meropenem|2||^g", TQ1, RXR, at=LATER)).medications
    assert [item.dose for item in again] == ["2 g"] and again[0].timing.text == ""


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ("ORC|NW|1^EHR", "ORC|DC|1^EHR", 0), ("ORC|NW|1^EHR", "ORC|DC|1", 0), ("ORC|NW|1", "ORC|DC|1^EHR", 0),
        ("ORC|NW|1^EHR", "ORC|DC|1^OTHER", 1), ("ORC|NW|1^EHR|7^RX", "ORC|DC||7^RX", 0),
        ("ORC|NW|1^EHR", "ORC|DC||1^EHR", 1),
        ("ORC|NW|1^EHR", "ORC|DC|2^EHR", 1), ("ORC|NW|1^&1.2&ISO", "ORC|DC|1^^", 0),
    ],
)  # fmt: skip
def test_an_order_is_known_by_its_number_and_who_gave_it(first, second, count):
    texts = [message("RDE^O11", SMITH, first, RXE, TQ1, RXR), message("RDE^O11", SMITH, second, RXE, at=LATER)]
    found = only(*texts).medications
    assert len(found) == count
    assert not count or "was stopped under a number that is not in this file" in " ".join(found[0].clarify)


def test_a_stop_for_one_patient_does_not_stop_anothers_order():
    jones = "PID|1||222^^^HOSP^MR||Jones^Mary||19720414|F"
    snapshot = read(order(), order(pid=jones), order(pid=jones, control="DC", at=LATER))
    assert [len(patient.medications) for patient in snapshot.patients] == [1, 0]
    both = read(order(), order(pid=jones))
    assert all("for another patient" in patient.medications[0].clarify[0] for patient in both.patients)


def test_the_same_order_twice_is_one_and_two_of_one_number_are_doubted():
    text = message("RDE^O11", SMITH, *["ORC|NW|1", RXE, TQ1, RXR] * 2)
    assert len(only(text).medications) == 1 and not only(text).medications[0].clarify
    other = message("RDE^O11", SMITH, "ORC|NW|1", RXE, TQ1, RXR, "ORC|NW|1", RXE.replace("|1|", "|2|"), TQ1, RXR)
    found = only(other).medications
    assert len(found) == 1 and found[0].dose == "1 g, and 2 g" and "several orders" in found[0].clarify[0]


def test_two_medicines_under_one_orc_are_two_orders():
    found = only(message("RDE^O11", SMITH, "ORC|NW|1", RXE, "RXE||^vancomycin|1||g")).medications
    assert [item.drug for item in found] == ["meropenem", "vancomycin"]
    assert "not said whether" in found[1].clarify[0]


def test_an_order_of_another_visit_is_marked():
    earlier = message("RDE^O11", SMITH, HERE[:-1] + "0", "ORC|NW|1", RXE, TQ1, RXR, at="20261101060000")
    assert "ordered during another visit (V0)" in only(earlier, adt("A01", SMITH, HERE)).medications[0].clarify


def test_an_order_from_before_a_discharge_is_marked_on_the_next_admission():
    stay, again = HERE, HERE[:-1] + "2"
    first = [adt("A01", SMITH, stay, at="20261101060000"), order(at="20261101070000")]
    gone = adt("A03", SMITH, stay, at="20261102060000")
    back = only(*first, gone, adt("A01", SMITH, again), order(number="2", at=LATER))
    assert [bool(item.clarify) for item in back.medications] == [True, False]
    assert not only(*first, adt("A08", SMITH, stay)).medications[0].clarify


def given(at: str, *, amount: str = "1", status: str = "CP", action: str = "A", number: str = "1^EHR") -> str:
    rxa = ["RXA", "0", "1", at, at, "^meropenem", amount, "g", *[""] * 12, status, action]
    return message("RAS^O17", SMITH, f"ORC|RE|{number}|||CM", "|".join(rxa), at=LATER)


def test_the_last_dose_given():
    found = only(order(), given("20261116001000-0600"), given("20261115160000")).medications[0]
    assert found.last_given.given == datetime(2026, 11, 16, 0, 10, tzinfo=ZONE)
    assert found.last_given.amount == "1 g" and found.status == "active"


@pytest.mark.parametrize("more", [{"status": "RE"}, {"status": "NA"}, {"amount": "0"}, {"action": "D"}])
def test_a_dose_that_was_not_given_is_none(more):
    assert only(order(), given("20261116001000", **more)).medications[0].last_given is None
    taken_back = only(order(), given("20261116001000"), given("20261116001000", **more)).medications[0]
    assert taken_back.last_given is None


@pytest.mark.parametrize(("more", "amount"), [({"amount": "999"}, ""), ({"status": "PA"}, "1 g (given in part)")])
def test_amounts_of_doses(more, amount):
    assert only(order(), given("20261116001000", **more)).medications[0].last_given.amount == amount


def test_doses_that_are_not_certain_are_told():
    assert "cannot be read" in only(order(), given("20261116")).medications[0].clarify[0]
    assert "in the future" in only(order(), given("20261116235900")).medications[0].clarify[0]
    recent = read(order(), given("20261116001000", number="9"))
    assert recent.patients[0].medications[0].last_given is None and "no order stands here" in told(recent)
    assert "no order stands here" not in told(read(order(), given("20261101001000", number="9")))


def test_a_dispensing_changes_no_order_and_alone_is_to_be_clarified():
    dispensed = message("RDS^O13", SMITH, "ORC|RE|1^EHR|||CM", "RXD|1|^meropenem 10 vials|20261116|10", at=LATER)
    assert only(order(), dispensed).medications == only(order()).medications
    alone = only(dispensed).medications[0]
    assert alone.drug == "meropenem 10 vials" and "known only from a dispensing message" in alone.clarify


def test_other_orders():
    text = message("OML^O21", SMITH, "ORC|NW|5", "TQ1|1||Q6H||||20261116120000||S", "OBR|1|5||2524-7^Lactate^LN",
                   "NTE|1||On ice")  # fmt: skip
    (found,) = only(text).orders
    assert found.text == "Lactate, STAT, Q6H, On ice" and found.start == datetime(2026, 11, 16, 12, tzinfo=ZONE)
    assert not only(text, message("OML^O21", SMITH, "ORC|CA|5", at=LATER)).orders
    assert not only(text, message("ORU^R01", SMITH, "ORC|RE|5|||CM", "OBR|1|5", at=LATER)).orders
    assert only(text, message("ORU^R01", SMITH, "OBR|1|5||2524-7^Lactate^LN", at=LATER)).orders
    assert only(text, message("OML^O21", SMITH, "ORC|HD|5", at=LATER)).orders[0].status == "on hold"
    nameless = read(message("ORM^O01", SMITH, "ORC|NW|6", "NTE|1||call me"))
    assert "call me" in nameless.patients[0].orders[0].text and "OBR-4" in told(nameless)


def test_a_diet_order_is_the_diet():
    diet = message("OMD^O03", SMITH, "ORC|NW|7", "ODS|D||^Low sodium^L|2 g")
    assert only(diet).diet == "Low sodium; 2 g"
    assert only(diet, message("OMD^O03", SMITH, "ORC|DC|7", "ODS|D||^Low sodium^L", at=LATER)).diet == ""


def test_status_about_an_order_that_is_not_here_is_told():
    snapshot = read(message("RDE^O11", SMITH, "ORC|HD|77"))
    assert not snapshot.patients[0].medications and "an order that is not in this file" in told(snapshot)


def test_a_last_line_without_end_is_told_unless_all_files_are_written_so():
    found = only(order()[:-1]).medications[0]
    assert "its last line has no end" in found.clarify[0]
    assert NOW.tzinfo is ZONE
