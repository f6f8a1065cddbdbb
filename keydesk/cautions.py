"""What is not safe about how the server is started, or without effect, one sentence each."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.rules.endpoints import is_loopback
from core.rules.forwarding import DEFAULT_HEADER
from keydesk.listening import Door, is_https

if TYPE_CHECKING:
    from keydesk.settings import Settings


def cautions(door: Door, issuer: str, settings: "Settings", uid: int) -> Iterator[str]:
    """Tell what whoever starts the server as *uid* should know."""
    trusted = settings.trusted
    if not is_https(issuer) and not is_loopback(issuer):
        yield "The issuer is plain http: whoever is on the way reads the secrets. Put TLS in front, and name it https."
    if is_https(issuer) and not trusted:
        yield "No proxy is trusted ([proxy] trusted), so every caller will be recorded under the proxy's address."
    if not door.is_loopback:
        yield "This port speaks plain http beyond loopback: let nothing but the proxy reach it."
    if any(network.prefixlen == 0 for network in trusted):
        more = ", and to have any client certificate" if settings.client_cert else ""
        yield f"[proxy] trusted holds every address, so that any caller can claim to be at another one{more}."
    for what, remedy in half_configured(settings):
        yield f"{what}. {remedy}"
    if uid == 0:
        yield "It runs as root: an account of its own is enough."


def half_configured(settings: "Settings") -> Iterator[tuple[str, str]]:
    """Tell which keys are without effect because another one is missing, and what to do."""
    how = 'Say [proxy] client_cert = "escaped-pem" for nginx, or "rfc9440".'
    if settings.client_cert and not settings.trusted:
        yield "[proxy] client_cert is without effect: no proxy is trusted", "Name the proxy in [proxy] trusted."
    if settings.mtls_ca and not settings.client_cert:
        yield "[mtls] ca is without effect: nothing says how a certificate is passed on", how
    if settings.client_cert_header != DEFAULT_HEADER and not settings.client_cert:
        yield "[proxy] client_cert_header is without effect: nothing says how a certificate is passed on", how
