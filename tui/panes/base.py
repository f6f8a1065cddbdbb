"""What the panes of an application have in common."""

from typing import TYPE_CHECKING, cast

from textual.containers import Vertical

from core.rules.views.applications import ApplicationView

if TYPE_CHECKING:
    from tui.app import KeydeskApp
    from tui.screens.application import ApplicationScreen


class Pane(Vertical):
    """One tab, or a section of one: it shows the application that its screen was opened for."""

    @property
    def desk(self) -> "KeydeskApp":
        """The app, by its type."""
        return cast("KeydeskApp", self.app)

    @property
    def owner(self) -> "ApplicationScreen":
        """The screen that this is a tab of."""
        return cast("ApplicationScreen", self.screen)

    @property
    def application(self) -> ApplicationView:
        """The application as it was last read."""
        return self.owner.application

    def show(self, application: ApplicationView) -> None:
        """Draw what this tab shows of the application."""
        raise NotImplementedError

    def clear_filter(self) -> bool:
        """Clear the filter, where there is one to clear; returns whether there was."""
        return False

    def take_focus(self) -> None:
        """Put the focus where this tab's keys are."""
        raise NotImplementedError
