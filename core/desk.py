"""What every service works with, given once at composition: nothing here is found by import or patched in tests."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.hashing import Hasher
from core.rules.clocks import Clocks, SinceBoot, unknown
from core.rules.operator import Operator
from core.rules.secret_format import TokenBytes
from store.database import Database

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Desk:
    """The database, the person, and the sources of time, randomness and hashes."""

    database: Database
    operator: Operator
    now: Now
    """The time in UTC, with its zone."""
    token_bytes: TokenBytes
    hasher: Hasher
    since_boot: SinceBoot = unknown
    """The time since boot, by which a lock is measured."""

    def clocks(self) -> Clocks:
        """Return the time and the uptime at this moment."""
        return Clocks(self.now(), self.since_boot())

    def new_id(self) -> str:
        """Return a random UUID (RFC 9562 version 4) in lower case."""
        return str(uuid.UUID(bytes=self.token_bytes(16), version=4))
