"""A connection to another server that can be cut from outside: a timeout is one of each wait, and bounds no whole."""

from contextlib import suppress
from http.client import HTTPConnection, HTTPSConnection
from socket import SHUT_RDWR, socket
from threading import Lock
from typing import Any


class Wire:
    """A second handle on a connection, to cut it: who sends a byte now and then would keep its thread for ever."""

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


class Wired(HTTPConnection):
    """A connection that can be cut."""

    wire: Wire

    def connect(self) -> None:
        """Connect, and lay the wire."""
        super().connect()
        self.wire.lay(self.sock)


class WiredTls(HTTPSConnection, Wired):
    """The same with TLS: HTTPSConnection connects by what stands behind it here, and only then shakes hands."""


def wired(kind: type[Wired], wire: Wire, host: str, **how: Any) -> Wired:
    """Return a connection to *host*, not yet made, that *wire* will cut."""
    connection = kind(host, **how)
    connection.wire = wire
    return connection
