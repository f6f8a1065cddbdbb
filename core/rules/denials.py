"""Why a call of a protected API is refused: the check that did it, and what the operator is told.

A caller sees none of this, only what the profile of the API shows (`core.rules.profiles`).
"""

from enum import StrEnum
from typing import NamedTuple


class Denial(StrEnum):
    """The check that refused a call; the value is its word in the activity and in the request log."""

    UNKNOWN_API = "unknown API"
    UNAVAILABLE = "no answer in time"
    NO_CREDENTIAL = "no credential"
    NO_TOKEN = "no access token"  # noqa: S105 (a word)
    EMPTY_TOKEN = "empty access token"  # noqa: S105
    NO_CLIENT_ID = "no client ID"
    NO_SECRET = "no secret"  # noqa: S105
    UNCLEAR = "more than one credential"
    UNKNOWN_CLIENT_ID = "unknown client ID"
    WRONG_SECRET = "wrong secret"  # noqa: S105
    SECRET_EXPIRED = "secret expired"  # noqa: S105
    SECRET_REVOKED = "secret revoked"  # noqa: S105
    SECRET_ROTATED = "secret rotated"  # noqa: S105
    NO_API_SCOPE = "secret without API scope"
    LOCKED = "client ID locked"
    DISABLED = "application disabled"
    INVALID_TOKEN = "invalid token"  # noqa: S105
    TOKEN_EXPIRED = "token expired"  # noqa: S105
    TOKEN_REVOKED = "token revoked"  # noqa: S105
    TOKEN_OF_ANOTHER = "token without its certificate"  # noqa: S105
    INSUFFICIENT_SCOPE = "insufficient scope"
    NOT_SUBSCRIBED = "not subscribed"

    @property
    def sentence(self) -> str:
        """What happened, and where the operator could look next."""
        return _SENTENCES[self]


class Verdict(NamedTuple):
    """What would become of a call: None and 200 where it passes, else which check refuses it, in words."""

    denial: Denial | None
    sentence: str
    status: int
    """What the caller would see."""


_SENTENCES = {
    Denial.UNKNOWN_API: "No API has this name: the gateway asks for another one than is protected here.",
    Denial.UNAVAILABLE: "The server could not decide in time: too much was asked of it, or its database is silent.",
    Denial.NO_CREDENTIAL: "The call has no credential in the place that the API declares; others do not count.",
    Denial.NO_TOKEN: "The call has no access token: the API wants “Authorization: Bearer …”.",
    Denial.EMPTY_TOKEN: "The Authorization header says Bearer, and no token follows.",
    Denial.NO_CLIENT_ID: "The call has a client secret, and no client ID in the place that the API declares.",
    Denial.NO_SECRET: "The call has a client ID, and no client secret in the place that the API declares.",
    Denial.UNCLEAR: "A credential stands in the call twice, in two places, or beside one of another kind.",
    Denial.UNKNOWN_CLIENT_ID: "No application has this client ID.",
    Denial.WRONG_SECRET: "The client secret is none of this application's.",
    Denial.SECRET_EXPIRED: "The client secret is right, and has expired.",
    Denial.SECRET_REVOKED: "The client secret is right, and was revoked.",
    Denial.SECRET_ROTATED: "The client secret is right, and was rotated: its grace period is over.",
    Denial.NO_API_SCOPE: "The client secret is right, and lacks the API scope that is wanted here.",
    Denial.LOCKED: "The client ID is locked after failed logons; while it is, no secret is looked at.",
    Denial.DISABLED: "The application is disabled.",
    Denial.INVALID_TOKEN: "The token is none of this server's: it was altered, or another issuer made it.",
    Denial.TOKEN_EXPIRED: "The token has expired.",
    Denial.TOKEN_REVOKED: "The token was revoked, or the credential that obtained it was revoked or deleted.",
    Denial.TOKEN_OF_ANOTHER: "The token is bound to a client certificate, and the call did not come with it.",
    Denial.INSUFFICIENT_SCOPE: "The token lacks an OAuth scope that the API wants.",
    Denial.NOT_SUBSCRIBED: "The application is known, and has not subscribed to the API.",
}
