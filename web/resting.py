"""How long a connection rests between two requests, and how it ends when the server does.

uvicorn sets a timer after every answer and takes it back at the next one; after direct answers there is one that
looks now and then.
At the end of the server it closes what rests at once, and a request that is on its way then meets nobody (RFC 9112
section 9.6); here a resting connection is asked for a last request, whose answer says that it was the last.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from web.limits import Limits


class RestingProtocol(HttpToolsProtocol):
    """One connection, seen from between its requests."""

    limits = Limits()

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.ending = False
        """The server ends: the next answer is the last."""
        self._rests_since = 0.0
        self._last_call: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._unset_keepalive_if_required()
        if self._last_call is not None:
            self._last_call.cancel()
        super().connection_lost(exc)

    def is_at_rest(self) -> bool:
        """Tell whether no request is being read or answered."""
        return self.cycle is None or self.cycle.response_complete

    def rest(self) -> None:
        """Begin to rest: an answer is out."""
        self._rests_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_again_in(self.timeout_keep_alive)

    def on_response_complete(self) -> None:
        """Begin to rest, or go on with the next of the requests that came together."""
        self._rests_since = self.loop.time()
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if it has rested for long enough."""
        self.timeout_keep_alive_task = None
        if self.is_at_rest():
            remaining = self._rests_since + self.timeout_keep_alive - self.loop.time()
            if remaining > 0:
                self._look_again_in(remaining)
            else:
                super().timeout_keep_alive_handler()

    def shutdown(self) -> None:
        """Make the next answer the last, or the present one."""
        self.ending = True
        if not (self.cycle is None or self.cycle.response_complete):
            self.cycle.keep_alive = False
        else:
            self._last_call = self.loop.call_later(self.limits.last_call, self._end)

    def on_headers_complete(self) -> None:
        """Let the application begin."""
        super().on_headers_complete()
        if self.ending:
            self.cycle.keep_alive = False

    def _end(self) -> None:
        if self.is_at_rest():
            self.transport.close()

    def _look_again_in(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)
