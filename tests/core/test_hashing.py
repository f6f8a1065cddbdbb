"""Argon2id, with the parameters of every day in this one place."""

import os

import pytest
from argon2 import Parameters, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from argon2.profiles import CHEAPEST

from core.hashing import PARAMETERS, ArgonHasher
from core.rules.secret_format import new_value
from tests.staging import dice


def test_the_real_hasher_is_argon2id_with_at_least_19_mib_and_two_passes() -> None:
    hasher = ArgonHasher(os.urandom)
    value = new_value(os.urandom)
    encoded = hasher.hash(value)
    used = extract_parameters(encoded)
    assert used == PARAMETERS
    assert used.type is Type.ID
    assert used.memory_cost >= 19 * 1024
    assert used.time_cost >= 2
    assert (used.salt_len, used.hash_len) == (16, 32)
    assert hasher.verify(encoded, value)
    assert not hasher.verify(encoded, new_value(os.urandom))
    assert not hasher.is_outdated(encoded)
    hasher.verify_nothing()


def test_two_hashes_of_one_value_differ_by_their_salt() -> None:
    hasher = ArgonHasher(dice(), CHEAPEST)
    assert hasher.hash("same") != hasher.hash("same")


def test_a_hash_of_other_parameters_is_outdated_and_still_verifies() -> None:
    old, today = ArgonHasher(dice(), CHEAPEST), ArgonHasher(dice(), other_parameters())
    encoded = old.hash("value")
    assert today.is_outdated(encoded)
    assert today.verify(encoded, "value")


@pytest.mark.parametrize("damaged", ["", "$argon2id$", "$argon2id$damaged", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$!"])
def test_a_damaged_hash_is_a_defect_and_no_wrong_secret(damaged: str) -> None:
    with pytest.raises((InvalidHashError, VerificationError)) as defect:
        ArgonHasher(dice(), CHEAPEST).verify(damaged, "value")
    assert not isinstance(defect.value, VerifyMismatchError)


def test_verifying_nothing_verifies_one_hash_of_todays_parameters() -> None:
    seen: list[str] = []

    class Watched(ArgonHasher):
        def verify(self, encoded: str, value: str) -> bool:
            seen.append(encoded)
            assert not super().verify(encoded, value)
            return False

    hasher = Watched(dice(), CHEAPEST)
    hasher.verify_nothing()
    hasher.verify_nothing()
    assert len(seen) == 2
    assert seen[0] == seen[1]
    assert extract_parameters(seen[0]) == CHEAPEST


def other_parameters() -> Parameters:
    return Parameters(CHEAPEST.type, CHEAPEST.version, 16, 32, time_cost=2, memory_cost=16, parallelism=1)
