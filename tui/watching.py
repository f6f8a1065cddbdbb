"""Noticing that data has changed: by a look each second, and by the minute because words such as *2 min ago* age."""

from contextlib import suppress
from typing import TYPE_CHECKING

from tui.calls import Reading

if TYPE_CHECKING:
    from tui.app import KeydeskApp

WATCH_SECONDS = 1.0
MINUTE = 60.0


class Watching:
    """Lets every screen read again where another process, or a write of ours, has changed the data."""

    def __init__(self, app: "KeydeskApp") -> None:
        self._app = app
        self._mark: object = None
        self._reading = Reading(app, self._look)

    async def begin(self) -> None:
        """Watch from now on, until the app ends."""
        self._mark = await self._change_mark()
        self._app.set_interval(WATCH_SECONDS, self._reading.ask)
        self._app.set_interval(MINUTE, self._app.refresh_screens)

    async def _look(self) -> None:
        if self._app.secret_on_show is None:
            mark = await self._change_mark()
            if mark != self._mark:
                self._mark = mark
                self._app.refresh_screens()

    async def _change_mark(self) -> object:
        """Return the mark; None where it cannot be read, and then what is read next says why."""
        with suppress(Exception):  # looking for news ends nothing, whatever is wrong
            return await self._app.calls.read(self._app.services.change_mark)
        return None
