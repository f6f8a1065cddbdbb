"""The one door to the core: a service call runs in a thread, and only views and refusals come back.

Writes belong to the app, because a worker of a dialog would die with it, and go one after the other; none
is cancelled, because what was committed must be shown. A read that was overtaken is simply forgotten.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from core.rules.errors import Refusal

if TYPE_CHECKING:
    from textual.app import App

T = TypeVar("T")


class Calls:
    """Runs service calls for the screens of one app."""

    def __init__(self, app: "App[None]") -> None:
        self._app = app
        self._turn = asyncio.Lock()
        self._writing = 0

    @property
    def busy(self) -> bool:
        """Whether a write is under way: keys that would start another wait."""
        return self._writing > 0

    async def read(self, function: Callable[[], T]) -> T:
        """Return what *function* returns, without stopping the screen."""
        return await asyncio.to_thread(function)

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
                result = await asyncio.to_thread(function)
        except Refusal as refusal:
            self._writing -= 1
            refused(refusal)
        else:
            self._writing -= 1
            done(result)
