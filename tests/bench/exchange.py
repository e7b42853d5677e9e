"""How long 10,000 messages take to be prepared, from sheet records to checked text, on one core.

    python tests/bench/exchange.py [--messages 10000]

Prints messages a second for each kind of sheet, and the whole beside reading and checking one message
with hl7apy, as a ratio in one run. The goal is 10,000 messages in at most 60 seconds.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "exchange"))

from keyed_sheets import FACE, MAR, ORDERS, VITALS, ZONE, form_map, record

from downtime.exchange import generic
from downtime.exchange.destination import Destination, destination_of
from downtime.exchange.fhir import bundle_of
from downtime.exchange.gather import facts_of
from downtime.exchange.prepare import messages_of
from downtime.exchange.preview import preview
from downtime.page.sheet_record import FieldEntry
from downtime.site import load_site

ROOT = Path(__file__).resolve().parents[2]
SHEETS = {"mar-scheduled": MAR, "flow-vitals-ews": VITALS, "ord-medication": ORDERS, "reg-face-sheet": FACE}
PICTURES = b"%PDF-1.4 " + bytes(range(256)) * 600  # 154 KB, as two gray pages
MADE_AT = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
GOAL_S = 60.0


def prepared(form: str, entries: tuple[FieldEntry, ...], sheet: int, to: Destination) -> list[str]:
    """The messages of one sheet, gathered, written and read back as a preview."""
    own = record(form, *entries, sheet=sheet)
    made = messages_of(facts_of(own, form_map(form), ZONE), to, MADE_AT + timedelta(seconds=sheet), PICTURES)
    for message in made.messages:
        preview(message.text)
    return [message.text for message in made.messages]


def run(count: int, to: Destination) -> tuple[float, int]:
    """Processor seconds and number of messages, of all kinds of sheets in turn, until there are `count`."""
    start, made, sheet = time.process_time(), 0, 0
    forms = [*SHEETS.items()]
    while made < count:
        form, entries = forms[sheet % len(forms)]
        sheet += 1
        made += len(prepared(form, entries, sheet, to))
    return time.process_time() - start, made


def hl7apy_messages(count: int, text: str) -> float:
    """Seconds for reading and checking one and the same message with hl7apy, as a yardstick."""
    from hl7apy.consts import VALIDATION_LEVEL
    from hl7apy.parser import parse_message

    start = time.process_time()
    for _ in range(count):
        parse_message(text, validation_level=VALIDATION_LEVEL.TOLERANT).validate()
    return time.process_time() - start


def main() -> int:
    """Measure and print; 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000)
    wanted = parser.parse_args().messages
    to = replace(destination_of(load_site(ROOT / "examples" / "riverside").facility), profile=generic.PROFILE)
    for form, entries in SHEETS.items():
        start, made = time.process_time(), 0
        while time.process_time() - start < 0.5:
            made += len(prepared(form, entries, made + 1, to))
        print(f"{form:18} {made / (time.process_time() - start):8,.0f} messages a second")
    seconds, made = run(wanted, to)
    sheet = record("flow-vitals-ews", *VITALS)
    start = time.process_time()
    for _ in range(200):
        bundle_of(facts_of(sheet, form_map("flow-vitals-ews"), ZONE), to)
    print(f"{'FHIR bundles':18} {200 / (time.process_time() - start):8,.0f} a second")
    text = next(one for one in prepared("mar-scheduled", MAR, 1, to) if "RAS^O17" in one)
    theirs = hl7apy_messages(100, text) / 100
    print(f"{made:,} messages in {seconds:.1f} s of one core (goal {GOAL_S:g} s for 10,000)")
    print(f"one message takes {seconds / made / theirs:.2f} of what hl7apy takes to read and check one")
    return 0 if seconds / made * 10_000 <= GOAL_S else 1


if __name__ == "__main__":
    raise SystemExit(main())
