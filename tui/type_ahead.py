"""Keys that come faster than the screens that they are meant for.

Over a slow line, or from a script, `n`, a name and Enter may arrive in one packet. Textual hands all of them to
the part that has the focus now, and the form that `n` opens would see none. So each key waits until the one
before it has had its effect, and the screen that this opened is ready.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from textual.app import App
from textual.events import Key, Paste
from textual.message_pump import MessagePump

_LOOK_AGAIN = 0.01
_PATIENCE = 500
"""How often it looks for what a key is meant for: five seconds, in case it never comes."""
_HANDLED_WITHIN = 0.1
"""Seconds after which a key counts as handled, in case what it was handed to is gone."""
_ROUNDS = 3
"""A key bubbles to the app and starts an action; what the action posts bubbles after it, and what that leads to."""

Typed = Key | Paste


@runtime_checkable
class Awaiting(Protocol):
    """A screen, or a part of one, some of whose keys want what may still be on its way."""

    def awaits(self, key: str) -> bool: ...


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
        elif self.busy or not self._ready(event):
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
        if self._held and not self._ready(self._held[0]) and patience:
            self._app.set_timer(_LOOK_AGAIN, lambda: self._look(patience - 1))
        elif self._returning is None and self._held:
            self._returning = self._held.popleft()
            self._give_back(self._returning)

    def _ready(self, event: Typed) -> bool:
        """Whether the screen in front has its parts and its focus, and what *event* is for is there."""
        screen = self._app.screen
        if not screen.is_mounted or (screen.focused is None and screen.focus_chain):
            return False
        way = (screen.focused or screen).ancestors_with_self
        return not any(isinstance(part, Awaiting) and part.awaits(_key(event)) for part in way)


def _key(event: Typed) -> str:
    return event.key if isinstance(event, Key) else ""
