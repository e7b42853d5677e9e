"""`downtime placed` and `downtime status` as a manager types them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from downtime.cli.app import run
from downtime.library.shelf import Shelf
from downtime.site import load_site

HILLVIEW = Path(__file__).parents[2] / "examples" / "hillview-gp"
BOX = ["--box", "HV-BOX-1", "--by", "P. Aldridge", "--on", "2026-11-21"]
TODAY = ["--on", "2026-11-23"]

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Hillview with its reception only, and every form of it approved."""
    root = tmp_path / "site"
    shutil.copytree(HILLVIEW, root)
    (root / "departments" / "consulting.yaml").unlink()
    department, shelf = load_site(HILLVIEW).department("reception"), Shelf()
    who = "by: A. B., role: owner, date: 2026-11-10}\n"
    lines = [f"departments:\n  - {{department: reception, {who}forms:\n"]
    for form in dict.fromkeys(entry.form.form for entry in department.packet.entries()):
        found = shelf.form(form)
        lines.append(f'  - {{form: {form}, revision: "{found.spec.revision}", content: "{found.digest[:12]}", {who}')
    (root / "approvals.yaml").write_text("".join(lines), "utf-8")
    return root


def packet(site: Path, *more: str) -> Path:
    out = site.parent / "out"
    assert run(["-q", "packet", str(site), "-o", str(out), "--made-at", "2026-11-20T0930", *more]) == 0
    return out / f"hillview-reception-{'drill' if more else 'packet'}.pdf"


def test_a_box_is_filled_and_falls_out_of_date(site: Path, capsys: Capture) -> None:
    assert run(["status", str(site), *TODAY]) == 1
    assert "never placed" in capsys.readouterr().out
    pdf = packet(site)
    assert run(["placed", str(pdf), "--site", str(site), *BOX]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Box HV-BOX-1 of Reception holds packet ")
    assert "Use until 19 MAY 2027." in out and err == ""
    assert run(["status", str(site), *TODAY]) == 0
    assert "23 NOV 2026: 1 ready" in capsys.readouterr().out

    contacts = site / "contacts.yaml"
    contacts.write_text(contacts.read_text("utf-8").replace("07700 900101", "07700 900109"), "utf-8")
    assert run(["status", str(site), *TODAY]) == 1
    out = capsys.readouterr().out
    assert "stale" in out and "phone numbers or contacts changed (contacts.yaml)" in out

    assert run(["placed", str(pdf), "--site", str(site), *BOX]) == 1
    assert "not ready: phone numbers or contacts changed" in capsys.readouterr().err


def test_json_and_page(site: Path, tmp_path: Path, capsys: Capture) -> None:
    assert run(["--json", "placed", str(packet(site)), "--site", str(site), *BOX]) == 0
    assert json.loads(capsys.readouterr().out)["replaced"] is None
    page = tmp_path / "pages" / "status.html"
    assert run(["--json", "status", str(site), "--on", "2027-05-10", "--html", str(page)]) == 1
    (box,) = json.loads(capsys.readouterr().out)["boxes"]
    assert (box["box"], box["state"], box["placed"]["by"]) == ("HV-BOX-1", "stale", "P. Aldridge")
    assert box["notes"] == ["expires within 14 days: 9 days left"]
    assert ">stale</span>" in page.read_text("utf-8")


def test_the_kit_that_was_replaced_is_named(site: Path, capsys: Capture) -> None:
    command = ["placed", str(packet(site)), "--site", str(site), *BOX]
    assert run(command) == 0
    kit = capsys.readouterr().out.split("holds packet ")[1].split()[0]
    assert run(["-q", "packet", str(site), "-o", str(site.parent / "out"), "--made-at", "2026-11-20T1000"]) == 0
    assert run(command) == 0
    assert f"It replaces packet {kit}, placed on 21 NOV 2026: destroy the old paper." in capsys.readouterr().out


def test_what_cannot_be_placed_is_told(site: Path, tmp_path: Path, capsys: Capture) -> None:
    from reportlab.pdfgen.canvas import Canvas

    drill = packet(site, "--drill")
    plain, cut, text = tmp_path / "plain.pdf", tmp_path / "cut.pdf", tmp_path / "text.pdf"
    canvas = Canvas(str(plain))
    canvas.showPage()
    canvas.save()
    cut.write_bytes(drill.read_bytes()[:20_000])
    text.write_text("no PDF")
    for pdf, says in [
        (drill, "it is a drill"),
        (plain, "there is no manifest in this PDF"),
        (cut, "the PDF cannot be read"),
        (text, "this is not a PDF"),
        (tmp_path, "cannot be read"),
        (tmp_path / "nowhere.pdf", "cannot be read"),
    ]:
        assert run(["placed", str(pdf), "--site", str(site), *BOX]) == 4
        out, err = capsys.readouterr()
        assert says in err and err.count("\n") == 1 and out == ""
    assert not (site / ".downtime").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (["--box", " "], "--box"),
        (["--box", "x" * 41], "--box"),
        (["--by", "A\x07B"], "--by"),
        (["--on", "23.11.2026"], "“23.11.2026” is not a day"),
        (["--on", "2026-02-30"], "“2026-02-30” is not a day"),
        (["--on", "2026-11-19"], "cannot have been placed on 19 NOV 2026"),
    ],
)
def test_options_that_cannot_be(site: Path, change: list[str], says: str, capsys: Capture) -> None:
    assert run(["placed", str(packet(site)), "--site", str(site), *BOX, *change]) == 2
    assert says in capsys.readouterr().err
    assert not (site / ".downtime").exists()


def test_the_day_of_a_status_must_be_one(site: Path, capsys: Capture) -> None:
    assert run(["status", str(site), "--on", "tomorrow"]) == 2
    assert "“tomorrow” is not a day" in capsys.readouterr().err
