"""What endpoints answer with: a status, header fields and a body, made ready as far as they are known beforehand."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from pydantic_core import to_json
from starlette.types import Receive, Scope

Header = tuple[bytes, bytes]

JSON: Header = (b"content-type", b"application/json")
NO_STORE: Header = (b"cache-control", b"no-store")
_CONFIDENTIAL = [JSON, NO_STORE, (b"pragma", b"no-cache")]  # RFC 6749 section 5.1 wants both


class Answer(NamedTuple):
    """One response."""

    status: int
    headers: list[Header]
    body: bytes = b""


Endpoint = Callable[[Scope, Receive], Awaitable[Answer]]
"""Answers a request that has one of its methods; raises what `web.errors` knows how to answer."""


def confidential(status: int, content: Any, *more: Header) -> Answer:
    """Return *content* as JSON that nobody may keep: tokens, what is said of them, and errors."""
    return _json(status, content, [*_CONFIDENTIAL, *more])


def public(content: Any, cache_control: bytes) -> Answer:
    """Return *content* as JSON for everybody."""
    return _json(200, content, [JSON, (b"cache-control", cache_control)])


def error(status: int, code: str, description: str, *more: Header) -> Answer:
    """Return an error in the form of RFC 6749 section 5.2."""
    return confidential(status, {"error": code, "error_description": description}, *more)


def empty(status: int, *headers: Header) -> Answer:
    """Return no content, as gateways want it."""
    return Answer(status, [NO_STORE, (b"content-length", b"0"), *headers])


def _json(status: int, content: Any, headers: list[Header]) -> Answer:
    body = to_json(content)
    return Answer(status, [*headers, (b"content-length", b"%d" % len(body))], body)


def always(answer: Answer) -> Endpoint:
    """Return an endpoint that has one answer."""

    async def same(_scope: Scope, _receive: Receive) -> Answer:
        return answer

    return same
