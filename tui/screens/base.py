"""What every whole screen has in common: crumbs, status and hints."""

from textual import events
from textual.screen import Screen

from core.rules.errors import NotFound
from tui.actions import Action, hinted
from tui.everywhere import Everywhere
from tui.widgets.chrome import Hints, Status


class DeskScreen(Screen[None], Everywhere):
    """A whole screen. Subclasses read data in `refresh_data`, which runs whenever it may have changed."""

    AUTO_FOCUS = ""  # each screen says where its keys are; the first part that could take the focus may be hidden

    @property
    def is_open(self) -> bool:
        """Whether it can be drawn on: what is read for a screen may come after its end, or before its parts."""
        return self.is_mounted and self in self.app.screen_stack

    def refresh_data(self) -> None:
        """Read again what is shown."""

    def say(self, sentence: str, *, trouble: bool = False) -> None:
        """Put a sentence on the status line."""
        self.query_one(Status).say(sentence, trouble=trouble)

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Catch up with what changed while another screen lay on top."""
        self.refresh_data()

    def on_descendant_focus(self) -> None:
        """Hint at the keys of the part that has the focus now."""
        self.hint()

    def hint(self) -> None:
        """Show the keys of the moment."""
        if self.is_mounted and self.is_attached:
            self.call_after_refresh(self._show_hints)

    def _show_hints(self) -> None:
        for line in self.query(Hints):  # none where the screen is being taken apart: it was left meanwhile
            line.show(self.hints())

    def hints(self) -> list[Action]:
        """Return the actions worth a hint: those that are valid now."""
        active = self.active_bindings.values()
        return hinted(binding.binding.action for binding in active if binding.enabled)

    def leave_gone(self, gone: NotFound) -> None:
        """Go up one level, where it can be seen, because what is shown here is gone; and say so there."""
        if self.app.screen is self:
            self.app.pop_screen()
            self.app.call_after_refresh(self.desk.say, gone.sentence, trouble=True)

    def action_back(self) -> None:
        """Go up one level."""
        self.app.pop_screen()
