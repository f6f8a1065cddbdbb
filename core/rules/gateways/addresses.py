"""The addresses in a configuration: of a gateway, of what stands behind it, of keydesk.

An address is somebody's word and lands in a file that a server obeys, so whatever is not plainly harmless there is
refused here.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from core.rules.api_urls import ip_of, public_path
from core.rules.errors import Refusal
from core.rules.views.apis import ApiView

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNNAMED = "http://127.0.0.1:8080"
"""Where a gateway listens as long as nobody has said where it is."""


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
        found = ip_of(self.host.strip("[]"))
        if found is None:
            return "127.0.0.1" if self.host == "localhost" or self.host.endswith(".localhost") else None
        return (f"[{found}]" if found.version == 6 else str(found)) if found.is_loopback else None

    @property
    def netloc(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"

    @property
    def host_header(self) -> str:
        """What a client writes into the Host header."""
        return self.host if self.port == _DEFAULT_PORTS[self.scheme] else self.netloc

    @property
    def origin(self) -> "Address":
        """It without its path: what one server of a gateway answers for."""
        return replace(self, path="")

    def __str__(self) -> str:
        """Return it as people write it."""
        return f"{self.scheme}://{self.host_header}{self.path}"


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
    public = address(api.gateway or _UNNAMED, "The gateway")
    return replace(public, path=public_path(public.path + api.path).rstrip("/"))
