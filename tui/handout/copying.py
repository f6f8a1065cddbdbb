"""What leaves for the operator's own hands: text for the clipboard, and the mouse for the terminal."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from tui.app import KeydeskApp
    from tui.clipboard import Clipboard, Report

ToTerminal = Callable[[str], object]


@runtime_checkable
class MouseDriver(Protocol):
    """The drivers that can leave the mouse alone; Textual has no public name for it."""

    def _disable_mouse_support(self) -> None: ...

    def _enable_mouse_support(self) -> None: ...

    def flush(self) -> None: ...


class Copying:
    """Brings text to the clipboard, and says on the status line how far it got."""

    def __init__(self, app: "KeydeskApp", make: "Callable[[ToTerminal], Clipboard]") -> None:
        self._app = app
        self._make = make

    @cached_property
    def _room(self) -> "Clipboard":
        """The clipboard, made when it is first wanted: the first frame does not wait for it."""
        return self._make(self._to_terminal)

    def copy(
        self,
        text: str,
        *,
        secret: bool = False,
        writable: bool | None = None,
        kept: Callable[[], object] = lambda: None,
    ) -> None:
        """Bring *text* to the clipboard and say how far it got; *kept* is called unless it got nowhere.

        *writable* says whether `w` writes it into a file, as it does a secret.
        """
        from tui.clipboard import Outcome

        def report(result: "Report") -> None:
            lost = result.outcome is Outcome.NOT_COPIED
            if not lost:
                kept()
            self._app.say(f"{result.sentence} {result.why}".strip(), trouble=lost)

        self._app.calls.keeping.put(
            lambda: self._room.copy(text, secret=secret, writable=writable), report, self._app.tell_refusal
        )

    def clear(self, cleared: Callable[[], object]) -> None:
        """Clear the clipboard as far as it can be reached; *cleared* is called in any case."""

        def report(result: "Report") -> None:
            cleared()
            self._app.say(result.sentence)

        self._app.calls.keeping.put(self._room.clear, report, self._app.tell_refusal)

    def _to_terminal(self, sequence: str) -> None:
        driver = self._app._driver
        if driver is None:
            raise OSError("there is no terminal")
        driver.write(sequence)
        driver.flush()


class Mouse:
    """Whose the mouse is: ours, or the terminal's, for selecting."""

    def __init__(self, app: "KeydeskApp") -> None:
        self._app = app
        self.released = False

    def release(self, release: bool) -> None:
        """Leave the mouse to the terminal, or take it back."""
        self.released = release
        driver = self._app._driver
        if isinstance(driver, MouseDriver) and self._app.is_running:
            (driver._disable_mouse_support if release else driver._enable_mouse_support)()
            driver.flush()
