"""QR codes of page codes, at a few microseconds each: version 4, error correction H, mask 3, 50 alphanumeric signs.

50 signs fill the 288 data bits of version 4-H exactly (4 of mode, 9 of length, 25 pairs of 11). At a fixed version,
level and mask every module is an XOR of data bits, Reed-Solomon being linear, so the code of the payload of zeros and
the change that each of the 275 pair bits makes give every code. Those were drawn once by the `qrcode` library and
stand in ``qr_tables.bin``; ``python -m downtime.page.qr`` writes it again, and a test compares with `qrcode`.

A fixed mask reads as well as the best of eight: 267 against 264 of 300 degraded scans at 15 mm, 280 against 280 at
22 mm (zxing-cpp, our measurement with mask 3).
"""

from __future__ import annotations

import zlib
from functools import lru_cache, reduce
from operator import or_, xor
from pathlib import Path

from downtime.errors import MissingPartError
from downtime.page.code import PAYLOAD_CHARACTERS

VERSION = 4
MASK_PATTERN = 3
MODULES = 17 + 4 * VERSION
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
ROW_BYTES = (MODULES + 7) // 8
BITMAP_BYTES = MODULES * ROW_BYTES
TABLES = Path(__file__).with_name("qr_tables.bin")

_PAIR_COUNT = PAYLOAD_CHARACTERS // 2
_PAGE_AT, _LAYOUT_AT, _SEAL_AT = 20, 24, 36  # see `downtime.page.code`
_PAIR_BITS = 11
_LOW_BITS = 6
_MAGIC = b"DTQR1\n"
_BODY_BYTES = BITMAP_BYTES * (1 + _PAIR_COUNT * _PAIR_BITS)

_Tables = tuple[int, dict[str, tuple[int, int]], list[tuple[int, list[int], list[int]]]]


def qr_bitmap(payload: str) -> bytes:
    """Return the code as a one-bit image of 33 × 33 modules: 165 bytes, 5 a row from the top, bit 1 = dark.

    The left-most module is the highest bit of a row's first byte; the 7 bits after the 33rd are 0. There is no quiet
    zone. As a PDF image mask it needs ``/Decode [1 0]`` (inline: ``/IM true /D [1 0] /W 33 /H 33``), because a mask
    paints where a sample is 0 by default. Raises ValueError unless the payload is 50 signs of QR's alphanumeric set.
    """
    if len(payload) != PAYLOAD_CHARACTERS:
        raise ValueError(f"a page code has {PAYLOAD_CHARACTERS} characters, not {len(payload)}")
    try:
        image = _tables()[0] ^ _kept_flips(0, payload[:_PAGE_AT]) ^ _flips(_PAGE_AT, payload[_PAGE_AT:_LAYOUT_AT])
        image ^= _kept_flips(_LAYOUT_AT, payload[_LAYOUT_AT:_SEAL_AT]) ^ _flips(_SEAL_AT, payload[_SEAL_AT:])
    except KeyError:
        raise ValueError("a page code holds only the signs of QR's alphanumeric set") from None
    return image.to_bytes(BITMAP_BYTES)


