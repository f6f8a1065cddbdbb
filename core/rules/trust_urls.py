"""The URLs of JWT trusts: which may be trusted, and where an issuer says where its keys are."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from core.rules.endpoints import METADATA_PATHS, is_loopback
from core.rules.errors import Refusal
from core.rules.urls import check_nobody_named, check_spelling

_OF_CLOUDS = frozenset(map(ip_address, ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16")))
"""Where AWS, Google, Alibaba and Azure tell machines about themselves, beside the link-local address of all."""
_AUTHORIZATION_SERVER, _OPENID = METADATA_PATHS


def issuer_url(text: str) -> str:
    """Return the URL of an issuer (RFC 8414 section 2), as it is; raises `Refusal`."""
    url = _checked(text, "issuer", "The issuer")
    if "?" in url:
        raise Refusal("The issuer has no query, that is, no question mark (RFC 8414).", field="issuer")
    return url


def jwks_url(text: str) -> str:
    """Return the URL of a key set, as it is; raises `Refusal`."""
    return _checked(text, "jwks_uri", "The JWKS URI")


def metadata_urls(issuer: str) -> tuple[str, str]:
    """Return where *issuer* may describe itself: by OpenID Connect Discovery section 4, by RFC 8414 section 3.1."""
    parts = urlsplit(issuer)
    path = parts.path.rstrip("/")
    origin = f"{parts.scheme}://{parts.netloc}"
    return f"{origin}{path}{_OPENID}", f"{origin}{_AUTHORIZATION_SERVER}{path}"


def address_objection(url: str, address: IPv4Address | IPv6Address, *, elsewhere: bool) -> str | None:
    """Return why what answers at *address* is not asked for *url*, or None: names lead where their owner likes.

    Plain http is for this machine; link-local addresses hold the credentials of machines in a cloud, and no keys;
    what another machine names must be *elsewhere*, too. A private network is as good as any.
    """
    if address in _OF_CLOUDS:
        return (
            f"{url} leads to {address}, where a cloud tells its machines their credentials: no keys are fetched there."
        )
    if address.is_link_local:
        return f"{url} leads to {address}, a link-local address: no keys are fetched there."
    if address.is_loopback:
        return f"{url} leads to this machine, which is not its own." if elsewhere else None
    if urlsplit(url).scheme != "https":
        return f"{url} leads to {address}, which is not this machine: use https."
    return None


def _checked(text: str, field: str, named: str) -> str:
    url = text.strip()
    if not url:
        raise Refusal(f"{named} is missing: give its URL.", field=field)
    check_spelling(url, field, named)
    parts = _split(url, field, named)
    if not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url))):
        raise Refusal(f"{named} begins with https://; http is for this machine (127.0.0.1) alone.", field=field)
    check_nobody_named(parts, field, named)
    if "#" in url:
        raise Refusal(f"{named} has a fragment: leave out the # and what follows.", field=field)
    return url


def _split(url: str, field: str, named: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Refusal(f"{named} is no URL with a host, such as https://login.example/keys.", field=field)
    return parts
