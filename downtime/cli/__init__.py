"""The command line: `downtime VERB`; each verb is a thin file that parses arguments, calls one function and prints."""

from __future__ import annotations

import contextlib
import gc
import os
import sys

# A run makes hundreds of thousands of small objects that live until it ends: looking for cycles among them every 700
# allocations took a quarter of the time of a packet. Often enough for a long run is once in this many.
ALLOCATIONS_BETWEEN_COLLECTIONS = 250_000


def main() -> None:
    """Run the command line and leave with one of the exit codes."""
    gc.set_threshold(ALLOCATIONS_BETWEEN_COLLECTIONS, 20, 20)
    # Nothing here uses pydantic's plugins; looking for some reads the metadata of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from downtime.cli.app import run

    code = run(sys.argv[1:])
    # Nothing is left to do but to free what the system frees by itself, which would take a tenth of a packet's time.
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
