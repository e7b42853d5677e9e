"""High-alert medicines: recognised in an order line, by route and strength."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downtime.clinical.codes import ROUTES
from downtime.clinical.highalert import HIGH_ALERTS, high_alerts, is_high_alert


@pytest.mark.parametrize(
    ("drug", "route", "expected"),
    [
        ("Insulin lispro", None, "insulin"),
        ("insulin U-500 regular", None, "insulin-u500"),
        ("HYDROMORPHONE 2 mg/mL", None, "opioid"),
        ("acetaminophen-codeine", None, "opioid"),
        ("apomorphine", None, None),
        ("heparin", None, "antithrombotic"),
        ("metoprolol", None, "adrenergic-antagonist-iv"),
        ("metoprolol", "oral", None),
        ("metoprolol", "iv-push", "adrenergic-antagonist-iv"),
        ("methotrexate", "oral", "methotrexate-oral-nononc"),
        ("methotrexate", "intrathecal", "neuraxial"),
        ("bupivacaine", "epidural", "neuraxial"),
        ("potassium chloride", "oral", None),
        ("potassium chloride", "iv-intermittent", "kcl-concentrate"),
        ("sodium chloride 0.9 %", None, None),
        ("sodium chloride 0.45 %", None, None),
        ("sodium chloride 3 %", None, "hypertonic-saline"),
        ("3% sodium chloride", None, "hypertonic-saline"),
        ("hypertonic saline", None, "hypertonic-saline"),
        ("dextrose 5 % in sodium chloride 0.9 %", None, None),
        ("dextrose 5 % sodium chloride 0.45 %", None, None),
        ("5 % dextrose 0.45 % sodium chloride", None, None),
        ("dextrose 50 %", None, "dextrose-hypertonic"),
        ("dextrose 20 %", None, "dextrose-hypertonic"),
        ("dextrose 10 %", None, None),
        ("50 % dextrose", None, "dextrose-hypertonic"),
        ("glipizide", None, "sulfonylurea-oral"),
        ("acetaminophen", None, None),
        ("", None, None),
        ("1" * 20_000, None, None),
    ],
)
def test_recognised(drug: str, route: str | None, expected: str | None) -> None:
    found = is_high_alert(drug, route)
    assert (found.id if found else None) == expected


def test_without_a_route_no_entry_is_left_out() -> None:
    assert {entry.id for entry in high_alerts("EPINEPHrine")} == {"epinephrine-im-subcut", "adrenergic-agonist-iv"}
    assert [entry.id for entry in high_alerts("EPINEPHrine", "im")] == ["epinephrine-im-subcut"]


def test_every_entry_is_found_by_its_own_names_and_names_known_routes() -> None:
    for entry in HIGH_ALERTS.values():
        assert set(entry.routes) | set(entry.any_drug_by) <= set(ROUTES)
        strength = " 25 %" if entry.percent_at_least or entry.percent_above else ""
        for name in (*entry.names, *entry.also):
            assert entry in high_alerts(name + strength), (entry.id, name)


@given(st.text(max_size=200), st.sampled_from([None, *ROUTES]))
def test_any_text_is_answered(text: str, route: str | None) -> None:
    assert set(high_alerts(text, route)) <= set(HIGH_ALERTS.values())
