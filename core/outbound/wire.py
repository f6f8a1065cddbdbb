"""A connection to another server that can be cut from outside: a timeout is one of each wait, and bounds no whole."""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import SHUT_RDWR, socket
from threading import Lock

_NAT64 = IPv6Network("64:ff9b::/96")
"""The prefix by which networks without IPv4 reach it (RFC 6052 section 2.1)."""
Address = IPv4Address | IPv6Address
Guard = Callable[[Address], str | None]
"""Returns a sentence against an address that was connected to; not one byte is sent there."""


class Unwanted(Exception):
    """A connection that leads where nothing shall be sent; says why."""


class Wire:
    """A second handle on a connection, to cut it: who sends a byte now and then would keep its thread for ever."""

    address: Address | None = None
    """Where it leads to; None as long as nobody is connected, and by a proxy."""

    def __init__(self) -> None:
        self._handle: socket | None = None
        self._is_cut = False
        self._lock = Lock()

    def lay(self, connected: socket) -> None:
        """Take a handle; the TLS that comes next makes the first one useless."""
        with self._lock:
            self._handle = connected.dup()
        if self._is_cut:
            self.cut()

    def cut(self) -> None:
        """End every wait for the other side, at once or as soon as there is one."""
        with self._lock, suppress(OSError):  # they have hung up meanwhile
            self._is_cut = True
            if self._handle:
                self._handle.shutdown(SHUT_RDWR)

    def close(self) -> None:
        """Let go of the handle."""
        with self._lock:
            if self._handle:
                self._handle.close()
                self._handle = None


class FinalResponse(HTTPResponse):
    """A response that is read on after interim answers, of which http.client knows 100 alone (RFC 9110 section 15.2).

    However many there are, they end when the wire is cut. 101 is final: whoever says it has left HTTP.
    """

    def begin(self) -> None:
        """Read up to the end of the header fields of the answer that counts."""
        super().begin()
        while self.status < HTTPStatus.OK and self.status != HTTPStatus.SWITCHING_PROTOCOLS:
            self.headers = self.msg = None  # type: ignore[assignment] # as before it began, else it reads no more
            super().begin()


class Wired(HTTPConnection):
    """A connection that can be cut, and that is looked at before anything is sent."""

    response_class = FinalResponse
    wire: Wire
    guard: Guard | None = None
    is_direct: bool = True
    """Whether it leads there itself, and not to a proxy."""

    def connect(self) -> None:
        """Connect, lay the wire, and see where it leads."""
        super().connect()
        self.wire.lay(self.sock)
        if self.is_direct:
            self.wire.address = address = address_of(self.sock.getpeername()[0])
            objection = self.guard(address) if self.guard else None
            if objection:
                raise Unwanted(objection)


class WiredTls(HTTPSConnection, Wired):
    """The same with TLS: HTTPSConnection connects by what stands behind it here, and only then shakes hands."""


def address_of(text: str) -> Address:
    """Return the address of a socket, without a zone; IPv4 in the clothes of IPv6 (mapped, NAT64, 6to4) is IPv4."""
    address = ip_address(text.partition("%")[0])
    if not isinstance(address, IPv6Address):
        return address
    translated = IPv4Address(address.packed[-4:]) if address in _NAT64 else None
    return translated or address.ipv4_mapped or address.sixtofour or address
