"""One HTTP request to another server, bounded in time and size, and led nowhere else by a redirect."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from http.client import HTTPException, HTTPResponse
from socket import gaierror
from ssl import SSLCertVerificationError, SSLError
from threading import Thread
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, UnknownHandler, getproxies

from core.outbound.wire import Guard, Unwanted, Wire, Wired, WiredTls
from core.rules.endpoints import is_loopback

_LARGEST_ANSWER = 64 * 1024
Proxies = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Call:
    """A request; with `content` it is a POST, else a GET. `named` is what to check where the URL leads nowhere.

    `guard` looks at where its connection has led, which is beyond what a name resolves to at another moment. It is not
    asked about a proxy, which looks names up by itself.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)
    named: str = "the issuer"
    guard: Guard | None = None
    is_read: bool = True
    """Without it the status is all that is wanted, and the answer may be of any size."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whatever its status; `is_local` where this machine itself has answered."""

    status: int
    content: bytes = field(repr=False)
    is_local: bool = False


Exchange = Callable[[Call, float], Reply]
"""What sends a call and returns its reply within so many seconds, or raises `NoReply`."""


class Silence(StrEnum):
    """Why nothing came back, in a word."""

    DNS = "DNS"
    TIMEOUT = "TIMEOUT"
    SSL = "SSL"
    CONNECTION = "CONNECTION"


class NoReply(Exception):
    """Nothing came back that could be read: one sentence says why. `absent` where nobody seems to be there."""

    def __init__(self, sentence: str, *, absent: bool = False, kind: Silence = Silence.CONNECTION) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.absent = absent
        self.kind = kind


def exchange(call: Call, within: float, *, proxies: Proxies = getproxies) -> Reply:
    """Return the reply to *call*, or raise `NoReply`, *within* so many seconds at the latest.

    A server on this machine is asked directly, whatever *proxies* says.
    """
    future: Future[Reply] = Future()
    wire = Wire()
    # In a thread of its own: a timeout of urllib is one of each wait, and looking up a name has none. As a daemon it
    # keeps nobody from ending.
    Thread(target=_fulfil, args=(future, call, within, proxies, wire), daemon=True).start()
    try:
        return future.result(within)
    except TimeoutError:
        wire.cut()
        raise no_reply(call, within, TimeoutError()) from None


def _fulfil(future: "Future[Reply]", call: Call, within: float, proxies: Proxies, wire: Wire) -> None:
    try:
        future.set_result(_reply(call, within, proxies, wire))
    except Unwanted as unwanted:
        future.set_exception(NoReply(str(unwanted)))
    except (OSError, HTTPException, ValueError) as error:
        future.set_exception(no_reply(call, within, error))
    except Exception as defect:  # a defect of any kind belongs to the caller, who would else wait for nothing
        future.set_exception(defect)
    finally:
        wire.close()


def _reply(call: Call, within: float, proxies: Proxies, wire: Wire) -> Reply:
    request = Request(call.url, call.content, dict(call.headers))  # noqa: S310 - the opener knows HTTP alone
    made = partial(_connected, call.guard, request.host, wire)
    opener = _opener({} if is_loopback(call.url) else proxies(), made)
    with opener.open(request, timeout=within) as response:
        content = response.read(_LARGEST_ANSWER + 1) if call.is_read else b""
        if len(content) > _LARGEST_ANSWER:
            raise _TooLarge
        return Reply(response.status, content, wire.address is not None and wire.address.is_loopback)


_Made = Callable[..., Wired]


def _connected(guard: Guard | None, origin: str, wire: Wire, kind: type[Wired], host: str, **how: Any) -> Wired:
    """Return a connection to *host*: the one that is asked, by the name that urllib has for it, or a proxy."""
    connection = kind(host, **how)
    connection.wire, connection.guard, connection.is_direct = wire, guard, host == origin
    return connection


class _Http(HTTPHandler):
    def __init__(self, made: _Made) -> None:
        super().__init__()
        self._made = partial(made, Wired)

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(self._made, req)


class _Https(HTTPSHandler):
    def __init__(self, made: _Made) -> None:
        super().__init__()
        self._made = partial(made, WiredTls)

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(self._made, req)


def _opener(proxies: Mapping[str, str], made: _Made) -> OpenerDirector:
    """Return one that knows no files, follows nothing, and takes every status for an answer."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(dict(proxies)), _Http(made), _Https(made), UnknownHandler()):
        opener.add_handler(handler)
    return opener


class _TooLarge(HTTPException):
    """The answer has more than anybody wants to read."""


_SENTENCES: tuple[tuple[type[BaseException], str], ...] = (
    (TimeoutError, "No answer within {within:.2g} s from {origin}."),
    (ConnectionRefusedError, "Nothing listens at {origin}."),
    (gaierror, "The name is not known here: check {named}; asked: {origin}."),
    (SSLCertVerificationError, "The certificate is not trusted (SSL_CERT_FILE may name its authority): {origin}."),
    (SSLError, "TLS fails: check that https is spoken at {origin}."),
    (_TooLarge, "The answer is larger than 64 kB: check {named}; asked: {origin}."),
    (ConnectionError, "The connection broke off before an answer: try again; asked: {origin}."),
    (HTTPException, "What answers does not speak HTTP as it should: check {named}; asked: {origin}."),
    (Exception, "It cannot be reached: check {named}; asked: {origin}."),
)
"""The first that fits holds: some kinds are kinds of others."""
_ABSENT = (TimeoutError, ConnectionRefusedError)
_KINDS = {TimeoutError: Silence.TIMEOUT, gaierror: Silence.DNS, SSLError: Silence.SSL}


def no_reply(call: Call, within: float, error: Exception) -> NoReply:
    """Return why there was no reply to *call*, *within* so many seconds, in a sentence."""
    cause = error.reason if isinstance(error, URLError) else error
    kind = type(cause) if isinstance(cause, Exception) else type(error)  # urllib gives some of its reasons as words
    words = next(words for known, words in _SENTENCES if issubclass(kind, known))
    return NoReply(
        words.format(origin=_origin(call), within=within, named=call.named),
        absent=issubclass(kind, _ABSENT),
        kind=next((silence for known, silence in _KINDS.items() if issubclass(kind, known)), Silence.CONNECTION),
    )


def _origin(call: Call) -> str:
    try:
        parts = urlsplit(call.url)
        return f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return call.url
