"""An application as it stands at a moment."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class ApplicationState(StrEnum):
    """What an application is at a moment: the first that applies."""

    DISABLED = "disabled"
    LOCKED = "locked"
    EXPIRING = "expiring"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class SecretCount:
    """How many secrets an application has: `live` ones work, `counted` ones take a place under the limit."""

    live: int
    counted: int
    limit: int


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application as it stands at the moment of reading; times are UTC, `token_lifetime` is in minutes."""

    id: str
    name: str
    description: str | None
    client_id: str
    enabled: bool
    state: ApplicationState
    locking_enabled: bool
    locked_until: datetime | None
    failed_logons: int
    introspects: bool
    token_lifetime: int
    scopes: tuple[str, ...]
    secrets: SecretCount
    next_expiry: datetime | None
    last_used_at: datetime | None
    created_at: datetime
    certificates: int = 0
    trusts: int = 0
    """How many JWT trusts it has, of both kinds."""
    position: tuple[Any, str] = field(repr=False, compare=False, default=("", ""))
    """Where it stands in the list that it was read from: what the next page is asked with."""
