"""HTTP/1.1 as uvicorn speaks it, within bounds: no head, no body and no wait is without an end.

uvicorn's protocol for httptools reads what a client sends for as long as it sends, and so would grow with it. What
goes over a limit is answered here (RFC 9110 section 15.5, RFC 6585 section 5); the application never sees its end.
"""

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from web.refusing import RefusingProtocol


class _Stop(Exception):
    """Stops the parser in the middle of what it was fed."""


class BoundedProtocol(RefusingProtocol):
    """One connection, within its `limits`."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._head_bytes = 0
        self._body_bytes = 0
        self._framing_bytes = 0
        self._fed_bytes = 0
        self._declared = 0
        """Content-Length, where there is one."""
        self._chunked = False
        self._unparsed = 0
        """Bytes of a body that the parser does not read, because its request offered another protocol."""
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._deadline = self.loop.call_later(self.limits.head_within, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._stalled is not None:
            self._stalled.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless it is over."""
        if self._over:
            return
        request, content = self.cycle, self._body_bytes
        self._fed_bytes = len(data)
        if self._in_head:
            self._head_bytes += len(data)
        while data and not self._over:
            data = self._take_unparsed(data) if self._unparsed else self._parse(data)
        if not self._over:
            self._check_progress(request, content)
        if not self._over:
            self._wait_for_the_rest()

    def _check_progress(self, request: RequestResponseCycle | None, content: int) -> None:
        """Count what was fed, and made neither a head complete nor a body longer than *content*."""
        if self._in_head:
            if self._head_bytes > self.limits.head:
                self._refuse(431)
        elif request is self.cycle:  # all of it lay within one body
            self._framing_bytes += self._fed_bytes - (self._body_bytes - content)
            if self._framing_bytes > self.limits.head:
                self._refuse(413)

    def _parse(self, data: bytes) -> bytes:
        """Feed the parser; return what it has left over, which is where a request offered another protocol."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            # A server may leave the offer unanswered and go on (RFC 9110 section 7.8); Java's client makes one.
            return data[offer.args[0] :]
        except httptools.HttpParserError:
            if not self._over:
                self._refuse(400)
        return b""

    def _take_unparsed(self, data: bytes) -> bytes:
        body, rest = data[: self._unparsed], data[self._unparsed :]
        self._unparsed -= len(body)
        self.on_body(body)
        if not self._unparsed:
            self._complete()
        return rest

    # What the parser calls

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        # The bytes before it may have been another request's.
        self._head_bytes = max(self._head_bytes, 1)

    def on_headers_complete(self) -> None:
        """Let the application begin, where the head is within the limits."""
        self._check_head()
        self._begin()
        self._stop_waiting()
        self._in_head = False
        self._head_bytes = self._body_bytes = self._framing_bytes = 0
        # Trailer fields would be taken for headers, behind the back of whoever has read these.
        self.headers = []

    def _begin(self) -> None:
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass the body on, as far as it may go."""
        self._body_bytes += len(body)
        if self._body_bytes > self.limits.body:
            self._stop(413)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Take the request for complete, unless its body is still to come past the parser."""
        if self._declared and self.parser.should_upgrade():
            self._unparsed = self._declared
        else:
            self._complete()

    def _complete(self) -> None:
        super().on_message_complete()
        self._await_next()

    def _await_next(self) -> None:
        """Take what comes now for the head of another request."""
        self._stop_waiting()
        self._in_head = True
        self.url = b""

    def _check_head(self) -> None:
        # What was fed is at least as long as the head, so that it is seldom worth the while to count.
        if max(self._head_bytes, self._fed_bytes) > self.limits.head and self._size_of_head() > self.limits.head:
            self._stop(431)
        self._declared, self._chunked = 0, False
        for name, value in self.headers:
            if name == b"content-length":
                self._declared = int(value)
            elif name == b"transfer-encoding":
                self._chunked = True
        if self._declared > self.limits.body:
            self._stop(413)
        if self._chunked and self.parser.should_upgrade():  # the parser would take the body for the next request
            self._stop(400)
        if len(self.connections) > self.limits.connections or len(self.pipeline) >= self.limits.pipelined:
            self._stop(503)

    def _size_of_head(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + len(b": \r\n") for name, value in self.headers)

    # Waiting

    def is_at_rest(self) -> bool:
        """Tell whether no request is being read or answered."""
        return self._in_head and not self._head_bytes and super().is_at_rest()

    def _wait_for_the_rest(self) -> None:
        """Set a deadline for what has begun; a request that came in one piece needs none."""
        if self._deadline is None and (not self._in_head or self._head_bytes):
            seconds = self.limits.head_within if self._in_head else self.limits.body_within
            self._deadline = self.loop.call_later(seconds, self._late)

    def _late(self) -> None:
        self._deadline = None
        if not self._in_head:
            self._refuse(408)
        elif self._owes_an_answer():
            self._close_after_the_answer()
        else:
            self._over = True
            self.transport.close()

    def pause_writing(self) -> None:
        """Give a client that does not read its answers a while to begin."""
        super().pause_writing()
        self._stalled = self.loop.call_later(self.limits.read_within, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on writing."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()

    def _stop(self, status: int) -> None:
        self._refuse(status)
        raise _Stop
