from __future__ import annotations

import re
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from downtime.errors import ConfigError
from downtime.library.procedures import BLANK, Procedure, load_procedure, parse_procedure, procedure_paths
from downtime.page.geometry import PT_PER_MM, Rect
from downtime.paper.card_context import card_context, phone_numbers
from downtime.paper.cards import card_pages
from downtime.paper.fonts import text_width_pt
from downtime.paper.ink import Box, Ink, Line, Text
from downtime.site.phonetree import PhoneNode, PhoneTree, PhoneWay, Takeover

PROJECT = Path(__file__).parents[2]
LETTER = Rect(19, 38, 186.9, 204)
A4 = Rect(19, 38, 181, 221)
LANDSCAPE = Rect(19, 38, 250.4, 142)

TITLES = {
    "reg-face-sheet": "Registration face sheet", "reg-patient-label-sheet": "Patient label sheet",
    "reg-downtime-number-log": "Downtime number log", "ord-general": "General orders",
    "ord-medication": "Medication orders",
    "ord-verbal-readback": "Verbal order and read-back", "ord-lab-req": "Laboratory requisition",
    "mar-scheduled": "Medication administration record, scheduled", "mar-prn": "MAR: as needed",
    "mar-infusion": "MAR: infusions",
    "mar-legend": "MAR legend and initials", "flow-vitals-ews": "Vital signs and early warning score",
    "flow-io": "Intake and output", "flow-icu": "ICU flowsheet", "note-nursing": "Nursing note",
    "note-code-blue": "Resuscitation record", "log-unit-census": "Unit census and bed board",
    "log-incident": "Downtime incident log", "log-phone-runner": "Phone, radio and runner log",
    "rec-unit-checklist": "Unit recovery checklist", "rec-patient-cover": "Patient recovery cover sheet",
}  # fmt: skip
ROLES = [
    "charge-nurse", "gp-clinician", "gp-reception", "house-supervisor", "laboratory", "nurse", "pharmacy", "provider",
    "registration", "unit-clerk",
]  # fmt: skip
HEAD = '---\nprocedure: mine\ntitle: My card\nrevision: "2026-11"\nowner: Me\nroles: [all]\nsource: [me]\n---\n'


def tree() -> PhoneTree:
    ways = (PhoneWay("desk", "555-0142", "", True), PhoneWay("radio", "channel 3", "", False))
    nodes = [
        PhoneNode(
            number=f"1.{i}" if i else "1", contact=f"c{i}", title=f"Contact number {i}", person="on duty", ways=ways,
            takeover=Takeover(5, "walk", None, ()), verified=date(2026, 11, 2), stale=False,
            parent="1" if i else None, calls=() if i else tuple(f"1.{n}" for n in range(1, 9)),
        )
        for i in range(9)
    ]  # fmt: skip
    return PhoneTree(tuple(nodes), (), 90)


def context(procedure: Procedure, words: dict[str, str] | None = None, name: str = "Medical ICU") -> dict[str, object]:
    return {
        "facility": {"name": "Riverside", "service_desk": {"name": "IT desk", "phone": "555-0100", "backup": None}},
        "department": {
            "name": name, "kind": "icu",
            "box": {"id": "ICU-1", "location": "medication room, shelf 2", "second_location": None},
        },
        "words": procedure.words(words or {}),
        "numbers": phone_numbers(tree()),
        "forms": {form: {"id": form, "title": title} for form, title in TITLES.items()},
        "packet": list(TITLES),
    }  # fmt: skip


def card(markdown: str) -> Procedure:
    return parse_procedure((HEAD + markdown).encode(), "mine.md")


def bounds(ink: Ink) -> Rect | None:
    match ink:
        case Text():
            width = text_width_pt(ink.text, ink.face, ink.size_pt) / PT_PER_MM
            left = ink.x - {"left": 0.0, "center": width / 2, "right": width}[ink.align]
            cap = 0.67 * ink.size_pt / PT_PER_MM
            return Rect(left, ink.y - cap, width, cap)
        case Box():
            return ink.rect
        case Line():
            return Rect(min(ink.x1, ink.x2), min(ink.y1, ink.y2), abs(ink.x1 - ink.x2), abs(ink.y1 - ink.y2))
    return None


def ticks(page: list[Ink]) -> list[Rect]:
    return [ink.rect for ink in page if isinstance(ink, Box) and abs(ink.rect.w - ink.rect.h) < 0.01]


def words_on(page: list[Ink]) -> str:
    return " ".join(ink.text for ink in page if isinstance(ink, Text))


