"""What is put before people and programs: report, words, cuts, scores; no patient outside of the private folder."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from pypdf import PdfReader

sys.path.insert(0, str(Path(__file__).parent))
from collate_help import files_of, judged, manifest, record
from page_images import fonts_not_embedded
from papers import Papers
from pile_of_scans import Pile
from reader_help import request, running, take

from downtime.cli.app import run as downtime
from downtime.errors import ExitCode
from downtime.page.manifest import ManifestKind
from downtime.page.states import PageState
from downtime.scan.bare_ink import bare_ink
from downtime.scan.collate import collate
from downtime.scan.model import Mark
from downtime.scan.picture_names import field_picture_name
from downtime.scan.report import report_page
from downtime.scan.result import ScanResult
from downtime.scan.same_ink import same_ink
from downtime.scan.scores import MOST_OF_A_KIND, ScoredMark, shown_marks
from downtime.scan.words import place, reasons_of, remarks, sheet_name

PATIENT = "MRN-4711<script>"


def some_result() -> ScanResult:
    """A kit for two patients, of which one page came; and a file whose name is markup."""
    kit = manifest(kind=ManifestKind.KIT, patients=[PATIENT, PATIENT, "m2"], names=True)
    pages = [record(kit, 1, file="a&<b>\"'.pdf", ink=0.08), record(kit, 3, file="b", entered={"line0": "<i>12 mg</i>"})]
    return collate(judged(pages, [kit]), files_of(pages), [], [kit], lambda one, other: True, drill=False, checked=True)


class Seen(HTMLParser):
    """The tags, texts and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(html: str) -> Seen:
    page = Seen()
    page.feed(html)
    return page


def test_whatever_a_name_or_value_says_it_is_text_in_the_report() -> None:
    page = seen(report_page(some_result()))
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "i", "iframe", "form", "link"}
    for text in (PATIENT, "a&<b>\"'.pdf", "<i>12 mg</i>"):
        assert text in page.text


def test_the_report_needs_nothing_but_its_folder() -> None:
    """No address leads out of it, and the browser is told to fetch nothing else and to run nothing."""
    html = report_page(some_result())
    page = seen(html)
    [policy] = [each["content"] for tag, each in page.tags if each.get("http-equiv") == "Content-Security-Policy"]
    style = re.search(r"<style>(.*?)</style>", html, re.S)
    assert style is not None and policy is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy.startswith("default-src 'none'") and f"style-src 'sha256-{digest}'" in policy
    links = [each.get(name) or "" for _, each in page.tags for name in ("href", "src")]
    assert not [link for link in links if link and "://" in link]
    assert not [name for _, each in page.tags for name in each if name in ("style", "onclick", "onload")]
    anchors = {each["id"] for _, each in page.tags if each.get("id")}
    assert {link[1:] for link in links if link.startswith("#")} <= anchors


def test_pictures_have_words_and_headings_follow_each_other() -> None:
    page = seen(report_page(some_result()))
    assert all(each.get("alt") for tag, each in page.tags if tag == "img")
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))
    assert ("html", {"lang": "en"}) in page.tags


def test_words_for_the_terminal_name_no_patient() -> None:
    result = some_result()
    told = [sheet_name(sheet) for sheet in result.sheets] + list(remarks(result))
    told += [str(why) for page in result.pages for why in reasons_of(page)] + [place(page) for page in result.pages]
    assert "ward bed 1: form, sheet 1" in told
    assert not [line for line in told if "4711" in line or "m2" in line]


