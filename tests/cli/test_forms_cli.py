"""`downtime forms list` and `forms show` as a manager types them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from downtime.cli.app import run
from downtime.library.shelf import Shelf, shipped_folder
from downtime.page.geometry import PAPER_MM, PaperSize
from downtime.paper.header import Imprint
from downtime.paper.issuing import issued_form
from downtime.paper.specimen import neutral_department, neutral_site
from downtime.paper.surroundings import surroundings

RIVERSIDE = Path(__file__).parents[2] / "examples" / "riverside"
NOT_APPROVED = "NOT APPROVED FOR PATIENT CARE"

Capture = pytest.CaptureFixture[str]


def layout_pages(form_id: str, paper: PaperSize) -> int:
    form = Shelf().form(form_id)
    site, department = neutral_site(paper), neutral_department(form.spec)
    imprint = Imprint("", "", "", "", "", "", "", approved=True, signed=False)
    _, printed = issued_form(site, department, form, surroundings(site, department), imprint)
    return len(printed.layout.pages)


def text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


@pytest.mark.parametrize("paper", list(PaperSize))
@pytest.mark.parametrize("form_id", Shelf().ids)
def test_every_shipped_form_is_shown_as_laid_out(form_id: str, paper: PaperSize, tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    assert run(["forms", "show", form_id, "--paper", paper, "-o", str(path)]) == 0
    reader = PdfReader(path)
    assert len(reader.pages) == layout_pages(form_id, paper)
    short, long = PAPER_MM[paper]
    for page in reader.pages:
        sides = sorted(float(side) / 72 * 25.4 for side in (page.mediabox.width, page.mediabox.height))
        assert sides == pytest.approx([short, long], abs=0.1)
        assert NOT_APPROVED in page.extract_text()


def test_letter_is_the_paper_unless_one_is_named(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "new" / "form.pdf"
    assert run(["forms", "show", "ord-general", "-o", str(path)]) == 0
    assert capsys.readouterr().out.startswith(f"{path}  1 page")
    assert float(PdfReader(path).pages[0].mediabox.width) == pytest.approx(612, abs=0.5)
    words = text_of(path)
    assert "Specimen  ·  Specimen" in words
    assert "Specimen " in words
    assert "use until" not in words


def approved_copy(tmp_path: Path, form_id: str) -> Path:
    """The example hospital with the given form's true digest among its approvals, dated long ago."""
    root = tmp_path / "site"
    shutil.copytree(RIVERSIDE, root)
    path = root / "approvals.yaml"
    form = Shelf().form(form_id)
    text = re.sub(r"20\d\d-\d\d-\d\d", "2020-01-02", path.read_text("utf-8"))
    line = rf"(\{{form: {form_id}, revision: )[^,]+, content: [^,]+,"
    text, changes = re.subn(line, rf'\g<1>"{form.spec.revision}", content: "{form.digest[:12]}",', text)
    assert changes == 1
    path.write_text(text, "utf-8")
    return root


def test_a_department_gets_it_with_its_approvals(tmp_path: Path) -> None:
    site, path = approved_copy(tmp_path, "ord-general"), tmp_path / "form.pdf"
    assert run(["forms", "show", "ord-general", "--site", str(site), "-d", "medsurg", "-o", str(path)]) == 0
    words = text_of(path)
    assert re.search(r"Riverside General Hos\S*  ·  Medical-Surgical", words)  # shortened beside the site's own code
    assert NOT_APPROVED not in words
    assert "Approved: " in words
    # The form is approved, but no department is asked for, so nobody has approved it there.
    assert run(["forms", "show", "ord-general", "--site", str(site), "-o", str(path)]) == 0
    assert NOT_APPROVED in text_of(path)
    assert re.search(r"Riverside General Hos\S*  ·  Specimen", text_of(path))


def test_a_sites_own_form_goes_first(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(RIVERSIDE, site)
    (site / "forms").mkdir(exist_ok=True)
    shipped = (shipped_folder() / "forms" / "ord-general.yaml").read_text("utf-8")
    own = re.sub(r"(?m)^title: .*$", "title: Our very own orders", shipped)
    (site / "forms" / "ord-general.yaml").write_text(own, "utf-8")
    path = tmp_path / "form.pdf"
    assert run(["forms", "show", "ord-general", "--site", str(site), "-d", "icu", "-o", str(path)]) == 0
    assert "Our very own orders" in text_of(path)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ord-genral"], 2, "there is no form “ord-genral” – did you mean “ord-general”?"),
        (["ord-general", "--paper", "lettr"], 2, "there is no paper “lettr” – did you mean “letter”?"),
        (["ord-general", "--paper", "a3"], 2, "there is no paper “a3”"),
        (["ord-general", "-d", "icu"], 2, "“icu” is a department of no site"),
        (["ord-general", "--site", str(RIVERSIDE), "-d", "ico"], 2, "there is no department “ico”"),
        (["ord-general", "--site", "/nowhere/at/all"], 3, "/nowhere/at/all"),
    ],
)
def test_what_does_not_exist_is_told(
    arguments: list[str], code: int, says: str, tmp_path: Path, capsys: Capture
) -> None:
    assert run(["forms", "show", *arguments, "-o", str(tmp_path / "out" / "form.pdf")]) == code
    out, err = capsys.readouterr()
    assert says in err
    assert "Traceback" not in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "file").write_text("in the way")
    assert run(["forms", "show", "ord-general", "-o", str(tmp_path / "file" / "form.pdf")]) == 5
    assert str(tmp_path / "file") in capsys.readouterr().err
    assert run(["forms", "show", "ord-general", "-o", str(tmp_path)]) == 5


def test_the_list_has_every_form(capsys: Capture) -> None:
    assert run(["forms", "list"]) == 0
    out = capsys.readouterr().out
    assert run(["--json", "forms", "list"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [entry["form"] for entry in data] == list(Shelf().ids)
    for entry in data:
        assert re.search(rf"(?m)^{entry['form']} .*{re.escape(entry['revision'])}.* {entry['content']}$", out)
