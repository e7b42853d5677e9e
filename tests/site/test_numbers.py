"""Downtime numbers: the check digit catches what goes wrong when a number is copied by hand."""

from hypothesis import given
from hypothesis import strategies as st

from downtime.site.department import DowntimeNumbers
from downtime.site.numbers import block_numbers, check_digit, downtime_number, number_is_sound

BLOCK = DowntimeNumbers(prefix="DT", site="04", first=1, last=9999)


def test_numbers_are_printed_in_groups_with_a_check_digit():
    assert downtime_number(BLOCK, 123) == "DT-04-00123-6"
    assert len(set(block_numbers(BLOCK))) == 9999


def test_the_check_digit_is_that_of_the_standards_own_example():
    # ISO/IEC 7064 gives 0794 -> 5 for MOD 11,10.
    assert check_digit("0794") == "5"


@given(st.integers(1, 9999), st.integers(0, 7), st.integers(1, 9))
def test_every_single_wrong_digit_is_detected(serial, place, change):
    number = downtime_number(BLOCK, serial)
    digits = [index for index, char in enumerate(number) if char.isdigit()]
    at = digits[place]
    wrong = number[:at] + str((int(number[at]) + change) % 10) + number[at + 1 :]
    assert number_is_sound(number)
    assert not number_is_sound(wrong)
