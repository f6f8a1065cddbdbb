"""The socket of `keydesk serve`, and the issuer that it stands for.

It is bound before anything else, so that a port that was left to the system is known.
"""

import errno
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.rules.errors import UnfitPlace
from keydesk.exits import WrongUsage

_BACKLOG = 2048
_LONGEST_ISSUER = 255


@dataclass(frozen=True, slots=True)
class Door:
    """A socket that listens."""

    socket: socket.socket
    url: str
    """`http://HOST:PORT`, as a client on this machine would write it."""
    is_loopback: bool


def open_door(host: str, port: int, issuer: str | None) -> Door:
    """Listen on *host*; raises `WrongUsage` where that would send secrets in the clear, else `UnfitPlace`.

    Beyond loopback the *issuer* must be https: something in front of us then has to speak TLS.
    """
    family, address = _resolved(host, port)
    numeric = ipaddress.ip_address(address[0].partition("%")[0])
    if not numeric.is_loopback and not (issuer or "").startswith("https://"):
        raise WrongUsage(
            f"--host {host} is not loopback: put TLS in front of it and name it, such as --issuer https://login.example."
        )
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        way_out = " Choose another one with --port." if error.errno == errno.EADDRINUSE else ""
        raise UnfitPlace(f"{host} port {port} cannot be listened on: {error.strerror}.{way_out}") from None
    return Door(listening, f"http://{_written(host, numeric)}:{listening.getsockname()[1]}", numeric.is_loopback)


def checked_issuer(issuer: str) -> str:
    """Return *issuer* where it may be one (RFC 8414 section 2); raises `WrongUsage`."""
    if not _is_issuer(issuer):
        raise WrongUsage(
            "--issuer must be an absolute http or https URL without user, query, fragment and final slash, "
            "such as https://login.example."
        )
    return issuer


def is_https(issuer: str) -> bool:
    """Tell whether clients reach the issuer by TLS."""
    return urlsplit(issuer).scheme == "https"


def _is_issuer(issuer: str) -> bool:
    if len(issuer) > _LONGEST_ISSUER or not issuer.isascii() or not issuer.isprintable():
        return False
    if any(character in ' "<>\\^`{|}?#@' for character in issuer) or issuer.endswith("/"):
        return False
    try:
        parts = urlsplit(issuer)
        return issuer.startswith(("http://", "https://")) and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        return False


def _resolved(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise UnfitPlace(f"{host} is no address of this machine.") from None
    family, _, _, _, address = found[0]
    return family, address  # type: ignore[return-value]  # IPv6 has two numbers more, which bind() takes as they are


def _written(host: str, numeric: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """Return the host as it stands in a URL: a name stays one, other spellings of an address do not."""
    if isinstance(numeric, ipaddress.IPv6Address) and ":" in host:
        return f"[{numeric}]"
    return host.lower() if any(character.isalpha() for character in host) else str(numeric)
