"""How a connection answers by itself: a request over its bounds, or none at all, never costs another its answer."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from web.refusal import PROTOCOL_REFUSALS
from web.resting import RestingProtocol

REFUSED = "keydesk.refused"
"""The key of a scope under which the protocol leaves the status with which it answered in the application's place."""

Refused = Callable[[str | None, bytes, bytes, int], None]
"""Hears of a request that no application saw: the peer, the method, the target without its query, the status."""


class RefusingProtocol(RestingProtocol):
    """One connection that can answer in its application's place, and then reads no more."""

    refused: Refused | None = None

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.url = b""
        self._over = False
        """Nothing more is read; what still comes is thrown away."""
        self._in_head = True
        """Between the end of one request and the end of the next one's head."""
        self._active: RequestResponseCycle | None = None
        """The request that is being answered; `cycle` is the one that came last."""
        self._deadline: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the application, of whichever request it is answering."""
        self._over = True
        self._stop_waiting()
        if self._active is not None:
            _abandon(self._active)
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._active = cycle
        super()._start_asgi_task(cycle, app)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: int) -> None:
        """Answer with an error instead of the application, where the line is free for it, and read no more."""
        self._stop_waiting()
        if not self._in_head:
            self._refuse_body(status)
            return
        self._tell(status)
        if self._owes_an_answer():
            self._close_after_the_answer()
        else:
            self._answer(status)

    def _refuse_body(self, status: int) -> None:
        """Take a request from the application that has it already; it hears that the client is gone."""
        request = self.cycle
        cast(dict[str, Any], request.scope)[REFUSED] = status
        _abandon(request)
        if self.pipeline:  # it waits behind others, whose answers are still wanted
            self.pipeline.popleft()
            self._tell(status)
            self._over = True
            last = self.pipeline[0][0] if self.pipeline else self._active
            assert last is not None, "what waits, waits for one that is being answered"
            last.keep_alive = False
        elif request.response_started:
            self._over = True
            self.transport.close()
        else:
            self._answer(status)

    def _tell(self, status: int) -> None:
        if self.refused is not None:
            method = self.parser.get_method() if self.url else b""
            self.refused(self.client[0] if self.client else None, method, self.url.partition(b"?")[0], status)

    def _owes_an_answer(self) -> bool:
        """Tell whether requests before the present one are being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def _close_after_the_answer(self) -> None:
        self._over = True
        self.cycle.keep_alive = False

    def _answer(self, status: int) -> None:
        self._over = True
        refusal = PROTOCOL_REFUSALS[status]
        headers = [*self.server_state.default_headers, *refusal.headers]
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        self.transport.write(STATUS_LINE[status] + lines + b"\r\n" + refusal.body)
        self.transport.write_eof()
        self._deadline = self.loop.call_later(self.limits.linger, self.transport.abort)


def _abandon(request: RequestResponseCycle) -> None:
    """Let the application hear that its client is gone."""
    request.disconnected = True
    request.message_event.set()
