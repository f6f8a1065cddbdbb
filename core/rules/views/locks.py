"""The lock of a client ID, and what has led to it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """One line of the lock panel: a refused logon, `count` times."""

    at: datetime
    reason: str
    source: str | None
    count: int


@dataclass(frozen=True, slots=True)
class LockView:
    """The lock of a client ID at the moment of reading."""

    locked: bool
    locked_until: datetime | None
    failed_logons: int
    limit: int
    locking_enabled: bool
    failures: tuple[Failure, ...]
