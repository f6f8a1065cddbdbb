"""Two small APIs to try verify by, without a gateway and an upstream: `keydesk serve --sample`.

What stands here is what a gateway does: ask verify about a call, hand on what it refuses, and tell the upstream who
calls. Nothing of it is served otherwise.
"""

from collections.abc import Callable, Iterable
from uuid import uuid4

from pydantic_core import to_json
from starlette.routing import Route
from starlette.types import Receive, Scope

from core.rules.apis import CLIENT_SECRET_AT
from web.answers import JSON, NO_STORE, Answer, Endpoint, Header
from web.served import Served
from web.verify_api import PREFIX

ECHO, UUID = "echo", "uuid"
"""The names of both APIs, and of their paths."""

_WHO = ("x-client-id", "x-scope")
_MADE_UP = frozenset(name.encode() for name in _WHO)
"""What the upstream is told by us: from a caller it is not passed on, however it is spelt."""
_NOT_FOR_VERIFY = _MADE_UP | {b"x-original-uri", b"x-forwarded-uri"}
_NOT_FOR_UPSTREAM = frozenset({CLIENT_SECRET_AT.name.lower().encode()})


def sampled(verify: Endpoint) -> list[Route]:
    """Return both APIs, which *verify* protects."""
    return [
        Route(f"/{name}", Served(_protected(name, verify, upstream), "GET", "HEAD"))
        for name, upstream in ((ECHO, _echo), (UUID, _uuid))
    ]


def _protected(name: str, verify: Endpoint, upstream: Callable[[Iterable[Header]], object]) -> Endpoint:
    async def called(scope: Scope, receive: Receive) -> Answer:
        headers = [field for field in scope["headers"] if _spelt(field[0]) not in _NOT_FOR_VERIFY]
        answer = await verify({**scope, "method": "GET", "path": PREFIX + name, "headers": headers}, receive)
        if answer.status != 200:
            return answer._replace(headers=[field for field in answer.headers if field[0] != b"x-denial"])
        who = [field for field in answer.headers if field[0].decode() in _WHO and field[1]]
        passed_on = [field for field in headers if _spelt(field[0]) not in _NOT_FOR_UPSTREAM]
        body = to_json(upstream([*passed_on, *who]), indent=4) + b"\n"
        return Answer(200, [JSON, NO_STORE, (b"content-length", b"%d" % len(body))], body)

    return called


def _spelt(name: bytes) -> bytes:
    """Return the name of a header field as we write it: some servers take an underscore for a dash."""
    return name.replace(b"_", b"-")


def _echo(headers: Iterable[Header]) -> object:
    """Tell the header fields that have come, each by the name that people write it with."""
    told: dict[str, str] = {}
    for name, value in headers:
        spelt, text = name.decode("latin-1").title(), value.decode("latin-1")
        told[spelt] = f"{told[spelt]}, {text}" if spelt in told else text
    return {"headers": told}


def _uuid(_headers: Iterable[Header]) -> object:
    return {"uuid": str(uuid4())}
