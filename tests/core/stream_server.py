"""Servers that take their time, or never end: what they say is written by the test, piece by piece."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
Speak = Callable[[socket.socket], object]


@dataclass
class StreamServer:
    """Where it is, what it heard, and whether somebody has hung up on it."""

    address: str = ""
    heard: list[bytes] = field(default_factory=list)
    left: Event = field(default_factory=Event)


@contextmanager
def streaming(speak: Speak) -> Iterator[StreamServer]:
    """Within the block, a server on loopback lets *speak* answer, until that ends or the caller hangs up."""
    server = StreamServer()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread = Thread(target=_run, args=(listening, server, speak))
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _run(listening: socket.socket, server: StreamServer, speak: Speak) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            with connection:
                connection.settimeout(10)
                try:
                    server.heard.append(_request(connection))
                    speak(connection)
                except OSError:
                    server.left.set()


def _request(connection: socket.socket) -> bytes:
    """Read a request with its body."""
    said = connection.recv(65536)
    head, _, body = said.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < sum(map(int, lengths)):
        body += (more := connection.recv(65536))
        said += more
    return said


def endless(connection: socket.socket) -> None:
    """Say the same until the other side hangs up."""
    connection.sendall(HEAD + b"\r\n")
    while True:
        connection.sendall(b"and so on, " * 1000)


def stalling(connection: socket.socket) -> None:
    """Begin to answer, and wait until the other side hangs up."""
    connection.sendall(HEAD + b"Content-Length: 100\r\n\r\nbegun")
    silent(connection)


def silent(connection: socket.socket) -> None:
    """Wait until the other side hangs up."""
    while connection.recv(1024):
        pass
    raise ConnectionError


def breaking_off(connection: socket.socket) -> None:
    """Promise more than is said."""
    connection.sendall(HEAD + b"Content-Length: 100\r\n\r\nbegun")


def breaking_off_in_chunks(connection: socket.socket) -> None:
    """Do so in the middle of a chunk."""
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n9\r\nan")
