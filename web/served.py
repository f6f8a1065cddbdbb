"""An endpoint as an ASGI application: the method first, then the answer, or the answer to what went wrong."""

from typing import Protocol

from starlette.types import Receive, Scope, Send

from web.answers import Answer, Endpoint
from web.errors import KNOWN, ClientGone, answer_to, wrong_method


class Served:
    """One endpoint under its methods; no framework stands in the way of a token."""

    def __init__(self, endpoint: Endpoint, *methods: str) -> None:
        self._endpoint = endpoint
        self._methods = methods
        self._wrong_method = wrong_method(methods)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a defect is left to the server, which answers it and keeps its traceback."""
        try:
            answer = await self._endpoint(scope, receive) if scope["method"] in self._methods else self._wrong_method
        except KNOWN as problem:
            answer = answer_to(problem)
        except ClientGone:
            return
        await send_answer(answer, send)


class AnsweringAtOnce(Protocol):
    """An endpoint that can answer at least some requests without waiting."""

    async def __call__(self, scope: Scope, receive: Receive, /) -> Answer: ...

    def at_once(self, scope: Scope, body: bytes, /) -> Answer | None: ...


class ServedAtOnce(Served):
    """An endpoint under its methods that can also be asked before there is a task for the request."""

    def __init__(self, endpoint: AnsweringAtOnce, *methods: str) -> None:
        super().__init__(endpoint, *methods)
        self._at_once = endpoint.at_once
        self._first_method = methods[0]

    def at_once(self, scope: Scope, body: bytes) -> Answer | None:
        """Answer a request that came by the first of the methods; None where that takes longer."""
        if scope["method"] != self._first_method:
            return None
        try:
            return self._at_once(scope, body)
        except KNOWN as problem:
            return answer_to(problem)


async def send_answer(answer: Answer, send: Send) -> None:
    """Send an answer as the two messages of ASGI."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})