@pytest.fixture(scope="module")
def out(pile: Pile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pile, read in this process, with its scores."""
    folder = tmp_path_factory.mktemp("outputs") / "out"
    with running(folder, request(pile)) as run:
        take(run, pile.scans)
        (folder / "result.json").write_bytes(run.result().to_json())
        (folder / "report.html").write_text(report_page(run.result()))
        (folder / "scores.pdf").write_bytes(run.scores_pdf())
    return folder


def test_result_json_is_canonical_and_its_model_reads_it_back(out: Path) -> None:
    raw = (out / "result.json").read_bytes()
    result = ScanResult.model_validate_json(raw)
    assert result.to_json() == raw
    data = json.loads(raw)
    assert data["format_version"] == 1
    assert raw == json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_every_picture_that_is_named_is_there(out: Path) -> None:
    result = ScanResult.model_validate_json((out / "result.json").read_bytes())
    named = [page.picture for page in result.pages] + [page.thumbnail for page in result.pages]
    cuts = [path for page in result.pages for path in (*page.fields.values(), *page.unsure_marks.values())]
    assert cuts and all(cuts)
    for path in filter(None, [*named, *cuts]):
        assert cv2.imdecode(np.frombuffer((out / path).read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE) is not None
    links = {each.get(name) for _, each in seen((out / "report.html").read_text()).tags for name in ("href", "src")}
    assert all((out / link).is_file() for link in links if link and not link.startswith("#"))


def test_a_page_is_kept_upright_in_the_size_of_its_layout(out: Path, pile: Pile) -> None:
    """The third page of the pile lay upside down."""
    result = ScanResult.model_validate_json((out / "result.json").read_bytes())
    turned = next(page for page in result.pages if page.file == "a.pdf" and page.index == 2)
    picture = cv2.imdecode(np.frombuffer((out / turned.picture).read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    sheet = next(sheet for sheet in pile.manifest.sheets if sheet.number == turned.sheet)
    layout = pile.manifest.layouts[sheet.layout]
    assert picture.shape == (round(layout.height_mm * 150 / 25.4), round(layout.width_mm * 150 / 25.4))
    x, y, w, h = (round(side * 150 / 25.4) for side in layout.pages[0].marks[0])
    assert picture[y : y + h, x : x + w].mean() < 160
    assert picture[40 : y - 5, x : x + w].mean() > 200


def test_the_scores_show_every_box_in_order(out: Path) -> None:
    reader = PdfReader(out / "scores.pdf")
    assert len(reader.pages) == 2
    text = reader.pages[1].extract_text()
    scores = [float(one) for one in re.findall(r"^(\d\.\d{3})", text, re.M)]
    assert len(scores) > 5 and scores == sorted(scores)
    assert not fonts_not_embedded((out / "scores.pdf").read_bytes())


def test_of_many_clear_marks_an_even_sample_is_shown_and_of_doubtful_ones_all() -> None:
    marks = [ScoredMark(number / 9e4, Mark.BLANK, "p", f"{number:05d}", (0, 0, 4, 4)) for number in range(4000)]
    doubtful = [ScoredMark(0.06 + number / 1e5, Mark.UNSURE, "p", f"u{number}", (0, 0, 4, 4)) for number in range(2000)]
    shown = shown_marks([*doubtful, *marks])
    assert len(shown) == MOST_OF_A_KIND + 2000
    assert shown == sorted(shown, key=lambda mark: mark.score)
    blank = [mark.score for mark in shown if mark.verdict is Mark.BLANK]
    assert (blank[0], blank[-1]) == (0.0, 3999 / 9e4)


def test_names_of_pictures_cannot_lead_out_of_their_folder() -> None:
    assert field_picture_name(7, "../../etc/pass wd\n") == "fields/0007-..-..-etc-pass-wd-.png"
    assert "/" not in field_picture_name(7, "a/b\\c").removeprefix("fields/")
    assert len(field_picture_name(7, "x" * 500)) < 100


PAPER = np.full((1650, 1275), 250, np.uint8)
for y, x in ((60, 60), (60, 1150), (1530, 60), (1530, 1150)):
    PAPER[y : y + 60, x : x + 60] = 20


def written(at: tuple[int, int], word: str = "0.5", thick: int = 2) -> np.ndarray:
    page = PAPER.copy()
    cv2.rectangle(page, (100, 100), (1100, 160), 40, 2)
    if word:
        cv2.putText(page, word, at, cv2.FONT_HERSHEY_SIMPLEX, 0.8, 60, thick)
    return page


def test_one_more_word_or_decimal_point_is_other_ink() -> None:
    plain, moved = written((300, 800)), np.roll(written((300, 800)), (2, -2), (0, 1))
    assert same_ink(plain, moved)
    assert same_ink(plain, cv2.GaussianBlur(moved, (0, 0), 1.2))
    assert not same_ink(plain, written((300, 800), "0.5 mg"))
    assert not same_ink(plain, written((300, 800), ""))
    dotted = plain.copy()
    cv2.circle(dotted, (600, 1200), 2, 70, -1)
    assert not same_ink(plain, dotted)
    assert not same_ink(plain, plain[:-1])


def test_a_single_word_keeps_a_side_from_being_empty() -> None:
    """Also in one corner, in pencil, upside down; but not our own words in the middle, nor what shines through."""
    ours = np.full_like(PAPER, 250)
    cv2.putText(ours, "Back left empty on purpose", (440, 826), cv2.FONT_HERSHEY_SIMPLEX, 0.55, 150, 1)
    shining = np.minimum(ours, 255 - (255 - written((300, 400), "Aspirin 500 mg")) // 6)
    assert bare_ink(ours, 150) == bare_ink(shining, 150) == bare_ink(np.rot90(ours), None) == 0
    for word, grey in (("stop", 60), ("no", 150)):
        for at in ((120, 200), (900, 1500), (500, 700)):
            page = ours.copy()
            cv2.putText(page, word, at, cv2.FONT_HERSHEY_SIMPLEX, 0.9, grey, 2)
            assert bare_ink(page, 150) > 0.00002
            assert bare_ink(np.rot90(page), None) > 0.00002


def test_the_command_reads_a_folder_and_says_what_waits(pile: Pile, tmp_path: Path, capsys) -> None:
    """The whole command with its worker processes; twice, and the second time nothing is left to do."""
    folder = tmp_path / "out"
    assert downtime(pile.arguments(folder, "--processes", "1")) == ExitCode.FINDINGS
    told = capsys.readouterr().out
    assert "notes.txt: unreadable file" in told and "not a scan: The file is not a PDF" in told
    assert "ward: own-form, sheet" in told and str(folder / "report.html") in told
    assert {path.name for path in folder.iterdir()} >= {"report.html", "result.json", "pages"}
    assert downtime(["--json", *pile.arguments(folder)]) == ExitCode.FINDINGS
    data = json.loads(capsys.readouterr().out)
    assert sum(data["states"].values()) == pile.pages
    assert not {"patient", "barcodes", "entered"} & {key for part in (*data["pages"], *data["sheets"]) for key in part}


@pytest.mark.parametrize(
    ("wrong", "code", "words"),
    [
        (["{scans}/gone.pdf"], ExitCode.INPUT, "no such file"),
        (["{scans}", "-o", "{scans}/out"], ExitCode.USAGE, "lie in each other"),
        (["{scans}", "--manifests", "{scans}/gone"], ExitCode.INPUT, "no such file or folder"),
        (["{scans}", "--manifests", "{scans}/a.pdf"], ExitCode.INPUT, "no manifest in this PDF"),
        (["{scans}", "--thresholds", "{bad}"], ExitCode.CONFIG, "box_marginl: unknown key"),
        (["{scans}", "--site", "{scans}"], ExitCode.CONFIG, "facility.yaml is missing"),
    ],
)
def test_what_was_asked_wrongly_is_told_and_nothing_is_written(
    wrong: list[str], code: ExitCode, words: str, pile: Pile, tmp_path: Path, capsys
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("thresholds:\n  box_marginl: 0.1\n")
    given = [one.format(scans=pile.scans, bad=bad) for one in wrong]
    usual = {"-o": str(tmp_path / "out"), "--manifests": str(pile.manifests)}
    given += [word for name, value in usual.items() if name not in given for word in (name, value)]
    assert downtime(["scan", *given]) == code
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_settings_of_the_site_are_used_whatever_is_wrong_with_its_departments(
    pile: Pile, papers: Papers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "site"
    shutil.copytree(papers.site("ward"), site)
    (site / "scan.yaml").write_text("limits:\n  pages: 1\n")
    assert downtime(["check", str(site)]) in (ExitCode.DONE, ExitCode.FINDINGS)
    assert "scan.yaml" not in capsys.readouterr().out
    (site / "departments" / "ward.yaml").write_text("id: [broken")
    given = [
        "scan",
        str(pile.scans),
        "--manifests",
        str(pile.manifests),
        "--site",
        str(site),
        "-o",
        str(tmp_path / "o"),
    ]
    assert downtime([*given, "--processes", "1"]) == ExitCode.FINDINGS
    assert "more pages than the limit" in capsys.readouterr().out


def test_the_state_of_each_page_is_on_the_report(out: Path) -> None:
    page = seen((out / "report.html").read_text())
    for state in (PageState.READ, PageState.BLANK, PageState.RESCAN, PageState.UNREADABLE_FILE):
        assert state.value.replace("_", " ") in page.text
