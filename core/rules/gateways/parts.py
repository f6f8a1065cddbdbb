"""What the configurations of all gateways are made of: which there are, what they are told, words, and a template."""

import re
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

_MARK = re.compile(r"^([ \t]*)<<(\w+)>>\n|<<(\w+)>>", re.MULTILINE)
ENDED = r"x[^a-z0-9, \t]+(client|scope|denial)"
"""What a Connection field may not name, in small letters: a proxy behind the gateway would drop who calls."""


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
