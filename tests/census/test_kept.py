"""Kept snapshots: the very same census comes back, whatever format it once came in, or a plain word says why not."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downtime.census.kept import in_zone, kept_bytes, read_kept
from downtime.census.reading import read_census
from downtime.census.snapshot import Patient, PersonName, Snapshot, Weight
from downtime.census.source import zone_of
from downtime.errors import InputError
from downtime.page.envelope import About, Holds, wrapped
from downtime.page.passphrase import Passphrase, PassphraseMissingError, PassphraseWrongError
from downtime.site import load_site

ROOT = Path(__file__).resolve().parents[2]
SITE = load_site(ROOT / "examples" / "riverside")
FACILITY = SITE.facility
ZONE = zone_of(FACILITY.timezone)
NOW = datetime(2026, 11, 17, 7, 0, tzinfo=ZONE)
SECRET, OTHER = Passphrase.of("quiet lamp over seven stairs"), Passphrase.of("quiet lamp over eight stairs")
EXAMPLES = sorted((ROOT / "examples" / "riverside" / "census").iterdir())


def snapshot_of(path: Path) -> Snapshot:
    return read_census([path], facility=FACILITY, now=NOW)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("passphrase", [None, SECRET], ids=["plain", "sealed"])
def test_the_same_census_comes_back(path: Path, passphrase: Passphrase | None, tmp_path: Path) -> None:
    before = snapshot_of(path)
    kept = tmp_path / "any-name"
    kept.write_bytes(kept_bytes(before, FACILITY, NOW, passphrase))
    after = read_census([kept], facility=FACILITY, now=NOW, passphrase=passphrase)
    assert after.source == f"{kept}, kept from {before.source}"
    after = after.model_copy(update={"source": before.source})
    assert after == before and repr(after) == repr(before), "types and time zones, too"


moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
weights = st.builds(Weight, kg=st.decimals(0, 300, places=2), taken=st.none() | st.dates() | moments)
patients = st.builds(
    Patient, identifiers=st.just(()), name=st.builds(PersonName, text=st.text()), birth_date=st.none() | st.dates(),
    admitted=st.none() | moments, weight=st.none() | weights,
)  # fmt: skip


@given(st.lists(patients, max_size=3), moments)
def test_any_census_comes_back(people: list[Patient], taken: datetime) -> None:
    before = in_zone(Snapshot(taken_at=taken, source="x", patients=tuple(people)), ZONE)
    after = read_kept(kept_bytes(before, FACILITY, NOW, None), "x", FACILITY, None)
    assert after == before and repr(after) == repr(before)


def test_a_day_stays_a_day_and_the_repeated_hour_stays_what_it_was() -> None:
    twice = [datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 7, 30, tzinfo=UTC)]  # both 0130 in Chicago
    people = tuple(
        Patient(identifiers=(), name=PersonName(), admitted=moment.astimezone(ZONE),
                weight=Weight(kg=Decimal("70.50"), taken=date(2026, 11, 1)))
        for moment in twice
    )  # fmt: skip
    before = Snapshot(taken_at=NOW, source="x", patients=people)
    after = read_kept(kept_bytes(before, FACILITY, NOW, None), "x", FACILITY, None)
    assert [patient.admitted.astimezone(UTC) for patient in after.patients if patient.admitted] == twice
    assert [patient.weight for patient in after.patients] == [patient.weight for patient in people]
    assert type(after.patients[0].weight.taken) is date  # type: ignore[union-attr]


def test_of_a_folder_the_newest_counts(tmp_path: Path) -> None:
    whole = snapshot_of(EXAMPLES[0])
    for hours in (3, 1, 2):
        older = whole.model_copy(update={"taken_at": whole.taken_at - timedelta(hours=hours), "source": f"-{hours}"})
        (tmp_path / f"{9 - hours}.snapshot").write_bytes(kept_bytes(older, FACILITY, NOW, None))
    assert read_census([tmp_path], facility=FACILITY, now=NOW).source.endswith("kept from -1")


def test_a_damaged_one_in_a_folder_gives_way_and_is_told(tmp_path: Path) -> None:
    whole = snapshot_of(EXAMPLES[0])
    (tmp_path / "1.snapshot").write_bytes(kept_bytes(whole, FACILITY, NOW, None))
    newer = whole.model_copy(update={"taken_at": whole.taken_at + timedelta(minutes=1)})
    (tmp_path / "2.snapshot").write_bytes(kept_bytes(newer, FACILITY, NOW, None)[:-900])
    found = read_census([tmp_path], facility=FACILITY, now=NOW)
    assert found.patients == whole.patients
    assert any("a newer snapshot may be lost" in problem.what for problem in found.problems)
    with pytest.raises(InputError, match="cut short"):
        read_census([tmp_path / "2.snapshot"], facility=FACILITY, now=NOW)


def test_closed_ones(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(kept_bytes(snapshot_of(EXAMPLES[0]), FACILITY, NOW, SECRET))
    with pytest.raises(PassphraseMissingError):
        read_census([path], facility=FACILITY, now=NOW)
    with pytest.raises(PassphraseWrongError):
        read_census([path], facility=FACILITY, now=NOW, passphrase=OTHER)


def test_what_is_no_snapshot_of_this_site_is_refused() -> None:
    content = kept_bytes(snapshot_of(EXAMPLES[0]), FACILITY, NOW, None)
    other = FACILITY.model_copy(update={"id": "hillview"})
    with pytest.raises(InputError, match="another facility, riverside"):
        read_kept(content, "x", other, None)
    about = About(holds=Holds.MANIFEST, facility=FACILITY.id, made_at=NOW)
    with pytest.raises(InputError, match="manifest of a kit"):
        read_kept(wrapped(b"{}", about, None), "x", FACILITY, None)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "content"),
        (b"[]", "content"),
        (b"{}", "format_version"),
        (b'{"format_version":2,"snapshot":{}}', "newer version"),
        (b'{"format_version":1,"snapshot":{"taken_at":"secret","source":"","patients":[]}}', "taken_at"),
        (b'{"format_version":"x","snapshot":{}}', "format_version"),
        (b'{"format_version":1}', "snapshot"),
        (b"[" * 99_999, "content"),
    ],
)
def test_contents_that_are_none(content: bytes, says: str) -> None:
    about = About(holds=Holds.SNAPSHOT, facility=FACILITY.id, made_at=NOW)
    with pytest.raises(InputError, match=says) as caught:
        read_kept(wrapped(content, about, None), "x", FACILITY, None)
    assert "secret" not in str(caught.value)


def test_a_kept_snapshot_goes_together_with_a_newer_message_file(tmp_path: Path) -> None:
    """Mixed with other files it is one whole census among them."""
    path = tmp_path / "kept.snapshot"
    whole = snapshot_of(ROOT / "examples/riverside/census/icu.csv")
    path.write_bytes(kept_bytes(whole, FACILITY, NOW, None))
    shutil.copy(ROOT / "examples/riverside/census/icu.hl7", tmp_path)
    both = read_census([tmp_path], facility=FACILITY, now=NOW)
    assert len(both.patients) >= len(whole.patients)
    assert json.loads(both.model_dump_json())["taken_at"]
