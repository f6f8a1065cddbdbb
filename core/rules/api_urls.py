"""The addresses of a protected API: its public path, its upstream, and the gateway where callers reach it."""

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import unquote, urlsplit

from core.rules.errors import Refusal
from core.rules.limits import URL_LENGTH
from core.rules.urls import check_nobody_named, check_spelling

_SEGMENT = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]+")
"""pchar of RFC 3986 section 3.3 without what is encoded: a path has one spelling then."""

CLIMBING = r"(^|[/\x5c])[.][.]?[\x00-\x20]*([/\x5c;]|$)"
"""What climbs in a decoded path, in a regular expression that all gateways read alike; \\x5c is the backslash.

Some upstreams also resolve it with a backslash for a slash or blanks behind the dots, as on Windows, or with a
segment's parameters, as in Java.
"""
_LABEL_LENGTH = 63


def public_path(text: str) -> str:
    """Return the path under which callers find an API, without a final slash; raises `Refusal`."""
    path = text.strip()
    if not path.startswith("/"):
        raise Refusal("The public path begins with a slash, such as /weather.", field="path")
    if len(path) > URL_LENGTH:
        raise Refusal(f"The public path has at most {URL_LENGTH} characters; this has {len(path)}.", field="path")
    segments = path.removesuffix("/").split("/")[1:]
    for segment in segments:
        if segment in ("", ".", "..") or not _SEGMENT.fullmatch(segment):
            raise Refusal(
                "The public path is plain segments with one slash between: no query, no %, no . or .. alone.",
                field="path",
            )
    return "/" + "/".join(segments)


def overlap(path: str, other: str) -> bool:
    """Tell whether some request could be meant for both public paths: one of them begins with the other.

    In any case of letters, which Caddy takes for the same.
    """
    one, two = (each.rstrip("/").lower() + "/" for each in (path, other))
    return one.startswith(two) or two.startswith(one)


def upstream_url(text: str) -> str:
    """Return the URL behind an API, without a final slash; raises `Refusal`."""
    return _checked(text, "upstream", "The upstream")


def gateway_url(text: str) -> str:
    """Return the URL of the gateway in front of an API, without a final slash; raises `Refusal`."""
    return _checked(text, "gateway", "The gateway")


def origin_of(url: str) -> tuple[str, int]:
    """Return host and port of a URL that was checked, with what means this machine spelt in one way."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").lower()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = ip_of(host)
    if address is None:
        return ("127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host), port
    # Whoever connects to no address in particular reaches this machine.
    return ("127.0.0.1" if address.is_loopback or address.is_unspecified else str(address)), port


def is_loop(public_url: str, upstream: str) -> bool:
    """Tell whether a gateway would ask itself: the upstream stands where callers find the API, above it or below."""
    one, two = urlsplit(public_url), urlsplit(upstream)
    return origin_of(public_url) == origin_of(upstream) and overlap(one.path, two.path)


def ip_of(host: str) -> IPv4Address | IPv6Address | None:
    """Read an address as those do who connect to it: 127.1, 0 and 2130706433 are addresses, too; None for a name."""
    try:
        address = ip_address(host)
    except ValueError:
        try:
            return IPv4Address(socket.inet_aton(host))
        except OSError:
            return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _checked(text: str, field: str, named: str) -> str:
    url = text.strip()
    check_spelling(url, field, named)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Refusal(f"{named} is a URL of http or https with a host, such as http://10.0.0.7:8080.", field=field)
    check_nobody_named(parts, field, named)
    # One dot may end a name; what else is empty or longer has no address (RFC 1035 section 2.3.4).
    if any(not 0 < len(label) <= _LABEL_LENGTH for label in (parts.hostname or "").removesuffix(".").split(".")):
        raise Refusal(
            f"{named} has a host that is no name: 1 to {_LABEL_LENGTH} characters between two dots.", field=field
        )
    if "?" in url or "#" in url:
        raise Refusal(f"{named} ends with its path: leave out what follows ? or #.", field=field)
    if re.search(CLIMBING, unquote(parts.path)):
        raise Refusal(f"{named} has a path that climbs: write it without . or .. alone, %2e included.", field=field)
    return parts.scheme + url[len(parts.scheme) :].rstrip("/")
