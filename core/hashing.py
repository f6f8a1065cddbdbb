"""Argon2id for client secrets: one verification per attempt, against a dummy where there is nothing to verify."""

import os
from functools import cached_property
from threading import BoundedSemaphore
from typing import Protocol

from argon2 import Parameters, PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError

from core.rules.secret_format import TokenBytes, new_value

# OWASP's smallest recommendation: against 256 random bits more would only cost the legitimate.
PARAMETERS = Parameters(
    type=Type.ID, version=19, salt_len=16, hash_len=32, time_cost=2, memory_cost=19 * 1024, parallelism=1
)


class Hasher(Protocol):
    """What the services need of a password hash."""

    def hash(self, value: str) -> str:
        """Return the encoded hash of *value*, parameters and salt included."""

    def verify(self, encoded: str, value: str) -> bool:
        """Tell whether *value* is what *encoded* was made of."""

    def verify_nothing(self) -> None:
        """Take the time of a verification that fails, so that an absent row does not answer faster."""

    def is_outdated(self, encoded: str) -> bool:
        """Tell whether *encoded* was made with other parameters than today's."""


class ArgonHasher:
    """Argon2id by argon2-cffi with one set of parameters.

    One at a time for each core, whatever the number of threads: more would only take memory from the others.
    """

    def __init__(self, token_bytes: TokenBytes, parameters: Parameters = PARAMETERS) -> None:
        self._token_bytes = token_bytes
        self._argon = PasswordHasher.from_parameters(parameters)
        self._cores = BoundedSemaphore(os.cpu_count() or 1)

    def hash(self, value: str) -> str:
        """Return the encoded hash of *value*."""
        with self._cores:
            return self._argon.hash(value)

    def verify(self, encoded: str, value: str) -> bool:
        """Tell whether *value* is what *encoded* was made of; a damaged hash is a defect and raises."""
        try:
            with self._cores:
                return self._argon.verify(encoded, value)
        except VerifyMismatchError:
            return False

    def verify_nothing(self) -> None:
        """Verify against a hash of our own making, so that the cost is the same under any parameters."""
        self.verify(self._dummy, "")

    def is_outdated(self, encoded: str) -> bool:
        """Tell whether *encoded* was made with other parameters."""
        return self._argon.check_needs_rehash(encoded)

    @cached_property
    def _dummy(self) -> str:
        return self.hash(new_value(self._token_bytes))
