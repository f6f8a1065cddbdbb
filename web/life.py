"""What the server does beside answering: its writing each second, and an end in order."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from starlette.routing import Router

from core.rules.errors import Refusal, UnfitPlace
from core.tokens.authorization_server import AuthorizationServer
from web.discretion import discreet_traceback
from web.pool import LogonPool

_EVERY = 1.0
"""Seconds between two ticks: a use is written within two, a rotated key is seen within one."""


def life_of(server: AuthorizationServer, pool: LogonPool) -> Callable[[Router], AbstractAsyncContextManager[None]]:
    """Return the lifespan of the HTTP face: it ends with the last uses written and the database closed."""

    @asynccontextmanager
    async def life(_router: Router) -> AsyncIterator[None]:
        ending = asyncio.Event()
        ticking = asyncio.create_task(_tick(server, ending))
        try:
            yield
        finally:
            ending.set()
            await ticking
            await asyncio.to_thread(pool.close)
            await asyncio.to_thread(server.close)

    return life


async def _tick(server: AuthorizationServer, ending: asyncio.Event) -> None:
    """Tick until the end, and never in the middle of it; what goes wrong is told once, not each second."""
    told = ""
    while not ending.is_set():
        problem = await asyncio.to_thread(_ticked, server)
        if problem and problem != told:
            _tell(problem)
        told = problem
        with suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), _EVERY)


def _ticked(server: AuthorizationServer) -> str:
    """Tick once, and return what went wrong in words. What could not be written is kept for the next time."""
    try:
        server.tick()
    except (Refusal, UnfitPlace) as problem:
        return problem.sentence
    except Exception as defect:  # a server that ticks no more would forget every use, and would not know it
        return discreet_traceback(defect)
    return ""


def _tell(problem: str) -> None:
    with suppress(OSError):
        print(problem, file=sys.stderr, flush=True)
