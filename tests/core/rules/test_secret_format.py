"""The format of a client secret (PRODUCT.md section 3)."""

import itertools
import os
import re
import zlib
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.rules.secret_format import ALPHABET, checksum, flaw_of, hint_of, is_hint, leading_hint, new_value
from tests.staging import dice

values = st.integers(0, 2**32).map(lambda seed: new_value(dice(seed)))


@given(values)
def test_a_value_is_61_characters_of_digits_and_letters_around_two_underscores(value: str) -> None:
    assert re.fullmatch(r"kd_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}", value)
    assert len(value) == 61


@given(values)
def test_the_checksum_is_the_crc_32_of_everything_before_it_in_base_62(value: str) -> None:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    number = 0
    for character in value[-6:]:
        number = number * 62 + digits.index(character)
    assert number == zlib.crc32(value[:-6].encode())


def test_the_checksum_of_a_known_text_is_known() -> None:
    # zlib.crc32(b"123456789") is 0xCBF43926, the check value of the CRC catalogue: 3421780262.
    assert checksum("123456789") == "3jZRME"


def test_a_small_checksum_is_padded_with_zeros_on_the_left() -> None:
    small = next(text for text in map(str, itertools.count()) if zlib.crc32(text.encode()) < 62**5)
    assert checksum(small)[0] == "0"
    assert len(checksum(small)) == 6


@given(values, st.data())
def test_any_changed_character_is_noticed(value: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 60))
    other = data.draw(st.sampled_from(ALPHABET + "_- \n") | st.characters())
    assume(other != value[place])
    assert hint_of(value[:place] + other + value[place + 1 :]) is None


@given(values, st.data())
def test_two_neighbours_changing_places_are_noticed(value: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 59))
    first, second = value[place], value[place + 1]
    assume(first != second)
    assert hint_of(value[:place] + second + first + value[place + 2 :]) is None


@given(values, st.sampled_from([" ", "\n", "\r\n", "\0", "x"]))
def test_nothing_may_stand_before_or_after_a_value(value: str, more: str) -> None:
    assert hint_of(value) == value[:11]
    assert hint_of(value + more) is None
    assert hint_of(more + value) is None


@given(st.text())
def test_any_other_text_is_no_value(text: str) -> None:
    assert hint_of(text) is None


@given(values, st.text())
def test_the_hint_can_be_cut_from_the_front_of_a_pasted_value(value: str, rest: str) -> None:
    assert leading_hint(value + rest) == value[:11]
    assert is_hint(value[:11])
    assert not is_hint(value)


def first_digit(byte: int) -> str:
    """Return the digit that a value begins with when the source gives *byte* and then only the one for `A`."""
    return new_value(lambda n: bytes([byte, *[10] * (n - 1)]))[3]


def test_the_248_bytes_that_are_used_give_each_digit_equally_often() -> None:
    assert Counter(map(first_digit, range(248))) == dict.fromkeys(ALPHABET, 4)


def test_the_8_bytes_that_would_favour_the_first_digits_are_thrown_away() -> None:
    assert {first_digit(byte) for byte in range(248, 256)} == {"A"}


def test_two_values_from_the_operating_system_differ_in_identifier_and_random_part() -> None:
    some = {new_value(os.urandom) for _ in range(200)}
    assert len({value[3:11] for value in some}) == 200
    assert len({value[12:55] for value in some}) == 200


@given(values)
def test_a_whole_value_has_no_flaw(value: str) -> None:
    assert flaw_of(value) is None


@given(st.one_of(st.text(max_size=70), values.map(lambda value: value[:-1] + "-"), values.map(str.swapcase)))
def test_whatever_has_no_hint_has_a_flaw_that_quotes_nothing(text: str) -> None:
    flaw = flaw_of(text)
    assert (flaw is None) == (hint_of(text) is not None)
    assert flaw is None or len(text) < 20 or text not in flaw


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "begins with kd_"),
        ("Bearer kd_abc", "begins with kd_"),
        ("kd_abcdefgh", "the hint alone"),
        (new_value(dice())[:-4], "has 61 characters, and this has 57"),
        (new_value(dice())[:-1] + "-", "checksum at its end does not fit"),
    ],
)
def test_a_flaw_is_named(text: str, words: str) -> None:
    assert words in (flaw_of(text) or "")
