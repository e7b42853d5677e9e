"""QR codes: bit for bit what `qrcode` draws, read by two decoders, and clear words when the tables are gone."""

from __future__ import annotations

import io
import random
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_H
from qrcode.main import QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData
from reportlab.pdfgen.canvas import Canvas

from downtime.errors import MissingPartError
from downtime.page import qr
from downtime.page.code import PageCoder, facility_number

payloads = st.text(alphabet=qr.ALPHANUMERIC, min_size=qr.PAYLOAD_CHARACTERS, max_size=qr.PAYLOAD_CHARACTERS)


@st.composite
def page_payloads(draw: st.DrawFn) -> str:
    coder = PageCoder(facility_number(draw(st.text())), draw(st.integers(0, 2**48 - 1)), 500, key=draw(st.binary()))
    return coder.codes(draw(st.integers(1, 500)), draw(st.integers(0, 2**48 - 1)))[draw(st.integers(0, 1))]


def drawn_by_qrcode(payload: str) -> tuple[tuple[bool, ...], ...]:
    code = QRCode(version=4, error_correction=ERROR_CORRECT_H, mask_pattern=qr.MASK_PATTERN, border=0)
    code.add_data(QRData(payload, mode=MODE_ALPHA_NUM))
    code.make(fit=False)
    return tuple(tuple(bool(dark) for dark in row) for row in code.get_matrix())


def picture(payload: str, pixels_per_module: int = 6) -> np.ndarray:
    dark = np.pad(np.array(qr.qr_matrix(payload)), 4)
    return np.kron(np.where(dark, 0, 255).astype(np.uint8), np.ones((pixels_per_module, pixels_per_module), np.uint8))


# `qrcode` 8.2 cannot draw a block of nothing but zeros, which a run of "0" makes; the next tests cover those.
@settings(max_examples=60, deadline=None)
@given((payloads | page_payloads()).filter(lambda payload: "0000000" not in payload))
def test_equal_to_qrcode(payload: str) -> None:
    assert qr.qr_matrix(payload) == drawn_by_qrcode(payload)


@settings(max_examples=60, deadline=None)
@given(payloads | page_payloads() | st.just("0" * 50) | st.just(":" * 50))
def test_zxing_reads_it(payload: str) -> None:
    (found,) = zxingcpp.read_barcodes(picture(payload), formats=zxingcpp.BarcodeFormat.QRCode)
    assert found.text == payload


def test_opencv_reads_it() -> None:
    """OpenCV misses one or two clean codes in a hundred at any mask, so it may miss here, but never read another."""
    chance = random.Random(1)
    read = 0
    for page in range(1, 41):
        coder = PageCoder(chance.getrandbits(24), chance.getrandbits(48), 40, key=chance.randbytes(32))
        payload = coder.codes(page, chance.getrandbits(48))[page % 2]
        text = cv2.QRCodeDetector().detectAndDecode(picture(payload))[0]
        assert text in ("", payload)
        read += text == payload
    assert read >= 36


@given(payloads)
def test_bitmap_is_the_matrix(payload: str) -> None:
    bitmap = qr.qr_bitmap(payload)
    assert len(bitmap) == 165
    bits = np.unpackbits(np.frombuffer(bitmap, np.uint8).reshape(33, 5), axis=1)
    assert not bits[:, 33:].any()
    assert np.array_equal(bits[:, :33].astype(bool), np.array(qr.qr_matrix(payload)))


def test_the_finder_pattern_is_dark_where_bits_are_1() -> None:
    assert qr.qr_bitmap("0" * 50)[0] == 0b11111110


def test_as_an_inline_image_mask_in_a_pdf() -> None:
    payload = PageCoder(1, 2, 3).codes(1, 4)[0]
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=(100, 100))
    # A dark ground that must stay dark around a white square: the mask paints the dark modules and nothing else.
    canvas.setFillGray(1)
    canvas.rect(10, 10, 80, 80, stroke=0, fill=1)
    canvas.setFillGray(0)
    mask = f"q 60 0 0 60 20 20 cm BI /W 33 /H 33 /IM true /D [1 0] /F /AHx ID {qr.qr_bitmap(payload).hex()}> EI Q"
    canvas._code.append(mask)
    canvas.save()
    document = pypdfium2.PdfDocument(page.getvalue())
    try:
        image = document[0].render(scale=5, grayscale=True).to_numpy().copy()
    finally:
        document.close()
    (found,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode, try_invert=False)
    assert found.text == payload


@pytest.mark.parametrize("payload", ["", "A" * 49, "A" * 51, "a" * 50, "É" + "A" * 49])
def test_other_payloads_are_refused(payload: str) -> None:
    with pytest.raises(ValueError, match="a page code"):
        qr.qr_bitmap(payload)


def test_the_tables_in_the_package_are_what_qrcode_gives() -> None:
    assert qr.TABLES.read_bytes() == qr.make_tables()


@pytest.mark.parametrize("damage", ["missing", "empty", "short", "one bit", "another file"])
def test_unusable_tables_are_named(damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = qr.TABLES.read_bytes()
    path = tmp_path / "qr_tables.bin"
    content = {
        "empty": b"",
        "short": good[:-1],
        "one bit": good[:5000] + bytes([good[5000] ^ 1]) + good[5001:],
        "another file": b"PK" + good[2:],
    }
    if damage in content:
        path.write_bytes(content[damage])
    monkeypatch.setattr(qr, "TABLES", path)
    qr._tables.cache_clear()
    try:
        with pytest.raises(MissingPartError, match=r"python -m downtime\.page\.qr") as caught:
            qr.qr_bitmap("0" * 50)
        assert str(path) in str(caught.value)
    finally:
        qr._tables.cache_clear()
