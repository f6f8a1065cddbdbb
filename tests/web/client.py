"""A client that speaks ASGI to the application, without a socket between them."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message

FORM = "application/x-www-form-urlencoded"
Fields = Mapping[str, str] | Sequence[tuple[str, str]]
Headers = Sequence[tuple[str, str | bytes]]


@dataclass(frozen=True)
class Answer:
    """One response; a header field stands in it once."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def document(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The code of an error, which has a description too."""
        assert set(self.document) == {"error", "error_description"}
        return str(self.document["error"])


def basic(client_id: str, value: str) -> tuple[str, str]:
    """Return the header field of client_secret_basic, with both parts as they are."""
    return ("authorization", "Basic " + b64encode(f"{client_id}:{value}".encode()).decode())


def bearer(token: str) -> tuple[str, str]:
    return ("authorization", f"Bearer {token}")


class Client:
    """Asks the application from an address."""

    def __init__(self, app: ASGIApp, source: str = "10.0.0.7") -> None:
        self.app = app
        self.source = source

    async def get(self, target: str, *headers: tuple[str, str | bytes], method: str = "GET") -> Answer:
        return await self.ask(method, target, headers)

    async def post(self, target: str, form: Fields = (), *headers: tuple[str, str | bytes]) -> Answer:
        """Send *form*, URL-encoded."""
        return await self.ask("POST", target, (("content-type", FORM), *headers), [urlencode(form).encode()])

    async def ask(self, method: str, target: str, headers: Headers = (), body: Iterable[bytes] = (b"",)) -> Answer:
        """Send a request, its body in these parts, and return the one complete answer."""
        answered = await self.heard(method, target, headers, [*map(_part, body), {"type": "http.request"}])
        start, end = answered
        fields = [(name.decode(), value.decode()) for name, value in start["headers"]]
        answer = Answer(start["status"], dict(fields), end["body"])
        assert len(fields) == len(answer.headers), "a header field came twice"
        assert answer.headers["content-length"] == str(len(answer.body))
        return answer

    async def heard(self, method: str, target: str, headers: Headers, messages: Iterable[Message]) -> list[Message]:
        """Return what the application sends when it receives *messages*."""
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [
                (name.encode(), value if isinstance(value, bytes) else value.encode()) for name, value in headers
            ],
            "client": (self.source, 40_000),
        }
        coming, sent = iter(messages), []

        async def receive() -> Message:
            return next(coming)

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        return sent


@asynccontextmanager
async def alive(app: ASGIApp) -> AsyncIterator[None]:
    """Within the block, let the application live as a server would."""
    begun, ending, sent = asyncio.Event(), asyncio.Event(), []

    async def receive() -> Message:
        if not sent and not begun.is_set():
            return {"type": "lifespan.startup"}
        await ending.wait()
        return {"type": "lifespan.shutdown"}

    async def send(message: Message) -> None:
        sent.append(message["type"])
        begun.set()

    life = asyncio.ensure_future(app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send))
    await begun.wait()
    try:
        yield
    finally:
        ending.set()
        await life
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def _part(content: bytes) -> Message:
    return {"type": "http.request", "body": content, "more_body": True}
