"""What is not safe about how the server is started, one sentence each."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from core.rules.endpoints import is_loopback
from keydesk.listening import Door, is_https

if TYPE_CHECKING:
    from keydesk.settings import Network


def cautions(door: Door, issuer: str, trusted: "Sequence[Network]", uid: int) -> Iterator[str]:
    """Tell what whoever starts the server as *uid* should know."""
    if not is_https(issuer) and not is_loopback(issuer):
        yield "The issuer is plain http: whoever is on the way reads the secrets. Put TLS in front, and name it https."
    if is_https(issuer) and not trusted:
        yield "No proxy is trusted ([proxy] trusted), so every caller will be recorded under the proxy's address."
    if not door.is_loopback:
        yield "This port speaks plain http beyond loopback: let nothing but the proxy reach it."
    if any(network.prefixlen == 0 for network in trusted):
        yield "[proxy] trusted holds every address, so that any caller can claim to be at another one."
    if uid == 0:
        yield "It runs as root: an account of its own is enough."
