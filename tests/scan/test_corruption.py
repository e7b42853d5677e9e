"""Files with flipped, lost and doubled bytes: each page ends in a named state, and what is whole beside it is read."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pile_of_scans import Pile
from reader_help import read, request

from downtime.drill.chance import chance
from downtime.page.states import PageState

FLIPS = 12


def _flipped(content: bytes, stream: random.Random) -> bytes:
    """A few bytes changed, anywhere or in the head, where sizes and offsets stand."""
    spoilt = bytearray(content)
    end = len(spoilt) if stream.random() < 0.5 else min(400, len(spoilt))
    for _ in range(stream.choice((1, 5, 40))):
        spoilt[stream.randrange(end)] = stream.randrange(256)
    return bytes(spoilt)


def _cut(content: bytes, stream: random.Random) -> bytes:
    return content[: stream.randrange(1, len(content))]


def _doubled(content: bytes, stream: random.Random) -> bytes:
    at = stream.randrange(len(content))
    return content[:at] + content[at // 2 :]


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("name", ["a.pdf", "b.tif"])
def test_a_spoilt_file_has_a_state_and_the_batch_goes_on(pile: Pile, tmp_path: Path, name: str) -> None:
    scans = tmp_path / "in"
    scans.mkdir()
    content = (pile.scans / name).read_bytes()
    other = "b.tif" if name == "a.pdf" else "a.pdf"
    (scans / other).write_bytes((pile.scans / other).read_bytes())
    for number in range(FLIPS):
        stream = chance(1, name, number)
        spoil = (_flipped, _flipped, _cut, _doubled)[number % 4]
        (scans / f"{number:02}{Path(name).suffix}").write_bytes(spoil(content, stream))
    result = read(tmp_path / "out", request(pile), scans)
    seen = [(page.file, page.index) for page in result.pages]
    assert len(seen) == len(set(seen)) and all(page.state in PageState for page in result.pages)
    assert {file for file, _ in seen} == {file.name for file in scans.iterdir()}
    whole = [page for page in result.pages if page.file == other]
    alone = read(tmp_path / "alone", request(pile), scans / other)
    assert len(whole) == len(alone.pages)
    assert not any(page.state is PageState.UNREADABLE_FILE for page in whole)
