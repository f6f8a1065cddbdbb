"""The one door to the core: a service call runs in a thread, and only views and refusals come back.

Writes belong to the app, because a worker of a dialog would die with it, and go one after the other; none
is cancelled, because what was committed must be shown. A read that was overtaken is simply forgotten.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual.css.query import NoMatches

from core.rules.errors import Refusal

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget
    from textual.worker import WorkType

T = TypeVar("T")


class Calls:
    """Runs service calls for the screens of one app."""

    def __init__(self, app: "App[None]") -> None:
        self._app = app
        self._turn = asyncio.Lock()
        self._look = asyncio.Lock()
        self._writing = 0

    @property
    def busy(self) -> bool:
        """Whether a write is under way: keys that would start another wait."""
        return self._writing > 0

    async def read(self, function: Callable[[], T]) -> T:
        """Return what *function* returns, without stopping the screen."""
        return await asyncio.to_thread(function)

    async def look_up(self, function: Callable[[], T]) -> T:
        """Return what *function* returns, after the look-up before it; one that is cancelled in the queue is not made.

        Typing would otherwise start a search of everything for each letter, and all of them would be slow together.
        """
        await self._look.acquire()
        looking = asyncio.ensure_future(asyncio.to_thread(function))
        looking.add_done_callback(lambda _: self._look.release())
        # A thread cannot be stopped: who is cancelled leaves here, and the next turn comes when the thread is done.
        return await asyncio.shield(looking)

    def write(
        self,
        function: Callable[[], T],
        done: Callable[[T], object],
        refused: Callable[[Refusal], object],
    ) -> None:
        """Run *function* in its turn, then call *done* with its result, or *refused* with its refusal."""
        self._writing += 1
        self._app.run_worker(self._write(function, done, refused), group="writes", exclusive=False)

    async def _write(
        self, function: Callable[[], T], done: Callable[[T], object], refused: Callable[[Refusal], object]
    ) -> None:
        try:
            async with self._turn:
                answer = partial(done, await asyncio.to_thread(function))
        except Refusal as refusal:
            answer = partial(refused, refusal)
        finally:
            self._writing -= 1
        answer()


class Reading:
    """What a widget reads again and again: one read at a time, and one more if it was asked for meanwhile."""

    def __init__(self, widget: "Widget", read: Callable[[], Coroutine[None, None, None]]) -> None:
        self._widget = widget
        self._read = read
        self._asked = False
        self._running = False

    def ask(self) -> None:
        """Read now, or once more after the read that is under way, which may have begun before what changed."""
        self._asked = True
        if not self._running:
            self._running = True
            # As a function: a coroutine would warn that nobody awaited it, where the widget goes before it begins.
            work: WorkType[None] = self._run
            self._widget.run_worker(work)

    async def _run(self) -> None:
        while self._asked:
            self._asked = False
            # The widget may be taken apart, innermost parts first, while its answer is on the way.
            with suppress(NoMatches):
                await self._read()
        self._running = False
