"""Finding files: whole ones, real ones, by name; links, pipes and what is still being written stay out."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downtime.page.states import PageReason
from downtime.scan.intake_files import (
    Fingerprint,
    FoundFile,
    HashedFile,
    RefusedFile,
    Settling,
    find_files,
    hash_file,
    same_bytes,
    settled,
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of POSIX")


def write(folder: Path, name: str, content: bytes = b"x") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_folders_are_searched_and_files_come_by_name(tmp_path: Path) -> None:
    for name in ("b.pdf", "a/2.tif", "a/1.tif", ".hidden", "a/.git/x", "Thumbs.db", "c.pdf.part", "~$d.docx", "e.tmp"):
        write(tmp_path / "in", name)
    single = write(tmp_path, "single.png")
    found = find_files([single, tmp_path / "in"])
    assert [one.name for one in found] == ["a/1.tif", "a/2.tif", "b.pdf", "single.png"]
    assert find_files([tmp_path / "in", single, tmp_path / "in" / "b.pdf"]) == found


@posix
def test_what_is_no_file_is_refused_and_never_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", "secret.pdf")
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "link.pdf").symlink_to(outside)
    (inside / "folder").symlink_to(outside.parent)
    (inside / "broken.pdf").symlink_to(tmp_path / "nowhere")
    os.mkfifo(inside / "pipe.pdf")
    found = find_files([inside, tmp_path / "gone.pdf", inside / "link.pdf"])
    refused = {one.name: one.reason for one in found if isinstance(one, RefusedFile)}
    assert len(refused) == len(found)
    nofile = PageReason.NOT_A_FILE
    assert refused == {"link.pdf": nofile, "folder": nofile, "broken.pdf": nofile, "pipe.pdf": nofile,
                       "gone.pdf": PageReason.VANISHED}  # fmt: skip


def test_the_hash_is_of_the_bytes_that_were_found(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", b"abc")
    [found] = find_files([path])
    assert isinstance(found, FoundFile)
    hashed = hash_file(found, 100)
    assert isinstance(hashed, HashedFile)
    assert hashed.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    path.write_bytes(b"abcd")
    assert hash_file(found, 100) == RefusedFile(path, "a.pdf", PageReason.VANISHED)
    path.unlink()
    assert hash_file(found, 100) == RefusedFile(path, "a.pdf", PageReason.VANISHED)


@posix
def test_a_link_or_pipe_put_in_a_files_place_is_not_read(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf")
    [found] = find_files([path])
    assert isinstance(found, FoundFile)
    for put in (lambda: path.symlink_to(tmp_path / "b"), lambda: os.mkfifo(path)):
        path.unlink()
        put()
        assert hash_file(found, 100) == RefusedFile(path, "a.pdf", PageReason.NOT_A_FILE)


def test_empty_and_huge_files_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, "empty.pdf", b"")
    with write(tmp_path, "huge.pdf").open("r+b") as file:
        file.truncate(1_000_000_000)
    found = [one for one in find_files([tmp_path]) if isinstance(one, FoundFile)]
    reasons = [one.reason for one in map(hash_file, found, [500_000_000] * 2) if isinstance(one, RefusedFile)]
    assert reasons == [PageReason.EMPTY_FILE, PageReason.TOO_LARGE]


def at(size: int, changed_ns: int = 0, name: str = "a") -> FoundFile:
    return FoundFile(Path(name), name, Fingerprint(size, changed_ns, 1))


def test_a_growing_file_is_waited_for() -> None:
    settling = Settling(2.0)
    assert settling.whole([at(1)], 0.0) == []
    assert settling.whole([at(2)], 1.9) == []
    assert settling.whole([at(2, 5)], 3.0) == []
    assert settling.whole([at(2, 5)], 4.9) == []
    assert settling.whole([at(2, 5)], 5.0) == [at(2, 5)]


def test_a_file_that_went_and_came_again_is_waited_for_anew() -> None:
    settling = Settling(2.0)
    settling.whole([at(1)], 0.0)
    settling.whole([], 1.0)
    assert settling.whole([at(1)], 2.0) == []


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 2)), min_size=1, max_size=20))
def test_no_file_is_ready_before_it_has_rested(steps: list[tuple[int, float]]) -> None:
    settling, now, changed_at, before = Settling(1.5), 0.0, 0.0, None
    for size, wait in steps:
        now += wait
        if size != before:
            changed_at, before = now, size
        assert bool(settling.whole([at(size)], now)) == (now - changed_at >= 1.5)


def test_a_file_written_a_while_ago_needs_no_waiting() -> None:
    old, new = at(1, int(97e9), "old"), at(1, int(99e9), "new")
    assert settled([old, new], 2.0, 100.0) == [old]


def test_files_of_the_same_bytes_stand_together_by_name() -> None:
    made = (("b", "2"), ("c", "1"), ("a", "2"))
    files = [HashedFile(Path(name), name, Fingerprint(1, 1, 1), sha) for name, sha in made]
    groups = same_bytes(files)
    assert {sha: [one.name for one in group] for sha, group in groups.items()} == {"1": ["c"], "2": ["a", "b"]}
