"""The one door to the core: a service call runs in a thread, and only views and refusals come back.

Writes belong to the app, because a worker of a dialog would die with it, and go one after the other; none
is cancelled, because what was committed must be shown. A read that was overtaken is simply forgotten.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from textual.css.query import NoMatches

from core.rules.errors import Refusal

if TYPE_CHECKING:
    from textual.app import App
    from textual.dom import DOMNode
    from textual.worker import WorkType

    from tui.app import KeydeskApp

T = TypeVar("T")


class Queue:
    """Calls that go one after the other; what each came to is always told."""

    def __init__(self, app: "App[None]") -> None:
        self._app = app
        self._turn = asyncio.Lock()
        self._under_way = 0
        self._afterwards: list[Callable[[], object]] = []

    @property
    def busy(self) -> bool:
        """Whether a call is under way or waits for its turn."""
        return self._under_way > 0

    def put(self, function: Callable[[], T], done: Callable[[T], object], refused: Callable[[Refusal], object]) -> None:
        """Run *function* in its turn, then call *done* with its result, or *refused* with its refusal."""
        self._under_way += 1
        self._app.run_worker(self._run(function, done, refused), group="writes", exclusive=False)

    def when_idle(self, then: Callable[[], object]) -> None:
        """Call *then* once everything that is under way has been told; at once where nothing is."""
        self._afterwards.append(then)
        self._go_on()

    async def _run(
        self, function: Callable[[], T], done: Callable[[T], object], refused: Callable[[Refusal], object]
    ) -> None:
        try:
            async with self._turn:
                answer = partial(done, await asyncio.to_thread(function))
        except Refusal as refusal:
            answer = partial(refused, refusal)
        finally:
            self._under_way -= 1
        answer()
        self._go_on()

    def _go_on(self) -> None:
        while self._afterwards and not self.busy:
            self._afterwards.pop(0)()


async def _at_once() -> None:
    """Hold nothing back."""


class Calls:
    """Runs service calls for the screens of one app.

    *fit_to_crash* is awaited before a defect in a read ends the app: a secret that is on show goes first.
    """

    def __init__(self, app: "App[None]", fit_to_crash: Callable[[], Awaitable[None]] = _at_once) -> None:
        self._writes = Queue(app)
        self.keeping = Queue(app)
        """What carries text out of here, to the clipboard or into a file: no change of the data waits for it."""
        self._beside: dict[str, Queue] = {}
        self._app = app
        self._reading = 0
        self._once_read: Callable[[], object] | None = None
        self._look = asyncio.Lock()
        self._fit_to_crash = fit_to_crash

    @property
    def busy(self) -> bool:
        """Whether a write is under way: no key may start another one, or leave before its outcome is shown."""
        return self._writes.busy

    async def read(self, function: Callable[[], T]) -> T:
        """Return what *function* returns, without stopping the screen."""
        return await self._held_back(asyncio.to_thread(function))

    async def look_up(self, function: Callable[[], T]) -> T:
        """Return what *function* returns, after the look-up before it; one that is cancelled in the queue is not made.

        Typing would otherwise start a search of everything for each letter, and all of them would be slow together.
        """
        await self._look.acquire()
        looking = asyncio.ensure_future(asyncio.to_thread(function))
        looking.add_done_callback(lambda _: self._look.release())
        # A thread cannot be stopped: who is cancelled leaves here, and the next turn comes when the thread is done.
        return await self._held_back(asyncio.shield(looking))

    async def _held_back(self, answer: Awaitable[T]) -> T:
        self._reading += 1
        try:
            return await answer
        except Refusal:
            self._once_read = None
            raise
        except Exception:  # a defect of any kind goes on its way, only later: none is swallowed here
            await self._fit_to_crash()
            raise
        finally:
            self._reading -= 1
            if self._once_read is not None:  # later, because one read may lead to the next
                self._app.call_after_refresh(self._tell_read)

    def once_read(self, then: Callable[[], object]) -> None:
        """Call *then* when what is asked for next has been read, and all of it; never where some of it was refused."""
        self._once_read = then

    def _tell_read(self) -> None:
        if self._once_read is not None and not self._reading:
            then, self._once_read = self._once_read, None
            then()

    def write(
        self, function: Callable[[], T], done: Callable[[T], object], refused: Callable[[Refusal], object]
    ) -> None:
        """Run *function* in its turn, then call *done* with its result, or *refused* with its refusal."""
        self._writes.put(function, done, refused)

    def beside(
        self, name: str, function: Callable[[], T], done: Callable[[T], object], refused: Callable[[Refusal], object]
    ) -> bool:
        """Run *function* beside everything else, as `write` does in its turn; returns whether it was begun.

        It is for what asks another server and may take long: no key waits for it. Of one *name* one is under way.
        """
        if self.is_under_way(name):
            return False
        self._beside[name] = queue = Queue(self._app)
        queue.put(function, partial(self._told, name, done), partial(self._told, name, refused))
        return True

    def is_under_way(self, name: str) -> bool:
        """Tell whether what has this *name* runs beside everything else."""
        return name in self._beside

    def _told(self, name: str, tell: Callable[[T], object], outcome: T) -> None:
        del self._beside[name]
        tell(outcome)

    def when_written(self, then: Callable[[], object]) -> None:
        """Call *then* once the outcome of every write has been told."""
        self._writes.when_idle(then)


class Reading:
    """What a widget reads again and again: one read at a time, and one more if it was asked for meanwhile."""

    def __init__(self, widget: "DOMNode", read: Callable[[], Coroutine[None, None, None]]) -> None:
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
            with suppress(NoMatches), refusals_said(self._widget.app):
                await self._read()
        self._running = False


@contextmanager
def refusals_said(app: "App[object]") -> Iterator[None]:
    """Say why a read was refused; what was shown before it stays."""
    try:
        yield
    except Refusal as refusal:
        cast("KeydeskApp", app).say(refusal.sentence, trouble=True)
