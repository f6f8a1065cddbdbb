"""What the callers of a protected API see when they are refused: one row for each profile, one cell for each cause.

`rfc6750` is the RFC; 401 stands for *invalid_request* too, because no gateway passes a 400 on. The others show what
the systems that they are named after show, word by word where their words are known (docs/decisions.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from string import Template

from core.rules.apis import Profile
from core.rules.denials import Denial


class Shown(Enum):
    """What callers may tell apart at most; a locked client ID looks like a wrong secret (PRODUCT.md section 4)."""

    NOTHING_SENT = auto()
    NO_TOKEN = auto()
    EMPTY_TOKEN = auto()
    UNCLEAR = auto()
    UNKNOWN_CLIENT_ID = auto()
    WRONG_SECRET = auto()
    DISABLED = auto()
    BAD_TOKEN = auto()
    SCOPE = auto()
    NOT_SUBSCRIBED = auto()


SHOWN: Mapping[Denial, Shown] = {
    Denial.NO_CREDENTIAL: Shown.NOTHING_SENT,
    Denial.NO_CLIENT_ID: Shown.NOTHING_SENT,
    Denial.NO_TOKEN: Shown.NO_TOKEN,
    Denial.EMPTY_TOKEN: Shown.EMPTY_TOKEN,
    Denial.UNCLEAR: Shown.UNCLEAR,
    Denial.UNKNOWN_CLIENT_ID: Shown.UNKNOWN_CLIENT_ID,
    Denial.NO_SECRET: Shown.WRONG_SECRET,
    Denial.WRONG_SECRET: Shown.WRONG_SECRET,
    Denial.SECRET_EXPIRED: Shown.WRONG_SECRET,
    Denial.SECRET_REVOKED: Shown.WRONG_SECRET,
    Denial.SECRET_ROTATED: Shown.WRONG_SECRET,
    Denial.NO_API_SCOPE: Shown.WRONG_SECRET,
    Denial.LOCKED: Shown.WRONG_SECRET,
    Denial.DISABLED: Shown.DISABLED,
    Denial.INVALID_TOKEN: Shown.BAD_TOKEN,
    Denial.TOKEN_EXPIRED: Shown.BAD_TOKEN,
    Denial.TOKEN_REVOKED: Shown.BAD_TOKEN,
    Denial.TOKEN_OF_ANOTHER: Shown.BAD_TOKEN,
    Denial.INSUFFICIENT_SCOPE: Shown.SCOPE,
    Denial.NOT_SUBSCRIBED: Shown.NOT_SUBSCRIBED,
}


@dataclass(frozen=True, slots=True)
class Response:
    """What a refused caller is sent. The body is JSON in printable ASCII, so that it fits into a header too."""

    status: int
    challenge: str | None = None
    """The value of `WWW-Authenticate`, with `$realm` and `$scope` to be filled in."""
    body: str = ""

    def filled(self, realm: str, scopes: tuple[str, ...]) -> "Response":
        """Return it for an API with this name and these OAuth scopes."""
        if self.challenge is None:
            return self
        challenge = Template(self.challenge).substitute(realm=realm, scope=" ".join(scopes))
        return Response(self.status, challenge, self.body)


def response(profile: Profile, denial: Denial) -> Response:
    """Return what *profile* shows for a denial that an API is to blame for; others are answered by the server."""
    return _RESPONSES[profile][SHOWN[denial]]


def _ibm(more: str, status: int = 401, challenge: str | None = None) -> Response:
    words = {401: "Unauthorized", 403: "Forbidden"}[status]
    return Response(status, challenge, f'{{"httpCode":"{status}","httpMessage":"{words}","moreInformation":"{more}"}}')


def _gravitee(message: str, after_realm: str) -> Response:
    body = f'{{"message": "{message}", "http_status_code": 401}}'
    return Response(401, f"Bearer realm=gravitee.io{after_realm}", body)


def _gravitee_says(message: str) -> Response:
    return _gravitee(message, f" - {message}")


_BAD_TOKEN = Response(401, 'Bearer realm="$realm", error="invalid_token"')
_RFC_6750 = {
    Shown.NOTHING_SENT: Response(401, 'Bearer realm="$realm"'),
    Shown.NO_TOKEN: Response(401, 'Bearer realm="$realm"'),
    Shown.EMPTY_TOKEN: Response(401, 'Bearer realm="$realm"'),
    Shown.UNCLEAR: Response(401, 'Bearer realm="$realm", error="invalid_request"'),
    Shown.UNKNOWN_CLIENT_ID: _BAD_TOKEN,
    Shown.WRONG_SECRET: _BAD_TOKEN,
    Shown.DISABLED: _BAD_TOKEN,
    Shown.BAD_TOKEN: _BAD_TOKEN,
    Shown.SCOPE: Response(403, 'Bearer realm="$realm", error="insufficient_scope", scope="$scope"'),
    Shown.NOT_SUBSCRIBED: Response(403),
}

_V5_WRONG = _ibm("Invalid client id or secret.")
_V5_UNKNOWN = _ibm("Client ID not registered")
_V5_TOKEN = _ibm("This server could not verify that you are authorized to access the URL")
_IBM_V5 = {
    Shown.NOTHING_SENT: _V5_UNKNOWN,
    Shown.NO_TOKEN: _V5_TOKEN,
    Shown.EMPTY_TOKEN: _V5_TOKEN,
    Shown.UNCLEAR: _V5_WRONG,
    Shown.UNKNOWN_CLIENT_ID: _V5_UNKNOWN,
    Shown.WRONG_SECRET: _V5_WRONG,
    Shown.DISABLED: _V5_WRONG,
    Shown.BAD_TOKEN: _V5_TOKEN,
    Shown.SCOPE: _V5_TOKEN,
    Shown.NOT_SUBSCRIBED: _ibm("Not registered to plan"),
}

_V10_WRONG = _ibm("Invalid client id or secret.")
_V10_TOKEN = _ibm(
    "Cannot pass the security checks that are required by the target API or operation, "
    "Enable debug headers for more details.",
    challenge="Bearer error='invalid_token'",
)
_IBM_V10 = {
    Shown.NOTHING_SENT: _V10_WRONG,
    Shown.NO_TOKEN: _V10_TOKEN,
    Shown.EMPTY_TOKEN: _V10_TOKEN,
    Shown.UNCLEAR: _V10_WRONG,
    Shown.UNKNOWN_CLIENT_ID: _V10_WRONG,
    Shown.WRONG_SECRET: _V10_WRONG,
    Shown.DISABLED: _ibm("Forbidden", 403),
    Shown.BAD_TOKEN: _V10_TOKEN,
    Shown.SCOPE: _V10_TOKEN,
    Shown.NOT_SUBSCRIBED: _ibm("Not registered to plan", 403),
}

_NO_HEADER = _gravitee_says("No OAuth authorization header was supplied")
_UNAUTHORIZED = _gravitee("Unauthorized", "")
_GRAVITEE_2016 = {
    Shown.NOTHING_SENT: _NO_HEADER,
    Shown.NO_TOKEN: _NO_HEADER,
    Shown.EMPTY_TOKEN: _gravitee_says("No OAuth access token was supplied"),
    Shown.UNCLEAR: _UNAUTHORIZED,
    Shown.UNKNOWN_CLIENT_ID: _UNAUTHORIZED,
    Shown.WRONG_SECRET: _UNAUTHORIZED,
    Shown.DISABLED: _UNAUTHORIZED,
    Shown.BAD_TOKEN: _gravitee("Token was not recognised", " Token was not recognised"),
    Shown.SCOPE: _gravitee_says("The request requires higher privileges than provided by the access token."),
    Shown.NOT_SUBSCRIBED: _UNAUTHORIZED,
}

_RESPONSES: Mapping[Profile, Mapping[Shown, Response]] = {
    Profile.RFC6750: _RFC_6750,
    Profile.IBM_V5: _IBM_V5,
    Profile.IBM_V10: _IBM_V10,
    Profile.GRAVITEE_2016: _GRAVITEE_2016,
}
