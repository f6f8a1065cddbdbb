"""Requests that are answered where they are read: without a task, and without ASGI's messages for their parts.

A request that came in one piece, for an endpoint that can decide at once, needs neither (docs/decisions.md). Every
other one goes the long way, and so does one that the endpoint leaves undecided.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from web.answers import Answer, Header
from web.limits import Limits
from web.protocol import BoundedProtocol, Refused

Direct = Callable[[Scope, bytes], Answer | None]
"""Answers a request, of which the body is whole, at once; None where that must go the long way."""


class DirectProtocol(BoundedProtocol):
    """One connection. `protocol` makes the class that uvicorn is given."""

    direct: Mapping[bytes, Direct] = {}
    """By the whole target of a request: one with a query goes the long way."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._held: Direct | None = None
        """What may answer the request that is being read, so that its application has not begun."""
        self._content = b""

    def _begin(self) -> None:
        self._content = b""
        self._held = self.direct.get(self.url) if self._may_be_held() else None
        if self._held is None:
            super()._begin()

    def _may_be_held(self) -> bool:
        """Tell whether the whole request may be here, nothing is to be said before it, and the line is free."""
        return (
            self._declared <= self._fed_bytes
            and not (self._chunked or self.expect_100_continue or self.ending or self.flow.write_paused)
            and not self._owes_an_answer()
            and self.parser.get_http_version() == "1.1"
            and self.parser.should_keep_alive()
            and not self.parser.should_upgrade()
        )

    def _parse(self, data: bytes) -> bytes:
        rest = super()._parse(data)
        if self._held is not None:
            self._let_begin()
        return rest

    def on_body(self, body: bytes) -> None:
        """Keep the body, or pass it on."""
        if self._held is None:
            super().on_body(body)
        else:
            self._content += body

    def _complete(self) -> None:
        if self._held is not None:
            answer = self._decided(self._held)
            if answer is not None:
                self._held = None
                self._write(answer)
                self._await_next()
                self.rest()
                return
            self._let_begin()
        super()._complete()

    def _decided(self, direct: Direct) -> Answer | None:
        scope = cast(dict[str, Any], self.scope)
        path = self.url.decode()
        scope.update(method=self.parser.get_method().decode(), path=path, raw_path=self.url, query_string=b"")
        try:
            return direct(scope, self._content)
        except Exception:  # the long way meets the same defect, and answers and tells it
            return None

    def _let_begin(self) -> None:
        """Let the application begin after all, with as much of the body as is here."""
        self._held = None
        super()._begin()
        if self._content:
            super().on_body(self._content)

    def _write(self, answer: Answer) -> None:
        lines = self.common.lines(self.server_state.default_headers)
        fields = b"".join([b"%b: %b\r\n" % field for field in answer.headers])
        self.transport.write(b"".join((STATUS_LINE[answer.status], lines, fields, b"\r\n", answer.body)))

    common: "_CommonLines"


class _CommonLines:
    """The header fields of every answer, written once for as long as they stay the same: a second, for the date."""

    def __init__(self) -> None:
        self._fields: list[Header] | None = None
        self._written = b""

    def lines(self, fields: list[Header]) -> bytes:
        """Return *fields* as they go over the line."""
        if fields is not self._fields:
            self._fields = fields
            self._written = b"".join([b"%b: %b\r\n" % field for field in fields])
        return self._written


def protocol(
    limits: Limits, refused: Refused | None = None, direct: Mapping[bytes, Direct] | None = None
) -> type[DirectProtocol]:
    """Return the protocol with these limits; *refused* hears of requests that no application saw.

    What *direct* has for a target may answer there before the application is asked.
    """
    hearing = None if refused is None else staticmethod(refused)
    own = {"limits": limits, "refused": hearing, "direct": direct or {}, "common": _CommonLines()}
    return type("Protocol", (DirectProtocol,), own)
