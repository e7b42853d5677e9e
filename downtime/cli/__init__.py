"""The command line: `downtime VERB`; each verb is a thin file that parses arguments, calls one function and prints."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with one of the exit codes."""
    from downtime.cli.app import run

    sys.exit(run(sys.argv[1:]))
