"""The tables of `downtime/exchange/README.md` that are made from the program itself.

python tests/exchange_tables.py
"""

from __future__ import annotations

from pathlib import Path

from downtime.exchange.destination import PROFILES
from downtime.exchange.outcome import DELIVERY_REMEDIES

README = Path(__file__).resolve().parents[1] / "downtime" / "exchange" / "README.md"


def tables() -> dict[str, str]:
    """Each table by the name of its place."""
    profiles = ["| system | message or resource | use | what happens | source |", "| --- | --- | --- | --- | --- |"]
    for profile in PROFILES.values():
        if not profile.hl7 and not profile.fhir:
            profiles.append(
                f"| {profile.shown} | nothing | | keyed by people; documents leave as PDF with metadata | |"
            )
        for kind, taken in profile.hl7.items():
            profiles.append(f"| {profile.shown} | `{kind.value}` | {taken.use.value} | {taken.what} | {taken.source} |")
        for resource, rule in profile.fhir.items():
            profiles.append(f"| {profile.shown} | {resource} | taken | created | {rule.source} |")
        for name, why in profile.never.items():
            profiles.append(f"| {profile.shown} | `{name}` | never | {why} | |")
    outcomes = ["| | what to do |", "| --- | --- |"]
    outcomes += [f"| `{outcome.value}` | {remedy} |" for outcome, remedy in DELIVERY_REMEDIES.items()]
    return {"profiles": "\n".join(profiles), "outcomes": "\n".join(outcomes)}


def with_tables(text: str) -> str:
    """The README with its tables as the program has them."""
    for name, table in tables().items():
        before, _, rest = text.partition(f"<!-- {name} -->\n")
        text = f"{before}<!-- {name} -->\n{table}\n<!-- /{name} -->{rest.partition(f'<!-- /{name} -->')[2]}"
    return text


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text("utf-8")), "utf-8")
