"""The carried folder: whole at any moment, nothing readable of a patient, and every link leads somewhere."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import sys
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from downtime.errors import ConfigError, InputError, UsageError, WriteError
from downtime.files import write_whole
from downtime.keep import carry as carry_module
from downtime.keep.carry import carry
from downtime.keep.carry_kits import check_protected, newest_kits
from downtime.keep.carry_sums import verify
from downtime.keep.carry_values import tel
from downtime.page.opening import manifest_of
from downtime.page.passphrase import Passphrase, PassphraseMissingError
from downtime.paper.batch import Written, read_site
from downtime.paper.production import print_run

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "paper"))
from kit_help import small_kit
from sample_site import site as sample_site
from test_watch_killed import kills
from watch_help import SECRET

MADE = "2026-11-23T0930"
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 0930 in Chicago
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7 * 7 }} & Co"


class Page(HTMLParser):
    """The links, element names and text of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.elements: list[str] = []
        self.attributes: list[str] = []
        self.words = ""
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words += data


class Stick:
    """A small site, a folder of kits, and the folder that is carried."""

    def __init__(self, folder: Path, file: str = "", old: str = "", new: str = "") -> None:
        self.site, self.shelf = read_site(sample_site(folder, file, old, new))
        self.kits, self.out = folder / "kits", folder / "stick"
        self.kits.mkdir()

    def kit(
        self, stem: str, hours_old: float, passphrase: Passphrase | None = SECRET, department: str = "ward"
    ) -> Path:
        made_at = NOW - timedelta(hours=hours_old)
        return small_kit(self.kits, stem, made_at, passphrase, facility="mill-hill", department=department, name="Ward")

    def carry(self, passphrase: Passphrase | None = SECRET, made: str = MADE) -> None:
        found = newest_kits(self.kits, self.site, NOW)
        check_protected(found, self.site, passphrase)
        run = print_run(self.site, made_at=made)
        carry(self.site, self.shelf, self.out, found, passphrase, run, lambda _: lambda done, total: None)

    @property
    def set(self) -> Path:
        (found,) = (path for path in self.out.iterdir() if path.is_dir())
        return found

    def pages(self) -> list[Path]:
        return [self.out / "index.html", *self.set.glob("*.html")]


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Stick:
    """A folder that was carried once, to be looked at only."""
    stick = Stick(tmp_path_factory.mktemp("carried"))
    stick.kit("a", 2)
    stick.carry()
    return stick


