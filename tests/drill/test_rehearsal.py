"""A whole drill: files that open, a truth that fits them, the same bytes from one seed, and no mixing of drills."""

import importlib.util
import io
import json
import re
import shlex
import shutil
from collections import Counter

import numpy as np
import pypdfium2
import pytest
from drill_help import RIVERSIDE, ROOT, drill_paper
from PIL import Image, ImageOps

from downtime.cli.app import run
from downtime.drill.batch import plan_batch
from downtime.drill.files import FORMATS
from downtime.drill.paper import IssuedPaper
from downtime.drill.pdf_files import Frame
from downtime.drill.pen import Pen
from downtime.drill.profiles import PROFILES
from downtime.drill.rehearse import rehearse
from downtime.drill.scanner import COMBINATIONS, KINDS
from downtime.drill.truth import Repeat, Shown, Truth, read_truth
from downtime.drill.wanted import NO_MISHAPS, Mishaps, Rehearsal, parse_degrade
from downtime.errors import InputError, UsageError
from downtime.paper.batch import read_site
from downtime.paper.packet import make_packet
from downtime.paper.production import print_run

OFTEN = Mishaps(
    double_feed=0.2, same_bytes=0.1, same_paper=0.2, other_ink=0.2, foreign=0.2, blank_back=0.3, swapped=0.2
)


def images_of(path) -> list[tuple[tuple[int, int], tuple[float, float] | None]]:
    """Width and height of every image in a file, and the density that the file says."""
    if path.suffix == ".pdf":
        document = pypdfium2.PdfDocument(path)
        sizes = []
        for page in document:
            pictures = [item for item in page.get_objects() if isinstance(item, pypdfium2.PdfImage)]
            size = pictures[-1].get_px_size()
            dpi = tuple(size[axis] * 72 / page.get_size()[axis] for axis in (0, 1))
            sizes.append((size, dpi))
        document.close()
        return sizes
    with Image.open(path) as image:
        found = []
        for frame in range(getattr(image, "n_frames", 1)):
            image.seek(frame)
            found.append((ImageOps.exif_transpose(image).size, image.info.get("dpi")))
        return found


def has_every_mishap(wanted: Rehearsal) -> bool:
    """Whether a batch is planned with pages lost, backs, letters, and repetitions of each kind."""
    plan = plan_batch(drill_paper(), wanted)
    images = [image for made in plan.files for image in made.images]
    again = any(made.repeats is not None for made in plan.files)
    repeats = {image.repeat for image in images} >= {Repeat.NO, Repeat.SAME_PAPER, Repeat.OTHER_INK}
    return bool(plan.lost) and again and repeats and {image.shows for image in images} == set(Shown)


def rehearsal_with_every_mishap() -> Rehearsal:
    """The first seed that gives them all: a plan costs nothing, and what one seed gives changes with the forms."""
    asked = (Rehearsal(seed=seed, pages=9, profile=PROFILES["tired"], mishaps=OFTEN) for seed in range(1, 1000))
    return next(wanted for wanted in asked if has_every_mishap(wanted))


def test_the_files_hold_what_the_truth_says(tmp_path):
    done = rehearse(drill_paper(), "icu.pdf", rehearsal_with_every_mishap(), tmp_path)
    truth = read_truth((tmp_path / "truth.json").read_bytes())
    assert truth == done.truth
    by_file: dict[str, list] = {}
    for image in truth.images:
        by_file.setdefault(image.file, []).append(image)
    assert {path.name for path in (tmp_path / "scans").iterdir()} == set(by_file)
    for name, told in by_file.items():
        seen = images_of(tmp_path / "scans" / name)
        assert [image.index for image in told] == list(range(len(seen)))
        for image, (size, dpi) in zip(told, seen, strict=True):
            assert (image.width_px, image.height_px) == size
            if image.dpi is not None:
                assert dpi == pytest.approx(image.dpi, rel=0.01)
    assert {image.shows for image in truth.images} == set(Shown)
    assert {image.repeat for image in truth.images} == set(Repeat)
    for image in truth.images:
        if image.shows is Shown.PAGE:
            assert truth.pages[image.written].page == image.page
    assert truth.lost
    assert not {one.page for one in truth.lost} & {image.page for image in truth.images}


