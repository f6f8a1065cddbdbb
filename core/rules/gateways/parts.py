"""What the configurations of all gateways are made of: addresses, paths, words, and a template to put them into.

An address is somebody's word and lands in a file that a server obeys, so whatever is not plainly harmless there is
refused here.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from urllib.parse import urlsplit
from zlib import crc32

from core.rules.api_urls import public_path
from core.rules.apis import Located, Place, Security
from core.rules.errors import Refusal
from core.rules.views.apis import ApiView

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
_MARK = re.compile(r"^([ \t]*)<<(\w+)>>\n|<<(\w+)>>", re.MULTILINE)
UNDERSCORED = ("X_Client_Id", "X_Client-Id", "X-Client_Id", "X_Scope", "X_Denial")
"""What some upstreams take for the fields in which they find the caller."""
_MOST_DASHES = 5
"""Beyond it there were more spellings than anybody would read."""
CLIMBING = r"(^|[/\x5c])[.][.]?([/\x5c;]|$)"
"""What climbs in a decoded path, in a regular expression that all gateways read alike; \\x5c is the backslash.

Some upstreams also resolve it with a backslash for a slash, as on Windows, or with a segment's parameters, as in Java.
"""
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Gateway(StrEnum):
    """The gateways that keydesk writes a configuration for."""

    NGINX = "nginx"
    CADDY = "caddy"
    HAPROXY = "haproxy"

    @property
    def label(self) -> str:
        """Its name as it writes it."""
        return {"nginx": "nginx", "caddy": "Caddy", "haproxy": "HAProxy"}[self]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that access tokens are signed with, as a gateway that verifies them wants it."""

    kid: str
    pem: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a configuration needs to know of the server: where it is, what it calls itself, its public keys.

    `client_cert` is the header in which it takes a client certificate from a trusted proxy.
    """

    server: str
    issuer: str
    keys: tuple[PublicKey, ...] = ()
    client_cert: str = "Client-Cert"


@dataclass(frozen=True, slots=True)
class Address:
    """A URL, taken apart. `path` is empty or begins with a slash, and ends with none."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_tls(self) -> bool:
        """Tell whether it is reached by https."""
        return self.scheme == "https"

    @property
    def loopback(self) -> str | None:
        """The address to listen on where it is one of this machine alone."""
        if self.host == "localhost":
            return "127.0.0.1"
        return self.host if self.host == "[::1]" or self.host.startswith("127.") else None

    @property
    def netloc(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"

    @property
    def host_header(self) -> str:
        """What a client writes into the Host header."""
        return self.host if self.port == _DEFAULT_PORTS[self.scheme] else self.netloc


def address(url: str, named: str) -> Address:
    """Return a URL taken apart; refuses one that a gateway could read in another way."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]
    host = f"[{host}]" if ":" in host else host
    if not _HOST.fullmatch(host):
        raise Refusal(f"{named} has a host of odd characters, which no gateway should be given: {host}.")
    return Address(parts.scheme, host, port, parts.path.rstrip("/"))


def upstream_of(api: ApiView) -> Address:
    """Return where the calls of an API go; refuses one that has no upstream."""
    if api.upstream is None:
        raise Refusal(
            f"“{api.name}” has no upstream to pass calls on to; give it one: keydesk api set {api.name} --upstream URL."
        )
    return address(api.upstream, "The upstream")


def public_of(api: ApiView) -> Address:
    """Return where callers reach an API, its whole path included; without a gateway, port 8080 of this machine."""
    public = address(api.gateway or "http://127.0.0.1:8080", "The gateway")
    return Address(public.scheme, public.host, public.port, public_path(public.path + api.path).rstrip("/"))


def query_names(api: ApiView) -> tuple[str, ...]:
    """Return the names of the query parameters in which an API takes a client ID or a secret."""
    return tuple(where.name for where in credentials_of(api) if where.place is Place.QUERY)


def underscored(name: str) -> list[str]:
    """Return the spellings of a field's name with an underscore for a dash, which some upstreams take for it."""
    first, *words = name.split("-")
    if len(words) > _MOST_DASHES:
        return [name.replace("-", "_")]
    signs = [signs for signs in product("_-", repeat=len(words)) if "_" in signs]
    return [first + "".join(map("".join, zip(each, words, strict=True))) for each in signs]


def header_names(api: ApiView) -> tuple[str, ...]:
    """Return the names of the header fields in which an API takes a client ID or a secret."""
    return tuple(where.name for where in credentials_of(api) if where.place is Place.HEADER)


def credentials_of(api: ApiView) -> tuple[Located, ...]:
    """Return where an API takes a client ID or a secret; nowhere, where only tokens count."""
    if Security.PAIR in api.security:
        return (api.client_id_at, api.client_secret_at)
    return (api.client_id_at,) if Security.CLIENT_ID in api.security else ()


def check_header_names(api: ApiView, allowed: str, gateway: Gateway) -> None:
    """Refuse an API whose credential stands in a header that the gateway would not pass on as it is."""
    for name in header_names(api):
        if not re.fullmatch(allowed, name):
            raise Refusal(
                f"{gateway.label} does not pass on a header named {name}: choose a name of letters, digits and dashes."
            )


def parameter_pattern(name: str) -> str:
    """Return a regular expression for the name of a query parameter, also where it is percent-encoded."""
    # Every letter may be; the names of parameters that may be declared have nothing else to escape.
    return "".join(f"(?:{re.escape(letter)}|{_encoded(letter)})" for letter in name)


def word(name: str) -> str:
    """Return the name of an API as a part of variables: letters, digits, underscores, and different for each."""
    plain = re.sub(r"[^a-z0-9]", "_", name)
    return f"api_{plain}" if plain == name else f"api_{plain}_{crc32(name.encode()):08x}"


def filled(template: str, **values: str) -> str:
    """Return *template* with its marks replaced; a mark that has its line alone may be several lines, or none."""

    def replaced(mark: re.Match[str]) -> str:
        indent, block, inline = mark.groups()
        if inline:
            return values[inline]
        lines = values[block].splitlines()
        return "".join(f"{indent}{line}\n" if line else "\n" for line in lines)

    return _MARK.sub(replaced, template)


def _encoded(letter: str) -> str:
    digits = f"{ord(letter):02x}"
    return "%" + "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)
