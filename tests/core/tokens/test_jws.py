"""A token of ours begins with a header that we wrote; everything else is refused before it is read."""

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.tokens import jws

CLAIMS = {"sub": "billing", "exp": 1}
KEY = ec.generate_private_key(ec.SECP256R1())
HEADER = jws.header("one")
KEYS = {HEADER: KEY.public_key()}
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def part(content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_what_was_signed_is_read_again_by_us_and_by_any_other_library() -> None:
    token = jws.signed(HEADER, json.dumps(CLAIMS).encode(), KEY)
    assert jws.claims_of(token, KEYS) == CLAIMS
    decoded = jwt.decode_complete(token, KEY.public_key(), algorithms=["ES256"], options={"verify_exp": False})
    assert decoded["payload"] == CLAIMS
    assert decoded["header"] == {"typ": "at+jwt", "alg": "ES256", "kid": "one"}


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "", None, 0])
def test_no_spelling_of_none_is_accepted(alg: object) -> None:
    for signature in ("", part(b"x" * 64)):
        token = f"{part({'typ': 'at+jwt', 'alg': alg, 'kid': 'one'})}.{part(CLAIMS)}.{signature}"
        assert jws.claims_of(token, KEYS) is None


def test_hs256_keyed_with_our_public_key_is_refused() -> None:
    body = f"{part({'typ': 'at+jwt', 'alg': 'HS256', 'kid': 'one'})}.{part(CLAIMS)}"
    assert jws.claims_of(f"{body}.{part(hmac.digest(PEM, body.encode(), hashlib.sha256))}", KEYS) is None


@pytest.mark.parametrize(
    "more",
    [
        {"jwk": {"kty": "EC"}},
        {"jku": "http://127.0.0.1:1/keys"},
        {"x5u": "http://127.0.0.1:1/chain"},
        {"crit": ["b64"], "b64": True},
        {"kid": "../../dev/null"},
        {"kid": "two"},
        {"typ": "JWT"},
        {"extra": 1},
    ],
)
def test_any_other_header_is_refused_even_under_a_good_signature(more: dict[str, Any]) -> None:
    other = part({"typ": "at+jwt", "alg": "ES256", "kid": "one"} | more)
    assert jws.claims_of(jws.signed(other, json.dumps(CLAIMS).encode(), KEY), KEYS) is None


def test_every_altered_character_makes_it_nobodys_token() -> None:
    token = jws.signed(HEADER, json.dumps(CLAIMS).encode(), KEY)
    for place in range(len(token)):
        for other in "A9_":
            altered = token[:place] + other + token[place + 1 :]
            assert altered == token or jws.claims_of(altered, KEYS) is None


@pytest.mark.parametrize(
    "text", ["", ".", "..", "...", "a.b.c", "é.é.é", HEADER, f"{HEADER}..", f"{HEADER}.e30.", f"{HEADER}.e30.!!", "\0"]
)
def test_what_is_no_token_is_no_token(text: str) -> None:
    assert jws.claims_of(text, KEYS) is None
    assert jws.claims_of(text + "x" * 100_000, KEYS) is None


def test_a_good_signature_of_another_key_is_refused() -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    assert jws.claims_of(jws.signed(HEADER, json.dumps(CLAIMS).encode(), stranger), KEYS) is None
