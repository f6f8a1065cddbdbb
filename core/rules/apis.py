"""A protected API in words: by what its callers prove themselves, where that stands, how refusals look."""

import re
from dataclasses import dataclass
from enum import StrEnum

from core.rules import limits
from core.rules.errors import Refusal

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
FIELD_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""The name of a header field: token of RFC 9110 section 5.6.2."""
_QUERY_NAME = re.compile(r"[A-Za-z0-9._~-]+")
"""unreserved of RFC 3986 section 2.3: what needs no encoding, so that it is spelt in one way."""
_NOT_FOR_CREDENTIALS = frozenset(
    {
        # hop-by-hop (RFC 9110 section 7.6.1): a gateway takes them away
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te"),
        *("trailer", "transfer-encoding", "upgrade"),
        # what frames and routes the request, or has another meaning on the way
        *("cookie", "date", "expect", "forwarded", "host", "range"),
        *("authorization", "www-authenticate", "origin", "referer", "user-agent", "via"),
        *("client-cert", "client-cert-chain"),
        # what gateways tell keydesk, and keydesk the upstream
        *("x-client-id", "x-scope", "x-denial", "x-original-uri", "x-real-ip"),
    }
)
_NOT_FOR_CREDENTIALS_BEGIN = ("x-forwarded-", "accept", "content-", "if-")
"""What proxies tell, and what says how the body is meant or which answer is wanted."""
_NOT_IN_QUERIES = "access_token"
"""The place of a bearer token (RFC 6750 section 2.3), which would be taken for one."""


class Security(StrEnum):
    """By what a caller may prove itself; an API takes one of these or has a choice of several."""

    CLIENT_ID = "client-id"
    PAIR = "client-id-and-secret"
    BEARER = "bearer"

    @property
    def label(self) -> str:
        """The words of forms and tables."""
        return _SECURITY_LABELS[self]


_SECURITY_LABELS = {
    Security.CLIENT_ID: "client ID",
    Security.PAIR: "client ID and secret",
    Security.BEARER: "bearer token",
}


class Place(StrEnum):
    """Where in a request a client ID or a secret stands."""

    HEADER = "header"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Located:
    """Where a client ID or a secret is looked for; anywhere else it does not count."""

    place: Place
    name: str

    def __str__(self) -> str:
        return f"{self.place} {self.name}"


CLIENT_ID_AT = Located(Place.HEADER, "X-IBM-Client-Id")
CLIENT_SECRET_AT = Located(Place.HEADER, "X-IBM-Client-Secret")


class Profile(StrEnum):
    """Whose refusals a caller sees."""

    RFC6750 = "rfc6750"
    IBM_V5 = "ibm-v5"
    IBM_V10 = "ibm-v10"
    GRAVITEE_2016 = "gravitee-2016"

    @property
    def gives_away(self) -> str | None:
        """What a stranger learns by its refusals, in a sentence; None where that is nothing."""
        return _GIVEN_AWAY.get(self)


_GIVEN_AWAY = {
    Profile.IBM_V5: "Anybody can tell an unknown client ID from a wrong secret by its answer.",
    Profile.IBM_V10: "Anybody can tell a disabled application from others by its answer.",
}


def api_name(text: str) -> str:
    """Return the name of an API as it stands in URLs; raises `Refusal`."""
    name = text.strip().lower()
    if not name or len(name) > limits.API_NAME_LENGTH or not _NAME.fullmatch(name):
        raise Refusal(
            f"The name of an API is 1 to {limits.API_NAME_LENGTH} lower-case letters, digits, dots, dashes and "
            "underscores, and begins and ends with a letter or a digit: it stands in URLs.",
            field="name",
        )
    return name


def securities(chosen: "frozenset[str] | set[str]") -> frozenset[Security]:
    """Return the chosen kinds; refuses none, unknown words, and a choice that is none."""
    unknown = set(chosen) - set(Security)
    if unknown:
        raise Refusal(f"There is no such security; choose from {', '.join(Security)}.", field="security")
    if not chosen:
        raise Refusal("Choose at least one security: without one, nobody could call the API.", field="security")
    if {Security.CLIENT_ID, Security.PAIR} <= set(chosen):
        raise Refusal(
            "Choose client ID or client ID and secret: if the client ID alone is enough, nobody needs the secret.",
            field="security",
        )
    return frozenset(map(Security, chosen))


def located(place: str, name: str, field: str) -> Located:
    """Return where a credential stands; refuses names that a gateway takes away or that mean something else."""
    if place not in set(Place):
        raise Refusal(f"It is located in {' or '.join(Place)}: choose one of these.", field=field)
    where, given = Place(place), name.strip()
    if len(given) > limits.PARAMETER_NAME_LENGTH:
        raise Refusal(f"A name has at most {limits.PARAMETER_NAME_LENGTH} characters.", field=field)
    if where is Place.QUERY:
        if not _QUERY_NAME.fullmatch(given):
            raise Refusal(
                "The name of a query parameter is letters, digits, dots, dashes, underscores and tildes.", field=field
            )
        if given.lower() == _NOT_IN_QUERIES:
            raise Refusal(f"The query parameter {given} is that of a bearer token; choose another.", field=field)
        return Located(where, given)
    if not FIELD_NAME.fullmatch(given):
        raise Refusal("The name of a header field is a word of ASCII without spaces and colons.", field=field)
    spelt = _spelling(given)
    if spelt in _NOT_FOR_CREDENTIALS or spelt.startswith(_NOT_FOR_CREDENTIALS_BEGIN):
        raise Refusal(f"The header {given} has another meaning on the way to an API; choose another.", field=field)
    return Located(where, given)


def check_apart(client_id_at: Located, client_secret_at: Located) -> None:
    """Refuse one name for both, in whatever places: either would stand in the place of the other as well."""
    if _spelling(client_id_at.name) == _spelling(client_secret_at.name):
        raise Refusal(
            "Client ID and secret need names of their own, also where one is a header and one a query parameter.",
            field="client_secret",
        )


def _spelling(name: str) -> str:
    # A header has any case, and some servers take a dash for an underscore.
    return name.lower().replace("_", "-")


def profile(word: str) -> Profile:
    """Return the profile of this name."""
    try:
        return Profile(word)
    except ValueError:
        raise Refusal(f"There is no such profile; choose from {', '.join(Profile)}.", field="profile") from None
