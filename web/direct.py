"""Requests that are answered where they are read: without a task, and without ASGI's messages for their parts.

A request that came in one piece, for an endpoint that can decide at once, needs neither, and when the same bytes
come from the same address again they are not even parsed again: clients repeat themselves (docs/decisions.md).
Every other request goes the long way, and so does one that an endpoint leaves undecided.
"""

import os
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from core.authentication.remembered import Remembered
from web.answers import Answer, Header
from web.discretion import report
from web.limits import Limits
from web.prepared import Direct, Prepared
from web.protocol import BoundedProtocol
from web.refusing import Refused

_REMEMBERED = 1_000


class Directions(Mapping[bytes, Direct]):
    """Who may answer at once: by the whole target, or *under* what its path begins with, whatever the query."""

    def __init__(self, exactly: Mapping[bytes, Direct], under: Mapping[bytes, Direct]) -> None:
        self._exactly = exactly
        self._under = under

    def __getitem__(self, target: bytes) -> Direct:
        """Return who may answer; a path that is spelt with percent signs goes the long way."""
        if target in self._exactly:
            return self._exactly[target]
        path = target.partition(b"?")[0]
        for prefix, direct in self._under.items():
            if path.startswith(prefix) and b"%" not in path and path.isascii():
                return direct
        raise KeyError(target)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the targets and the beginnings."""
        return chain(self._exactly, self._under)

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self._exactly) + len(self._under)


class Directness:
    """What the connections of one server share: who may answer at once, by the whole target, and what came before."""

    def __init__(self, direct: Mapping[bytes, Direct]) -> None:
        self.direct = direct
        self.known: Remembered[Prepared] = Remembered(os.urandom, _REMEMBERED)
        """By the address and the bytes of a request, as a digest."""
        self._fields: list[Header] | None = None
        self._lines = b""
        self._answer: Answer | None = None
        self._own_lines = b""

    def own_lines(self, answer: Answer) -> bytes:
        """Return the header fields of one answer likewise; gateways are given the same one again and again."""
        if answer is not self._answer:
            self._answer, self._own_lines = answer, _written(answer.headers)
        return self._own_lines

    def common_lines(self, fields: list[Header]) -> bytes:
        """Return header fields of every answer as they go over the line; they change each second, with the date."""
        if fields is not self._fields:
            self._fields, self._lines = fields, _written(fields)
        return self._lines


class DirectProtocol(BoundedProtocol):
    """One connection. `protocol` makes the class that uvicorn is given."""

    shared: Directness

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._held: Direct | None = None
        """What may answer the request that is being read, so that its application has not begun."""
        self._content = b""
        self._begun = 0
        """Requests that one piece of data has begun."""
        self._answered_by: Prepared | None = None
        """What has answered the last of them; None where it went the long way."""

    def data_received(self, data: bytes) -> None:
        """Answer what came before in the same way; read on, where it did not."""
        if not self.is_at_rest() or self._over or self.ending or self.flow.write_paused:
            super().data_received(data)
            return
        key = self._address + data
        known = self.shared.known.recall(key)
        if known is not None and self._answer_directly(known):
            self._stop_waiting()
            return
        self._begun, self._answered_by = 0, None
        super().data_received(data)
        if self._begun == 1 and self._answered_by is not None and self.is_at_rest():
            self.shared.known.keep(key, self._answered_by)

    def connection_made(self, transport: Any) -> None:
        """Begin with the address that requests come from."""
        super().connection_made(transport)
        self._address = f"{self.client[0] if self.client else ''}\0".encode()

    def _begin(self) -> None:
        self._begun += 1
        self._answered_by = None
        self._held = self.shared.direct.get(self.url) if self._may_be_held() else None
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
            prepared = self._prepared(self._held)
            if prepared is not None and self._answer_directly(prepared):
                self._held, self._content = None, b""
                self._answered_by = prepared
                self._await_next()
                return
            self._let_begin()
        super()._complete()

    def _prepared(self, direct: Direct) -> Prepared | None:
        scope = cast(dict[str, Any], self.scope)
        path, _, query = self.url.partition(b"?")
        scope.update(method=self.parser.get_method().decode(), path=path.decode(), raw_path=path, query_string=query)
        try:
            return direct(scope, self._content)
        except Exception as defect:  # answered by the long way, and known even if it is not met there
            report(defect)
            return None

    def _answer_directly(self, prepared: Prepared) -> bool:
        try:
            answer = prepared.answer()
        except Exception as defect:  # as above
            report(defect)
            return False
        if answer is None:
            return False
        self._write(answer)
        self.rest()
        return True

    def _let_begin(self) -> None:
        """Let the application begin after all, with as much of the body as is here."""
        self._held, content, self._content = None, self._content, b""
        super()._begin()
        if content:
            super().on_body(content)

    def _write(self, answer: Answer) -> None:
        lines = self.shared.common_lines(self.server_state.default_headers)
        self.transport.write(
            b"".join((STATUS_LINE[answer.status], lines, self.shared.own_lines(answer), b"\r\n", answer.body))
        )


def protocol(
    limits: Limits, refused: Refused | None = None, direct: Mapping[bytes, Direct] | None = None
) -> type[DirectProtocol]:
    """Return the protocol with these limits; *refused* hears of requests that no application saw.

    What *direct* has for a target may answer there before the application is asked.
    """
    hearing = None if refused is None else staticmethod(refused)
    own = {"limits": limits, "refused": hearing, "shared": Directness(direct or {})}
    return type("Protocol", (DirectProtocol,), own)


def _written(fields: list[Header]) -> bytes:
    return b"".join([b"%b: %b\r\n" % field for field in fields])
