"""Hand-written codes: unmistakable, and never mapped to something else."""

import pytest
from pydantic import ValidationError

from downtime.clinical.codes import NOT_GIVEN, ROUTES, SITES, CountsAs, Route


def test_codes_of_the_two_tables_cannot_be_taken_for_each_other() -> None:
    assert not set(NOT_GIVEN) & set(SITES)
    assert all("50" <= code <= "69" for code in NOT_GIVEN)
    assert all("01" <= code <= "36" for code in SITES)
    assert len({row.printed for row in (*NOT_GIVEN.values(), *SITES.values())}) == len(NOT_GIVEN) + len(SITES)


def test_intraosseous_never_becomes_intraocular() -> None:
    assert ROUTES["intraosseous"].hl7_0162 is None
    assert "IO" not in {route.hl7_0162 for route in ROUTES.values()}
    with pytest.raises(ValidationError, match="intraocular"):
        Route.model_validate({"id": "intraosseous", "print": "intraosseous", "hl7_0162": "IO", "source": "x"})


def test_a_dose_that_was_given_is_not_counted_as_missed() -> None:
    assert {code for code, row in NOT_GIVEN.items() if row.counts_as is CountsAs.GIVEN} == {"60", "61"}
    assert {code for code, row in NOT_GIVEN.items() if row.counts_as is CountsAs.OTHER_RECORD} == {"62", "67"}
    assert NOT_GIVEN["50"].counts_as is CountsAs.NOT_GIVEN


def test_left_and_right_agree_with_their_export_codes() -> None:
    for site in SITES.values():
        if site.hl7_0163:
            side = "right" if "right" in site.printed else "left"
            assert site.hl7_0163.startswith(side[0].upper()), site.code


def test_an_export_code_is_never_among_the_printed_words_of_a_dangerous_route() -> None:
    for name in ("gastrostomy", "intranasal", "subcut", "intrathecal"):
        route = ROUTES[name]
        assert route.hl7_0162 and route.hl7_0162 not in route.printed.split()
