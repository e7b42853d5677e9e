"""Error-prone expressions: the vectors, near misses that must stay silent, and hostile text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downtime.clinical.codes import NOT_GIVEN, ROUTES, SITES
from downtime.clinical.doses import check_dose_text
from downtime.clinical.frequencies import FREQUENCIES
from downtime.clinical.ranges import RANGES
from downtime.clinical.scores import SCORES
from downtime.clinical.textrules import Scope, check_text, text_rules
from downtime.clinical.vocabulary import DowntimeLevel, Phase, Priority, Target
from downtime.errors import Level

VECTORS = [
    ("insulin 10u", "dose", ["u-unit"]),
    ("heparin 5000 units", "dose", ["big-number-no-comma"]),
    ("heparin 5,000 units", "dose", []),
    ("1.0 mg", "dose", ["trailing-zero"]),
    (".5 mg", "dose", ["naked-decimal"]),
    ("0.5 mg", "dose", []),
    ("10mg", "dose", ["unit-run-on"]),
    ("10 mg", "dose", []),
    ("QD", "sig", ["qd"]),
    ("daily at 0900", "sig", []),
    ("QOD", "sig", ["qod"]),
    ("MgSO4 2 g", "any", ["mgso4"]),
    ("morphine sulfate 2 mg", "any", []),
    ("AU", "route", ["ear-eye-latin"]),
    ("intranasal", "route", []),
    ("IN", "route", ["in-intranasal"]),
    ("subcut", "route", []),
    ("SubQ", "route", ["sc-sq"]),
    ("q6PM", "frequency", ["q6pm"]),
    ("every 6 hours", "frequency", []),
    ("D/C meds", "any", ["dc-slash"]),
    ("04/05/2026", "any", ["ambiguous-date"]),
    ("05-SEP-2026", "any", []),
    ("systolic > 180", "any", ["gt-lt"]),
    ("EPINEPHrine 1:1,000", "dose", ["ratio-strength"]),
    ("5 mcg", "dose", []),
    ("5 µg", "dose", ["microgram-symbol"]),
    ("5 μg", "dose", ["microgram-symbol"]),
    # a Joint Commission item must not slip through because the cell is of another kind
    ("QD", "frequency", ["qd"]),
    ("q.d.", "frequency", ["qd"]),
    ("10 U", "sig", ["u-unit"]),
    ("10\u00a0U", "dose", ["u-unit"]),
    ("5000 IU", "drugname", ["iu"]),
    ("MS 4 mg", "drugname", ["ms"]),
    ("1.50 mg", "dose", ["trailing-zero"]),
    ("5 mg,1.0 mg", "dose", ["trailing-zero"]),
    ("10.05 mg", "dose", []),
    ("1,000.5 mg", "dose", []),
    # neighbours of a pattern that are something else
    ("per ostomy", "route", []),
    ("per os", "route", ["per-os"]),
    ("maximum 4 doses, max 3 daily", "sig", []),
    ("for x 3 d", "sig", ["x3d"]),
    ("max 3 d", "sig", []),
    ("MS Contin", "drugname", []),
    ("diphenhydrAMINE HCl", "drugname", []),
    ("HCl 0.1 N", "drugname", ["hcl-acid"]),
    ("neo-synephrine", "drugname", []),
    ("MgSO4", "drugname", ["mgso4"]),
    ("Tegretol300 mg", "drugname", ["drug-dose-run-on"]),
    ("vitamin B12", "drugname", []),
    ("apply to 10 sq cm", "sig", []),
    ("10 units sq", "sig", ["sc-sq"]),
    ("insulin U-500", "drugname", []),
    ("TAKE 1 TABLET IN THE MORNING AS NEEDED", "sig", []),
    ("change IV cap weekly", "sig", []),
    ("ii tabs", "sig", ["roman-numeral"]),
    ("2,5 mg", "dose", ["decimal-comma"]),
    ("0,500 mg", "dose", ["decimal-comma"]),
    ("0.12345 mg", "dose", ["too-many-decimals"]),
    ("oxytocin 2 mU per min", "dose", ["milliunit-abbreviation"]),
    ("q.d.s.", "sig", []),
]

LABELS = [
    *("Page 2 of 4", "0.9 % sodium chloride", "Sodium chloride 0.9 %", "MRN", "IU", "DOB", "N/A", "IN / OUT", "24 h"),
    *("Bjørn Østergård", "Ward 12U", "Blood pressure 120/80", "MS unit", "QD", "Initials", "pH 7.0", "A/C", "AC/DC"),
    *("BP below ____", "Room 3 & 4", "www.example.org/1/2/3", "1:1 observation", "Revision 1.0", "HL7 -> FHIR 4"),
    *("I am", "at 0900", "No. 5", "R / L", "Weight (kg)", "Tube size 7.0 mm", "Score ≤ 8", "Score >= 5", "→ next page"),
]


@pytest.mark.parametrize(("text", "scope", "expected"), VECTORS)
def test_vector(text: str, scope: str, expected: list[str]) -> None:
    assert [finding.rule for finding in check_text(text, Scope(scope))] == expected


@pytest.mark.parametrize("label", LABELS)
def test_plain_label_text_is_not_called_an_error(label: str) -> None:
    assert check_text(label, Scope.ANY) == []


def test_what_this_program_prints_passes_its_own_rules() -> None:
    printed = [
        *((route.printed, Scope.ROUTE) for route in ROUTES.values()),
        *((site.printed, Scope.SIG) for site in SITES.values()),
        *((code.printed, Scope.SIG) for code in NOT_GIVEN.values()),
        *((row.printed, scope) for row in FREQUENCIES.values() for scope in (Scope.FREQUENCY, Scope.SIG)),
        *((f"{row.label} {row.unit}", Scope.DOSE) for row in RANGES.values()),
        *((f"{row.when} {row.observe} {row.act}", Scope.SIG) for s in SCORES.values() for row in s.responses),
        *((answer.printed, Scope.ANY) for s in SCORES.values() for words in s.words for answer in words.values),
        *((level.printed + level.on_paper + level.declared_when, Scope.ANY) for level in DowntimeLevel),
        *((phase.printed, Scope.ANY) for phase in Phase),
        *((priority.meaning, Scope.ANY) for priority in Priority),
        *((target.meaning, Scope.ANY) for target in Target),
    ]
    assert {text: found for text, scope in printed if (found := check_text(text, scope))} == {}


def test_the_advice_itself_passes_the_rules() -> None:
    bad = {rule.id: found for rule in text_rules().values() if (found := check_text(rule.use, Scope.ANY))}
    assert bad == {}


def test_a_finding_carries_place_severity_and_advice() -> None:
    text = "give 10 U now, then qhs"
    unit, bedtime = check_text(text, Scope.SIG)
    assert text[slice(*unit.span)] == unit.matched == "10 U"
    assert unit.severity is Level.ERROR and bedtime.severity is Level.WARNING
    assert unit.use_instead == "units" and "units" in unit.message


def test_every_rule_can_hit_in_each_of_its_scopes() -> None:
    """A rule that no vector reaches could be broken without anyone seeing it."""
    reached = {rule for text, scope, _ in VECTORS for rule in (f.rule for f in check_text(text, Scope(scope)))}
    samples = {
        "mso4": "MSO4", "ug": "5 ug", "cc": "5 cc", "ml-lowercase": "5 ml", "litre-lowercase": "1 l", "ng": "5 ng",
        "m-million": "5 M units", "k-thousand": "5 K units", "grain": "5 gr", "apothecary-symbol": "ʒ",
        "minim": "5 minims", "household-spoon": "1 tsp", "pounds": "8 lb", "unit-period": "5 mg.",
        "saline-shorthand": "half NS", "half-tablet": "½ tablet", "ear-eye-latin-sig": "1 drop OU", "ij": "IJ",
        "it-intrathecal": "IT", "sliding-scale-shorthand": "SSI", "bt": "BT", "hs": "HS", "qhs": "QHS", "qn": "qn",
        "q1d": "q1d", "od-daily": "OD", "biw-tiw": "TIW", "ud": "UD", "up-down-arrow": "↑ rate",
        "at-amp-plus": "a & b", "slash-separator": "25 units/10 units", "slashed-zero": "Ø", "hash-pounds": "10#",
        "drug-abbrev": "HCTZ", "nitro-nitroprusside": "nitro drip", "ampm-time": "6 pm",
    }  # fmt: skip
    for rule_id, text in samples.items():
        for scope in text_rules()[rule_id].scope:
            assert rule_id in {finding.rule for finding in check_text(text, scope)}, (rule_id, scope)
    assert reached | set(samples) == set(text_rules())


@given(st.text(max_size=300), st.sampled_from(Scope))
def test_any_text_is_checked_without_failing(text: str, scope: Scope) -> None:
    for finding in [*check_text(text, scope), *check_dose_text(text)]:
        start, end = finding.span
        assert text[start:end] == finding.matched


@given(st.from_regex(r"[a-z ]{0,60}", fullmatch=True))
def test_lower_case_words_without_digits_are_never_called_an_error_in_prose(text: str) -> None:
    assert check_text(text, Scope.ANY) == []


def test_patterns_bound_their_repetitions() -> None:
    """An unbounded repetition over a class of many characters can make matching slow on hostile text."""
    for rule in text_rules().values():
        without_classes = re.sub(r"\[[^]]*\]", "[]", rule.pattern)
        assert not re.search(r"(?:\\[sdwSDW]|[\])a-zA-Z])[*+]", without_classes), rule.id
