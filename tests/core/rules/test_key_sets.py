"""JWK Sets as they are stored: nothing but public members, whatever was fetched."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from core.rules.key_sets import keys_in, public_jwk, stored_set, thumbprint, trust_key

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)
)
PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]
PUBLIC = ["kty", "n", "e", "crv", "x", "y", "kid", "alg"]
MEMBERS = st.sampled_from([*PUBLIC, *PRIVATE, "use", "key_ops", "x5c"])
KINDS = st.sampled_from(["RSA", "EC", "OKP", "oct"])
RSA = {"kty": "RSA", "n": "AQAB", "e": "AQAB"}


@given(st.dictionaries(MEMBERS, st.text(max_size=5) | ANYTHING), KINDS)
@example({**RSA, "d": "secret", "p": "secret", "oth": [{"r": "secret"}], "kid": "k"}, "RSA")
def test_only_public_members_are_kept_and_all_of_them_are_text(jwk: dict[str, object], kty: str) -> None:
    kept = public_jwk({**jwk, "kty": kty})
    if kept is None:
        return
    assert set(kept) <= set(PUBLIC)
    assert kty != "oct"
    assert all(isinstance(value, str) for value in kept.values())
    assert keys_in(stored_set([kept])) == (kept,)
    assert trust_key(kept).thumbprint == thumbprint(kept)


@given(ANYTHING | st.dictionaries(MEMBERS, ANYTHING))
def test_whatever_stands_for_a_set_is_read_without_harm(value: object) -> None:
    assert public_jwk(value) is None or isinstance(value, dict)
    assert isinstance(keys_in(json.dumps({"keys": value})), tuple)
    assert isinstance(keys_in(json.dumps(value)), tuple)


def test_the_thumbprint_is_that_of_the_example_of_rfc_7638() -> None:
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhM"
        "stn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5"
        "hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    jwk = {"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}
    assert thumbprint(jwk) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
