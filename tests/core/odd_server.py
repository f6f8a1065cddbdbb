"""Servers that are none of ours: what they say is written out, and what they hear is kept."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread


@dataclass
class OddServer:
    """Says the same to everybody; with nothing to say it hangs."""

    says: bytes
    heard: list[bytes] = field(default_factory=list)
    address: str = ""
    end: Event = field(default_factory=Event)

    def run(self, listening: socket.socket) -> None:
        """Answer until the end."""
        with suppress(OSError):  # it was closed
            while True:
                connection, _ = listening.accept()
                with connection, suppress(ConnectionError):
                    self.heard.append(_request(connection))
                    if self.says:
                        connection.sendall(self.says)
                    else:
                        self.end.wait(10)


@contextmanager
def saying(says: bytes) -> Iterator[OddServer]:
    """Within the block, a server on loopback says that."""
    server = OddServer(says)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread = Thread(target=server.run, args=(listening,))
        thread.start()
        try:
            yield server
        finally:
            server.end.set()
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def answer(status: int, content: bytes, *headers: str) -> bytes:
    """Return an HTTP response."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + content


def _request(connection: socket.socket) -> bytes:
    """Read a request whose body, if it has one, is the grant, or the first of what is no HTTP."""
    said = connection.recv(4096)
    end = b"client_credentials" if said.startswith(b"POST") else b"\r\n\r\n"
    while said[:1].isalpha() and not said.endswith(end):
        said += connection.recv(4096) or end
    return said
