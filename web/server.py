"""Running an ASGI application with uvicorn on a socket that is bound already, until somebody says that it is enough.

SIGTERM, SIGINT and SIGHUP drain: no new connection, requests in flight are answered, then the application's own end.
"""

import asyncio
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.direct import protocol
from web.discretion import report
from web.limits import Limits
from web.prepared import Direct
from web.refusal import DEFECT, ENDING, ShellRefusal
from web.refusing import Refused

BACKLOG = 2048
_DOORS = 8
"""How many new connections the loop lets in at each turn: it takes one for each name of the socket."""
_EXIT_CODES = {signal.SIGTERM: 0, signal.SIGINT: 130, signal.SIGHUP: 129}
_KEPT_ALIVE = 75
"""Seconds that an idle connection stays open: longer than a proxy keeps it (nginx: 60), lest both end it at once."""


def run(
    app: ASGIApp,
    listening: socket.socket,
    *,
    limits: Limits | None = None,
    refused: Refused | None = None,
    direct: Mapping[bytes, Direct] | None = None,
    drain_within: int = 10,
) -> int:
    """Serve *app* until a signal ends it; return the exit code. *refused* hears of what no application saw.

    *direct* may answer some targets before the application is asked.

    Requests in flight have *drain_within* seconds to be answered.
    """
    server = _Server(configuration(app, limits or Limits(), refused, direct, drain_within=drain_within))
    with server.ended_by_signals():  # before there is a loop, whose runner would else make SIGINT a cancelled task
        server.run(sockets=[listening, *(listening.dup() for _ in range(_DOORS - 1))])
    return _EXIT_CODES[server.ended_by]


def configuration(
    app: ASGIApp,
    limits: Limits,
    refused: Refused | None = None,
    direct: Mapping[bytes, Direct] | None = None,
    *,
    drain_within: int = 10,
) -> uvicorn.Config:
    """Return how uvicorn is to serve *app*: nothing is logged, believed or told that we have not asked for."""
    return uvicorn.Config(
        answering_for(app),
        http=protocol(limits, refused, direct),
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=_KEPT_ALIVE,
        timeout_graceful_shutdown=drain_within,
    )


class _Server(uvicorn.Server):
    """uvicorn's server, which would send itself the signal again that has ended it."""

    ended_by = signal.SIGTERM

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to `ended_by_signals`, which heard of them earlier."""
        yield

    @contextmanager
    def ended_by_signals(self) -> Iterator[None]:
        """Within the block, take signals for a wish to end, even while it begins."""
        before = {number: signal.signal(number, self.handle_exit) for number in _EXIT_CODES if _is_heard(number)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end; a second Ctrl-C does not wait for what is in flight."""
        if not self.should_exit:
            self.ended_by = signal.Signals(sig)
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, then let the application end, in a hurry too: it has uses to write down."""
        await super().shutdown(sockets)
        if self.force_exit:
            await self.lifespan.shutdown()


def _is_heard(number: signal.Signals) -> bool:
    """Leave a hang-up ignored for whoever started us under nohup."""
    return number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN


def answering_for(app: ASGIApp) -> ASGIApp:
    """Return *app* such that a request is answered by a plain 500 where it raises; the traceback goes to stderr."""

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        begun = False

        def watched(message: Message) -> Any:
            nonlocal begun
            begun = True
            return send(message)

        try:
            await app(scope, receive, watched)
        except asyncio.CancelledError:  # the end does not wait any longer
            if not begun:
                await _send(send, ENDING)
        except Exception as error:  # whatever it is, one request's defect must not tell its caller anything
            report(error)
            if not begun:  # else uvicorn closes the connection in the middle of the answer
                await _send(send, DEFECT)

    return answering


async def _send(send: Send, refusal: ShellRefusal) -> None:
    await send({"type": "http.response.start", "status": refusal.status, "headers": refusal.headers})
    await send({"type": "http.response.body", "body": refusal.body})
