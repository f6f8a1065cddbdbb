"""A call of a protected API as somebody tries it: what is sent, and which parts of it nobody else may see."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import quote, unquote_plus, urlencode

from core.rules.apis import CLIENT_SECRET_AT, FIELD_NAME, Located, Place, Security
from core.rules.covering import Cover
from core.rules.endpoints import VERIFY_PATH, is_loopback
from core.rules.errors import Refusal
from core.rules.views.apis import ApiView

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
ORIGINAL_URI = "X-Original-URI"
"""In which a gateway tells *verify* what was asked of it."""
_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")
"""field-value of RFC 9110 section 5.5, as far as one can type it."""
_TARGET = re.compile(r"/[\x21\x22\x24-\x7e]*")
"""A path and a query: printable ASCII without blanks and without #, which no request carries."""
_BY_ITSELF = frozenset({"connection", "content-length", "expect", "te", "trailer", "transfer-encoding", "upgrade"})
"""What frames the request: set by itself, or not there."""

_SECRET_FIELDS = {"authorization": "TOKEN", "proxy-authorization": "PROXY_LOGON", "cookie": "COOKIE"}
_SECRET_PARAMETERS = {"access_token": "TOKEN", "client_assertion": "CLIENT_ASSERTION"}
_SECRET_NAMES = ("client_secret", CLIENT_SECRET_AT.name.lower())
_SCHEME = re.compile(r"(?:(?:Bearer|Basic|DPoP)[ \t]+)?", re.IGNORECASE)


class Kind(StrEnum):
    """By what a call is made; the words are those of the panel."""

    CLIENT_ID = Security.CLIENT_ID.label
    PAIR = Security.PAIR.label
    BEARER = Security.BEARER.label
    NOTHING = "nothing"

    @property
    def needs_secret(self) -> bool:
        """Whether a client secret is presented, to the API or for a token."""
        return self in (Kind.PAIR, Kind.BEARER)

    @property
    def needs_token(self) -> bool:
        """Whether an access token is presented."""
        return self is Kind.BEARER


@dataclass(frozen=True, slots=True)
class Credential:
    """One value that proves who calls: where it stands, and in a command for the shell, its variable's name.

    Without a variable it is no secret.
    """

    at: Located
    value: str = field(repr=False)
    variable: str | None = None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One request. Its headers may say the same thing twice, which is for the other side to refuse."""

    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False, default=())
    content: bytes | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed, checked: `target` is path and query as callers ask for them.

    `known` are variables of the shell and values that are secrets wherever in the call they stand.
    """

    method: str
    target: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: bytes | None = field(repr=False)
    credentials: tuple[Credential, ...] = field(repr=False, default=())
    known: tuple[tuple[str, str], ...] = field(repr=False, default=())

    @property
    def query(self) -> str:
        """The query with every credential that stands there."""
        return self.asked.partition("?")[2]

    @property
    def asked(self) -> str:
        """Path and query with every credential that stands there."""
        found = [(each.at.name, each.value) for each in self.credentials if each.at.place is Place.QUERY]
        return with_query(self.target, urlencode(found, safe="\0", quote_via=quote)) if found else self.target

    @property
    def sent_headers(self) -> tuple[tuple[str, str], ...]:
        """The header fields, credentials first."""
        found = ((each.at.name, each.prefix + each.value) for each in self.credentials if each.at.place is Place.HEADER)
        return (*found, *self.headers)


def with_query(target: str, more: str) -> str:
    """Return path and query with *more* of a query behind them."""
    return f"{target}{'&' if '?' in target else '?'}{more}"


def kinds_of(api: ApiView) -> tuple[Kind, ...]:
    """Return by what an API can be called, the strongest first, and nothing at last: that is worth a try, too."""
    declared = {Security.CLIENT_ID: Kind.CLIENT_ID, Security.PAIR: Kind.PAIR, Security.BEARER: Kind.BEARER}
    return (*(kind for security, kind in declared.items() if security in api.security), Kind.NOTHING)


def credentials(api: ApiView, kind: Kind, client_id: str, secret: str, token: str) -> tuple[Credential, ...]:
    """Return what a call of this kind carries, where the API looks for it; raises `Refusal`."""
    if kind is Kind.NOTHING:
        return ()
    if kind is Kind.BEARER:
        bearer = Located(Place.HEADER, "Authorization")
        return (Credential(bearer, _value(token, "token"), "TOKEN", "Bearer "),)
    by_id = Credential(api.client_id_at, _value(client_id, "client_id"))
    if kind is Kind.CLIENT_ID:
        return (by_id,)
    return by_id, Credential(api.client_secret_at, _value(secret, "secret"), "CLIENT_SECRET")