def test_without_mishaps_every_page_comes_once():
    wanted = Rehearsal(seed=2, pages=90, profile=PROFILES["careful"], mishaps=NO_MISHAPS)
    plan = plan_batch(drill_paper(), wanted)
    images = [image for made in plan.files for image in made.images]
    assert len(images) == 90 and not plan.lost
    assert max(Counter(image.page for image in images).values()) == 1
    paper = drill_paper()
    assert len({paper.page(image.page).sheet.form for image in images}) >= 12


def test_a_repetition_comes_after_what_it_repeats():
    plan = plan_batch(drill_paper(), Rehearsal(seed=4, pages=120, profile=PROFILES["tired"], mishaps=OFTEN))
    seen: set[tuple[int, int]] = set()
    repeated = 0
    for image in (image for made in plan.files if made.repeats is None for image in made.images):
        if image.shows is not Shown.PAGE:
            continue
        before = {again for page, again in seen if page == image.page}
        wanted = Repeat.NO if not before else Repeat.SAME_PAPER if image.again in before else Repeat.OTHER_INK
        assert image.repeat is wanted
        repeated += image.repeat is not Repeat.NO
        seen.add((image.page, image.again))
    assert repeated > 10
    assert any(made.repeats is not None for made in plan.files)


@pytest.mark.parametrize("name", FORMATS)
def test_every_kind_of_file_gives_the_image_back(name):
    page = drill_paper().image(41, 150)
    bits = np.where(page > 140, 255, 0).astype(np.uint8)
    frame = Frame(bits, (150.0, 75.0) if name == "fax" else (150.0, 150.0), bilevel=True)
    grey = Frame(page, (150.0, 150.0))
    made = FORMATS[name]
    frames = [frame] if name in ("fax", "pdf-bits") else [grey]
    packed = made.pack(frames * 2 if made.several else frames)
    assert packed == made.pack(frames * 2 if made.several else frames)
    if made.suffix == ".pdf":
        document = pypdfium2.PdfDocument(packed)
        assert len(document) == 2
        seen = document[1].render(scale=150 / 72, grayscale=True).to_numpy()
        seen = seen.reshape(seen.shape[:2])
    else:
        with Image.open(io.BytesIO(packed)) as image:
            image.seek(1 if made.several else 0)
            seen = np.asarray(ImageOps.exif_transpose(image).convert("L"))
    original = frames[0].image
    rows, columns = min(seen.shape[0], original.shape[0]), min(seen.shape[1], original.shape[1])
    away = np.abs(seen[:rows, :columns].astype(int) - original[:rows, :columns])
    # Warm paper is three greys darker than white, and a compact PDF loses what is pale.
    assert away.mean() < {"pdf-compact": 9, "pdf-colour": 8, "photo": 8}.get(name, 4)


def test_the_command_makes_the_same_drill_twice_and_never_two_in_one_folder(tmp_path, capsys):
    arguments = ["drill", str(RIVERSIDE), "--department", "icu", "--pages", "4", "--seed", "5", "--degrade",
                 "clean,skew+turned-180", "--format", "pdf", "--made-at", "2026-11-23T0930"]  # fmt: skip
    assert run([*arguments, "-o", str(tmp_path / "a")]) == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Next: downtime scan ")]
    # What is said to be next works as it stands: the pages are read, and none is set apart as a rehearsal's.
    assert run(["--quiet", *shlex.split(line.removeprefix("Next: downtime "))]) in (0, 1)
    result = json.loads((tmp_path / "a" / "read" / "result.json").read_bytes())
    assert set(result["states"]) <= {"read", "needs_review"} and sum(result["states"].values()) == 4
    shutil.rmtree(tmp_path / "a" / "read")
    assert run(["--quiet", *arguments, "-o", str(tmp_path / "b")]) == 0
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(tmp_path / "b") for path in (tmp_path / "b").rglob("*") if path.is_file())
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    truth = read_truth((tmp_path / "a" / "truth.json").read_bytes())
    assert all(page.drill for page in truth.pages)
    assert run(["--quiet", *arguments, "-o", str(tmp_path / "a")]) == 5
    assert "there is a drill already" in capsys.readouterr().err


