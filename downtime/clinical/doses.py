"""Numbers on paper: no zero after the last digit, always a zero before the point, a comma from 1,000 upward."""

from __future__ import annotations

import re
from decimal import Decimal

from downtime.clinical.textrules import Scope, TextFinding, check_text
from downtime.errors import InputError, Level

# Beyond these a "number" is a typing error, and formatting it would fill pages with zeros.
MAX_DIGITS = 15
_PLAIN = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?|[+-]?\.[0-9]+")
_BEFORE_UNIT = re.compile(
    r"(?<![0-9,.])(?P<number>[0-9][0-9,.]{0,20})(?=\s{0,3}(?i:mg|mcg|micrograms?|g|kg|mL|L|units?|mEq|mmol)(?![A-Za-z]))"
)


def parse_number(text: str) -> Decimal:
    """Read a plainly written number; thousands commas must stand in the right places."""
    stripped = text.strip()
    if not _PLAIN.fullmatch(stripped):
        raise InputError(
            f"{text!r} is not a plainly written number",
            why="a number that can be read in two ways must not become a dose",
            do="write digits with a point for decimals and commas for thousands, such as 0.5 or 1,250",
        )
    return Decimal(stripped.replace(",", ""))


def format_number(value: Decimal | str) -> str:
    """Write a number the safe way: ``0.5``, ``5``, ``1,250``; never ``.5``, ``5.0`` or ``1250``."""
    number = parse_number(value) if isinstance(value, str) else value
    if not number.is_finite() or (number and not _fits(number)):
        raise InputError(
            f"{value} cannot be printed as a number",
            why=f"it is not finite, or it has more than {MAX_DIGITS} digits before or after the point",
            do="check the value at its source",
        )
    if not number:
        return "0"
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fits(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -MAX_DIGITS and number.adjusted() < MAX_DIGITS


def check_dose_text(text: str) -> list[TextFinding]:
    """Find what is unsafe in a dose: the dose rules, and any number before a unit that is not in its safe form."""
    findings = check_text(text, Scope.DOSE)
    for hit in _BEFORE_UNIT.finditer(text):
        written = hit.group("number").rstrip(".,")
        span = (hit.start(), hit.start() + len(written))
        if any(finding.span[0] < span[1] and span[0] < finding.span[1] for finding in findings):
            continue
        safe = _safe_form(written)
        if written != safe:
            findings.append(
                TextFinding(
                    rule="number-form",
                    matched=written,
                    span=span,
                    severity=Level.ERROR,
                    meaning="a number before a unit",
                    misread="another number",
                    use_instead=safe or "digits with one point for decimals and commas for thousands",
                )
            )
    return sorted(findings, key=lambda finding: (finding.span, finding.rule))


def _safe_form(written: str) -> str:
    """Give the safe form of a number, or nothing where the number is not plainly written."""
    try:
        return format_number(written)
    except InputError:
        return ""
