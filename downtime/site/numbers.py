"""Downtime patient numbers: printed as ``DT-04-00123-7``, each with a check digit.

The check digit is ISO/IEC 7064 MOD 11,10 over the seven digits of site and serial: it detects every wrong single
digit and nearly every exchange of neighbours, which are the errors of copying a number by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from downtime.site.department import DowntimeNumbers

_PRINTED = re.compile(r"([A-Z]{2})-?([0-9]{2})-?([0-9]{5})-?([0-9])")


def check_digit(digits: str) -> str:
    """The ISO/IEC 7064 MOD 11,10 check digit of a string of decimal digits."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def downtime_number(block: DowntimeNumbers, serial: int) -> str:
    """One number of a block as it is printed; `serial` lies within the block."""
    if not block.first <= serial <= block.last:
        raise ValueError(f"{serial} is not in the block {block.first} to {block.last}")
    digits = f"{block.site}{serial:05d}"
    return f"{block.prefix}-{block.site}-{serial:05d}-{check_digit(digits)}"


def block_numbers(block: DowntimeNumbers) -> Iterator[str]:
    """All numbers of a block in order."""
    return (downtime_number(block, serial) for serial in range(block.first, block.last + 1))


def number_is_sound(text: str) -> bool:
    """Whether a written number has the right shape and check digit."""
    found = _PRINTED.fullmatch(text.strip().upper().replace(" ", ""))
    return found is not None and check_digit(found[2] + found[3]) == found[4]
