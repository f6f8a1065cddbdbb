"""One line per request: when, from where, what, how it ended, how long it took, and who. No query, and no secret.

A raw ASGI wrapper: it stands in the way of every token.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from time import perf_counter
from typing import Any, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.answers import Answer
from web.discretion import discreet_target
from web.lines import LineWriter
from web.prepared import Direct, Prepared
from web.refusing import REFUSED
from web.source import Sources

NOTES = "keydesk"
"""The key of a scope under which a request's endpoint leaves what the log shall know: a dictionary with `client_id`,
and with `why` where a caller of a protected API was refused."""

Now = Callable[[], datetime]
Ticks = Callable[[], float]


def utc_now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


_LONGEST_READ = 400
"""Bytes of a target that are looked at; fewer are shown."""
_remembered = lru_cache(256)(discreet_target)


class Entry(NamedTuple):
    """What is known of one request before it is answered."""

    source: str | None
    method: str
    path: str
    client_id: str | None = None
    why: str | None = None
    """Which check refused a call of a protected API; the caller does not see it."""


Line = Callable[[datetime, int | None, float], str]
"""Writes when it was, its status (None where the client was gone before its answer) and the seconds that it took."""


class RequestLog:
    """Writes to *descriptor*. `now` gives the time in UTC, `ticks` seconds that never jump."""

    def __init__(
        self,
        descriptor: int,
        *,
        as_json: bool = False,
        now: Now = utc_now,
        ticks: Ticks = perf_counter,
        lost: Callable[[OSError], None] = lambda _error: None,
        most: int = 10_000,
    ) -> None:
        self._line = _json_line if as_json else _text_line
        self._now = now
        self._ticks = ticks
        dropped = _json_dropped if as_json else _text_dropped
        self._writer = LineWriter(descriptor, dropped=lambda count: dropped(now(), count), lost=lost, most=most)

    def around(self, app: ASGIApp, sources: Sources) -> ASGIApp:
        """Return *app* with a line for each of its HTTP requests."""

        async def logged(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            notes: dict[str, Any] = {}
            scope[NOTES] = notes
            begun = self._ticks()
            status: int | None = None

            def watched(message: Message) -> Any:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                return send(message)

            try:
                await app(scope, receive, watched)
            except Exception:
                status = status or 500
                raise
            finally:
                seconds = self._ticks() - begun
                self._note(scope, sources.of(scope), scope.get(REFUSED, status), seconds, notes)

        return logged

    def around_direct(self, direct: Direct, sources: Sources) -> Direct:
        """Return *direct* with a line for each request that it answers; the others get theirs on the long way."""

        def logged(scope: Scope, body: bytes) -> Prepared | None:
            found = direct(scope, body)
            if found is None:
                return None
            return Prepared(found.client_id, self._noting(found, *_named(scope), sources.of(scope)))

        return logged

    def _noting(self, found: Prepared, method: str, path: str, source: str | None) -> Callable[[], Answer | None]:
        decide, ticks, now, write = found.answer, self._ticks, self._now, self._writer.write
        line = self._line(Entry(source, method, path, found.client_id))

        def noted() -> Answer | None:
            begun = ticks()
            answer = decide()
            if answer is not None:
                write(line(now(), answer.status, ticks() - begun))
            return answer

        return noted

    def refused(self, peer: str | None, method: bytes, target: bytes, status: int) -> None:
        """Note a request that the protocol refused before there was one; of its time nothing is known."""
        source = Sources().of({"client": (peer, 0)} if peer else {})
        self._write(Entry(source, _plain(method), _plain(target)), status, 0.0)

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()

    def _note(
        self, scope: Scope, source: str | None, status: int | None, seconds: float, notes: Mapping[str, Any]
    ) -> None:
        self._write(Entry(source, *_named(scope), notes.get("client_id"), notes.get("why")), status, seconds)

    def _write(self, entry: Entry, status: int | None, seconds: float) -> None:
        self._writer.write(self._line(entry)(self._now(), status, seconds))


def _named(scope: Scope) -> tuple[str, str]:
    """Return method and path, fit for a line."""
    return _plain(scope["method"].encode()), _plain(scope.get("raw_path") or scope["path"].encode())


def _plain(text: bytes) -> str:
    return _remembered(text[:_LONGEST_READ]) or "-"


def _text_line(entry: Entry) -> Line:
    before = f" {entry.source or '-'} {entry.method} {entry.path} "
    after = f"ms {entry.client_id or '-'}" + (f" {entry.why}" if entry.why else "")
    return lambda at, status, seconds: f"{_iso(at)}{before}{status or '-'} {seconds * 1000:.1f}{after}"


def _json_line(entry: Entry) -> Line:
    before = {"source": entry.source, "method": entry.method, "path": entry.path}
    after = {"client_id": entry.client_id} | ({"why": entry.why} if entry.why else {})

    def line(at: datetime, status: int | None, seconds: float) -> str:
        return json.dumps({"at": _iso(at), **before, "status": status, "ms": round(seconds * 1000, 1), **after})

    return line


def _text_dropped(at: datetime, count: int) -> str:
    return f"{_iso(at)} {count} lines dropped: nobody reads fast enough"


def _json_dropped(at: datetime, count: int) -> str:
    return json.dumps({"at": _iso(at), "dropped": count})


class _Times:
    """Writes times in UTC as ISO 8601 with milliseconds; what is before them once a second, not for every line."""

    def __init__(self) -> None:
        self._second = (datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), "")
        """Begin, end, and how it is written."""

    def __call__(self, at: datetime) -> str:
        begin, end, text = self._second
        if not begin <= at < end:
            begin = at.replace(microsecond=0)
            text = begin.isoformat()[:19]
            self._second = (begin, begin + timedelta(seconds=1), text)
        return f"{text}.{at.microsecond // 1000:03d}Z"


_iso = _Times()
