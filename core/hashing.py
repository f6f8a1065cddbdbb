"""Argon2id for client secrets: one verification per attempt, against a dummy where there is nothing to verify."""

import os
import re
from functools import cached_property
from threading import BoundedSemaphore
from typing import Protocol

from argon2 import Parameters, PasswordHasher, Type, extract_parameters
from argon2.exceptions import VerificationError, VerifyMismatchError

from core.rules.errors import Refusal
from core.rules.secret_format import TokenBytes, new_value

# OWASP's smallest recommendation: against 256 random bits more would only cost the legitimate.
PARAMETERS = Parameters(
    type=Type.ID, version=19, salt_len=16, hash_len=32, time_cost=2, memory_cost=19 * 1024, parallelism=1
)

_ENCODED = re.compile(r"\$argon2id\$v=19\$m=\d{1,7},t=\d{1,3},p=\d{1,2}\$[0-9A-Za-z+/]{11,64}\$[0-9A-Za-z+/]{6,128}")
_MOST_MEMORY = 1024 * 1024
"""Kilobytes that a hash may ask for: a planted one shall not take the machine's."""


class Hasher(Protocol):
    """What the services need of a password hash."""

    def hash(self, value: str) -> str:
        """Return the encoded hash of *value*, parameters and salt included."""

    def verify(self, encoded: str, value: str) -> bool:
        """Tell whether *value* is what *encoded* was made of."""

    def verify_nothing(self) -> None:
        """Take the time of a verification that fails, so that an absent row does not answer faster."""

    def is_readable(self, encoded: str) -> bool:
        """Tell whether *encoded* is a hash that can be verified; another one came by another hand."""

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
        """Tell whether *value* is what *encoded* was made of; nothing is what a damaged hash was made of.

        Refuses where there is no memory for it: that is no wrong secret.
        """
        if not self.is_readable(encoded):
            self.verify_nothing()
            return False
        try:
            with self._cores:
                return self._argon.verify(encoded, value)
        except VerifyMismatchError:
            return False
        except VerificationError as error:
            raise Refusal(f"A secret cannot be verified now ({error}): try again.") from None

    def verify_nothing(self) -> None:
        """Verify against a hash of our own making, so that the cost is the same under any parameters."""
        self.verify(self._dummy, "")

    def is_readable(self, encoded: str) -> bool:
        """Tell whether *encoded* is a hash of Argon2id with costs that a machine can pay."""
        if not _ENCODED.fullmatch(encoded) or any(len(part) % 4 == 1 for part in encoded.split("$")[-2:]):
            return False  # Base64 has no such length
        found = extract_parameters(encoded)
        lanes = found.parallelism
        return found.time_cost > 0 and lanes > 0 and 8 * lanes <= found.memory_cost <= _MOST_MEMORY

    def is_outdated(self, encoded: str) -> bool:
        """Tell whether *encoded* was made with other parameters; a damaged hash is nothing to be made anew."""
        return self.is_readable(encoded) and self._argon.check_needs_rehash(encoded)

    @cached_property
    def _dummy(self) -> str:
        return self.hash(new_value(self._token_bytes))
