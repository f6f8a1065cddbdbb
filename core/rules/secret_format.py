"""The format of a client secret: `kd_` + public identifier + `_` + random part + checksum.

All characters but the underscores are from `0-9A-Za-z`, so a value is safe in a URL, a form, a shell and
a header without encoding, and secret scanners recognise it. The identifier stands in clear as the *hint*.
"""

import re
import zlib
from collections.abc import Callable, Iterator

TokenBytes = Callable[[int], bytes]

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PREFIX = "kd_"
IDENTIFIER_LENGTH = 8
RANDOM_LENGTH = 43  # 62 ** 43 > 2 ** 256
CHECKSUM_LENGTH = 6  # 62 ** 6 > 2 ** 32
VALUE_LENGTH = len(PREFIX) + IDENTIFIER_LENGTH + 1 + RANDOM_LENGTH + CHECKSUM_LENGTH

_HINT = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{IDENTIFIER_LENGTH}}}")
_VALUE = re.compile(rf"({_HINT.pattern})_[0-9A-Za-z]{{{RANDOM_LENGTH + CHECKSUM_LENGTH}}}")
# The largest multiple of 62 that a byte can reach: bytes from here on would favour the first digits.
_FAIR_BYTES = 256 - 256 % len(ALPHABET)


def new_value(token_bytes: TokenBytes) -> str:
    """Make a client secret of 256 random bits; `token_bytes(n)` is the only source of randomness."""
    digits = _random_digits(token_bytes)
    identifier = "".join(next(digits) for _ in range(IDENTIFIER_LENGTH))
    random_part = "".join(next(digits) for _ in range(RANDOM_LENGTH))
    body = f"{PREFIX}{identifier}_{random_part}"
    return body + checksum(body)


def hint_of(value: str) -> str | None:
    """Return the hint of a well-formed value whose checksum is right, else None."""
    match = _VALUE.fullmatch(value)
    if match is None or checksum(value[:-CHECKSUM_LENGTH]) != value[-CHECKSUM_LENGTH:]:
        return None
    return match[1]


def flaw_of(value: str) -> str | None:
    """Return in a sentence why *value* cannot be a client secret, or None where it may be one; quotes nothing of it."""
    if not value.startswith(PREFIX):
        return f"This is no client secret: one begins with {PREFIX}."
    if is_hint(value):
        return "This is the hint alone: paste the whole client secret."
    if len(value) != VALUE_LENGTH:
        return f"A client secret has {VALUE_LENGTH} characters, and this has {len(value)}: copy the whole of it."
    if hint_of(value) is None:
        return "The checksum at its end does not fit: a character was lost or changed on the way."
    return None


def leading_hint(text: str) -> str | None:
    """Return the hint with which *text* begins, so that a pasted value can be cut down to it."""
    match = _HINT.match(text)
    return match[0] if match else None


def values_in(text: str) -> list[str]:
    """Return what in *text* looks like a client secret, whether or not its checksum is right."""
    return [match[0] for match in _VALUE.finditer(text)]


def is_hint(text: str) -> bool:
    """Tell whether *text* is a hint and nothing more."""
    return _HINT.fullmatch(text) is not None


def checksum(body: str) -> str:
    """Return the CRC-32 of *body* in base 62, left-padded to six characters."""
    number = zlib.crc32(body.encode())
    digits = ""
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def _random_digits(token_bytes: TokenBytes) -> Iterator[str]:
    while True:
        yield from (ALPHABET[byte % len(ALPHABET)] for byte in token_bytes(64) if byte < _FAIR_BYTES)
