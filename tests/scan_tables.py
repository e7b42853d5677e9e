"""The tables of downtime/scan/README.md, made from what the program has: run this file to write them anew."""

from __future__ import annotations

import re
from pathlib import Path

from downtime.page.states import NEED_A_PERSON, REASON_REMEDIES, STATE_REMEDIES, PageReason, PageState
from downtime.scan.limits import Limits
from downtime.scan.thresholds import Thresholds

README = Path(__file__).resolve().parents[1] / "downtime" / "scan" / "README.md"


def tables() -> dict[str, str]:
    """The Markdown of each table by the name of its place."""
    waits = {state: "yes" if state in NEED_A_PERSON else "no" for state in PageState}
    states = [f"| `{state}` | {waits[state]} | {' | '.join(STATE_REMEDIES[state])} |" for state in PageState]
    reasons = [f"| `{reason}` | {' | '.join(REASON_REMEDIES[reason])} |" for reason in PageReason]
    settings = []
    for name, model in (("thresholds", Thresholds), ("limits", Limits)):
        for key, field in model.model_fields.items():
            settings.append(f"| `{name}: {key}` | {field.default:g} | {_told(model, key)} |")
    return {
        "states": _table("| state | waits for a person | meaning | do |", states),
        "reasons": _table("| reason | meaning | do |", reasons),
        "settings": _table("| key | as shipped | what it is |", settings),
    }


def with_tables(text: str) -> str:
    """The README with its tables as they must be."""
    for name, table in tables().items():
        place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
        assert place.search(text), f"there is no place for the table of {name}"
        text = place.sub(lambda found, table=table: found[1] + table + found[2], text)
    return text


def _table(head: str, rows: list[str]) -> str:
    return "\n".join([head, re.sub(r"[^|]+", " --- ", head), *rows]) + "\n"


def _told(model: type, key: str) -> str:
    description = model.model_fields[key].description
    assert description, f"{key} is not explained"
    return description


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text("utf-8")), "utf-8")
