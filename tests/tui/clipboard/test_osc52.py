"""The bytes of OSC 52, bare and wrapped for screen."""

import re
from base64 import b64decode

from hypothesis import given
from hypothesis import strategies as st

from tui.clipboard.osc52 import sequence, through_screen


def test_sequence_names_the_clipboard_and_carries_base64() -> None:
    assert sequence(b"kd_example") == "\x1b]52;c;a2RfZXhhbXBsZQ==\x07"


@given(st.binary(max_size=2000))
def test_no_byte_of_the_value_can_end_the_sequence(value: bytes) -> None:
    payload = sequence(value).removeprefix("\x1b]52;c;").removesuffix("\x07")
    assert re.fullmatch(r"[A-Za-z0-9+/=]*", payload)
    assert b64decode(payload) == value


@given(st.binary(max_size=2000))
def test_screen_gets_strings_that_its_oldest_version_takes(value: bytes) -> None:
    wrapped = through_screen(sequence(value))
    strings = re.findall(r"\x1bP(.*?)\x1b\\", wrapped, re.DOTALL)
    assert all(len(string) < 256 for string in strings)
    assert "".join(strings) == sequence(value)
    assert wrapped == "".join(f"\x1bP{string}\x1b\\" for string in strings)
