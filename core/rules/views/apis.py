"""Protected APIs, who calls them, and whether their upstreams answer."""

from dataclasses import dataclass
from datetime import datetime

from core.rules.apis import Located, Profile, Security
from core.rules.scopes import ApiScope


@dataclass(frozen=True, slots=True)
class ApiView:
    """A protected API. `api_scope` None: a secret of any API scope opens it; `scopes` are required OAuth scopes."""

    id: str
    name: str
    title: str | None
    path: str
    upstream: str | None
    gateway: str | None
    security: frozenset[Security]
    client_id_at: Located
    client_secret_at: Located
    scopes: tuple[str, ...]
    any_scope: bool
    """Whether one of the OAuth scopes is enough; else all of them are needed."""
    api_scope: ApiScope | None
    subscribed_only: bool
    profile: Profile
    created_at: datetime
    created_by: str
    subscriptions: int
    last_called_at: datetime | None

    @property
    def public_url(self) -> str | None:
        """Where callers reach it; None where nobody has said which gateway stands in front of it."""
        return f"{self.gateway}{self.path}" if self.gateway else None


@dataclass(frozen=True, slots=True)
class CallerView:
    """An application and an API: whether it has subscribed, and when it last called."""

    application_id: str
    application: str
    client_id: str
    enabled: bool
    subscribed_at: datetime | None
    subscribed_by: str | None
    last_called_at: datetime | None
    calls: int


@dataclass(frozen=True, slots=True)
class UpstreamStatus:
    """Whether what stands behind an API answers; `milliseconds` is None where there is nothing to ask."""

    up: bool
    reason: str
    milliseconds: float | None

    @property
    def word(self) -> str:
        """UP or DOWN; a dash where there is nothing to ask."""
        return "-" if self.milliseconds is None else "UP" if self.up else "DOWN"
