"""Where a request came from: the peer's address, or what a trusted proxy says of it (`[proxy] trusted`)."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_FORWARDED = b"x-forwarded-for"
_MOST_HOPS = 16
_LONGEST_ADDRESS = 45
"""Characters of an IPv6 address with an IPv4 address at its end."""
_REMEMBERED = 1024
_LONGEST_REMEMBERED = 200
"""Bytes of a list of addresses: a stranger behind a trusted proxy may send much longer ones, each another."""


class Sources:
    """Tells the source of requests, for one set of trusted networks."""

    def __init__(self, trusted: Iterable[Network] = ()) -> None:
        self._trusted = tuple(trusted)
        self._told = lru_cache(_REMEMBERED)(self._source)
        self._known = lru_cache(_REMEMBERED)(self._is_known)

    def of(self, scope: Scope) -> str | None:
        """Return the address of the caller in its canonical text, or None where there is none."""
        client = scope.get("client")
        if not client:
            return None
        if not self._trusted:
            return self._told(client[0], b"")
        forwarded = _forwarded(scope["headers"])
        tell = self._told if len(forwarded) <= _LONGEST_REMEMBERED else self._source
        return tell(client[0], forwarded)

    def is_proxy(self, scope: Scope) -> bool:
        """Tell whether a request comes from a proxy that is trusted, whoever it forwards."""
        client = scope.get("client")
        return self._known(client[0]) if client and self._trusted else False

    def _is_known(self, peer: str) -> bool:
        address = _address(peer)
        return address is not None and self._is_trusted(address)

    def _source(self, peer: str, forwarded: bytes) -> str | None:
        address = _address(peer)
        if address is None:
            return None
        if forwarded and self._is_trusted(address):
            return str(self._said_by_proxies(forwarded) or address)
        return str(address)

    def _said_by_proxies(self, forwarded: bytes) -> Address | None:
        """Return the nearest address that is no proxy of ours. What stands before it, anybody may have written."""
        for hop in reversed(forwarded.rsplit(b",", _MOST_HOPS)[-_MOST_HOPS:]):
            address = _address(hop.decode("latin-1").strip(" \t"))
            if address is None or not self._is_trusted(address):
                return address
        return None

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _forwarded(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return the whole list: a proxy may append to the field, or add another of the same name."""
    return b",".join(value for name, value in headers if name == _FORWARDED)


def _address(text: str) -> Address | None:
    """Read an address; IPv4 in the clothes of IPv6 is IPv4, and a zone, the word of one host, is left out."""
    try:
        address = ip_address(text.partition("%")[0]) if len(text) <= _LONGEST_ADDRESS else None
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
