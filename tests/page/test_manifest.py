"""Manifests: what was issued reads back the same, and what cannot be trusted is refused with its reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from downtime.errors import InputError
from downtime.page.code import kit_text
from downtime.page.geometry import PaperSize
from downtime.page.layout import FieldBox, Layout, PageLayout, canonical_json
from downtime.page.manifest import FORMAT_VERSION, Manifest, ManifestKind, Named, Sheet, from_json

names = st.text(min_size=1, max_size=20)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=zones)
millimetres = st.floats(0, 400, allow_nan=False)
boxes = st.tuples(millimetres, millimetres, millimetres, millimetres)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)


def layout(form: str = "vitals", pages: int = 1, at: tuple[float, float, float, float] = (10, 20.5, 5, 5)) -> Layout:
    page = PageLayout(
        fields=(FieldBox(id="bp", kind="number", at=at),),
        marks=((9, 9, 10, 10),) * 4,
        codes=((180, 9, 20, 20), (9, 250, 20, 20)),
        references=((100, 260, 4, 4),) * 3,
    )
    return Layout(
        form=form,
        revision="2026-11",
        paper=PaperSize.A4,
        landscape=False,
        width_mm=210,
        height_mm=297,
        pages=(page,) * pages,
    )


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    layouts = [layout(draw(names), draw(st.integers(1, 3)), draw(boxes)) for _ in range(draw(st.integers(0, 3)))]
    sheets = []
    page = 1
    for number in range(1, draw(st.integers(0, 6 if layouts else 0)) + 1):
        page += draw(st.integers(0, 2))  # blank backs of double-sided paper belong to no sheet
        of = draw(st.sampled_from(layouts))
        sheets.append(
            Sheet(
                number=number,
                form=of.form,
                title=draw(st.text()),
                revision=of.revision,
                layout=of.id,
                first_page=page,
                last_page=page + len(of.pages) - 1,
                patient=draw(st.none() | names),
                unit=draw(st.none() | names),
                copy_number=draw(st.integers(1, 99)),
            )
        )
        page += len(of.pages)
    return Manifest(
        kit=kit_text(draw(st.integers(0, 2**48 - 1))),
        facility=Named(id=draw(names), name=draw(names)),
        department=Named(id=draw(names), name=draw(names)),
        kind=draw(st.sampled_from(ManifestKind)),
        made_at=draw(moments),
        data_as_of=draw(st.none() | moments),
        station=draw(st.text()),
        software_version=draw(names),
        signed=draw(st.booleans()),
        sheets=tuple(draw(st.permutations(sheets))),
        layouts={one.id: one for one in layouts},
        downtime_numbers=tuple(draw(st.lists(names, max_size=3))),
        sources=draw(st.dictionaries(names, digests, max_size=3)),
    )


ONE_PAGE, TWO_PAGES = layout("vitals", 1), layout("mar", 2)


def sheet(number: int, first_page: int, of: Layout = ONE_PAGE, **more: Any) -> Sheet:
    return Sheet(
        number=number,
        form=of.form,
        title=of.form.title(),
        revision=of.revision,
        layout=of.id,
        first_page=first_page,
        last_page=first_page + len(of.pages) - 1,
        **more,
    )


def manifest(*sheets: Sheet, **changes: Any) -> Manifest:
    values: dict[str, Any] = {
        "kit": "01234-56789",
        "facility": Named(id="st-elsewhere", name="St. Elsewhere"),
        "department": Named(id="icu", name="Intensive care"),
        "kind": ManifestKind.KIT,
        "made_at": datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
        "software_version": "0.1.0",
        "signed": True,
        "sheets": sheets or (sheet(1, 1), sheet(2, 3, TWO_PAGES, patient="MRN 7", unit="icu")),
        "layouts": {ONE_PAGE.id: ONE_PAGE, TWO_PAGES.id: TWO_PAGES},
    }
    return Manifest(**(values | changes))


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    data = json.loads(manifest().to_json())
    change(data)
    return json.dumps(data).encode()


@settings(max_examples=60, deadline=None)
@given(manifests())
def test_round_trip(issued: Manifest) -> None:
    content = issued.to_json()
    read = from_json(content)
    assert read == issued
    assert read.to_json() == content
    assert from_json(content.decode("utf-8")) == issued


@settings(max_examples=30, deadline=None)
@given(manifests())
def test_every_page_has_its_sheet_and_no_other(issued: Manifest) -> None:
    expected = {page: one for one in issued.sheets for page in one.pages}
    assert issued.page_count == max(expected, default=0)
    for page in range(-1, issued.page_count + 3):
        assert issued.page_sheet(page) == expected.get(page)


def test_json_is_canonical() -> None:
    first, second = layout("a"), layout("b")
    one = manifest(layouts={first.id: first, second.id: second}, sheets=(), sources={"a": "0" * 64, "b": "1" * 64})
    two = manifest(layouts={second.id: second, first.id: first}, sheets=(), sources={"b": "1" * 64, "a": "0" * 64})
    assert one.to_json() == two.to_json()
    text = manifest(facility=Named(id="kh", name="Krankenhaus Süd")).to_json().decode()
    assert "Krankenhaus Süd" in text and "\n" not in text and ": " not in text
    assert text.index('"department"') < text.index('"facility"') < text.index('"kind"')
    assert "null" not in json.dumps(json.loads(text)["sheets"])


def test_a_long_kit_stays_small() -> None:
    long = manifest(*(sheet(number, number) for number in range(1, 20_001)))
    content = long.to_json()
    assert len(content) < 20_000 * 260
    read = from_json(content)
    assert read.page_count == 20_000
    assert read.page_sheet(19_999) == long.sheets[19_998]


def test_an_older_layout_still_reads() -> None:
    """A layout written before `site_codes` existed has another id than today's software would give it."""
    data = json.loads(manifest(sheet(1, 1)).to_json())
    old = data["layouts"].pop(ONE_PAGE.id)
    del old["pages"][0]["site_codes"]
    old_id = hashlib.sha256(canonical_json(old).encode()).hexdigest()
    data["layouts"][old_id] = old
    data["sheets"][0]["layout"] = old_id
    read = from_json(json.dumps(data))
    assert read.layouts[read.sheets[0].layout].pages[0].fields[0].at == (10, 20.5, 5, 5)