def drafted(
    method: str,
    target: str,
    lines: Iterable[str],
    body: str,
    carried: Sequence[Credential] = (),
    *,
    known: Iterable[tuple[str, str]] = (),
) -> Draft:
    """Return the call that was typed, its header fields as lines; raises `Refusal`, which names a line by its place."""
    path = target.strip()
    if not _TARGET.fullmatch(path):
        raise Refusal("The path begins with a slash; encode blanks and letters beyond ASCII, as %20.", field="path")
    if "\0" in body:
        raise Refusal("The body holds a NUL character, which cannot be typed in a command either.", field="body")
    headers = tuple(_header(line, f"header-{place}") for place, line in enumerate(lines) if line.strip())
    content = body.encode(errors="replace") if body else None
    if content is not None and not any(name.lower() == "content-type" for name, _ in headers):
        headers = (*headers, ("Content-Type", _type_of(body)))
    return Draft(method, path, headers, content, tuple(carried), tuple(known))


def hidden(api: ApiView, draft: Draft) -> tuple[Draft, tuple[str, ...]]:
    """Return a draft without its secrets, each of which is `covering.HIDDEN`, and the secrets, typed by hand or not.

    What stands in a field or parameter for secrets is one, whatever it is; what is known to be one is, wherever it is.
    """
    cover = Cover(draft.known)
    carried = tuple(
        replace(each, value=cover.hide(each.variable, each.value)) if each.variable else each
        for each in draft.credentials
    )
    names = dict.fromkeys((*_SECRET_NAMES, api.client_secret_at.name.lower()), "CLIENT_SECRET")
    headers = tuple(_hidden_field(names, each, cover.hide) for each in draft.headers)
    path, mark, query = draft.target.partition("?")
    target = path + mark + "&".join(_hidden_parameter(names, each, cover.hide) for each in query.split("&"))
    covered = replace(
        draft,
        target=cover.over(target),
        headers=tuple((name, cover.over(value)) for name, value in headers),
        content=None if draft.content is None else cover.over(draft.content.decode()).encode(),
        credentials=tuple(replace(each, value=cover.over(each.value)) for each in carried),
    )
    spelt = {unquote_plus(each) for each in cover.found}
    return covered, (*cover.found, *(spelt - cover.found.keys()))


def _hidden_field(names: dict[str, str], given: tuple[str, str], hide: Callable[[str, str], str]) -> tuple[str, str]:
    name, value = given
    variable = (names | _SECRET_FIELDS).get(name.lower())
    scheme = _SCHEME.match(value)
    begins = scheme.end() if scheme else 0
    return (name, value[:begins] + hide(variable, value[begins:])) if variable and value[begins:] else given


def _hidden_parameter(names: dict[str, str], given: str, hide: Callable[[str, str], str]) -> str:
    name, sign, value = given.partition("=")
    variable = (names | _SECRET_PARAMETERS).get(unquote_plus(name).lower())
    return name + sign + hide(variable, value) if variable and value else given


def to_gateway(api: ApiView, draft: Draft) -> Invocation:
    """Return the request as a caller sends it to the gateway of an API; raises `Refusal` where none is named."""
    if api.gateway is None:
        raise Refusal("No gateway is named for this API: name one, or ask verify itself.", field="target")
    _refuse_in_clear(api.gateway, api, draft)
    return Invocation(draft.method, f"{api.gateway}{draft.asked}", draft.sent_headers, draft.content)


def to_verify(api: ApiView, draft: Draft, server: str) -> Invocation:
    """Return the question that a gateway asks *verify* at *server*, a URL, about a call; its body stays behind."""
    draft = replace(draft, content=None)
    _refuse_in_clear(server, api, draft)
    headers = (*draft.sent_headers, (ORIGINAL_URI, draft.asked))
    return Invocation("GET", f"{server}{VERIFY_PATH}/{api.name}", headers)


def refuse_in_clear(url: str) -> None:
    """Refuse to send a secret to *url* where others could read it on the way."""
    if not url.lower().startswith("https://") and not is_loopback(url):
        raise Refusal("The secret would travel in clear: put TLS in front, and name it by https.", field="target")


def _refuse_in_clear(url: str, api: ApiView, draft: Draft) -> None:
    _, secrets = hidden(api, draft)
    if secrets:
        refuse_in_clear(url)


def _header(line: str, named: str) -> tuple[str, str]:
    name, colon, value = line.strip().partition(":")
    if not colon or not FIELD_NAME.fullmatch(name):
        raise Refusal("A header is written Name: value, its name one word of ASCII.", field=named)
    if name.lower() in _BY_ITSELF:
        raise Refusal(f"{name} frames the request and is set by itself: leave it out.", field=named)
    return name, _value(value, named)


def _value(text: str, named: str) -> str:
    if not _VALUE.fullmatch(text):
        raise Refusal("This holds a character that no header carries: use visible Latin letters only.", field=named)
    return text.strip()


def _type_of(body: str) -> str:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return "text/plain; charset=utf-8"
    return "application/json"