def check(pages: list[list[Ink]], body: Rect) -> None:
    for page in pages:
        for ink in page:
            place = bounds(ink)
            assert place is not None
            assert place.within(body, 0.05), ink
            if isinstance(ink, Text) and not ink.text.startswith("time"):
                assert ink.size_pt >= 10
        texts = [place for ink in page if isinstance(ink, Text) and (place := bounds(ink))]
        for one, other in combinations(texts, 2):
            assert not one.overlaps(other, 0.02)
        for one, other in combinations(ticks(page), 2):
            assert one.w >= 4
            grown = Rect(one.x - 1.99, one.y - 1.99, one.w + 3.98, one.h + 3.98)
            assert not grown.overlaps(other)


def test_the_shipped_cards_are_there() -> None:
    assert list(procedure_paths()) == ROLES


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("body", [LETTER, A4, LANDSCAPE], ids=["letter", "a4", "landscape"])
def test_every_shipped_card_fits_its_page(role: str, body: Rect) -> None:
    procedure = load_procedure(role)
    pages = card_pages(procedure, context(procedure), body, body)
    check(pages, body)
    if body is not LANDSCAPE:
        assert len(pages) == 2
    acts = len(re.findall(r"^(?:-|\d\.) \[ \]", procedure.rendered(context(procedure)).text, re.MULTILINE))
    assert acts >= 20
    assert sum(len(ticks(page)) for page in pages) == acts
    everything = " ".join(words_on(page) for page in pages)
    for phase in ("P0", "P1", "P2", "P3", "P4", "R"):
        assert re.search(rf"\b{phase}\b", everything)
    assert "555-0100" in everything
    assert "555-0142" in everything


@pytest.mark.parametrize("role", ROLES)
def test_words_that_the_site_has_not_given_print_as_a_line(role: str) -> None:
    procedure = load_procedure(role)
    assert procedure.head.words
    everything = words_on([ink for page in card_pages(procedure, context(procedure), LETTER, LETTER) for ink in page])
    assert BLANK in everything
    missing = procedure.missing_words({})
    assert [finding.what.split("”")[0].split("“")[1] for finding in missing] == list(procedure.head.words)
    assert not procedure.missing_words(dict.fromkeys(procedure.head.words, "x"))


def test_a_name_with_markup_prints_as_it_stands_and_a_long_one_stays_inside() -> None:
    procedure = card(
        "## {{ department.name }}\n\n- [ ] Go to {{ department.name }}\n\n"
        "| a | b |\n| --- | --- |\n| {{ department.name }} | x |\n"
    )
    for name in ("**Ward** <b>7</b> | [x](y) `z` {{ 1 }}", "W" * 200, "محمد عبد الله", "## x"):
        pages = card_pages(procedure, context(procedure, name=name), LETTER, LETTER)
        check(pages, LETTER)
        shown = words_on(pages[0]).replace(" ", "")
        assert shown.count(name.replace(" ", "")) >= (1 if len(name) == 200 else 2)
        assert not any(ink.face == "bold" and "Go to" in ink.text for ink in pages[0] if isinstance(ink, Text))


def test_a_long_section_goes_on_under_its_own_name() -> None:
    procedure = card("## P2 · Long\n\n" + "- [ ] Do this\n" * 100)
    pages = card_pages(procedure, context(procedure), LETTER, Rect(19, 20, 186.9, 222))
    assert len(pages) > 1
    check(pages[:1], LETTER)
    assert "Long (continued)" in words_on(pages[1])
    assert sum(len(ticks(page)) for page in pages) == 100


def test_a_section_moves_whole_to_the_next_page() -> None:
    procedure = card("## P1 · One\n\n" + "- [ ] a\n" * 20 + "\n## P2 · Two\n\n" + "- [ ] b\n" * 15)
    first, second = card_pages(procedure, context(procedure), LETTER, LETTER)
    assert (len(ticks(first)), len(ticks(second))) == (20, 15)


def test_a_table_keeps_its_heading_with_its_first_row() -> None:
    rows = "".join(f"| row {i} | x |\n" for i in range(60))
    for acts in range(18, 32):
        procedure = card(
            "## P1 · Fill\n\n" + "- [ ] a\n" * acts + "\n## Table\n\n| who | what |\n| --- | --- |\n" + rows
        )
        pages = card_pages(procedure, context(procedure), LETTER, LETTER)
        check(pages, LETTER)
        [page] = [page for page in pages if "who what" in words_on(page)]
        assert "row 0 x" in words_on(page)
        everything = words_on([ink for page in pages for ink in page])
        assert all(f"row {i} x" in everything for i in range(60))


