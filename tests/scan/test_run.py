"""Whole runs: bad files among good ones, what is read anew and what is not, codes that people type, watched folders."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from papers import Papers
from pile_of_scans import Pile
from reader_help import read, request, running, take
from scanned_files import Pdf, PdfPage, image_stream, jpeg_pdf, picture, scan_pdf
from test_intake_images import png_bomb
from test_intake_pdf import encrypted

from downtime.errors import ConfigError
from downtime.page.states import PageReason, PageState
from downtime.page.typed_code import parse_kit, short_text
from downtime.scan.intake_files import find_files
from downtime.scan.limits import Limits
from downtime.scan.run import Run
from downtime.scan.settings import ScanSettings
from downtime.scan.thresholds import Thresholds
from downtime.scan.typed_codes import read_typed_codes, short_page_ids
from downtime.scan.watch import Watch

R = PageReason


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of POSIX")
def test_bad_files_are_named_one_by_one_and_the_good_ones_are_read(pile: Pile, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    good = jpeg_pdf(picture())
    files = {
        "empty.pdf": (b"", R.EMPTY_FILE),
        "text.pdf": (b"Dear colleague", R.NOT_A_SCAN),
        "half.pdf": (good[: len(good) // 2], R.DAMAGED),
        "locked.pdf": (encrypted(good, "secret"), R.ENCRYPTED),
        "long.pdf": (Pdf([PdfPage("")] * 5000).write(), R.TOO_MANY_PAGES),
        "bomb.pdf": (scan_pdf(image_stream(np.broadcast_to(np.uint8(0), (60_000, 60_000)), b"", "/FlateDecode")),
                     R.TOO_MANY_PIXELS),
        "bomb.png": (png_bomb(60_000, 60_000), R.TOO_MANY_PIXELS),
        "a0.pdf": (Pdf([PdfPage("", size=(4000, 5000))]).write(), R.PAPER_SIZE),
        "a7.pdf": (Pdf([PdfPage("", size=(210, 298))]).write(), R.PAPER_SIZE),
    }  # fmt: skip
    for name, (content, _) in files.items():
        (folder / name).write_bytes(content)
    with (folder / "huge.pdf").open("wb") as file:
        file.truncate(1_000_000_000)
    (folder / "link.pdf").symlink_to(pile.scans / "a.pdf")
    os.mkfifo(folder / "pipe.pdf")
    shutil.copy(pile.scans / "a.pdf", folder / "good\x1b[2J.pdf")
    result = read(tmp_path / "out", request(pile), folder)
    expected = {name: reason for name, (_, reason) in files.items()}
    expected |= {"huge.pdf": R.TOO_LARGE, "link.pdf": R.NOT_A_FILE, "pipe.pdf": R.NOT_A_FILE}
    refused = {page.file: page.reasons for page in result.pages if page.state is PageState.UNREADABLE_FILE}
    assert refused == {name: (reason,) for name, reason in expected.items()}
    read_pages = [page for page in result.pages if page.file == "good�[2J.pdf"]
    assert len(read_pages) == 4 and all(page.page or page.state is PageState.BLANK for page in read_pages)


def test_nothing_is_read_twice_and_new_thresholds_need_no_reading(pile: Pile, tmp_path: Path) -> None:
    with running(tmp_path / "out", request(pile)) as run:
        assert take(run, pile.scans) == 6
        before = run.result()
        assert take(run, pile.scans) == 0
    strict = ScanSettings(thresholds=Thresholds(written_marginal_mm2=0.0, written_definite_mm2=9e5))
    with running(tmp_path / "out", request(pile, settings=strict)) as run:
        assert take(run, pile.scans) == 0
        after = run.result()
    assert before.to_json() != after.to_json()
    assert any(page.unsure_fields for page in after.pages)


def test_pages_wait_for_their_manifest_and_are_read_when_it_comes(pile: Pile, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert PageReason.NO_MANIFEST in {why for page in read(out, request(pile, []), pile.scans).pages
                                      for why in page.reasons}  # fmt: skip
    with running(out, request(pile)) as run:
        # Five that could not be identified without it: three pages, a letter, and an empty back.
        assert take(run, pile.scans) == 6
        found = run.result()
    assert found.to_json() == read(tmp_path / "fresh", request(pile), pile.scans).to_json()


def test_scans_that_were_cleared_away_stay_in_the_result(pile: Pile, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    shutil.copytree(pile.scans, folder)
    (folder / "notes.txt").unlink()
    first = read(tmp_path / "out", request(pile), folder)
    for path in folder.iterdir():
        path.unlink()
    assert read(tmp_path / "out", request(pile), folder).to_json() == first.to_json()


def test_the_order_of_coming_changes_nothing(pile: Pile, tmp_path: Path) -> None:
    """File by file, the copy before its original: the same as all at once."""
    at_once = read(tmp_path / "one", request(pile), pile.scans)
    with running(tmp_path / "two", request(pile)) as run:
        for name in ("b.tif", "notes.txt", "again.pdf", "a.pdf"):
            take(run, pile.scans / name)
            run.result()
        assert run.result().to_json() == at_once.to_json()


def test_what_a_person_typed_stays(pile: Pile, papers: Papers, tmp_path: Path) -> None:
    """A page whose codes nobody can read is found by what is printed beside them, in later runs too."""
    page = papers.paper("live").image(_page_number(papers)).copy()
    for code in papers.page("live/own-form/1")[2].places.codes:
        x, y, w, h = (round(side * 300 / 25.4) for side in code)
        page[y : y + h, x : x + w] = 0
    folder = tmp_path / "in"
    folder.mkdir()
    from PIL import Image

    Image.fromarray(page).save(folder / "a.png", dpi=(300, 300))
    out = tmp_path / "out"
    with running(out, request(pile)) as run:
        take(run, folder)
        [entry] = run.result().pages
        assert entry.state is PageState.UNIDENTIFIED
        name = short_page_ids(run.page_ids())[entry.id]
        codes = tmp_path / "codes.yaml"
        codes.write_text(f"{name}: {_code(papers).lower().replace(' ', '-')}\n")
        run.type_codes(read_typed_codes(codes, run.page_ids()))
        assert take(run, folder) == 1
        # What a person typed has no seal: it names the page and does not prove where it was printed.
        [entry] = run.result().pages
        unsigned = PageState.NEEDS_REVIEW, (PageReason.UNSIGNED,), "typed"
        assert (entry.state, entry.reasons, entry.how) == unsigned
    assert [one.state for one in read(out, request(pile), folder).pages] == [PageState.NEEDS_REVIEW]


def _page_number(papers: Papers) -> int:
    return papers.page("live/own-form/1")[2].number


def _code(papers: Papers) -> str:
    kit = parse_kit(papers.paper("live").manifest.kit)
    assert isinstance(kit, int)
    return short_text(kit, _page_number(papers), False)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ffff-1: {code}", "no page of this batch"),
        ("aaaa-1: {code}", "more than one page"),
        ("aaaab-9: {code}", "no page of this batch"),
        ("aaaab-x: {code}", "no page of this batch"),
        ("aaaab-1: 0000 0000 0000 01", "the code of aaaab-1"),
        ("- one", "not a list of codes"),
    ],
)
def test_a_mistyped_line_is_told_with_its_number(line: str, words: str, papers: Papers, tmp_path: Path) -> None:
    path = tmp_path / "codes.yaml"
    path.write_text("# typed at the desk\n" + line.format(code=_code(papers)) + "\n")
    pages = [f"{file * 2}-000{page}" for file in ("aaaab1111111", "aaaac1111111") for page in (1, 2)]
    with pytest.raises(ConfigError, match=words) as caught:
        read_typed_codes(path, pages)
    assert "codes.yaml:2" in str(caught.value) or "codes.yaml:1" in str(caught.value)


def test_short_names_of_pages_are_short_and_lead_back() -> None:
    pages = [f"{file}-{page:04d}" for file in ("a" * 24, "a" * 9 + "b" * 15, "c" * 24) for page in (1, 12)]
    names = short_page_ids(pages)
    assert len(set(names.values())) == len(pages)
    assert names[f"{'c' * 24}-0012"] == "cccccc-12" and names[f"{'a' * 24}-0001"] == "aaaaaaaaaa-1"
    for page, name in names.items():
        digits, _, number = name.partition("-")
        assert [one for one in pages if one.startswith(digits) and one.endswith(f"-{int(number):04d}")] == [page]


def _looks(run: Run, folder: Path) -> Watch:
    return Watch(run, [folder], 2.0)


def test_a_watched_folder_is_taken_as_it_becomes_whole(pile: Pile, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    whole = (pile.scans / "b.tif").read_bytes()

    def quiet(done: int, total: int) -> None:
        """No progress is shown."""

    with running(tmp_path / "out", request(pile)) as run:
        watch = _looks(run, folder)
        assert not watch.look(0.0, quiet)
        (folder / "b.tif").write_bytes(whole[:100])
        assert not watch.look(1.0, quiet)
        (folder / "b.tif").write_bytes(whole)
        assert not watch.look(3.5, quiet)
        assert watch.look(5.5, quiet)
        assert len(run.result().pages) == 2
        assert not watch.look(9.0, quiet)
        (folder / "a.txt").write_bytes(b"text")
        watch.look(10.0, quiet)
        assert watch.look(12.0, quiet)
        assert [page.state for page in run.result().waiting if page.file == "a.txt"] == [PageState.UNREADABLE_FILE]
        (folder / "empty.pdf").write_bytes(b"")
        watch.look(13.0, quiet)
        assert watch.look(15.0, quiet)
        assert "empty.pdf" in {page.file for page in run.result().waiting}
        (folder / "empty.pdf").unlink()
        assert watch.look(16.0, quiet)
        assert "empty.pdf" not in {page.file for page in run.result().waiting}


def test_a_page_that_the_reader_dies_of_is_told_and_tried_again_later(pile: Pile, tmp_path: Path) -> None:
    from downtime.scan.workers import Loss, Lost

    class Dying:
        """A crew in which every page is lost."""

        def run(self, jobs):
            for job in jobs:
                yield from [Lost(job, Loss.HUNG)] if job.function.__name__ == "take_page" else self.inline.run([job])

    with running(tmp_path / "out", request(pile)) as run:
        dying = Dying()
        dying.inline, run.crew = run.crew, dying
        take(run, pile.scans / "b.tif")
        assert [page.reasons for page in run.result().pages] == [(R.READER_HUNG,)] * 2
        run.crew = dying.inline
        assert take(run, pile.scans / "b.tif") == 2
        assert {page.state for page in run.result().pages} <= {PageState.UNIDENTIFIED, PageState.READ,
                                                               PageState.NEEDS_REVIEW}  # fmt: skip


def test_limits_are_settings(pile: Pile, tmp_path: Path) -> None:
    limits = ScanSettings(limits=Limits(pages=1))
    result = read(tmp_path / "out", request(pile, settings=limits), pile.scans / "b.tif")
    assert [page.reasons for page in result.pages] == [(R.TOO_MANY_PAGES,)]
    raised = read(tmp_path / "out", request(pile), pile.scans / "b.tif")
    assert len(raised.pages) == 2


def test_a_file_that_changes_while_it_is_read_is_not_half_taken(pile: Pile, tmp_path: Path) -> None:
    path = tmp_path / "b.tif"
    shutil.copy(pile.scans / "b.tif", path)
    found = find_files([path])
    path.write_bytes(b"II*\0 something else")
    with running(tmp_path / "out", request(pile)) as run:
        run.take(found, lambda done, total: None)
        assert [page.reasons for page in run.result().pages] == [(R.VANISHED,)]
