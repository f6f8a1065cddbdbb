"""The app: it opens the services behind the first frame, and holds what outlives a screen.

Dialogs ask and return; what they return is done here, so that a change never dies with its dialog. They are
imported when they are opened: the first frame does not wait for them.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen

from core.rules.errors import Refusal
from core.rules.limits import THRESHOLDS
from tui.actions import Place, bindings
from tui.calls import Calls
from tui.crash import crash_report
from tui.drawing.driver import ErasingDriver
from tui.drawing.size import cover_if_too_small
from tui.drawing.themes import THEMES, USUAL, Look
from tui.handout.copying import Copying, Mouse, ToTerminal
from tui.handout.new_file import own_directories
from tui.leaving import Leaving
from tui.opening import Opening
from tui.screens.applications import ApplicationsScreen
from tui.screens.base import DeskScreen
from tui.test_panel.last_calls import LastCalls
from tui.trace import Trace
from tui.type_ahead import TypeAhead
from tui.widgets.chrome import Status

if TYPE_CHECKING:
    from core.rules.views.applications import ApplicationView
    from core.services import Services
    from tui.clipboard import Clipboard
    from tui.modals.issued_secret import IssuedSecretModal

PATIENCE = 3.0
"""Seconds that an orderly exit may take after a signal."""
UNDER_WAY = "A change is under way: one moment."


class KeydeskApp(App[None]):
    """The console over services that `compose` makes."""

    CSS_PATH = "keydesk.tcss"
    TITLE = "keydesk"
    ENABLE_COMMAND_PALETTE = False  # ours is opened by an action of the registry
    BINDINGS: ClassVar[list[BindingType]] = [key for key in bindings(Place.EVERYWHERE) if key.action == "leave"]

    def __init__(
        self,
        compose: "Callable[[], Services]",
        *,
        now: Callable[[], datetime],
        clipboard: "Callable[[ToTerminal], Clipboard]",
        directories: Callable[[], Iterable[Path]] = own_directories,
        look: Look = USUAL,
        thresholds: Sequence[int] = THRESHOLDS,
        trace: Trace | None = None,
    ) -> None:
        # Textual takes every colour away under NO_COLOR only if it knows this early that it draws natively.
        super().__init__(driver_class=ErasingDriver, ansi_color=True if not look.colour else None)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = look.drawn_in
        self.animation_level = "none"  # over SSH, a scroll that glides is bytes that come late
        self.now = now
        self.thresholds = tuple(thresholds)
        """Days before an end, the farthest first: how far is looked ahead, and where an end is marked as nearer."""
        self.directories = directories
        self.trace = trace or Trace(None, lambda: 0.0)
        self.leaving = Leaving(self)
        self.calls = Calls(self, self.leaving.secret_put_away)
        self.copying = Copying(self, clipboard)
        self.mouse = Mouse(self)
        self.last_calls = LastCalls()
        self.type_ahead = TypeAhead(self, self.post_message)
        self.opening = Opening(self, compose)

    # Opening and closing

    @property
    def opened(self) -> bool:
        """Whether the services are there; the first frame does not wait for them."""
        return self.opening.services is not None

    @property
    def services(self) -> "Services":
        """The services, once opened."""
        assert self.opening.services is not None, "asked for services before they were opened"
        return self.opening.services

    def get_default_screen(self) -> Screen[None]:
        """Begin with the list of applications."""
        return ApplicationsScreen()

    def on_mount(self) -> None:
        """Draw first, then open the services."""
        self.call_after_refresh(self.opening.begin)

    async def on_unmount(self) -> None:
        """Let go of the database."""
        await self.opening.close()

    def refresh_screens(self) -> None:
        """Let every screen that holds data read it again.

        A closing app has taken the parts off its screens; while a secret is on show nothing is read behind it.
        """
        if not self.is_running or self.secret_on_show is not None:
            return
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.refresh_data()

    def read_again(self) -> None:
        """Read everything that is shown again, and say so when it is here; not behind a secret that is on show."""
        if self.opened and self.secret_on_show is None:
            self.calls.once_read(lambda: self.say("Read again."))
            self.refresh_screens()

    def leave_with(self, code: int) -> None:
        """Leave with this exit code; for other threads than the app's own."""
        with suppress(RuntimeError):  # it has not begun, or is over
            self.call_from_thread(self.exit, None, code)

    # The screen and its keys

    async def on_event(self, event: events.Event) -> None:
        """Clear the status line at the next key, before the key does anything."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            if self.type_ahead.holds(event):
                return
            for status in self.screen.query(Status):
                status.hush()
        await super().on_event(event)

    def on_resize(self, event: events.Resize) -> None:
        """Say so where the terminal is too small to draw in, and go on when it has grown."""
        cover_if_too_small(self, event.size)

    def say(self, sentence: str, *, trouble: bool = False) -> None:
        """Put a sentence on the status line that is nearest to the front: most dialogs have none."""
        lines = (status for screen in reversed(self.screen_stack) for status in screen.query(Status))
        status = next(lines, None)
        if status is not None:
            status.say(sentence, trouble=trouble)

    def say_busy(self) -> None:
        """Say why a key is refused while a change is under way, and take that back when it is done."""
        self.say(UNDER_WAY)
        self.calls.when_written(self._take_back)

    def _take_back(self) -> None:
        for screen in self.screen_stack:
            for status in screen.query(Status):
                status.take_back(UNDER_WAY)

    def tell(self, sentence: str, *, trouble: bool = False) -> None:
        """Read again what a change may have touched, and say how it went, once its dialog has gone."""
        self.refresh_screens()
        self.call_after_refresh(self.say, sentence, trouble=trouble)

    def tell_refusal(self, refusal: Refusal) -> None:
        """Say why a change was refused."""
        self.tell(refusal.sentence, trouble=True)

    def show_applications(self) -> None:
        """Go back to the list."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def open_application(self, application: "ApplicationView") -> None:
        """Open an application at its client authentication."""
        from tui.screens.application import ApplicationScreen

        self.show_applications()
        self.push_screen(ApplicationScreen(application))

    # Keys that are valid everywhere

    def action_help(self) -> None:
        """Show the keys that are valid here."""
        from tui.choosing import offer_keys

        offer_keys(self)

    def action_palette(self) -> None:
        """Find an action or an application; not over a form whose change is under way, because that leads away."""
        from tui.choosing import offer_commands

        if self.calls.busy and not isinstance(self.screen, DeskScreen):
            self.say_busy()
        else:
            offer_commands(self)

    def action_leave(self) -> None:
        """Quit, once what is under way is done; while a secret is shown, whatever lies over it, that asks first."""
        self.leaving.leave()

    def action_help_quit(self) -> None:
        """Answer Ctrl+C, where there is nothing to copy, on our own line."""
        self.say("Ctrl+Q quits.")

    @property
    def secret_on_show(self) -> "IssuedSecretModal | None":
        """The modal of a new secret, if there is one on the stack."""
        from tui.modals.issued_secret import IssuedSecretModal

        return next((screen for screen in self.screen_stack if isinstance(screen, IssuedSecretModal)), None)

    def copy(self, text: str, *, secret: bool = False, kept: Callable[[], object] = lambda: None) -> None:
        """Bring *text* to the clipboard and say how far it got; *kept* is called unless it got nowhere."""
        self.copying.copy(text, secret=secret, kept=kept)

    # What Textual would do otherwise

    def copy_to_clipboard(self, text: str) -> None:
        """Copy selected text by the clipboard room; Textual would keep it, to be pasted into any field."""
        self.copy(text)

    def _fatal_error(self) -> None:
        """Report a crash without the local variables that Textual would print."""
        self.bell()
        self._exit_renderables.append(crash_report())
        self._close_messages_no_wait()
