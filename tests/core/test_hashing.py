"""Argon2id, with the parameters of every day in this one place."""

import os
import resource

import pytest
from argon2 import Parameters, Type, extract_parameters
from argon2.profiles import CHEAPEST

from core.hashing import PARAMETERS, ArgonHasher
from core.rules.errors import Refusal
from core.rules.secret_format import new_value
from tests.processes import alone
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


DAMAGED = [
    "",
    "plain",
    "\ufffd",
    "$argon2id$",
    "$argon2id$zz",
    "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$!",
    "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$YWJjZ",
    "$argon2id$v=19$m=8,t=0,p=1$c2FsdHNhbHQ$aaaaaaaaaaaaaaaaaaaaaa",
    "$argon2id$v=19$m=8,t=1,p=9$c2FsdHNhbHQ$aaaaaaaaaaaaaaaaaaaaaa",
    "$argon2id$v=19$m=9999999,t=1,p=1$c2FsdHNhbHQ$aaaaaaaaaaaaaaaaaaaaaa",
]


@pytest.mark.parametrize("damaged", DAMAGED)
def test_a_damaged_hash_matches_nothing_and_takes_as_long(damaged: str) -> None:
    seen: list[str] = []

    class Watched(ArgonHasher):
        def verify(self, encoded: str, value: str) -> bool:
            seen.append(encoded)
            return super().verify(encoded, value)

    hasher = Watched(dice(), CHEAPEST)
    assert not hasher.is_readable(damaged)
    assert not hasher.is_outdated(damaged)
    assert not hasher.verify(damaged, "value")
    assert [hasher.is_readable(encoded) for encoded in seen] == [False, True]


@pytest.mark.parametrize("parameters", [CHEAPEST, PARAMETERS])
def test_a_hash_of_our_own_is_readable(parameters: Parameters) -> None:
    hasher = ArgonHasher(dice(), parameters)
    assert hasher.is_readable(hasher.hash("value"))


def test_without_memory_for_it_a_right_secret_is_no_wrong_one() -> None:
    assert alone(refusal_without_memory) == "A secret cannot be verified now (Memory allocation error): try again."


def refusal_without_memory() -> str:
    hasher = ArgonHasher(dice())
    encoded = hasher.hash("value").replace("m=19456", f"m={1024 * 1024}")
    resource.setrlimit(resource.RLIMIT_AS, (512 * 1024 * 1024, -1))
    with pytest.raises(Refusal) as refused:
        hasher.verify(encoded, "value")
    return refused.value.sentence


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
