"""Tall-man lettering: known spellings, one scheme at a time, nothing else touched."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downtime.clinical.tallman import SCHEMES, check_tall_man, look_alikes, tall_man, tall_man_sets
from downtime.errors import ConfigError


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("prednisone", "predniSONE"),
        ("PREDNISOLONE", "prednisoLONE"),
        ("methylprednisolone", "methylPREDNISolone"),
        ("Dopamine 400 mg in dextrose 5 %", "DOPamine 400 mg in dextrose 5 %"),
        ("dopamine-dextrose", "DOPamine-dextrose"),
        ("aspirin", "aspirin"),
        ("Morphine", "Morphine"),
        ("", ""),
    ],
)
def test_known_names_change_and_others_stay(name: str, expected: str) -> None:
    assert tall_man(name) == expected


def test_the_us_and_the_australian_list_differ_and_are_not_mixed() -> None:
    assert tall_man("azathioprine", "fda+ismp") == "azaTHIOprine"
    assert tall_man("azathioprine", "au") == "azATHIOPRINE"
    assert tall_man("azathioprine", "fda") == "azathioprine"
    assert tall_man("prednisone", "au") == "prednisone"


def test_findings_name_the_spelling_and_the_look_alikes() -> None:
    text = "predniSONE, Hydralazine, aspirin"
    (finding,) = check_tall_man(text)
    assert text[slice(*finding.span)] == "Hydralazine"
    assert finding.use_instead == "hydrALAZINE" and "hydrOXYzine" in finding.misread


def test_look_alikes_are_mutual() -> None:
    for group in tall_man_sets():
        for name in group.names:
            assert {other for other in group.names if other != name} <= look_alikes(name)


def test_an_unknown_scheme_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"fda\+ismp"):
        tall_man("prednisone", "uk")


@pytest.mark.parametrize("scheme", ["fda", "fda+ismp", "au"])
def test_every_scheme_spells_each_name_once(scheme: str) -> None:
    assert scheme in SCHEMES
    for group in tall_man_sets(scheme):
        for name in group.names:
            assert tall_man(name.upper(), scheme) == (name if name != name.lower() else name.upper())


def test_capitals_stand_in_one_run() -> None:
    """One run of two capitals or more, after at most a brand name's first letter: a slip of the shift key shows."""
    for scheme in SCHEMES:
        for group in tall_man_sets(scheme):
            for name in group.names:
                assert name == "morphine" or re.fullmatch(r"[A-Z]?[a-z]*[A-Z]{2,}[a-z]*", name), name


@given(st.text(max_size=200), st.sampled_from(["fda", "fda+ismp", "au"]))
def test_tall_man_is_idempotent_and_changes_only_capitals(text: str, scheme: str) -> None:
    once = tall_man(text, scheme)
    assert tall_man(once, scheme) == once
    assert once.lower() == text.lower()
    assert check_tall_man(once, scheme) == []
