"""What carries a view's asks to the source and the pages back."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Generic, TypeAlias

from core.rules.errors import Refusal
from tui.widgets.table.source import Ask, Row, Source
from tui.widgets.table.view import View

Carry: TypeAlias = Callable[[], Coroutine[None, None, None]]
"""A function, for a coroutine that is stopped before it began would warn that nobody awaited it."""


class Feed(Generic[Row]):
    """Feeds one view: one ask at a time, so that a dragged mark cannot pile them up.

    *run* runs a coroutine function, and stops the one that it ran before; *arrived* is called after each page,
    *refused* where the source gives none. Then what was shown stays, until something asks again.
    """

    def __init__(
        self,
        view: View[Row],
        run: Callable[[Carry], object],
        arrived: Callable[[], None],
        refused: Callable[[Refusal], object],
    ) -> None:
        self.source: Source[Row] | None = None
        self._view = view
        self._run = run
        self._arrived = arrived
        self._refused = refused
        self._generation = 0
        self._running: int | None = None

    def change(self, source: Source[Row]) -> None:
        """Ask another source from now on; what the one before still answers is dropped."""
        self.source = source
        self._generation += 1

    @property
    def busy(self) -> bool:
        """Whether rows are on their way."""
        return self._running == self._generation

    def start(self) -> None:
        """Begin to ask, if anything is wanted and nobody is asking already."""
        if self.source is not None and not self.busy and self._view.wants:
            self._running = self._generation
            self._run(partial(self._carry, self._generation))

    async def _carry(self, generation: int) -> None:
        try:
            while generation == self._generation and (ask := self._view.next_ask()) is not None:
                await self._fetch(ask, generation)
        except Refusal as refusal:
            if generation == self._generation:
                self._refused(refusal)
        finally:
            if self._running == generation:
                self._running = None

    async def _fetch(self, ask: Ask[Row], generation: int) -> None:
        if self.source is None:
            return
        page = await self.source.page(ask)
        if generation == self._generation:
            self._view.take(ask, page)
            self._arrived()