def test_a_newer_format_is_named() -> None:
    with pytest.raises(InputError, match=r"newer version.*format 2.*update Downtime") as caught:
        from_json(changed(lambda data: data.update(format_version=FORMAT_VERSION + 1, beds={})), where="kit.pdf")
    assert str(caught.value).startswith("kit.pdf: ")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not JSON"),
        (b"%PDF-1.7", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "no format_version"),
        (b'{"format_version": NaN}', "NaN"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[" * 200_000, "nested|not JSON"),
        (b'{"format_version": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"format_version": 1}', "Field required.*more"),
        (b'{"format_version": "1"}', "format_version: Input should be a valid integer"),
        (b'{"format_version": 0}', "format_version"),
        (b'{"format_version": 1, "layouts": {"\\ud800": "\\ud800"}}', "layout"),
    ],
)
def test_other_files_are_refused(content: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why) as caught:
        from_json(content, where="some.json")
    assert str(caught.value).startswith("some.json: this is not a usable manifest")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data.update(surprise=1), "surprise"),
        (lambda data: data.update(layouts=[]), "layouts: Input should be an object"),
        (lambda data: data.update(kit="01234-5678U"), "kit"),
        (lambda data: data.update(kit="01234-5678o"), "kit"),
        (lambda data: data.update(kind="parcel"), "kind"),
        (lambda data: data.update(signed=1), "signed"),
        (lambda data: data.update(made_at="2026-11-23T08:30:00"), "made_at"),
        (lambda data: data.update(sources={"site": "no digest"}), "sources"),
        (lambda data: data["sheets"][0].update(first_page=0), r"sheets\.0\.first_page"),
        (lambda data: data["sheets"][0].update(first_page=2), "cannot end before"),
        (lambda data: data["sheets"][0].update(last_page=2), "has 2 pages, its layout 1"),
        (lambda data: data["sheets"][0].update(first_page=3, last_page=3), "page 3 belongs to two sheets"),
        (lambda data: data["sheets"][0].update(number=2), "same number"),
        (lambda data: data["sheets"][0].update(layout="0" * 64), "layout of sheet 1 is missing"),
        (lambda data: data["layouts"][ONE_PAGE.id]["pages"][0]["fields"][0].update(id="hr"), "was changed"),
        (lambda data: data["layouts"].update({"0" * 64: data["layouts"][ONE_PAGE.id]}), "was changed"),
    ],
)
def test_wrong_contents_are_named(change: Callable[[dict[str, Any]], object], why: str) -> None:
    with pytest.raises(InputError, match=why):
        from_json(changed(change))


def test_an_error_does_not_show_the_patient() -> None:
    with pytest.raises(InputError) as caught:
        from_json(changed(lambda data: data["sheets"][1].update(patient=["Jane Doe"])))
    assert "sheets.1.patient" in str(caught.value) and "Jane" not in str(caught.value)


def test_what_was_issued_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        manifest().kit = "00000-00000"  # type: ignore[misc]


def test_a_layout_under_a_wrong_id_is_not_written() -> None:
    with pytest.raises(ValueError, match="not its own"):
        manifest(sheets=(), layouts={"0" * 64: ONE_PAGE}).to_json()
