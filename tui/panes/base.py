"""What the panes of an application have in common."""

from typing import TYPE_CHECKING, cast

from textual.containers import Vertical

from core.rules.views import ApplicationView

if TYPE_CHECKING:
    from tui.app import KeydeskApp
    from tui.screens.application import ApplicationScreen


class Pane(Vertical):
    """One tab: it shows the application that its screen was opened for."""

    @property
    def desk(self) -> "KeydeskApp":
        """The app, by its type."""
        return cast("KeydeskApp", self.app)

    @property
    def application(self) -> ApplicationView:
        """The application as it was last read."""
        return cast("ApplicationScreen", self.screen).application

    def show(self, application: ApplicationView) -> None:
        """Draw what this tab shows of the application."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Put the focus where this tab's keys are."""
        raise NotImplementedError
