"""The list of what ends, of every kind of credential."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.rules.expiry import CredentialKind, SecretState


@dataclass(frozen=True, slots=True)
class ExpiringView:
    """A credential of any application on the list of what ends; `enabled` is the application's.

    `expires_at` is when it stops working: its expiry, or the end of its grace period, whichever comes first.
    `days_left` are whole days, negative once it has ended.
    """

    kind: CredentialKind
    id: str
    application: str
    application_id: str
    client_id: str
    enabled: bool
    hint: str
    description: str | None
    state: SecretState
    expires_at: datetime
    days_left: int
    last_used_at: datetime | None
    last_used_from: str | None
    subject: str | None = None
    """A certificate's; None of any other kind."""
    position: tuple[Any, ...] = field(repr=False, compare=False, default=())
    """Where it stands in the list that it was read from: what the next page is asked with."""


@dataclass(frozen=True, slots=True)
class ExpiringCount:
    """How many credentials have ended within a number of days before now, and how many will within as many."""

    days: int
    ended: int
    ending: int
