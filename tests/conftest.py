"""What all tests share: no deadline on a busy machine, and the packets of the example sites, printed once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from example_packets import ExamplePacket, print_examples
from hypothesis import settings

settings.register_profile("downtime", deadline=None)
settings.load_profile("downtime")


@pytest.fixture(scope="session")
def example_packets(tmp_path_factory: pytest.TempPathFactory) -> Sequence[ExamplePacket]:
    """The packet of every department of every example site, as the command line prints it, at a fixed time."""
    return print_examples(tmp_path_factory.mktemp("packets"))


@pytest.fixture(scope="session")
def icu(example_packets: Sequence[ExamplePacket]) -> ExamplePacket:
    """The packet of riverside's intensive care unit: cards, tree, duplex forms, labels and numbers are all in it."""
    return next(packet for packet in example_packets if packet.name == "riverside-icu")
