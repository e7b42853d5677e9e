"""Crockford base-32: text that a person can read aloud and type, and a check character over GF(32).

The alphabet is Douglas Crockford's (crockford.com/base32.html): digits and capitals without I, L, O and U. The check
character is our own, because Crockford's needs five signs beyond the 32 and two of them are not in QR's alphabet.
"""

from __future__ import annotations

from functools import lru_cache

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS_PER_CHARACTER = 5

_MEMBERS = frozenset(ALPHABET)
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
# int() reads base 32 in C, but in the alphabet 0-9 a-v.
_TO_PYTHON_DIGITS = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")
# What typed text may hold beside the alphabet: the three look-alikes, and the grouping that we print ourselves.
_TYPED = str.maketrans({"I": "1", "L": "1", "O": "0", " ": None, "-": None, "\t": None, "\r": None, "\n": None})

PAIRS = tuple(first + second for first in ALPHABET for second in ALPHABET)
"""The two characters of every 10-bit number: encoding by pairs halves the work of the page coder."""

# GF(32) = GF(2)[x] / (x^5 + x^2 + 1), a primitive polynomial, so that x generates all 31 non-zero elements.
_FIELD_POLYNOMIAL = 0b100101
_FIELD_ORDER = 31


def from_int(value: int, characters: int) -> str:
    """Write an unsigned number in exactly so many characters, most significant first.

    Raises ValueError when it does not fit: shortening a number silently would make another one.
    """
    if value < 0 or value >> (BITS_PER_CHARACTER * characters):
        raise ValueError(f"the number needs more than {characters} base-32 characters")
    odd = characters % 2
    top = BITS_PER_CHARACTER * (characters - odd)
    text = "".join([PAIRS[(value >> shift) & 1023] for shift in range(top - 10, -1, -10)])
    return ALPHABET[value >> top] + text if odd else text


def to_int(text: str) -> int:
    """Read a number from canonical characters; raises ValueError for any other character and for no characters."""
    bad = first_bad(text)
    if bad >= 0:
        raise ValueError(f"character {bad + 1} is not base-32")
    return int(text.translate(_TO_PYTHON_DIGITS), 32)


def first_bad(text: str) -> int:
    """Say where the first character outside the alphabet stands (from 0), or -1 if there is none."""
    if _MEMBERS.issuperset(text):
        return -1
    return next(index for index, character in enumerate(text) if character not in _MEMBERS)


def clean_typed(text: str) -> str:
    """Bring typed text to the canonical alphabet: capitals, I and L as 1, O as 0, without spaces and hyphens.

    Other characters stay, for the caller to refuse. Non-ASCII text is not capitalised: ``"ſ".upper()`` is an S.
    """
    return (text.upper() if text.isascii() else text).translate(_TYPED)


@lru_cache(maxsize=1)
def _weighted() -> tuple[tuple[int, ...], ...]:
    """Return ``table[i][a]`` = a * x^i in GF(32), for one full turn of 31 positions."""

    def times_x(element: int) -> int:
        doubled = element << 1
        return doubled ^ _FIELD_POLYNOMIAL if doubled & 0b100000 else doubled

    rows = [tuple(range(32))]
    for _ in range(_FIELD_ORDER - 1):
        rows.append(tuple(times_x(element) for element in rows[-1]))
    return tuple(rows)


def _weighted_sum(text: str, first_position: int) -> int:
    table = _weighted()
    total = 0
    for position, character in enumerate(text, first_position):
        total ^= table[position % _FIELD_ORDER][_VALUES[character]]
    return total


def check_character(text: str) -> str:
    """Return the character that makes ``text`` + it sum to zero: sum of a_i * x^i over GF(32), check at i = 0.

    Every weight is invertible, so no single wrong character passes. Two exchanged characters change the sum by
    (a - b)(x^i - x^j), which is zero only for equal characters or positions 31 apart; the check character counts too.
    """
    bad = first_bad(text)
    if bad >= 0:
        raise ValueError(f"character {bad + 1} is not base-32")
    return ALPHABET[_weighted_sum(text, 1)]


def check_passes(text: str) -> bool:
    """Say whether canonical text ends in its right check character."""
    return bool(text) and first_bad(text) < 0 and _weighted_sum(text[:-1], 1) == _VALUES[text[-1]]
