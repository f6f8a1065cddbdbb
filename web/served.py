"""An endpoint as an ASGI application: the method first, then the answer, or the answer to what went wrong."""

from collections.abc import Callable
from typing import Protocol

from starlette.types import Receive, Scope, Send

from core.rules.errors import OAuthError
from web.answers import Answer, Endpoint
from web.errors import KNOWN, ClientGone, answer_to, wrong_method
from web.prepared import Prepared


class Served:
    """One endpoint under its methods; no framework stands in the way of a token.

    Without methods the endpoint looks at them by itself.
    """

    def __init__(self, endpoint: Endpoint, *methods: str) -> None:
        self._endpoint = endpoint
        self._methods = methods
        self._wrong_method = wrong_method(methods)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a defect is left to the server, which answers it and keeps its traceback."""
        try:
            is_known = not self._methods or scope["method"] in self._methods
            answer = await self._endpoint(scope, receive) if is_known else self._wrong_method
        except KNOWN as problem:
            answer = answer_to(problem)
        except ClientGone:
            return
        await send_answer(answer, send)


class Preparing(Protocol):
    """An endpoint that can answer at least some requests without waiting."""

    async def __call__(self, scope: Scope, receive: Receive, /) -> Answer: ...

    def prepared(self, scope: Scope, body: bytes, /) -> Prepared | None: ...


class ServedAtOnce(Served):
    """An endpoint under its methods that can also be asked before there is a task for the request."""

    def __init__(self, endpoint: Preparing, *methods: str) -> None:
        super().__init__(endpoint, *methods)
        self._prepared = endpoint.prepared
        self._first_method = methods[0] if methods else "GET"

    def prepared(self, scope: Scope, body: bytes) -> Prepared | None:
        """Read a request that came by the first of the methods, or by GET; None where it has to go the long way."""
        try:
            found = self._prepared(scope, body) if scope["method"] == self._first_method else None
        except KNOWN:
            return None
        return None if found is None else Prepared(found.client_id, _with_problems(found.answer))


def _with_problems(answer: Callable[[], Answer | None]) -> Callable[[], Answer | None]:
    def answered() -> Answer | None:
        try:
            return answer()
        except OAuthError as problem:  # of a client that is known by then
            return answer_to(problem)
        except KNOWN:
            return None

    return answered


async def send_answer(answer: Answer, send: Send) -> None:
    """Send an answer as the two messages of ASGI."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})
