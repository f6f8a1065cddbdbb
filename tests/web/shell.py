"""A server of our own on loopback, and clients that speak to it byte by byte."""

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from web.limits import Limits
from web.prepared import Direct
from web.refusing import Refused
from web.server import BACKLOG, configuration

PATIENCE = 10.0
"""Seconds after which a test gives up."""
LARGE = 10_000_000
"""Bytes of an answer that no buffer of the system holds."""


def listening_socket() -> socket.socket:
    """Return a socket that listens on a free port of loopback."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", 0))
    made.listen(BACKLOG)
    return made


@contextmanager
def served(
    app: ASGIApp, limits: Limits, refused: Refused | None = None, direct: Mapping[bytes, Direct] | None = None
) -> Iterator[int]:
    """Serve *app* in a thread; give the port."""
    listening = listening_socket()
    port = listening.getsockname()[1]
    server = uvicorn.Server(configuration(app, limits, refused, direct))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


def logged(log: Path, lines: int) -> list[str]:
    """Return the lines of a request log once there are so many: they are written a little after the answers."""
    gives_up = time.monotonic() + PATIENCE
    while len(found := log.read_text().splitlines()) < lines:
        assert time.monotonic() < gives_up, f"only {found}"
        time.sleep(0.02)
    return found


@dataclass(frozen=True)
class Answer:
    """One response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class Client:
    """One connection."""

    def __init__(self, port: int, *, buffer: int | None = None, source: str = "127.0.0.1") -> None:
        self.socket = socket.socket()
        self.socket.bind((source, 0))
        if buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(PATIENCE)
        try:
            self.socket.connect(("127.0.0.1", port))
        except OSError:
            self.socket.close()
            raise
        self._read = b""

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def say(self, *parts: str | bytes) -> "Client":
        """Send lines as they are."""
        self.socket.sendall(b"".join(part.encode() if isinstance(part, str) else part for part in parts))
        return self

    def answer(self) -> Answer:
        """Read one response with a Content-Length."""
        while b"\r\n\r\n" not in self._read:
            self._more()
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        length = int(headers["content-length"])
        while len(self._read) < length:
            self._more()
        body, self._read = self._read[:length], self._read[length:]
        return Answer(int(first.split()[1]), headers, body)

    def reset(self) -> None:
        """Leave without a word."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def rest(self) -> bytes:
        """Read to the end of the connection."""
        while received := self.socket.recv(65536):
            self._read += received
        return self._read

    def _more(self) -> None:
        received = self.socket.recv(65536)
        assert received, f"the connection ended after {self._read!r}"
        self._read += received


@dataclass
class Probe:
    """An application that notes what it hears, and when it hears that its client is gone."""

    heard: list[str] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        self.heard.append(scope["path"])
        answers: dict[str, Callable[[Scope, Receive, Send], Any]] = {
            "/early": self._early,
            "/begin": self._begin,
            "/large": self._large,
            "/impatient": self._impatient,
        }
        await answers.get(scope["path"], self._echo)(scope, receive, send)

    async def _echo(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with what came, once all of it is there."""
        body = await self._body(receive)
        if body is not None:
            names = [name.decode() for name, _ in scope["headers"]]
            await answer(send, {"method": scope["method"], "body": body.decode(), "headers": names})

    async def _early(self, scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, {})

    async def _begin(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin to answer, and then wait for the body."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        await self._body(receive)
        await send({"type": "http.response.body", "body": b"}"})

    async def _impatient(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer some time after the first of the body, whatever else is heard."""
        await receive()
        await asyncio.sleep(0.2)
        await answer(send, {})

    async def _large(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % LARGE)]})
        for _ in range(LARGE // 100_000):
            await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
        await send({"type": "http.response.body"})

    async def _body(self, receive: Receive) -> bytes | None:
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.gone.set()
                return None
            body += message["body"]
            if not message["more_body"]:
                return body


async def live(receive: Receive, send: Send, *, end: Callable[[], object] = lambda: None) -> None:
    """Play an application's lifespan; *end* is called at its shutdown."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    end()
    await send({"type": "lifespan.shutdown.complete"})


async def answer(send: Send, document: object, status: int = 200) -> None:
    """Answer with JSON."""
    body = json.dumps(document).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
