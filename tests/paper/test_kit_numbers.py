"""Numbers for arrivals: from a block that no paper holds yet, never twice, and a drill's are never a patient's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kit_cases import MADE, example

from downtime.errors import ConfigError, UsageError
from downtime.paper.kit_numbers import arrival_numbers, station_share
from downtime.site.numbers import block_numbers, number_is_sound


@pytest.fixture
def site(tmp_path):
    """The example hospital, with its journal in a folder of the test."""
    return replace(example()[0], root=tmp_path)


def take(site, count, *, department=None, station=None, drill=False):
    unit = department or example()[1]
    return arrival_numbers(site, unit, count, station=station, drill=drill, now=MADE)


def with_stations(site, *names):
    return replace(site, facility=site.facility.model_copy(update={"stations": names}))


def test_no_number_is_handed_out_twice(site):
    first, second = take(site, 3), take(site, 2)
    assert len({*first, *second}) == 5
    assert all(number_is_sound(number) for number in (*first, *second))


def test_the_numbers_of_the_box_are_never_taken(site):
    """They stand on the paper in the box already, waiting for somebody."""
    block = example()[1].downtime_numbers
    assert block is not None
    assert not {*take(site, 20)} & {*block_numbers(block)}


def test_a_unit_with_numbers_for_its_box_alone_is_told_what_to_add(site):
    unit = example()[1].model_copy(update={"kit_numbers": None})
    with pytest.raises(ConfigError) as error:
        take(site, 1, department=unit)
    assert "kit_numbers" in str(error.value)


def test_a_list_from_registration_serves_instead_of_a_block(site):
    (site.root / "numbers.txt").write_text("# from registration\nTMP-1001\nTMP-1002\n", "utf-8")
    unit = example()[1].model_copy(update={"kit_numbers": None, "kit_number_list": "numbers.txt"})
    assert take(site, 2, department=unit) == ("TMP-1001", "TMP-1002")
    with pytest.raises(ConfigError):
        take(site, 1, department=unit)


def test_a_drill_uses_numbers_that_no_patient_gets_and_uses_up_none_of_theirs(site):
    drilled = take(site, 5, drill=True)
    assert all(number.startswith("XX-") for number in drilled)
    assert take(site, 1) == take(replace(site, root=site.root / "other"), 1)


def test_two_stations_never_give_out_the_same_number(site):
    """Each keeps a journal that the other cannot see."""
    both = with_stations(site, "desk", "command center")
    one = take(both, 50, station="desk")
    other = take(replace(both, root=site.root / "other"), 50, station="command center")
    assert not {*one} & {*other}
    assert len({*one, *other}) == 100


def test_which_station_this_is_must_be_said_where_there_are_several(site):
    both = with_stations(site, "desk", "command center")
    with pytest.raises(UsageError) as error:
        station_share(both, None)
    assert "--station" in str(error.value)
    with pytest.raises(UsageError):
        station_share(both, "dest")


def test_none_are_taken_for_no_arrivals_and_too_many_are_refused(site):
    assert take(site, 0) == ()
    for count in (-1, 201):
        with pytest.raises(UsageError):
            take(site, count)
    assert not (site.root / ".downtime").exists()
