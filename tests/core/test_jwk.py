"""Our keys as JWKs, read and written as PyJWT does, which the server can do without."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from core.jwk import jwk_of, key_of, thumbprint

KEYS = [ec.derive_private_key(number, ec.SECP256R1()).public_key() for number in range(1, 400)]


def test_every_key_is_written_as_another_library_writes_it_and_read_again() -> None:
    assert any(key.public_numbers().x.bit_length() <= 248 for key in KEYS), "one whose first byte is 0"
    for key in KEYS:
        jwk = jwk_of(key)
        assert jwk == ECAlgorithm.to_jwk(key, as_dict=True)
        assert key_of(jwk) == key


def test_what_is_no_point_of_the_curve_is_no_key() -> None:
    jwk = jwk_of(KEYS[0])
    with pytest.raises(ValueError, match="curve"):
        key_of({**jwk, "x": jwk["y"]})


def test_the_thumbprint_is_of_the_required_members_alone() -> None:
    jwk = jwk_of(KEYS[0])
    assert thumbprint({**jwk, "use": "sig", "kid": "one"}) == thumbprint(dict(reversed(jwk.items())))
    assert thumbprint(jwk) != thumbprint(jwk_of(KEYS[1]))
