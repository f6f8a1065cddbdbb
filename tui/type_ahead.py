"""Keys that come faster than the screens that they are meant for.

Over a slow line, or from a script, `n`, a name and Enter may arrive in one packet. Textual hands all of them to
the part that has the focus now, and the form that `n` opens would see none. So each key waits until the one
before it has had its effect, and the screen that this opened is ready.
"""

from collections import deque
from collections.abc import Callable, Sequence

from textual.app import App
from textual.events import Key, Paste
from textual.message_pump import MessagePump

_LOOK_AGAIN = 0.01
_PATIENCE = 100
"""How often it looks for a screen to be ready: one second, in case one never is."""
_HANDLED_WITHIN = 0.1
"""Seconds after which a key counts as handled, in case what it was handed to is gone."""
_ROUNDS = 2
"""A key bubbles to the app and starts an action; the message that the action posts bubbles after it."""

Typed = Key | Paste


class TypeAhead:
    """Lets keys through one by one, in their order. `give_back` posts a key that was held to the app again."""

    def __init__(self, app: App[None], give_back: Callable[[Typed], object]) -> None:
        self._app = app
        self._give_back = give_back
        self._held: deque[Typed] = deque()
        self._returning: Typed | None = None
        self._under_way = 0
        self._count = 0

    @property
    def busy(self) -> bool:
        """Whether a key is still being handled, or waits."""
        return bool(self._under_way or self._held or self._returning)

    def holds(self, event: Typed) -> bool:
        """Take *event* if it comes too early; then it comes again by itself."""
        if event is self._returning:
            self._returning = None
        elif self.busy or not self._ready():
            idle = not self.busy
            self._held.append(event)
            if idle:
                self._look(_PATIENCE)
            return True
        self._follow()
        return False

    def _follow(self) -> None:
        """Find out when the key that is let through has been handled, by a callback that takes its way."""
        self._count += 1
        self._under_way = number = self._count
        focused = self._app.screen.focused or self._app.screen
        way = list(focused.ancestors_with_self) * _ROUNDS
        self._app.call_later(self._step, number, way)
        self._app.set_timer(_HANDLED_WITHIN, lambda: self._done(number))

    def _step(self, number: int, way: Sequence[MessagePump]) -> None:
        while way and not way[0].call_later(self._step, number, way[1:]):
            way = way[1:]  # this one is closed
        if not way:
            self._done(number)

    def _done(self, number: int) -> None:
        if number == self._under_way:
            self._under_way = 0
            if self._held:
                self._look(_PATIENCE)

    def _look(self, patience: int) -> None:
        if not self._ready() and patience:
            self._app.set_timer(_LOOK_AGAIN, lambda: self._look(patience - 1))
        elif self._returning is None and self._held:
            self._returning = self._held.popleft()
            self._give_back(self._returning)

    def _ready(self) -> bool:
        """Whether the screen in front has its parts, and the part that keys go to has the focus."""
        screen = self._app.screen
        return screen.is_mounted and (screen.focused is not None or not screen.focus_chain)
