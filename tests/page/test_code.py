"""Page codes: what goes in comes out, and whatever was changed on the way is refused by name."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from downtime.errors import UsageError
from downtime.page import base32
from downtime.page.code import (
    MAX_PAGES,
    PAYLOAD_CHARACTERS,
    PREFIX,
    Corner,
    PageCode,
    PageCoder,
    ShortCode,
    decode,
    encode,
    facility_number,
    kit_text,
    layout_number,
    new_kit_id,
    parse_kit,
    parse_short,
    short_text,
)
from downtime.page.code_failure import CODE_REMEDIES, CodeFailure, CodeReason

KEY = bytes(range(32))
kits = st.integers(0, 2**48 - 1)
keys = st.none() | st.binary(min_size=32, max_size=32)
texts = st.text(alphabet=base32.ALPHABET, min_size=1, max_size=30)


@st.composite
def page_codes(draw: st.DrawFn, signed: bool | None = None) -> PageCode:
    pages = draw(st.integers(1, MAX_PAGES))
    return PageCode(
        kit=draw(kits),
        page=draw(st.integers(1, pages)),
        pages=pages,
        layout=draw(st.integers(0, 2**48 - 1)),
        facility=draw(st.integers(0, 2**24 - 1)),
        corner=draw(st.sampled_from(Corner)),
        drill=draw(st.booleans()),
        copy_master=draw(st.booleans()),
        signed=draw(st.booleans()) if signed is None else signed,
    )


def key_of(code: PageCode) -> bytes | None:
    return KEY if code.signed else None


def reason(result: object) -> CodeReason:
    assert isinstance(result, CodeFailure), result
    return result.reason


def payload(bits: int) -> str:
    return PREFIX + base32.from_int(bits, 46)


def sealed_payload(body: int, key: bytes | None, pad: int = 0) -> str:
    """Make a payload by the documented rule, independently of the encoder: 160 bits, the seal, six bits."""
    message = PREFIX.encode() + body.to_bytes(20)
    digest = hmac.digest(key, message, "sha256") if key else hashlib.sha256(message).digest()
    return payload((body << 64 | int.from_bytes(digest[:8])) << 6 | pad)


def body_bits(code: PageCode, extra_flags: int = 0) -> int:
    flags = code.corner | code.drill << 1 | code.copy_master << 2 | code.signed << 3 | extra_flags
    bits = flags
    for value, width in (
        (code.facility, 24),
        (code.kit, 48),
        (code.page, 16),
        (code.pages, 16),
        (code.layout, 48),
    ):
        bits = bits << width | value
    return bits


ONE = PageCode(kit=2**47 + 1, page=3, pages=150, layout=0xABCDEF012345, facility=facility_number("st-elsewhere"))
SIGNED = replace(ONE, signed=True)

# --- base 32 -----------------------------------------------------------------------------------------------------


@given(texts)
def test_base32_numbers_and_text_are_the_same_thing(text: str) -> None:
    assert base32.from_int(base32.to_int(text), len(text)) == text


def test_base32_refuses_what_does_not_fit() -> None:
    assert base32.from_int(31, 1) == "Z"
    with pytest.raises(ValueError, match="more than 1"):
        base32.from_int(32, 1)
    with pytest.raises(ValueError, match="more than"):
        base32.from_int(-1, 4)


@pytest.mark.parametrize("text", ["", "U0", "1_0", " 1", "+1", "١", "i", "O"])
def test_base32_reads_canonical_text_only(text: str) -> None:
    with pytest.raises(ValueError):
        base32.to_int(text)


@given(texts, st.data())
def test_check_character_finds_every_single_wrong_character(text: str, data: st.DataObject) -> None:
    whole = text + base32.check_character(text)
    assert base32.check_passes(whole)
    at = data.draw(st.integers(0, len(whole) - 1))
    for other in set(base32.ALPHABET) - {whole[at]}:
        assert not base32.check_passes(whole[:at] + other + whole[at + 1 :])


@settings(deadline=None)
@given(texts)
def test_check_character_finds_every_exchange_of_two(text: str) -> None:
    whole = text + base32.check_character(text)  # at most 31 characters
    for left in range(len(whole)):
        for right in range(left + 1, len(whole)):
            if whole[left] != whole[right]:
                swapped = list(whole)
                swapped[left], swapped[right] = whole[right], whole[left]
                assert not base32.check_passes("".join(swapped))


# --- the payload -------------------------------------------------------------------------------------------------


@given(page_codes())
def test_round_trip(code: PageCode) -> None:
    text = encode(code, key_of(code))
    assert len(text) == PAYLOAD_CHARACTERS
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert decode(text, key_of(code)) == code
    assert decode(f" {text.lower()}\r\n", key_of(code), facility=code.facility) == code


@given(page_codes())
def test_payload_follows_the_documented_layout(code: PageCode) -> None:
    assert encode(code, key_of(code)) == sealed_payload(body_bits(code), key_of(code))


@given(page_codes())
def test_coder_makes_what_encode_makes(code: PageCode) -> None:
    coder = PageCoder(
        code.facility, code.kit, code.pages, drill=code.drill, copy_master=code.copy_master, key=key_of(code)
    )
    expected = tuple(encode(replace(code, corner=corner), key_of(code)) for corner in Corner)
    assert coder.codes(code.page, code.layout) == expected
    # Asked again, the same: the prepared hashes were copied, not used up.
    assert coder.codes(code.page, code.layout) == expected


@given(page_codes(), st.data())
def test_no_single_wrong_character_is_read(code: PageCode, data: st.DataObject) -> None:
    text = encode(code, key_of(code))
    at = data.draw(st.integers(0, len(text) - 1))
    wrong = data.draw(st.characters(codec="ascii").filter(lambda sign: sign.upper() != text[at]))
    assert isinstance(decode(text[:at] + wrong + text[at + 1 :], key_of(code)), CodeFailure)


@given(st.integers(0, 2**230 - 1))
def test_chance_characters_are_not_a_page(bits: int) -> None:
    assert isinstance(decode(payload(bits), KEY), CodeFailure)


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(decode(text, KEY), CodeFailure)
    assert isinstance(decode(PREFIX + text, None), CodeFailure)


def test_every_reason_has_a_meaning_and_a_remedy() -> None:
    assert set(CODE_REMEDIES) == set(CodeReason)
    for remedy in CODE_REMEDIES.values():
        assert remedy.meaning.endswith(".") and remedy.do.endswith(".")
    assert "another facility" in str(CodeFailure(CodeReason.OTHER_FACILITY, "number 7"))


@pytest.mark.parametrize(
    "text",
    ["", "DT", "DT1", "https://example.org/", "MRN 0012345", "DT0:" + "0" * 46, "DT01:" + "0" * 45, "DT12345678"],
)
def test_not_ours(text: str) -> None:
    assert reason(decode(text, KEY)) is CodeReason.NOT_OURS


def test_newer_format() -> None:
    assert reason(decode("DT2:ANYTHING", KEY)) is CodeReason.NEWER_FORMAT
    assert reason(decode("dt10:" + "0" * 46, KEY)) is CodeReason.NEWER_FORMAT


def test_wrong_length() -> None:
    text = encode(SIGNED, KEY)
    assert reason(decode(text[:-1], KEY)) is CodeReason.WRONG_LENGTH
    assert reason(decode(text + "0", KEY)) is CodeReason.WRONG_LENGTH


def test_bad_character() -> None:
    text = encode(SIGNED, KEY)
    failure = decode(text[:9] + "U" + text[10:], KEY)
    assert reason(failure) is CodeReason.BAD_CHARACTER
    assert isinstance(failure, CodeFailure) and "character 10" in failure.detail
    assert reason(decode("DT1;" + text[4:], KEY)) is CodeReason.BAD_CHARACTER
    assert reason(decode(text[:9] + "ſ" + text[10:], KEY)) is CodeReason.BAD_CHARACTER


def test_corrupted_and_forged_are_told_apart() -> None:
    assert reason(decode(payload(1 << 100), None)) is CodeReason.CORRUPTED
    assert reason(decode(encode(SIGNED, bytes(32)), KEY)) is CodeReason.FORGED_OR_OTHER_KEY
    # A checksum is not a signature: an unsigned code whose flag was turned on does not pass.
    assert reason(decode(sealed_payload(body_bits(SIGNED), None), KEY)) is CodeReason.FORGED_OR_OTHER_KEY
    # And turning the flag off leaves a signature where a checksum must be.
    without_flag = base32.to_int(encode(SIGNED, KEY)[4:]) ^ 8 << 222
    assert reason(decode(payload(without_flag), KEY)) is CodeReason.CORRUPTED


def test_a_signed_code_is_not_trusted_without_a_key() -> None:
    assert reason(decode(encode(SIGNED, KEY), None)) is CodeReason.NO_KEY


def test_an_unsigned_code_stays_marked_unsigned() -> None:
    result = decode(encode(ONE, None), KEY)
    assert isinstance(result, PageCode) and not result.signed


def test_other_facility() -> None:
    ours = facility_number("ours")
    assert reason(decode(encode(SIGNED, bytes(32)), KEY, facility=ours)) is CodeReason.OTHER_FACILITY
    assert reason(decode(encode(ONE, None), None, facility=ours)) is CodeReason.OTHER_FACILITY
    assert decode(encode(SIGNED, KEY), KEY, facility=SIGNED.facility) == SIGNED


@pytest.mark.parametrize("pad", [1, 32, 63])
def test_unused_bits(pad: int) -> None:
    assert reason(decode(sealed_payload(body_bits(SIGNED), KEY, pad), KEY)) is CodeReason.UNUSED_BITS


@pytest.mark.parametrize("flag", [16, 32, 64, 128])
def test_unused_flags(flag: int) -> None:
    assert reason(decode(sealed_payload(body_bits(ONE, flag), None), None)) is CodeReason.UNUSED_BITS


@pytest.mark.parametrize(("page", "pages"), [(0, 150), (151, 150), (0, 0), (1, 0)])
def test_impossible_page(page: int, pages: int) -> None:
    text = sealed_payload(body_bits(replace(ONE, page=page, pages=pages)), None)
    assert reason(decode(text, None)) is CodeReason.IMPOSSIBLE_PAGE


def test_what_cannot_be_encoded() -> None:
    with pytest.raises(ValueError, match="page 151"):
        encode(replace(ONE, page=151), None)
    with pytest.raises(ValueError, match="key"):
        encode(ONE, KEY)
    with pytest.raises(ValueError, match="key"):
        encode(SIGNED, None)
    with pytest.raises(ValueError, match="layout"):
        encode(replace(ONE, layout=2**48), None)
    with pytest.raises(ValueError, match="kit"):
        encode(replace(ONE, kit=2**48), None)
    with pytest.raises(UsageError, match="65536 pages"):
        PageCoder(0, 0, MAX_PAGES + 1)


def test_derived_numbers_are_stable() -> None:
    # Written down: printed pages carry them.
    assert facility_number("st-elsewhere") == int(hashlib.sha256(b"st-elsewhere").hexdigest()[:6], 16)
    assert layout_number("0123456789ab" + "f" * 52) == 0x0123456789AB
    assert new_kit_id(b"seed") == new_kit_id(b"seed") != new_kit_id(b"other")
    assert encode(ONE, None) == "DT1:00A3D2C000000001001G15NBSQQG28T5VT105VXKP7XQ40"
    assert short_text(0x123456789ABC, 42, True) == "H4D2 PF2D BR01 A2"
    assert kit_text(0x123456789ABC) == "0J6HB-7H6NW"
    assert new_kit_id(b"seed") == 0x48F9BE5D932B
    assert new_kit_id() != new_kit_id()


@given(st.none() | st.binary())
def test_kit_ids_fit(seed: bytes | None) -> None:
    assert 0 <= new_kit_id(seed) < 2**48


# --- codes for people --------------------------------------------------------------------------------------------


def as_typed(text: str, lower: bool, look_alikes: bool) -> str:
    typed = text.replace("1", "I").replace("0", "O") if look_alikes else text
    return typed.lower() if lower else typed


@given(kits, st.booleans(), st.booleans())
def test_kit_round_trip(kit: int, lower: bool, look_alikes: bool) -> None:
    text = kit_text(kit)
    assert len(text) == 11 and text[5] == "-"
    assert parse_kit(as_typed(text, lower, look_alikes).replace("-", " ")) == kit


def test_wrong_kits() -> None:
    assert reason(parse_kit("00000-0000")) is CodeReason.WRONG_LENGTH
    assert reason(parse_kit("00000-0000U")) is CodeReason.BAD_CHARACTER
    assert reason(parse_kit("80000-00000")) is CodeReason.UNUSED_BITS
    assert reason(parse_kit("")) is CodeReason.WRONG_LENGTH


@given(kits, st.integers(1, MAX_PAGES), st.booleans(), st.booleans(), st.booleans())
def test_short_round_trip(kit: int, page: int, drill: bool, lower: bool, look_alikes: bool) -> None:
    text = short_text(kit, page, drill)
    assert [len(group) for group in text.split(" ")] == [4, 4, 4, 2]
    expected = ShortCode(kit=kit, page=page, drill=drill)
    assert parse_short(as_typed(text, lower, look_alikes)) == expected
    assert parse_short(text.replace(" ", "")) == expected


@given(kits, st.integers(1, MAX_PAGES), st.booleans(), st.integers(0, 13), st.sampled_from(base32.ALPHABET))
def test_short_code_with_a_wrong_character(kit: int, page: int, drill: bool, at: int, other: str) -> None:
    text = short_text(kit, page, drill).replace(" ", "")
    if text[at] != other:
        assert reason(parse_short(text[:at] + other + text[at + 1 :])) is CodeReason.CORRUPTED


def test_wrong_short_codes() -> None:
    assert reason(parse_short("0000 0000 0000 00")) is CodeReason.IMPOSSIBLE_PAGE
    assert reason(parse_short("0000 0000 0000 0")) is CodeReason.WRONG_LENGTH
    assert reason(parse_short("0000 0000 000U 00")) is CodeReason.BAD_CHARACTER
    with pytest.raises(ValueError, match="fit"):
        short_text(1, 0, False)


@given(st.text())
def test_any_typed_text_is_answered(text: str) -> None:
    parse_kit(text)
    parse_short(text)
