"""Which medicines are counted from the dose given, and what that makes of their times."""

import pytest
from due_helpers import clock, due

from downtime.clinical.due import DueStatus
from downtime.clinical.strict import STRICT_CLASSES, strict_class


@pytest.mark.parametrize(
    ("drug", "route", "found"),
    [
        ("cefTRIAXone 1 g in NaCl 0.9 %", "IV", "iv-anti-infective"), ("vancomycin", "", "iv-anti-infective"),
        ("Vancomycin", "intravenous", "iv-anti-infective"), ("vancomycin oral solution", "PO", ""),
        ("amoxicillin", "by mouth", ""),
        ("ENOXAPARIN", "subcut", "anticoagulant"), ("warfarin", "PO", ""), ("apixaban", "PO", "anticoagulant"),
        ("levETIRAcetam", "PO", "antiepileptic"), ("insulin glargine", "subcut", "basal-insulin"),
        ("insulin lispro", "subcut", ""), ("metoprolol", "PO", ""), ("heparinoid cream", "topical", ""),
        ("tacrolimus", "PO", "immunosuppressant"), ("", "", ""),
    ],
)  # fmt: skip
def test_classes_by_name_and_route(drug: str, route: str, found: str) -> None:
    row = strict_class(drug, route)
    assert (row.id if row else "") == found


def test_every_class_has_a_source_and_no_name_stands_twice() -> None:
    names = [name.lower() for row in STRICT_CLASSES.values() for name in row.names]
    assert len(names) == len(set(names)) and all(row.source for row in STRICT_CLASSES.values())


def test_a_second_dose_never_comes_after_half_the_interval() -> None:
    """By the first-dose rule a dose at 1500 is followed at 2100; 6 hours after a therapeutic dose that is wrong."""
    assert clock(due("BID", "22 1600", 24, start="22 1500", last="22 1500")) == ["2100", "0900"]
    assert clock(due("BID", "22 1600", 24, start="22 1500", last="22 1500", strict=True)) == ["0300", "1500"]
    assert clock(due("DAILY", "22 0700", 48, last="22 0307", strict=True)) == ["0307", "0307"]


def test_uneven_times_of_the_day_are_not_made_even() -> None:
    answer = due("TID", "22 0700", last="22 0610", strict=True)
    assert answer.status is DueStatus.NOT_COMPUTED
    assert answer.why == "3 times a day: counted from the dose, or at the unit's times? ask"
    assert clock(due("TID", "22 0700", strict=True)) == ["0900", "1400", "2100"]  # nothing to count from
