"""Invoking an API as any client would: one request of any kind, bounded in time and size, that can be called off.

No redirect is followed, and a server on this machine is asked directly, whatever the environment says of proxies.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import closing, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from threading import Thread
from time import perf_counter
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from core.outbound.exchange import Call, NoReply, Proxies, no_reply
from core.outbound.wire import Wire, Wired, WiredTls
from core.rules.endpoints import is_loopback
from core.rules.invocations import Invocation

MOST = 64 * 1024
"""Bytes of a body that are read: more than anybody reads on a screen."""
PATIENCE = 30.0
"""Seconds after which an answer is given up, or cut where it goes on."""
THREAD = "invoke"
"""The name of the threads in which calls run."""
_MOMENT = 0.5
_PROXY_PORT = 3128
_CHUNK = 16 * 1024
_WITH_A_BODY = ("POST", "PUT", "PATCH")
"""They say so where it is empty (RFC 9110 section 8.6)."""
_AGENT = ("User-Agent", "keydesk")


class Cut(StrEnum):
    """Why a body is not whole, in words."""

    SIZE = "it is longer"
    TIME = "it did not end"
    BROKEN = "it broke off"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status; `milliseconds` until all of it was read, or until it was cut."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: bytes = field(repr=False)
    cut: Cut | None
    milliseconds: float


class CalledOff(Exception):
    """Nobody waits for the answer any more."""


class Running:
    """A call that is under way."""

    def __init__(self, asked: Invocation, patience: float) -> None:
        self.wire = Wire()
        self.future: Future[Answer] = Future()
        self._url = asked.url
        self._patience = patience

    def answer(self) -> Answer:
        """Wait for the answer; raises `NoReply` where there is none, `CalledOff` after `call_off`."""
        try:
            # A body that does not end is cut a moment earlier; a name that is looked up, or a slow head, has no bound.
            return self.future.result(self._patience + _MOMENT)
        except TimeoutError:
            self.wire.cut()
            raise self.no_reply(TimeoutError()) from None

    def call_off(self) -> None:
        """Wait no longer, at once, whatever the other side does."""
        self.fail(CalledOff())
        self.wire.cut()

    def no_reply(self, error: Exception) -> NoReply:
        """Return why nothing came back, in a sentence."""
        return no_reply(Call(self._url, named="its URL"), self._patience, error)

    def fail(self, error: BaseException) -> None:
        """End with this, unless it has ended."""
        with suppress(InvalidStateError):
            self.future.set_exception(error)


class Invoking:
    """Sends what it is given. `patience` is in seconds, `most` in bytes of the answer's body."""

    def __init__(
        self,
        *,
        patience: float = PATIENCE,
        most: int = MOST,
        proxies: Proxies = getproxies,
        timer: Callable[[], float] = perf_counter,
    ) -> None:
        self._patience = patience
        self._most = most
        self._proxies = proxies
        self._timer = timer

    def begin(self, asked: Invocation) -> Running:
        """Send it in a thread of its own, which keeps nobody from ending."""
        running = Running(asked, self._patience)
        Thread(target=self._run, args=(asked, running), name=THREAD, daemon=True).start()
        return running

    def _run(self, asked: Invocation, running: Running) -> None:
        try:
            answer = self._exchange(asked, running)
            with suppress(InvalidStateError):
                running.future.set_result(answer)
        except (OSError, HTTPException, ValueError) as error:
            running.fail(running.no_reply(error))
        except Exception as defect:  # of whatever kind: who waits for it shall know
            running.fail(defect)
        finally:
            running.wire.close()

    def _exchange(self, asked: Invocation, running: Running) -> Answer:
        begun = self._timer()
        connection, target, more = self._way(asked.url, running.wire)
        try:
            connection.connect()
            if running.future.done():  # called off meanwhile: what is not sent yet stays here
                raise CalledOff
            _send(connection, asked, target, more)
            wait = connection.sock.settimeout  # here, because who announces the end takes the socket away from it
            response = connection.getresponse()
            with closing(response):
                content, cut = self._read(response, running, wait, begun)
        finally:
            connection.close()
        took = (self._timer() - begun) * 1000
        return Answer(response.status, tuple(response.getheaders()), content, cut, took)

    def _way(self, url: str, wire: Wire) -> tuple[HTTPConnection, str, tuple[tuple[str, str], ...]]:
        """Return the connection, what to ask for on it, and the header fields that only the way there needs."""
        parts = urlsplit(url)
        kind, host = WiredTls if parts.scheme == "https" else Wired, parts.hostname or ""
        target = _target(url)
        proxy = self._proxy_for(parts, url)
        if proxy is None:
            return self._wired(kind, wire, host, parts.port), target, ()
        leave = _proxy_authorization(proxy)
        there = self._wired(kind, wire, proxy.hostname or "", proxy.port or _PROXY_PORT)
        there.is_direct = False
        if kind is WiredTls:
            there.set_tunnel(host, parts.port, headers=dict(leave))
            return there, target, ()
        return there, url, leave

    def _wired(self, kind: type[Wired], wire: Wire, host: str, port: int | None) -> Wired:
        connection = kind(host, port, timeout=self._patience)
        connection.wire = wire
        return connection

    def _proxy_for(self, parts: SplitResult, url: str) -> SplitResult | None:
        named = None if is_loopback(url) else self._proxies().get(parts.scheme)
        if not named or proxy_bypass(parts.hostname or ""):
            return None
        return urlsplit(named if "://" in named else f"http://{named}")

    def _read(
        self, response: HTTPResponse, running: Running, wait: Callable[[float], object], begun: float
    ) -> tuple[bytes, Cut | None]:
        """Return what is read of the body within the bounds, and why that is not all of it."""
        content = bytearray()
        try:
            for part in _parts(response):
                content += part
                if len(content) > self._most:
                    return bytes(content[: self._most]), Cut.SIZE
                left = self._patience - (self._timer() - begun)
                if left <= 0 or running.future.done():  # what is on its way comes even where the wire was cut
                    return bytes(content), Cut.TIME
                wait(left)
        except TimeoutError:
            return bytes(content), Cut.TIME
        except (IncompleteRead, ConnectionError):
            return bytes(content), Cut.BROKEN
        return bytes(content), Cut.BROKEN if response.length else None


def _target(url: str) -> str:
    """Return path and query to the letter; `urlsplit` forgets a ? with nothing behind it."""
    _, _, rest = url.partition("://")
    begins = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    target = rest[begins:].partition("#")[0]
    return target if target.startswith("/") else f"/{target}"


def _parts(response: HTTPResponse) -> Iterator[bytes]:
    while part := response.read1(_CHUNK):
        yield part


def _send(connection: HTTPConnection, asked: Invocation, target: str, more: tuple[tuple[str, str], ...]) -> None:
    """Write the request by hand: what a library would make of its header fields is not what was typed."""
    names = {name.lower() for name, _ in asked.headers}
    connection.putrequest(asked.method, target, skip_host="host" in names, skip_accept_encoding=True)
    own = () if "user-agent" in names else (_AGENT,)
    empty = asked.content is None and asked.method not in _WITH_A_BODY
    length = () if empty else (("Content-Length", str(len(asked.content or b""))),)
    for name, value in (*more, *own, *asked.headers, *length, ("Connection", "close")):
        connection.putheader(name, value.encode("latin-1"))
    connection.endheaders(asked.content)


def _proxy_authorization(proxy: SplitResult) -> tuple[tuple[str, str], ...]:
    if proxy.username is None:
        return ()
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return (("Proxy-Authorization", f"Basic {b64encode(pair.encode()).decode()}"),)
