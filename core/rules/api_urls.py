"""The addresses of a protected API: its public path, its upstream, and the gateway where callers reach it."""

import re
from urllib.parse import urlsplit

from core.rules.errors import Refusal
from core.rules.limits import URL_LENGTH
from core.rules.text import refused_character

_SEGMENT = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]+")
"""pchar of RFC 3986 section 3.3 without what is encoded: a path has one spelling then."""
_NEVER_IN_A_URL = frozenset(' "<>\\^`{|}')


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
    """Tell whether some request could be meant for both public paths: one of them begins with the other."""
    one, two = (each.rstrip("/") + "/" for each in (path, other))
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
    return ("127.0.0.1" if host in _THIS_MACHINE or host.startswith("127.") else host), port


_THIS_MACHINE = frozenset({"localhost", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1"})  # noqa: S104 (compared, not bound)


def _checked(text: str, field: str, named: str) -> str:
    url = text.strip()
    if len(url) > URL_LENGTH:
        raise Refusal(f"{named} has at most {URL_LENGTH} characters; this has {len(url)}.", field=field)
    refused = refused_character(url)
    if refused:
        raise Refusal(f"{named} holds {refused}; use visible characters only.", field=field)
    if not url.isascii() or _NEVER_IN_A_URL & set(url):
        raise Refusal(f"{named} holds characters that no URL has: encode them, hosts as xn--….", field=field)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Refusal(f"{named} is a URL of http or https with a host, such as http://10.0.0.7:8080.", field=field)
    if "@" in parts.netloc:
        raise Refusal(f"{named} holds a user or a password: leave out what stands before the @.", field=field)
    if "?" in url or "#" in url:
        raise Refusal(f"{named} ends with its path: leave out what follows ? or #.", field=field)
    return url.rstrip("/")
