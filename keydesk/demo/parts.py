"""The words in which the demo's story is written: what was done, by whom, and how long ago.

Only deeds are told; every state that a screen shows follows from them, as it does in earnest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from core.rules.expiry import Lifetime
from core.rules.operator import Operator
from core.rules.requests.apis import NewApi
from core.rules.requests.applications import ApplicationChanges
from core.rules.requests.client_secrets import SecretChanges
from core.rules.requests.jwt_trusts import NewTrust
from core.rules.rotation import Grace
from core.rules.scopes import ApiScope

ago = timedelta
"""An age, counted back from the moment at which the demo opens."""

OPERATORS = {
    "alice": Operator("keydesk", claimed="alice"),
    "bob": Operator("keydesk", claimed="bob"),
    "chandra": Operator("keydesk", claimed="chandra"),
    "deploy": Operator("deploy"),
}
"""Three people who share the service account, and a script that has its own."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An act of an operator that needs no more telling, such as revoking or unlocking."""

    at: timedelta
    by: str


@dataclass(frozen=True, slots=True)
class Changed(Deed):
    """A change to an application."""

    to: ApplicationChanges


@dataclass(frozen=True, slots=True)
class Edited(Deed):
    """A change to a client secret."""

    to: SecretChanges


@dataclass(frozen=True, slots=True)
class Rotated(Deed):
    """A client secret got a twin, which nobody has used yet."""

    grace: Grace


@dataclass(frozen=True, slots=True)
class Used:
    """Good logons with a secret: how many, the last of them, and where that came from."""

    times: int
    last: timedelta
    source: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused logons: the first of them, from where, how many and how far apart.

    `presented` is the description of one of the application's secrets, or None for a made-up value.
    """

    at: timedelta
    source: str
    times: int = 1
    every: timedelta = timedelta(seconds=40)
    presented: str | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """The life of a client secret."""

    description: str | None
    made: Deed
    lifetime: Lifetime = Lifetime.ONE_YEAR
    scopes: Iterable[ApiScope] = tuple(ApiScope)
    used: Used | None = None
    edited: Edited | None = None
    rotated: Rotated | None = None
    revoked: Deed | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """The life of a certificate: names by RFC 4514, how long before it was added it was made, and for how long."""

    description: str | None
    subject: str
    issuer: str
    made: Deed
    age: timedelta
    lifetime: timedelta
    used: Used | None = None


@dataclass(frozen=True, slots=True)
class Trust:
    """The life of a JWT trust: when its keys were last fetched, and since when that fails."""

    asked: NewTrust
    made: Deed
    fetched: timedelta
    failed: timedelta | None = None
    used: Used | None = None


@dataclass(frozen=True, slots=True)
class Subscribed(Deed):
    """An application, by its name, was allowed to call an API."""

    application: str


@dataclass(frozen=True, slots=True)
class Api:
    """The life of a protected API; `called` is which applications called it, by their names."""

    asked: NewApi
    made: Deed
    subscribed: tuple[Subscribed, ...] = ()
    called: tuple[tuple[str, Used], ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    """The life of an application."""

    name: str
    description: str | None
    made: Deed
    changed: tuple[Changed, ...] = ()
    secrets: tuple[Secret, ...] = ()
    trusts: tuple[Trust, ...] = ()
    refused: tuple[Refused, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    unlocked: Deed | None = None
    deleted: Deed | None = None
