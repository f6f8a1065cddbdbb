"""What a caller of a protected API presents, read from its request by what the API declares, and not yet believed.

Of two credentials none is chosen: which of them the upstream, or a proxy on the way, takes for the right one is
anybody's guess. What stands where nothing was declared does not count.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from core.rules.apis import CLIENT_ID_AT, CLIENT_SECRET_AT, Located, Place, Security
from core.rules.denials import Denial

Headers = Sequence[tuple[bytes, bytes]]
"""Header fields with their names in lower case."""

_ORIGINAL = frozenset({b"x-original-uri", b"x-forwarded-uri"})
_AUTHORIZATION = b"authorization"
_BEARER = re.compile(rb"\W*bearer\b", re.IGNORECASE)
"""What some upstream could take for the scheme of a token, whatever stands beside it."""
_TOKEN_IN_QUERY = "access_token"  # noqa: S105 (a name)
_LONGEST_CLIENT_ID = 100


@dataclass(frozen=True, slots=True)
class Declaration:
    """What an API takes, and where."""

    security: frozenset[Security]
    client_id_at: Located = CLIENT_ID_AT
    client_secret_at: Located = CLIENT_SECRET_AT
    fields: frozenset[bytes] = field(init=False, compare=False, repr=False)
    """The header fields that matter, whatever the declared place is: a credential may stand in both."""

    parameters: tuple[bytes, ...] = field(init=False, compare=False, repr=False)
    """The names of parameters that matter, likewise."""

    def __post_init__(self) -> None:
        in_query = (self.client_id_at.name, self.client_secret_at.name, _TOKEN_IN_QUERY)
        object.__setattr__(self, "parameters", tuple(name.encode() for name in in_query))
        names = [_AUTHORIZATION] if Security.BEARER in self.security else []
        if self.security != {Security.BEARER}:
            names.append(_field(self.client_id_at))
        if Security.PAIR in self.security:
            names.append(_field(self.client_secret_at))
        object.__setattr__(self, "fields", frozenset(names))


@dataclass(frozen=True, slots=True)
class Presented:
    """One credential: a client ID, alone or with a secret, or a token."""

    kind: Security
    client_id: str = ""
    value: str = field(default="", repr=False)
    """The secret, or the token; empty where a client ID came without the secret that is wanted."""


_Found = Mapping[bytes, Sequence[bytes]]
"""The values of the header fields that matter, by name."""
_Parameters = Sequence[tuple[str, str]]


def presented(declaration: Declaration, headers: Headers, query: bytes) -> Presented | Denial:
    """Return the one credential of a call, or why there is none; *query* is of the caller's own URL."""
    found: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        if name in declaration.fields:
            found.setdefault(name, []).append(value)
    parameters = _parameters(query, declaration) if query else []
    by_token = _token(declaration, found, parameters)
    by_id = _client(declaration, found, parameters)
    if Denial.UNCLEAR in (by_token, by_id) or (by_id and (by_token or _has_token(declaration, parameters))):
        return Denial.UNCLEAR
    if by_token or by_id:
        return by_token or by_id or Denial.NO_CREDENTIAL
    return Denial.NO_TOKEN if declaration.security == {Security.BEARER} else Denial.NO_CREDENTIAL


def original_query(headers: Headers, own: bytes) -> bytes | None:
    """Return the query of the call that a gateway asks about, or of the request itself; None where it is unclear."""
    told = None
    for name, value in headers:
        if name in _ORIGINAL:
            if told is not None:
                return None
            told = value
    if told is None:
        return own
    # Nobody sends what stands behind a #; who does finds upstreams that read it, and others that do not.
    return None if b"#" in told else told.partition(b"?")[2]


def _token(declaration: Declaration, found: _Found, parameters: _Parameters) -> Presented | Denial | None:
    if Security.BEARER not in declaration.security:
        return None
    fields = found.get(_AUTHORIZATION)
    if not fields:
        return None
    scheme, _, token = fields[0].strip(b" \t").partition(b" ")
    if len(fields) > 1 or scheme.lower() != b"bearer" or b"," in token or b"\t" in token:
        # Some upstreams read several credentials from one field, as from several.
        named = any(_BEARER.match(part) for value in fields for part in value.split(b","))
        return Denial.UNCLEAR if named else None
    # A token in a URL does not count (RFC 6750 section 2.3), and beside one in the header it makes two.
    if _has_token(declaration, parameters):
        return Denial.UNCLEAR
    token = token.strip(b" ")
    return Presented(Security.BEARER, value=token.decode("latin-1")) if token else Denial.EMPTY_TOKEN


def _has_token(declaration: Declaration, parameters: _Parameters) -> bool:
    return bool(parameters) and Security.BEARER in declaration.security and _TOKEN_IN_QUERY in dict(parameters)


def _client(declaration: Declaration, found: _Found, parameters: _Parameters) -> Presented | Denial | None:
    if declaration.security == {Security.BEARER}:
        return None
    with_secret = Security.PAIR in declaration.security
    client_id = _standing(declaration.client_id_at, found, parameters)
    secret = _standing(declaration.client_secret_at, found, parameters) if with_secret else ""
    if client_id is None or secret is None:
        return Denial.UNCLEAR
    if not client_id:
        return Denial.NO_CLIENT_ID if secret else None
    if not with_secret:
        return Presented(Security.CLIENT_ID, _as_id(client_id))
    return Presented(Security.PAIR, _as_id(client_id), secret)


def _standing(where: Located, found: _Found, parameters: _Parameters) -> str | None:
    """Return what stands there, an empty text for nothing; None where it stands twice, or in the other place too."""
    in_header = found.get(_field(where), ())
    in_query = [value for parameter, value in parameters if parameter == where.name]
    if len(in_header) + len(in_query) > 1:
        return None
    if where.place is Place.HEADER:
        return in_header[0].strip(b" \t").decode("latin-1") if in_header else ""
    return in_query[0] if in_query else ""


def _field(where: Located) -> bytes:
    return where.name.lower().encode()


def _parameters(query: bytes, declaration: Declaration) -> _Parameters:
    """Return the parameters of a query, decoded; what is odd in it is the upstream's business."""
    if b"%" not in query and not any(name in query for name in declaration.parameters):
        return []  # to take it apart would cost more than all the rest
    return parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace")


def _as_id(text: str) -> str:
    """Return a client ID as it may be looked up: no database takes a NUL, and no client ID is long."""
    return text[:_LONGEST_CLIENT_ID].replace("\0", "\ufffd")