@pytest.mark.parametrize(
    ("markdown", "line", "what"),
    [
        ("## A\n\n```\ncode\n```\n", 11, "code"),
        ("## A\n\n![x](y.png)\n", 11, "a picture"),
        ("## A\n\ntext\nsee [x](http://y)\n", 12, "a link"),
        ("## A\n\n<b>x</b>\n", 11, "HTML"),
        ("## A\n\n> said\n", 11, "a quotation"),
        ("## A\n\n---\n", 11, "a rule"),
        ("# A\n", 9, "a first-level heading"),
        ("#### A\n", 9, "a heading of level 4"),
        ("## A\n\n    indented\n", 11, "indented"),
        ("## A\n\n- a\n  - b\n    - c\n", 13, "a list within a list"),
        ("## A\n\n- [x] done\n", 11, "ticked already"),
        ("## A\n\n{% for i in [1, 2] %}\n- {{ i }} `code`\n{% endfor %}\n", 12, "code"),
        ("## A\n\n{{ department.nmae }}\n", 11, "did you mean “name”?"),
        ("{% if false %}x{% endif %}\n", 9, "prints nothing"),
        ("## A\n\n{% for i in range(4000) %}\n- [ ] again\n{% endfor %}\n", 9, "pages"),
    ],
)
def test_what_paper_cannot_show_is_refused_with_its_line(markdown: str, line: int, what: str) -> None:
    procedure = card(markdown)
    with pytest.raises(ConfigError) as caught:
        card_pages(procedure, context(procedure), LETTER, LETTER)
    finding = caught.value.findings[0]
    assert (finding.file, finding.line) == ("mine.md", line)
    assert what in str(finding)


@pytest.mark.parametrize(
    ("raw", "line", "what"),
    [
        (b"## no head\n", 1, "head is missing"),
        (b"---\nprocedure: x\n", 1, "head is missing"),
        (HEAD.encode(), 9, "empty below its head"),
        (HEAD.replace("owner: Me\n", "").encode() + b"x", 2, "owner is missing"),
        (HEAD.replace("owner", "ownr").encode() + b"x", 5, "did you mean “owner”?"),
        (HEAD.replace("2026-11", "new").encode() + b"x", 4, "revision"),
        (HEAD.encode() + b"ok\n\xff\n", 10, "not UTF-8"),
    ],
)
def test_a_wrong_head_names_its_line(raw: bytes, line: int, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_procedure(raw, "mine.md")
    lines = {finding.line for finding in caught.value.findings}
    assert line in lines
    assert what in str(caught.value)


def test_windows_line_ends_and_a_byte_order_mark_do_not_matter() -> None:
    raw = b"\xef\xbb\xbf" + (HEAD + "## A\n\n- [ ] b\n").replace("\n", "\r\n").encode()
    procedure = parse_procedure(raw, "mine.md")
    assert len(ticks(card_pages(procedure, context(procedure), LETTER, LETTER)[0])) == 1


def test_a_site_overrides_a_card_by_name_and_adds_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "procedures"
    folder.mkdir(parents=True)
    (folder / "nurse.md").write_text(HEAD.replace("mine", "nurse") + "## Ours\n", encoding="utf-8")
    (folder / "mine.md").write_text(HEAD + "## Mine\n", encoding="utf-8")
    (folder / "other.md").write_text(HEAD + "## Other\n", encoding="utf-8")
    assert load_procedure("nurse", tmp_path).head.title == "My card"
    assert load_procedure("nurse").head.title == "Bedside nurse"
    assert load_procedure("mine", tmp_path).head.procedure == "mine"
    with pytest.raises(ConfigError, match="calls itself “mine”"):
        load_procedure("other", tmp_path)
    with pytest.raises(ConfigError, match="did you mean “nurse”"):
        load_procedure("nurs", tmp_path)


def test_the_readme_lists_every_variable_and_every_word() -> None:
    readme = (PROJECT / "templates" / "README.md").read_text(encoding="utf-8")
    for name in context(load_procedure("nurse")):
        assert f"| `{name}` |" in readme
    for role in ROLES:
        procedure = load_procedure(role)
        used = set(re.findall(r"words\.(?!get)(\w+)", procedure.template))
        assert used == set(procedure.head.words), role
        for word in used | set(re.findall(r'words\.get\("(\w+)"', procedure.template)):
            assert f"`{word}`" in readme


def test_the_example_hospitals_cards_print() -> None:
    from downtime.site.load import load_site

    site = load_site(PROJECT / "examples" / "riverside")
    department = site.department("icu")
    phone_tree = site.phone_tree(department, date(2026, 11, 23))
    for role in department.procedures:
        procedure = load_procedure(role)
        given = card_context(procedure, site.facility, department, phone_tree, TITLES)
        assert set(given) == set(context(procedure))
        assert not procedure.missing_words(site.words(department))
        pages = card_pages(procedure, given, LETTER, LETTER)
        check(pages, LETTER)
        assert department.box.location in words_on([ink for page in pages for ink in page])
