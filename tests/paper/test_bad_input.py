"""Bad input on the command line: its exit code, a message with file and line, no traceback, no half-written file."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pypdf import PdfReader
from sample_site import FILES, site

from downtime.cli.app import run

DEPARTMENT, FACILITY, CONTACTS = "departments/ward.yaml", "facility.yaml", "contacts.yaml"
CARD, COVER, FORM = "templates/procedures/own.md", "templates/cover.md", "forms/own-form.yaml"
LOOP = "{% for a in range(5000) %}{% for b in range(5000) %}{{ b }}{% endfor %}{% endfor %}"
INTERNALS = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
ENDLESS = "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"
ALIAS_BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def whole(text: str) -> bytes:
    return text.encode()


def spoiled(file: str, old: str, new: str) -> bytes:
    assert old in FILES[file]
    return FILES[file].replace(old, new, 1).encode()


# name, the file that is spoiled, its bytes, what the message says, the line it names (0: the file as a whole)
CONFIGURATION = [
    ("empty file", FACILITY, b"", "empty", 0),
    ("only comments", FACILITY, b"# nothing\n", "comments", 0),
    ("a tab", FACILITY, spoiled(FACILITY, "country: US", "country:\n\tUS"), "tab", 6),
    ("duplicate keys", FACILITY, spoiled(FACILITY, "country: US", "country: US\ncountry: UK"), "stands twice", 6),
    ("alias bomb", CONTACTS, whole(ALIAS_BOMB), "alias", 2),
    ("a text of 5 MB", FACILITY, spoiled(FACILITY, "Mill Hill Hospital", "x" * 5_000_000), "bytes", 0),
    ("a long text", FACILITY, spoiled(FACILITY, "Mill Hill Hospital", "x" * 50_000), "50,006 characters", 2),
    ("Latin-1", FACILITY, spoiled(FACILITY, "Mill Hill Hospital", "Hôpital").decode().encode("latin-1"), "UTF-8", 2),
    ("UTF-16", FACILITY, FILES[FACILITY].encode("utf-16"), "UTF-8", 1),
    ("a NUL", FACILITY, spoiled(FACILITY, "Mill Hill Hospital", "Mill\0Hill"), "not YAML", 0),
    ("no YAML", FACILITY, spoiled(FACILITY, "name: Mill", "name: [Mill"), "not YAML", 3),
    ("a Python tag", FACILITY, spoiled(FACILITY, "name: Mill Hill Hospital",
                                       "name: !!python/object/apply:os.system [id]"), "tag", 2),
    ("deep nesting", FACILITY, whole("a: " + "[" * 500 + "]" * 500), "deep", 1),
    ("a list", FACILITY, b"- one\n", "", 0),
    ("unknown key", FACILITY, spoiled(FACILITY, "paper:", "papre:"), "did you mean “paper”", 6),
    ("unknown form", DEPARTMENT, spoiled(DEPARTMENT, "log-incident", "log-incidnet"), "log-incident", 12),
    ("no copies", DEPARTMENT, spoiled(DEPARTMENT, "copies: 2", "copies: 0"), "from 1 to 10,000", 12),
    ("copies below none", DEPARTMENT, spoiled(DEPARTMENT, "copies: 2", "copies: -1"), "from 1 to 10,000", 12),
    ("a billion copies", DEPARTMENT, spoiled(DEPARTMENT, "copies: 2", "copies: 1000000000"), "from 1 to 10,000", 12),
    ("copies in words", DEPARTMENT, spoiled(DEPARTMENT, "copies: 2", "copies: two"), "write digits", 12),
    ("a long name", DEPARTMENT, spoiled(DEPARTMENT, "name: Ward", "name: " + "W" * 201), "the limit is 200", 2),
    ("a form that is none", FORM, b"form: own-form\n", "is missing", 1),
    ("a card that loops", CARD, spoiled(CARD, "Go to", LOOP), "", 13),
    ("a card with a hole", CARD, spoiled(CARD, "words.ward_word", "words.nobody"), "“nobody” is not known", 13),
    ("a card into Python", CARD, spoiled(CARD, "{{ words.ward_word }}", INTERNALS), "Python", 13),
    ("a card that calls itself", CARD, spoiled(CARD, "Go to", ENDLESS), "", 13),
    ("a card of HTML", CARD, spoiled(CARD, "Go to", "<script>alert(1)</script>"), "HTML", 13),
    ("a cover that loops", COVER, spoiled(COVER, "Count", LOOP), "", 11),
    ("a cover into Python", COVER, spoiled(COVER, "Count", INTERNALS), "Python", 11),
    ("a form that loops", FORM, spoiled(FORM, "{{ department.name }}", LOOP), "", 11),
    ("a form with a hole", FORM, spoiled(FORM, "department.name", "department.nobody"), "“nobody” is not known", 11),
    ("a form into Python", FORM, spoiled(FORM, "{{ department.name }}", INTERNALS.replace("''", "facility")), "", 11),
]  # fmt: skip
IDS = [case[0] for case in CONFIGURATION]


def own_site(folder: Path, file: str = "", content: bytes = b"") -> Path:
    """The small site, printing its own form too, with one file spoiled."""
    root = site(folder, DEPARTMENT, "- {form: log-phone", "- {form: own-form, copies: 1}\n        - {form: log-phone")
    if file == DEPARTMENT:
        extra = b"- {form: own-form, copies: 1}\n        - {form: log-phone"
        content = content.replace(b"- {form: log-phone", extra, 1)
    if file:
        (root / file).write_bytes(content)
    return root


@pytest.mark.parametrize(("file", "content", "said", "line"), [case[1:] for case in CONFIGURATION], ids=IDS)
@pytest.mark.parametrize("verb", ["check", "packet"])
def test_bad_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str, file: str, content: bytes, said: str, line: int
) -> None:
    root, out = own_site(tmp_path, file, content), tmp_path / "out"
    started = time.monotonic()
    code = run([verb, str(root), *(["-o", str(out)] if verb == "packet" else [])])
    told = capsys.readouterr()
    text = told.out + told.err
    assert code == 3, text
    assert time.monotonic() - started < 20, "a limit is there to end what would not end by itself"
    mine = [row for row in text.splitlines() if Path(file).name in row.partition(": error: ")[0]]
    assert any(said in row for row in mine), text
    if line:
        assert any(re.search(rf"{re.escape(Path(file).name)}:{line}: error: ", row) for row in mine), text
    assert "Traceback" not in text and "bug in Downtime" not in text
    assert not out.exists() or list(out.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["-d", "wrad"], 2, "did you mean “ward”"),
        (["--force"], 2, "--force"),
        (["--paper", "a5"], 2, "a4, letter"),
        (["--made-at", "yesterday"], 2, "2026-11-23T0930"),
        (["--made-at", "2026-02-30T0930"], 2, "2026-11-23T0930"),
    ],
)
def test_bad_arguments(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    out = tmp_path / "out"
    assert run(["packet", str(own_site(tmp_path)), "-o", str(out), *arguments]) == code
    assert said in capsys.readouterr().err
    assert not out.exists() or list(out.iterdir()) == []


@pytest.mark.parametrize("verb", ["check", "packet"])
def test_a_missing_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str) -> None:
    out = tmp_path / "out"
    assert run([verb, str(tmp_path / "none"), *(["-o", str(out)] if verb == "packet" else [])]) == 3
    told = capsys.readouterr()
    assert re.search(r"none: error: no such folder – .+", told.out + told.err)
    assert not out.exists()


@pytest.mark.parametrize("out", ["file", "file/under", "/dev/full/out", "/proc/out"])
def test_an_output_folder_that_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str) -> None:
    (tmp_path / "file").write_text("kept")
    assert run(["packet", str(own_site(tmp_path)), "-o", str(tmp_path / out)]) == 5
    told = capsys.readouterr()
    assert "choose another one with -o" in told.err and out.rpartition("/")[2] in told.err
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.parametrize("kilobytes", [1, 20])
def test_a_disk_that_fills_up(tmp_path: Path, kilobytes: int) -> None:
    """A limit on the size of files stands for a full disk; the program must leave nothing behind that looks whole."""
    pytest.importorskip("resource")
    root, out = own_site(tmp_path), tmp_path / "out"
    limited = (
        "import resource, sys; from downtime.cli.app import run; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes * 1000}, {kilobytes * 1000})); "
        f"sys.exit(run(['packet', {str(root)!r}, '-o', {str(out)!r}]))"
    )
    done = subprocess.run([sys.executable, "-B", "-c", limited], capture_output=True, text=True, timeout=60)
    assert done.returncode == 5, done.stderr
    assert "cannot be written" in done.stderr and "free some space" in done.stderr
    assert "Traceback" not in done.stderr
    assert not [path for path in out.iterdir() if path.suffix != ".json"]
    for path in out.iterdir():
        assert path.read_bytes().endswith((b"}", b"}\n"))


def test_an_output_folder_that_others_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused as the system refuses an ordinary user; whoever runs the tests may well be allowed everything."""
    out = tmp_path / "out"
    out.mkdir()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    root = own_site(tmp_path)
    monkeypatch.setattr("downtime.files.tempfile.mkstemp", refuse)
    assert run(["packet", str(root), "-o", str(out)]) == 5
    told = capsys.readouterr().err
    assert "Permission denied" in told and "made writable for you" in told and str(out) in told
    assert list(out.iterdir()) == []


def test_names_of_any_kind_print_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "<b>Ward</b> **7** {{ 1234567*9 }} \\\\& _x_"
    root = site(tmp_path, DEPARTMENT, "name: Ward", f"name: '{name}'")
    out = tmp_path / "out"
    assert run(["packet", str(root), "-o", str(out)]) == 0, capsys.readouterr().err
    (pdf,) = out.glob("*.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(pdf).pages)
    # A product of eight digits: a shorter one can be a minute or a page.
    assert name in text and "11111103" not in text


@pytest.mark.parametrize("name", ["W" * 200, "W " * 99 + "W", "مستشفى " * 28, "病" * 200])
def test_names_of_200_characters_print(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    root = site(tmp_path, DEPARTMENT, "name: Ward", f"name: {name.strip()}")
    facility = FILES[FACILITY].replace("Mill Hill Hospital", name.strip())
    (root / FACILITY).write_text(facility, encoding="utf-8")
    assert run(["packet", str(root), "-o", str(tmp_path / "out")]) == 0, capsys.readouterr().err
    assert run(["check", str(root)]) in (0, 1), capsys.readouterr().out