def test_another_seed_is_another_kit(tmp_path):
    kits = set()
    for seed in ("1", "2"):
        out = tmp_path / seed
        assert run(["-q", "drill", str(RIVERSIDE), "-d", "icu", "--pages", "1", "--seed", seed, "-o", str(out),
                    "--made-at", "2026-11-23T0930"]) == 0  # fmt: skip
        kits |= set(json.loads((out / "truth.json").read_text())["manifests"])
    assert len(kits) == 2


def test_what_cannot_be_is_said_at_once(tmp_path, capsys):
    base = ["-q", "drill", str(RIVERSIDE), "-d", "icu", "-o", str(tmp_path / "out")]
    assert run([*base, "--degrade", "cofee"]) == 2
    assert run([*base, "--pages", "0"]) == 2
    assert run([*base, "--profile", "lazy"]) == 2
    assert run([*base, "--format", "gif"]) == 2
    assert run([*base, "--kind", "kit"]) == 2
    assert not (tmp_path / "out").exists()
    assert run([*base, "--pages", "9000"]) == 2
    said = capsys.readouterr().err
    assert "coffee" in said and "--census" in said and "only" in said
    with pytest.raises(UsageError):
        parse_degrade(" , ")


def test_a_kit_of_a_census_is_filled_in_around_what_is_printed(tmp_path, capsys):
    census = RIVERSIDE / "census" / "icu.csv"
    out = tmp_path / "kit"
    arguments = ["drill", str(RIVERSIDE), "-d", "icu", "--pages", "12", "--kind", "kit", "--census", str(census)]
    assert run([*arguments, "--profile", "hostile", "-o", str(out), "--made-at", "2026-11-23T0930"]) == 0
    assert "remove the folder" in capsys.readouterr().out
    truth = read_truth((out / "truth.json").read_bytes())
    assert all(page.drill and page.patient for page in truth.pages if page.form != "log-unit-census")
    printed = [name for page in truth.pages for name in page.printed]
    assert sum(name.startswith("patient.surname") for name in printed) >= 6
    for page in truth.pages:
        assert not set(page.printed) & {one.field for one in page.writings}
        if any(name.startswith("patient.surname") for name in page.printed):
            assert not page.labels
    boxes = [box for page in truth.pages for box in page.boxes if box.printed]
    assert boxes and {box.state.value for box in boxes} <= {"marked", "corrected"}
    assert (out.stat().st_mode & 0o077) == 0


def test_live_paper_is_written_on_by_the_same_pen():
    site, shelf = read_site(RIVERSIDE)
    packet = make_packet(site, site.department("icu"), shelf, print_run(site, made_at="2026-11-23T0930"))
    paper = IssuedPaper(packet.pdf, packet.manifest, drill_paper().forms)
    page = next(page for page in paper.pages() if page.sheet.form == "reg-face-sheet")
    _, truth = Pen(paper, 1, PROFILES["careful"]).write(page)
    assert truth.writings and not truth.drill
    assert not any(label.barcode.startswith("DRILL") for label in truth.labels)
    paper.close()


def test_without_the_desks_libraries_the_extra_is_named(tmp_path, monkeypatch, capsys):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "cv2" else found(name, *rest))
    assert run(["drill", str(RIVERSIDE), "-d", "icu", "-o", str(tmp_path / "out")]) == 6
    said = capsys.readouterr().err
    assert "cv2 is not installed" in said and "downtime[desk]" in said
    assert not (tmp_path / "out").exists()


def test_the_truth_of_something_else_is_refused():
    with pytest.raises(InputError, match="not the truth of a drill"):
        read_truth(b'{"pages": []}')
    empty = Truth(software_version="0", seed=1, profile="tired", manifests={})
    assert read_truth(empty.to_json()) == empty


def test_combinations_are_kinds_that_there_are():
    assert parse_degrade(",".join("+".join(kinds) for kinds in COMBINATIONS)) == COMBINATIONS


def test_the_readme_explains_every_kind_profile_and_format():
    text = (ROOT / "downtime" / "drill" / "README.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.+?) \|$", text, flags=re.M))
    assert {name: rows.get(name) for name in KINDS} == {name: kind.words for name, kind in KINDS.items()}
    assert {name: rows.get(name) for name in FORMATS} == {name: made.words for name, made in FORMATS.items()}
    assert set(PROFILES) <= set(rows)
