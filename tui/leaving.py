"""When the console may end: never while that could lose a secret that nobody has seen."""

from typing import TYPE_CHECKING

from tui.drawing.size import fits

if TYPE_CHECKING:
    from tui.app import KeydeskApp

QUITTING_LATER = "A change is under way: keydesk quits when it is done."


class Leaving:
    """Quits, once what is under way is done; while a secret is shown, whatever lies over it, that asks first."""

    def __init__(self, app: "KeydeskApp") -> None:
        self._app = app

    def leave(self) -> None:
        """Quit, or say what that waits for."""
        if self._app.calls.busy:
            self._app.say(QUITTING_LATER)
            self._app.calls.when_written(lambda: self._app.call_later(self.leave))
        else:  # next, because a form that has just closed may be followed by the secret that it asked for
            self._app.call_next(self._leave)

    @property
    def would_lose_a_secret(self) -> bool:
        """Whether a secret is on show, or is being made, or waits behind another screen."""
        from tui.modals.dialog import Dialog

        waits = any(isinstance(screen, Dialog) and screen.answered for screen in self._app.screen_stack)
        return waits or self._app.calls.busy or self._app.secret_on_show is not None

    async def secret_put_away(self) -> None:
        """Wait until no secret is on show."""
        if self._app.secret_on_show is not None:
            await self._app.secret_on_show.put_away.wait()

    def _leave(self) -> None:
        if not self.would_lose_a_secret:
            self._app.exit()
        elif self._app.secret_on_show is not None and fits(self._app.size):  # there is room to ask in
            self._app.secret_on_show.action_leave()