@pytest.fixture
def quick(carried: Stick, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Packets are taken from the folder that was carried once: the tests of the folder need not print."""
    (pdf,) = (carried.set / "packets").glob("*.pdf")
    content = pdf.read_bytes()

    def written(
        site: object, shelf: object, departments: object, run: object, out: Path, progress: object
    ) -> list[Written]:
        write_whole(out / pdf.name, content)
        return [Written("ward", out / pdf.name, 10, 5, ())]

    monkeypatch.setattr(carry_module, "write_packets", written)
    if request.node.get_closest_marker("skipif"):  # killed a hundred times: the cards need not be set each time
        cards = (carried.set / "cards.pdf").read_bytes()
        monkeypatch.setattr("downtime.keep.carry_pages.card_sheet", lambda *_: cards)


def leads_somewhere(page: Path) -> int:
    """Every link of a page, and of the pages that it leads to, leads to a file; how many there are."""
    found = 0
    for link in Page(page).links:
        if link.startswith(("tel:", "#")):
            continue
        target = (page.parent / unquote(link.split("#")[0])).resolve()
        assert target.is_file(), f"{page.name}: {link}"
        found += 1
        if target.suffix == ".html" and target.name != "index.html":
            found += leads_somewhere(target)
    return found


def test_every_link_leads_to_a_file_of_the_folder(carried: Stick) -> None:
    assert leads_somewhere(carried.out / "index.html") > 6
    for page in carried.pages():
        assert not any(re.match(r"(https?:)?//", link) for link in Page(page).links)


def test_what_the_first_page_says(carried: Stick) -> None:
    page = Page(carried.out / "index.html")
    for words in (
        "Downtime: Mill Hill Hospital",
        "Tell the IT:",
        "Box W-1: shelf",
        "Kit: the patients of this unit",
        "Data of 23 NOV 2026 0700",
        "2 h 30 min old when this page was made",
        "Use until 21 FEB 2027",
    ):
        assert words in page.words
    assert "tel:555-0100".replace("-", "") in page.links


def test_kits_open_with_the_passphrase_only(carried: Stick) -> None:
    (pdf,) = (carried.set / "kits").glob("*.pdf")
    assert manifest_of(pdf, SECRET).department.id == "ward"
    with pytest.raises(PassphraseMissingError):
        manifest_of(pdf)
    (packet,) = (carried.set / "packets").glob("*.pdf")
    assert manifest_of(packet).kind == "packet"


def test_the_pages_policy_allows_their_own_script_and_style_and_nothing_else(carried: Stick) -> None:
    for page in carried.pages():
        text = page.read_text("utf-8")
        (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
        assert "default-src 'none'" in policy and "unsafe" not in policy
        for element in ("style", "script"):
            (content,) = re.findall(f"<{element}>(.*?)</{element}>", text, re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert f"{element}-src 'sha256-{digest}'" in policy
        found = Page(page)
        assert found.elements.count("script") == found.elements.count("style") == 1
        assert not {name for name in found.attributes if name.startswith("on") or name == "style"}


def test_names_are_fit_for_any_stick(carried: Stick) -> None:
    reserved = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
    for path in carried.out.rglob("*"):
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,100}", path.name) and not path.name.endswith(".")
        assert not reserved.match(path.name)
    from downtime.keep.carry_pages import unit_page

    assert not reserved.match(unit_page("con"))


def test_names_with_markup_stay_names(tmp_path: Path, quick: None) -> None:
    shown = HOSTILE.replace("'", "''")
    stick = Stick(tmp_path, "departments/ward.yaml", "name: Ward", f"name: '{shown}'")
    for file, old, new in (
        ("facility.yaml", "name: Mill Hill Hospital", f"name: '{shown}'"),
        ("facility.yaml", "service_desk: {name: IT,", f"service_desk: {{name: '{shown}', backup: '{shown}',"),
        ("facility.yaml", "words:\n", f"protection: {{passphrase_kept: '{shown}'}}\nwords:\n"),
        ("contacts.yaml", "title: Charge nurse", f"title: '{shown}'\n    person: '{shown}'"),
        ("contacts.yaml", "channel: 3", f"channel: '{shown}', note: '{shown}'"),
        ("contacts.yaml", "do: send a runner", f"do: '{shown}'"),
        ("departments/ward.yaml", "location: shelf", f"location: '{shown}'"),
        ("departments/ward.yaml", "ward_word: the ward", f"ward_word: '{shown}'"),
        ("departments/ward.yaml", "{start: charge}", f"{{start: charge, script: ['{shown}']}}"),
    ):
        path = stick.site.root / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
    stick.site, stick.shelf = read_site(stick.site.root)
    stick.kit("a", 2)
    stick.carry()
    for page in stick.pages():
        found = Page(page)
        assert found.elements.count("script") == 1 and "img" not in found.elements
        assert not {name for name in found.attributes if name.startswith("on")}
        assert found.words.count(HOSTILE) >= 2, page.name
    from pypdf import PdfReader

    assert "<script>" in PdfReader(stick.set / "cards.pdf").pages[0].extract_text()


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("555-0142", "tel:5550142"), ("7-0142 ext 12", "tel:70142;ext=12"), ("555-0142x7", "tel:5550142;ext=7"),
        ("+44 1632 960101", "tel:+441632960101"), ("(020) 7946 0001", "tel:02079460001"), ("*5#", ""),
        ("#55*1", "tel:%2355*1"), ("room B-04", ""), ("", ""), ("9", ""), ("555-HELP", ""),
    ],
)  # fmt: skip
def test_links_to_dial(number: str, link: str) -> None:
    assert tel(number) == link


def test_an_unencrypted_kit_is_refused_or_encrypted_on_the_way(tmp_path: Path, quick: None) -> None:
    stick = Stick(tmp_path)
    bare = stick.kit("bare", 2, None)
    with pytest.raises(ConfigError, match=r"Ward is not encrypted.*--passphrase-file.*--no-kits"):
        stick.carry(None)
    assert not stick.out.exists()
    stick.carry(SECRET)
    (pdf,) = (stick.set / "kits").glob("*.pdf")
    assert manifest_of(pdf, SECRET) == manifest_of(bare)
    with pytest.raises(PassphraseMissingError):
        manifest_of(pdf)


def test_the_newest_kit_of_each_department_is_carried(tmp_path: Path) -> None:
    stick = Stick(tmp_path)
    stick.kit("b", 5)
    newest = stick.kit("a", 2)
    stick.kit("c", 9)
    stick.kit("elsewhere", 1, department="closed-ward")
    (stick.kits / "inner").mkdir()
    small_kit(stick.kits / "inner", "d", NOW - timedelta(hours=3), SECRET, facility="mill-hill", department="ward")
    small_kit(stick.kits / "inner", "other", NOW, SECRET, facility="riverside", department="ward")
    assert newest_kits(stick.kits, stick.site, NOW).newest["ward"].pdf == newest
    with pytest.raises(UsageError, match="no such folder"):
        newest_kits(stick.kits / "no", stick.site, NOW)


@pytest.mark.parametrize(
    ("hours_old", "why"), [(24, "1 h 30 min old|24 h 30 min old, and void"), (80, "older than kits")]
)
def test_a_kit_that_is_too_old_is_not_carried(tmp_path: Path, hours_old: int, why: str) -> None:
    stick = Stick(tmp_path)
    stick.kit("a", hours_old)
    found = newest_kits(stick.kits, stick.site, NOW)
    assert not found.newest and re.search(why, found.none["ward"])


@pytest.mark.parametrize("passphrase", [None, SECRET])
def test_a_kit_whose_pdf_was_changed_is_not_carried(tmp_path: Path, passphrase: Passphrase | None) -> None:
    stick = Stick(tmp_path)
    pdf, other = stick.kit("a", 2, passphrase), stick.kit("b", 3, passphrase)
    pdf.write_bytes(other.read_bytes())
    (stick.kits / "c.manifest.sealed").write_bytes(b"damaged")
    found = newest_kits(stick.kits, stick.site, NOW)
    assert found.newest["ward"].pdf == other and len(found.warnings) == 2


def test_a_kit_with_another_passphrase_is_told(tmp_path: Path) -> None:
    stick = Stick(tmp_path)
    stick.kit("a", 2)
    found = newest_kits(stick.kits, stick.site, NOW)
    assert check_protected(found, stick.site, SECRET) == ()
    (told,) = check_protected(found, stick.site, Passphrase.of("quiet lamp over eight stairs"))
    assert "Ward opens with another passphrase" in told


def test_again_brings_it_up_to_date_and_leaves_what_is_not_ours(tmp_path: Path, quick: None) -> None:
    stick = Stick(tmp_path)
    stick.out.mkdir()
    (stick.out / "holiday.jpg").write_bytes(b"x")
    stick.kit("a", 2)
    stick.carry()
    first = stick.set.name
    (stick.set / "mine.txt").write_text("mine")
    stick.kit("b", 1)
    stick.carry(made="2026-11-23T0945")
    assert sorted(path.name for path in (stick.out / first).iterdir()) == ["mine.txt"]
    (stick.out / first / "mine.txt").unlink()
    (stick.out / first).rmdir()
    assert leads_somewhere(stick.out / "index.html") and "0800" in Page(stick.out / "index.html").words
    assert sorted(path.name for path in stick.out.iterdir() if path.is_file()) == [
        "SHA256SUMS",
        "holiday.jpg",
        "index.html",
    ]


def test_a_page_of_somebody_else_stays(tmp_path: Path, quick: None) -> None:
    stick = Stick(tmp_path)
    stick.out.mkdir()
    (stick.out / "index.html").write_text("<title>Our intranet</title>")
    with pytest.raises(WriteError, match="Downtime did not make"):
        stick.carry()
    assert [path.name for path in stick.out.iterdir()] == ["index.html"]


def test_a_full_stick_keeps_what_was_there(tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stick = Stick(tmp_path)
    stick.carry()
    before = sorted(path.name for path in stick.out.rglob("*"))

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match="No space"):
        stick.carry(made="2026-11-23T0945")
    assert sorted(path.name for path in stick.out.rglob("*")) == before and verify(stick.out).good


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the test kills a fork of itself")
def test_pulled_out_at_any_moment_the_page_leads_to_whole_documents(tmp_path: Path, quick: None) -> None:
    stick = Stick(tmp_path)
    stick.kit("a", 2)
    stick.carry()
    seen = set()
    for _ in kills(lambda: stick.carry(made="2026-11-23T0945")):
        assert leads_somewhere(stick.out / "index.html") > 6
        seen.add("0945" in Page(stick.out / "index.html").words)
        told = verify(stick.out)
        assert told.good or "index.html" in told.changed or told.missing
    assert seen == {False, True}
    assert verify(stick.out).good and not verify(stick.out).unlisted
    assert len([path for path in stick.out.iterdir() if path.is_dir()]) == 1, "what was not finished is gone"


def test_the_check_tells_what_is_not_whole(carried: Stick, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(carried.out, folder)
    assert verify(folder).good
    (inner,) = (path for path in folder.iterdir() if path.is_dir())
    (inner / "phones.html").unlink()
    (packet,) = (inner / "packets").glob("*.pdf")
    raw = bytearray(packet.read_bytes())
    raw[len(raw) // 2] ^= 1
    packet.write_bytes(raw)
    (inner / "extra.txt").write_text("x")
    found = verify(folder)
    assert found.missing == (f"{inner.name}/phones.html",) and found.changed == (f"{inner.name}/packets/{packet.name}",)
    assert found.unlisted == (f"{inner.name}/extra.txt",) and not found.good


@pytest.mark.parametrize("text", ["", "x", f"{'0' * 64}  ../../etc/passwd\n", f"{'0' * 64}  /etc/passwd\n", "\udcff"])
def test_a_damaged_list_of_checksums_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "SHA256SUMS").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match="checksums"):
        verify(tmp_path)


def test_the_cards_are_eight_and_as_large_as_a_bank_card(carried: Stick) -> None:
    from pypdf import PdfReader

    from downtime.keep.carry_cards import CARD_H_MM, CARD_W_MM, card_inks
    from downtime.paper.ink import Text
    from downtime.paper.textflow import width_mm

    (page,) = PdfReader(carried.set / "cards.pdf").pages
    assert page.extract_text().count("Computers down?") == 8 and page.extract_text().count("555-0100") == 8
    for steps in (["short"], ["x" * 300] * 5, ["word " * 60] * 5):
        for ink in card_inks("A title " * 9, steps, "A foot " * 30):
            if isinstance(ink, Text):
                assert 0 <= ink.y <= CARD_H_MM and ink.x + width_mm(ink.text, ink.face, ink.size_pt) <= CARD_W_MM
                assert ink.size_pt >= 8
