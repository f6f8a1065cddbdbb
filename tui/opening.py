"""When the services are there: behind the first frame, and until the console ends."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.rules.errors import Refusal, UnfitPlace
from tui.screens.applications import ApplicationsScreen
from tui.watching import Watching

if TYPE_CHECKING:
    from core.services import Services
    from tui.app import KeydeskApp


class Opening:
    """Opens the services behind the first frame, and lets go of them at the end."""

    def __init__(self, app: "KeydeskApp", compose: "Callable[[], Services]") -> None:
        self.services: Services | None = None
        self.unfit: UnfitPlace | Refusal | None = None
        """Why there are none, once the app has ended for that."""
        self._app = app
        self._compose = compose
        self._watching = Watching(app)

    def begin(self) -> None:
        """Open them; the first frame is out."""
        self._app.trace.mark("first frame")
        self._app.run_worker(self._open())

    async def close(self) -> None:
        """Let go of the database."""
        if self.services is not None:
            await asyncio.to_thread(self.services.close)

    async def _open(self) -> None:
        try:
            self.services = await self._app.calls.read(self._compose)
        except (UnfitPlace, Refusal) as unfit:
            self.unfit = unfit
            self._app.exit(return_code=3 if isinstance(unfit, UnfitPlace) else 1)
            return
        self._app.trace.mark("core loaded")
        for screen in self._app.screen_stack:
            if isinstance(screen, ApplicationsScreen):
                screen.open_services(self.services)
        await self._watching.begin()
