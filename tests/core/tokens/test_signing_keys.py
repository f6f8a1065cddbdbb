"""The server's keys: one signs, the one before is published until its last token has expired."""

import os

import pytest

from core.rules.errors import UnfitPlace
from core.services import Services
from core.tokens.sealing import Seal
from core.tokens.signing_keys import SigningKeys
from store.database import Database
from tests.staging import Clock, compose, fetched, plain_sql

SEAL = Seal(b"k" * 32, os.urandom)


@pytest.fixture
def keys(services: Services) -> SigningKeys:
    return SigningKeys(services.desk, SEAL)


def test_the_first_start_makes_the_key_and_the_next_one_finds_it(keys: SigningKeys, services: Services) -> None:
    first = keys.signer()
    assert SigningKeys(services.desk, SEAL).signer().kid == first.kid
    assert [view.kid for view in keys.list()] == [first.kid]


def test_two_first_starts_at_once_agree_on_one_key(database: Database, clock: Clock) -> None:
    signers = {SigningKeys(compose(database, clock).desk, SEAL).signer().kid for _ in range(2)}
    assert len(signers) == 1


def test_the_private_key_stands_nowhere_in_clear(keys: SigningKeys, database: Database) -> None:
    private = keys.signer().private.private_numbers().private_value
    ((sealed,),) = fetched(database, "SELECT sealed FROM signing_keys")
    opened = SEAL.open(str(sealed), keys.signer().kid)
    assert opened is not None
    assert private.to_bytes(32, "big") in opened
    assert all(number not in str(fetched(database, "SELECT * FROM signing_keys")) for number in (str(private),))
    assert str(private) not in repr(keys.signer())


def test_a_sealed_key_does_not_open_under_another_key_file_or_name(keys: SigningKeys, services: Services) -> None:
    keys.signer()
    for seal in (Seal(b"x" * 32, os.urandom), None):
        with pytest.raises(UnfitPlace, match="keydesk keys rotate"):
            SigningKeys(services.desk, seal).signer()
    sealed = SEAL.close(b"content", "one")
    assert SEAL.open(sealed, "one") == b"content"
    assert SEAL.open(sealed, "two") is None
    assert SEAL.open(sealed[:-4], "one") is None
    assert SEAL.open("é", "one") is None


def test_published_keys_are_public_and_carry_what_a_verifier_needs(keys: SigningKeys) -> None:
    kid = keys.signer().kid
    (jwk,) = keys.published()
    assert jwk.keys() == {"kty", "crv", "x", "y", "use", "alg", "kid"}
    assert (jwk["kid"], jwk["kty"], jwk["crv"], jwk["use"], jwk["alg"]) == (kid, "EC", "P-256", "sig", "ES256")


def test_after_a_rotation_the_new_key_signs_and_the_old_one_stays_until_its_last_token_expired(
    keys: SigningKeys, clock: Clock
) -> None:
    old = keys.signer().kid
    clock.advance(minutes=5)
    new = keys.rotate()
    assert keys.signer().kid == new.kid != old
    assert [view.kid for view in keys.list()] == [new.kid, old]
    clock.advance(minutes=720)
    assert old in keys.verifiers()
    clock.advance(minutes=2)
    assert [view.kid for view in keys.list()] == [new.kid]
    keys.rotate()
    assert old not in keys.verifiers()


def test_a_retired_key_can_sign_no_more(keys: SigningKeys, database: Database) -> None:
    keys.signer()
    keys.rotate()
    rows = fetched(database, "SELECT sealed IS NULL, signer FROM signing_keys ORDER BY 1")
    assert rows == [(0, 1), (1, None)]


def test_making_and_rotating_are_written_down(keys: SigningKeys, services: Services) -> None:
    old = keys.signer().kid
    new = keys.rotate().kid
    rows = services.activity.page(None).rows
    assert [(row.action, row.object_id, row.before, row.after) for row in rows] == [
        ("signing_key.rotated", new, {"kid": old}, {"kid": new}),
        ("signing_key.made", old, None, {"kid": old}),
    ]
    assert services.activity.verify().ok


def test_a_lost_key_file_is_overcome_by_a_rotation(keys: SigningKeys, services: Services, database: Database) -> None:
    old = keys.signer().kid
    plain_sql(database, "UPDATE signing_keys SET sealed = 'lost'")
    again = SigningKeys(services.desk, Seal(b"n" * 32, os.urandom))
    new = again.rotate().kid
    assert again.signer().kid == new
    assert set(again.verifiers()) == {old, new}