def _flips(start: int, text: str) -> int:
    """The modules that a part of the payload changes, from an even place on."""
    _, pair_halves, positions = _tables()
    image = 0
    for at in range(0, len(text), 2):
        _, low_images, high_images = positions[(start + at) // 2]
        low, high = pair_halves[text[at : at + 2]]
        image ^= low_images[low] ^ high_images[high]
    return image


# Facility, kit, number of pages and layout come again on page after page; only page and seal are always new.
_kept_flips = lru_cache(maxsize=256)(_flips)


def qr_matrix(payload: str) -> tuple[tuple[bool, ...], ...]:
    """Return the code as rows of modules from the top-left, true = dark, without a quiet zone."""
    bitmap = qr_bitmap(payload)
    return tuple(
        tuple(bool(bitmap[row * ROW_BYTES + column // 8] >> (7 - column % 8) & 1) for column in range(MODULES))
        for row in range(MODULES)
    )


@lru_cache(maxsize=1)
def qr_constant() -> tuple[tuple[bool | None, ...], ...]:
    """Return the modules that are the same in every page code: true = dark, false = light, None = it depends.

    Finder, timing and alignment patterns, format bits, mode and length: more than a quarter of all. A
    reader that knows them can put them right where a stain or a pen went over them.
    """
    body = _read_body(TABLES)
    images = [int.from_bytes(body[start : start + BITMAP_BYTES]) for start in range(0, _BODY_BYTES, BITMAP_BYTES)]
    changing = reduce(or_, images[1:])

    def module(row: int, column: int) -> bool | None:
        bit = BITMAP_BYTES * 8 - 1 - row * ROW_BYTES * 8 - column
        return None if changing >> bit & 1 else bool(images[0] >> bit & 1)

    return tuple(tuple(module(row, column) for column in range(MODULES)) for row in range(MODULES))


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    """Load the tables: the image of zeros, the two halves of each pair's 11 bits, and what each half changes.

    A table of every pair value at every position would take 10 MB; split into 6 and 5 bits it takes 0.5 MB.
    """
    body = _read_body(TABLES)
    images = [int.from_bytes(body[start : start + BITMAP_BYTES]) for start in range(0, _BODY_BYTES, BITMAP_BYTES)]
    positions = []
    for pair in range(_PAIR_COUNT):
        deltas = images[1 + pair * _PAIR_BITS : 1 + (pair + 1) * _PAIR_BITS]
        positions.append((2 * pair, _combinations(deltas[:_LOW_BITS]), _combinations(deltas[_LOW_BITS:])))
    low_mask = (1 << _LOW_BITS) - 1
    pair_halves = {
        first + second: ((value := 45 * high + low) & low_mask, value >> _LOW_BITS)
        for high, first in enumerate(ALPHANUMERIC)
        for low, second in enumerate(ALPHANUMERIC)
    }
    return images[0], pair_halves, positions


def _combinations(deltas: list[int]) -> list[int]:
    """Return the XOR of each subset of the deltas, at the number whose bits name the subset."""
    combined = [0]
    for delta in deltas:
        combined += [image ^ delta for image in combined]
    return combined


def _read_body(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unusable(path, error.strerror or "it cannot be read") from None
    body = data[len(_MAGIC) : -4]
    # A wrong table would print codes that nobody can read, and it would show only at the desk, after the outage.
    if data[: len(_MAGIC)] != _MAGIC or len(body) != _BODY_BYTES or zlib.crc32(body) != int.from_bytes(data[-4:]):
        raise _unusable(path, "it is damaged")
    return body


def _unusable(path: Path, why: str) -> MissingPartError:
    return MissingPartError(
        "the tables for QR codes cannot be used",
        where=str(path),
        why=why,
        do="install Downtime again, or make the file with `python -m downtime.page.qr`",
    )


def make_tables() -> bytes:
    """Derive the content of ``qr_tables.bin`` from the `qrcode` library: 276 codes, about 0.2 s."""
    # Not from fifty zeros: `qrcode` 8.2 raises glog(0) for a block of nothing but zeros. The pair 01 has the number 1,
    # and 1 XOR any of the 11 bits is the number of a pair as well.
    ones = "01" * _PAIR_COUNT
    image_of_ones = _draw(ones)
    deltas = [
        image_of_ones ^ _draw(ones[: 2 * pair] + _signs(1 ^ 1 << bit) + ones[2 * pair + 2 :])
        for pair in range(_PAIR_COUNT)
        for bit in range(_PAIR_BITS)
    ]
    image_of_zeros = reduce(xor, deltas[::_PAIR_BITS], image_of_ones)
    body = b"".join(image.to_bytes(BITMAP_BYTES) for image in [image_of_zeros, *deltas])
    return _MAGIC + body + zlib.crc32(body).to_bytes(4)


def _signs(number: int) -> str:
    return ALPHANUMERIC[number // 45] + ALPHANUMERIC[number % 45]


def _draw(payload: str) -> int:
    """Draw one code with `qrcode`, as the number whose bytes are its bitmap."""
    # Here and not above: it costs start-up time, and only this function needs it.
    from qrcode.constants import ERROR_CORRECT_H
    from qrcode.main import QRCode
    from qrcode.util import MODE_ALPHA_NUM, QRData

    code = QRCode(version=VERSION, error_correction=ERROR_CORRECT_H, mask_pattern=MASK_PATTERN, border=0)
    # The mode is given because fifty zeros would be drawn in numeric mode.
    code.add_data(QRData(payload, mode=MODE_ALPHA_NUM))
    code.make(fit=False)
    image = 0
    for row in code.get_matrix():
        for dark in row:
            image = image << 1 | dark
        image <<= ROW_BYTES * 8 - MODULES
    return image


if __name__ == "__main__":
    TABLES.write_bytes(make_tables())
    print(f"wrote {TABLES}")
